"""What the core says of two sides of a link now, without deciding anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from idlab.core.codes import MISSING
from idlab.core.weigh import contradict, weigh
from idlab.model import Evidence
from idlab.neighbourhood import Neighbourhood
from idlab.resolver import Resolver
from idlab.stores.base import LinkName, Rows, Transaction


class ComparedNow(NamedTuple):
    """The record at hand beside the other side as it is now.

    Args:
        score: 0 to 1.
        weight: The same in the model's own unit.
        evidence: Level and contribution of every field.
        contradict: Whether the profiles of both sides speak against their being one person.
    """

    score: float
    weight: float
    evidence: Sequence[Evidence]
    contradict: bool


def compared_now(rows: Rows, resolver: Resolver, link: LinkName) -> ComparedNow | None:
    """Compare the record at hand with the other side of its link, as it is now.

    Args:
        rows: The store, in a reading.
        resolver: Over it.
        link: The link.

    Returns:
        The comparison; None if both sides are one by now, or one was erased.
    """
    at_hand, far = link
    mine, theirs = rows.holder(at_hand), rows.holder(far)
    if mine is None or theirs is None or mine == theirs:
        return None
    if rows.identity(mine).erased or rows.identity(theirs).erased:
        return None
    ready = resolver.ready
    near = Neighbourhood(ready)
    near.around(cast("Transaction", rows))  # it draws and writes only when something is decided
    record = near.at_hand(rows.record(at_hand))
    other, own = near.load(theirs), near.load(mine)
    near.make_slots([other])
    near.compare_profiles()
    weigh(near.world, record, 0)
    candidates, n_fields = near.candidates, near.n_fields
    fields = zip(
        ready.field_names,
        ready.level_names,
        candidates.level[:n_fields],
        candidates.contribution[:n_fields],
        strict=True,
    )
    return ComparedNow(
        ready.score(candidates.weight[0]),
        candidates.weight[0],
        [
            Evidence(name, None if level == MISSING else levels[level], contribution)
            for name, levels, level, contribution in fields
        ],
        contradict(near.world, own, other),
    )
