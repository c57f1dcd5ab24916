"""When a link became needless: its sides became one, or an earlier link between the same two was still open."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from idlab.metrics import History, Links, LinkState
from idlab.metrics.arrays import Ints
from idlab.metrics.standing import NEVER, met_at


def superseded_at(history: History, links: Links, answered: Ints) -> Ints:
    """When each superseded link was closed.

    Args:
        history: A replay without splits.
        links: Its links, in the order opened.
        answered: [links] log position of the answer to each, ``NEVER`` without one.

    Returns:
        [links] log positions; ``NEVER`` for links in another state.
    """
    needless = links.state == LinkState.SUPERSEDED
    closed = np.full(needless.size, NEVER, dtype=np.int64)
    closed[needless] = met_at(history, links.left[needless], links.right[needless])
    later, earlier = _rivals(history, links, needless)
    twins = _twins_at(history, links, later, earlier)
    ends = [
        NEVER if state == LinkState.OPEN else at
        for state, at in zip(links.state.tolist(), answered.tolist(), strict=True)
    ]
    found = closed.tolist()
    for one, other, at in zip(later.tolist(), earlier.tolist(), twins.tolist(), strict=True):
        still_open = found[other] if needless[other] else ends[other]
        if still_open > at:
            found[one] = min(found[one], at)
    return np.array(found, dtype=np.int64)


def _rivals(
    history: History, links: Links, needless: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Ints, Ints]:
    """Superseded links with the earlier links that may have been between the same two, the former ascending."""
    groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    sides = np.sort(np.stack([history.identity[links.left], history.identity[links.right]], axis=1), axis=1)
    later: list[int] = []
    earlier: list[int] = []
    for link, (one, other) in enumerate(sides.tolist()):
        before = groups[one, other]
        if needless[link]:
            later += [link] * len(before)
            earlier += before
        before.append(link)
    return np.array(later, dtype=np.int64), np.array(earlier, dtype=np.int64)


def _twins_at(history: History, links: Links, later: Ints, earlier: Ints) -> Ints:
    """When two links came to be between the same two identities."""
    ways = []
    for left, right in ((links.left, links.right), (links.right, links.left)):
        one = met_at(history, links.left[later], left[earlier])
        other = met_at(history, links.right[later], right[earlier])
        ways.append(np.maximum(one, other))
    return np.minimum(ways[0], ways[1])
