"""What an erasure would remove, and whom else it might be about: one person may hold several identities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from idlab.erasure.certificate import total
from idlab.erasure.erasing import interactions_of, still_there
from idlab.missed import removed
from idlab.model import Action, customer_id_of
from idlab.neighbourhood import KeyBook
from idlab.resolver import Resolver
from idlab.stores.base import Rows, in_a_step


class Other(NamedTuple):
    """Another identity that has something in common with those that would be erased.

    Args:
        customer_id: The identity.
        through: The fields, keys, links or review items by which; never a value.
    """

    customer_id: str
    through: tuple[str, ...]


@dataclass(frozen=True)
class Foreseen:
    """What an erasure would do.

    Args:
        customers: Who would become a tombstone.
        removed: What would be removed, in numbers.
        others: Other identities that share an identifier or a key, or have an open link or review item with them; those with
            most in common first.
    """

    customers: tuple[str, ...]
    removed: dict[str, Any]
    others: tuple[Other, ...]

    def document(self) -> dict[str, Any]:
        """The same as JSON."""
        others = [{"customer_id": one.customer_id, "through": list(one.through)} for one in self.others]
        return {"customers": list(self.customers), "removed": self.removed, "others": others}


def foresee(resolver: Resolver, customers: Sequence[str]) -> Foreseen:
    """Tell what the erasure of customers would remove, and who else might be meant; nothing is changed.

    Args:
        resolver: Over the store.
        customers: Any customer_ids of theirs.

    Raises:
        UnknownReference: If one was never handed out.
    """
    store, fields = resolver.store, resolver.ready.field_names
    live = in_a_step(store, (), lambda rows: still_there(rows, customers))
    changes = resolver.foresee(Action.erase(*live)) if live else None
    with store.reading() as rows:
        gone = total([] if changes is None else [removed(rows, changes, fields)])
        return Foreseen(tuple(live), gone, tuple(_others(resolver, rows, live)))


def _others(resolver: Resolver, rows: Rows, live: Sequence[str]) -> list[Other]:
    names = interactions_of(rows, live)
    own = {root for name in names if (root := rows.holder(name)) is not None}
    through: dict[str, dict[str, None]] = {}
    for root, what in (
        *_linked(rows, own),
        *_in_reviews(rows, own),
        *_with_values(resolver, rows, names),
        *_with_keys(resolver, rows, names),
    ):
        if root not in own and not rows.identity(root).erased:
            through.setdefault(root, {})[what] = None
    found = [Other(customer_id_of(root), _without_repeats(what)) for root, what in through.items()]
    return sorted(found, key=lambda one: (-len(one.through), one.customer_id))


def _linked(rows: Rows, own: set[str]) -> Iterator[tuple[str, str]]:
    for root in sorted(own):
        for name in rows.identity(root).links:
            link = rows.link(name)
            if link is not None and link.state == "open":
                yield from ((side, "open link") for end in name if (side := rows.holder(end)) is not None)


def _in_reviews(rows: Rows, own: set[str]) -> Iterator[tuple[str, str]]:
    for root in sorted(own):
        state = rows.identity(root)
        items = [state.review] if state.review is not None else []
        for _, item in state.turned:
            review = rows.review(item)
            if review is not None and review.state == "open":
                items.append(item)
        for item in items:
            for name in (item[0], *rows.turned_into(item)):
                if (side := rows.holder(name)) is not None:
                    yield side, "review item"


def _with_values(resolver: Resolver, rows: Rows, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Who has a value of theirs in the same field: all records are looked through."""
    fields = resolver.ready.field_names
    held: list[set[str | None]] = [set() for _ in fields]
    for name in names:
        for values, value in zip(held, rows.record(name).values, strict=True):
            values.add(value)
    for record in rows.records():
        for field, values, value in zip(fields, held, record.values, strict=True):
            if value is not None and value in values:
                root = rows.holder(record.interaction_id)
                assert root is not None
                yield root, field


def _with_keys(resolver: Resolver, rows: Rows, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Who is found by a key of theirs, be it made of parts of values."""
    book = KeyBook(resolver.ready, resolver.config)
    for key in dict.fromkeys(key for name in names for key in book.of(rows.record(name).values)[1]):
        state = rows.key(key)
        for name in () if state is None else state.posted:
            if (root := rows.holder(name)) is not None:
                yield root, f"key {key[0]}"


def _without_repeats(through: dict[str, None]) -> tuple[str, ...]:
    """Without keys that are a field which is named already."""
    return tuple(
        what
        for what in through
        if not (what.startswith("key ") and what.removeprefix("key ").partition(".")[0] in through)
    )
