"""What another config makes of the people whom a store holds, by ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from idlab.model import customer_id_of, link_id_of
from idlab.stores.base import Rows, Store
from idlab.stores.documents import from_text, identity_from
from idlab.stores.reading import Reading
from idlab.telling import Telling, untold

_SHOWN = 20


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


def difference(first: Store, second: Store, report: Telling = untold, total: int = 0) -> Difference:
    """Compare two generations.

    Args:
        first: The one that serves.
        second: The other one; what it does not hold yet is left out.
        report: Told how far it is.
        total: How many interactions there are, about, for that.
    """
    sides = _Sides(), _Sides()
    shared = erased = 0
    with first.settled() as rows, second.settled() as others:
        tombstones = _tombstones(rows)
        for number, (name, one) in enumerate(_holders(rows), 1):
            other = others.holder(name)
            if other is not None:
                shared += 1
                erased += (one in tombstones) != others.identity(other).erased
                sides[0].add(one, other)
                sides[1].add(other, one)
            report("comparing", number, total)
        before, after = _open_links(rows), _open_links(others)
    of_first, of_second = sides
    return Difference(
        shared,
        sum(
            one not in of_first.several and other not in of_second.several
            for one, other in of_first.met.items()
        ),
        list(map(customer_id_of, of_second.several)),
        list(map(customer_id_of, of_first.several)),
        [link_id_of(*name) for name in after if name not in before],
        [link_id_of(*name) for name in before if name not in after],
        erased,
    )


class _Sides:
    """The identities of one generation, and whom each has met in the other."""

    def __init__(self) -> None:
        self.met: dict[str, str] = {}
        """Whom it met first."""
        self.several: dict[str, None] = {}
        """Those that met several."""

    def add(self, one: str, other: str) -> None:
        """One has met another."""
        if self.met.setdefault(one, other) != other:
            self.several[one] = None


def _holders(rows: Rows) -> Iterator[tuple[str, str]]:
    """Every interaction and who holds it. A database is read from end to end: what it was asked for one by one, it remembers."""
    if isinstance(rows, Reading):
        for _, name, holder in rows.every("interactions", "name, holder"):
            yield from_text(name), from_text(holder)
        return
    for record in rows.records():
        holder = rows.holder(record.interaction_id)
        assert holder is not None
        yield record.interaction_id, holder


def _tombstones(rows: Rows) -> set[str]:
    """The roots of the identities that were erased."""
    if isinstance(rows, Reading):
        states = map(identity_from, (text for _, text in rows.every("identities", "document")))
    else:
        states = map(rows.identity, dict.fromkeys(root for _, root in _holders(rows)))
    return {state.root for state in states if state.erased}


def _open_links(rows: Rows) -> dict[tuple[str, str], None]:
    return dict.fromkeys(link.name for link in rows.links_in("open"))
