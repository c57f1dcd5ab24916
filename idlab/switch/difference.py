"""What another config makes of the people whom a store holds, by ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from idlab.model import customer_id_of, link_id_of
from idlab.stores.base import Rows, Store

_SHOWN = 20
Report = Callable[[int, int], None]


class Difference(NamedTuple):
    """How the identities of two generations differ, interaction by interaction.

    Args:
        interactions: How many are in both.
        stay: Identities that hold the same interactions in both.
        united: Identities of the second that hold interactions of several of the first, by their customer_ids.
        divided: Identities of the first whose interactions several of the second hold, by their customer_ids.
        opened: Links that are open in the second alone, by their ids.
        closed: Links that are open in the first alone, by their ids.
        erased: Interactions that one of them has erased and the other has not; none, if all is well.
    """

    interactions: int
    stay: int
    united: list[str]
    divided: list[str]
    opened: list[str]
    closed: list[str]
    erased: int

    def document(self) -> dict[str, object]:
        """This as plain JSON: how many, and the first of them."""
        lists = ("united", "divided", "opened", "closed")
        counts = {name: len(getattr(self, name)) for name in lists}
        named = {f"{name}_ids": getattr(self, name)[:_SHOWN] for name in lists}
        return {
            "interactions": self.interactions,
            "stay": self.stay,
            "erased": self.erased,
            **counts,
            **named,
        }


def difference(first: Store, second: Store, report: Report = lambda *_: None) -> Difference:
    """Compare two generations.

    Args:
        first: The one that serves.
        second: The other one; what it does not hold yet is left out.
        report: Told how far it is.
    """
    with first.settled() as rows, second.settled() as others:
        pairs, erased = _pairs(rows, others, report)
        before, after = _open_links(rows), _open_links(others)
    of_first: dict[str, set[str]] = {}
    of_second: dict[str, set[str]] = {}
    for one, other in pairs:
        of_first.setdefault(one, set()).add(other)
        of_second.setdefault(other, set()).add(one)
    stay = sum(
        len(others_of) == 1 and len(of_second[next(iter(others_of))]) == 1 for others_of in of_first.values()
    )
    return Difference(
        len(pairs),
        stay,
        [customer_id_of(root) for root, parts in of_second.items() if len(parts) > 1],
        [customer_id_of(root) for root, parts in of_first.items() if len(parts) > 1],
        [link_id_of(*name) for name in after if name not in before],
        [link_id_of(*name) for name in before if name not in after],
        erased,
    )


def _pairs(rows: Rows, others: Rows, report: Report) -> tuple[list[tuple[str, str]], int]:
    """Of every interaction in both, the identities that hold it; and how many only one has erased."""
    records = [one.interaction_id for one in rows.records()]
    found: list[tuple[str, str]] = []
    erased = 0
    for number, name in enumerate(records):
        one, other = rows.holder(name), others.holder(name)
        if one is not None and other is not None:
            found.append((one, other))
            erased += rows.identity(one).erased != others.identity(other).erased
        report(number, len(records))
    return found, erased


def _open_links(rows: Rows) -> dict[tuple[str, str], None]:
    return dict.fromkeys(link.name for link in rows.links_in("open"))
