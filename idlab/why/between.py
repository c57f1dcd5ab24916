"""What lies between two interactions of a replay: meetings, partings, links and reviews."""

from __future__ import annotations

import numpy as np

from idlab.core.codes import LINK_STATES, OPEN, REVIEW_STATES
from idlab.model import link_id_of
from idlab.replay import Replay
from idlab.why.answer import LinkBetween
from idlab.why.past import journey

Journey = list[tuple[int, int]]


def held_before(steps: Journey, entry: int) -> int | None:
    """The identity that held an interaction before a log position; None if it was not handled by then.

    Example:
        >>> held_before([(3, 0), (9, 7)], 9)
        0
    """
    held = [root for at, root in steps if at < entry]
    return held[-1] if held else None


def meeting_and_parting(done: Replay, a: int, b: int) -> tuple[int | None, int | None]:
    """The log positions at which two interactions last became one customer, and last ceased to be."""
    journeys = journey(done, a), journey(done, b)
    met = parted = None
    one = False
    for at in sorted({at for steps in journeys for at, _ in steps}):
        left, right = (held_before(steps, at + 1) for steps in journeys)
        were_one, one = one, left is not None and left == right
        if one and not were_one:
            met = at
        elif were_one and not one:
            parted = at
    return met, parted


def links_between(done: Replay, a: int, b: int) -> tuple[LinkBetween, ...]:
    """The links between the two identities that hold two interactions at the end, in the order opened."""
    one, other = done.identity[a], done.identity[b]
    if one == other:
        return ()
    left, right, state = done.link_arrays
    left_side, right_side = done.identity[left], done.identity[right]
    forth, back = (left_side == one) & (right_side == other), (left_side == other) & (right_side == one)
    ids, found = done.tape.ids, []
    for link in np.flatnonzero(forth | back).tolist():
        opened, waiting = ids[left[link]], ids[right[link]]
        found.append(LinkBetween(link_id_of(opened, waiting), opened, waiting, LINK_STATES[state[link]]))
    return tuple(found)


def turned_away(done: Replay, a: int, b: int) -> tuple[int, int] | None:
    """The record of one identity that waits in an open review item of the other, and that item's anchor."""
    number = {name: i for i, name in enumerate(done.tape.ids)}
    sides = {int(done.identity[a]), int(done.identity[b])}
    for item in done.reviews():
        anchor = number[item.anchor]
        if item.state == REVIEW_STATES[OPEN] and int(done.identity[anchor]) in sides:
            across = sides - {int(done.identity[anchor])}
            records = [number[one] for one in item.records if int(done.identity[number[one]]) in across]
            if records:
                return records[0], anchor
    return None
