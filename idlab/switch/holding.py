"""Which answers of people hold in one generation and not in another one filled from it."""

from __future__ import annotations

from collections.abc import Iterator

from idlab.actions import link_named
from idlab.stores.base import Rows
from idlab.stores.kept import LogEntry

SAID = {
    "accept": "accepted, and now apart",
    "decline": "declined, and now one",
    "split": "parted, and now one",
}
"""What becomes of an answer that holds no more, by its kind."""


def overruled(rows: Rows, others: Rows) -> list[LogEntry]:
    """The answers that hold in a generation and would not in another: in the order in which they were given.

    Whom people said to be one, or not to be, and who is so in the first, must be so in the second; unless somebody was erased.

    Args:
        rows: The generation whose log tells of the answers.
        others: The other one.
    """
    return [
        entry
        for entry in rows.logged()
        if entry.kind in SAID
        and any(_is_overruled(rows, others, pair, one=entry.kind == "accept") for pair in _pairs(rows, entry))
    ]


def _pairs(rows: Rows, entry: LogEntry) -> Iterator[tuple[str, str]]:
    """The pairs of interactions that an answer is about."""
    if entry.kind != "split":
        ends = link_named(rows, entry.about["link"])
        if ends is not None:
            yield ends
        return
    customer = rows.interaction_of(entry.about["customers"][0])
    parted = entry.about["interactions"]
    if customer is not None and customer not in parted:
        yield from ((customer, one) for one in parted)


def _is_overruled(rows: Rows, others: Rows, pair: tuple[str, str], *, one: bool) -> bool:
    """Whether two are ``one`` in the first generation, or are not, and the other way about in the second."""
    here, there = ([held.holder(name) for name in pair] for held in (rows, others))
    if None in there or (here[0] == here[1]) is not one or (there[0] == there[1]) is one:
        return False
    roots = [(rows, root) for root in here] + [(others, root) for root in there]
    return not any(root is not None and held.identity(root).erased for held, root in roots)
