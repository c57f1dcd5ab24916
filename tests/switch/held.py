"""What a generation holds, without the numbers that every generation draws for itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from idlab import Action, Interaction, Resolver, ScoringConfig
from idlab.compiled import compiled
from idlab.errors import BadInput
from idlab.model import Decision, Link, ReviewItem
from idlab.neighbourhood import KeyBook
from idlab.stores import MemoryStore
from idlab.stores.base import Rows, Store
from idlab.stores.kept import action_of
from idlab.testing.logs import Move, Namer


class Held(NamedTuple):
    """Everything that a generation holds."""

    values: dict[str, tuple[str | None, ...]]
    decisions: dict[str, Decision | None]
    identities: dict[str, Any]
    links: list[Link]
    reviews: list[ReviewItem]
    keys: dict[Any, Any]
    identifiers: dict[Any, Any]


def held(store: Store, config: ScoringConfig) -> Held:
    """What a store holds, serial numbers replaced by the interactions that they are of."""
    ready = compiled(config)
    book, counted = KeyBook(ready, config), [k for k, on in enumerate(ready.rules.counts_names) if on]
    with store.reading() as rows:
        records = list(rows.records())
        named = {one.serial: one.interaction_id for one in records}
        roots = dict.fromkeys(rows.holder(one.interaction_id) or "" for one in records)
        keys = {key for one in records for key in book.of(one.values)[1]}
        identifiers = {
            (ready.field_names[place], value)
            for one in records
            for place in counted
            if (value := one.values[place]) is not None
        }
        found = Held(
            {one.interaction_id: one.values for one in records},
            {one.interaction_id: rows.decision(one.interaction_id) for one in records},
            {root: _identity(rows, root, named) for root in roots},
            [],
            [],
            {key: rows.key(key) for key in sorted(keys)},
            {one: rows.identifier(one) for one in sorted(identifiers)},
        )
    return found._replace(links=store.links(), reviews=store.reviews())


def _identity(rows: Rows, root: str, named: dict[int, str]) -> Any:
    state = rows.identity(root)
    profile = [
        [(*entry[:4], *(named[serial] for serial in entry[4:])) for entry in entries]
        for entries in state.profile
    ]
    members = [one.interaction_id for one in rows.members(root)]
    return state._replace(serial=0, profile=()), profile, members


def filled_by(
    store: Store, config: ScoringConfig, moves: list[Move], first: int = 0
) -> dict[str, Interaction]:
    """Let a resolver handle a log to be; returns the interactions as they came."""
    resolver = Resolver(config, store)
    namer = Namer(store.links, store.reviews, store.identity_of)
    sent: dict[str, Interaction] = {}
    for number, move in enumerate(moves, first):
        entry = namer.entry(number, move)
        if isinstance(entry, Interaction):
            sent.setdefault(entry.interaction_id, entry)
        handle(resolver, entry)
    return sent


def handle(resolver: Resolver, entry: Interaction | Action) -> str:
    """Handle an entry, be it refused."""
    if isinstance(entry, Interaction):
        return str(resolver.resolve(entry).outcome)
    try:
        return resolver.act(entry, by="ann")
    except BadInput as refused:
        return type(refused).__name__


def in_order(store: Store, sent: dict[str, Interaction]) -> Iterator[Interaction | Action]:
    """What a store was sent and what people decided there, in the order of its serial numbers."""
    with store.reading() as rows:
        entries: list[tuple[int, Interaction | Action]] = [
            (one.serial, sent[one.interaction_id]) for one in rows.records()
        ]
        entries += [(one.serial, action) for one in rows.logged() if (action := action_of(one)) is not None]
    return iter([entry for _, entry in sorted(entries, key=lambda one: one[0])])


def fresh(config: ScoringConfig, entries: Iterator[Interaction | Action]) -> Store:
    """A store that was sent the same under a config of its own."""
    store = MemoryStore()
    resolver = Resolver(config, store)
    for entry in entries:
        handle(resolver, entry)
    return store
