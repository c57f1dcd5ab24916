"""The store in memory: dictionaries, for tests, notebooks and one process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import RLock

from idlab.model import Decision, Link, ReviewItem, customer_id_of
from idlab.stores.base import (
    Changes,
    Identifier,
    IdentifierState,
    IdentityState,
    Key,
    KeyState,
    LinkName,
    LinkState,
    RecordState,
    ReviewName,
    ReviewState,
)


class MemoryStore:
    """Identities in dictionaries; gone when the process ends.

    Example:
        >>> store = MemoryStore()
        >>> store.identity_of("call-1") is None
        True
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._drawn = 0
        self._decisions: dict[str, Decision] = {}
        self._parent: dict[str, str] = {}
        self._identities: dict[str, IdentityState] = {}
        self._items_opened: dict[str, int] = {}
        self._records: dict[str, RecordState] = {}
        self._members: dict[str, list[str]] = {}
        self._keys: dict[Key, KeyState] = {}
        self._identifiers: dict[Identifier, IdentifierState] = {}
        self._links: dict[LinkName, LinkState] = {}
        self._reviews: dict[ReviewName, ReviewState] = {}
        self._turned: dict[ReviewName, list[str]] = {}
        self._interactions: dict[str, str] = {}
        self.decision = self._decisions.get
        self.key = self._keys.get
        self.identifier = self._identifiers.get
        self.link = self._links.get
        self.review = self._reviews.get
        self.record = self._records.__getitem__
        self.identity = self._identities.__getitem__

    @contextmanager
    def step(self, locks: Iterable[Key] = ()) -> Iterator[MemoryStore]:  # noqa: ARG002 - one lock holds all
        """One entry at a time: the store is its own transaction, and what is put counts once the step is through."""
        with self._lock:
            self._put: list[Changes] = []
            yield self
            for changes in self._put:
                self._write(changes)

    def draw(self) -> int:
        """The next number."""
        self._drawn += 1
        return self._drawn

    def holder(self, interaction_id: str) -> str | None:
        """The root of the identity that holds an interaction now."""
        parent = self._parent
        above = parent.get(interaction_id)
        if above is None or parent[above] == above:
            return above
        root = above
        while parent[root] != root:
            root = parent[root]
        while above != root:
            parent[interaction_id] = root
            interaction_id, above = above, parent[above]
        return root

    def items_opened(self, root: str) -> int:
        """How many review items this root has anchored."""
        return self._items_opened.get(root, 0)

    def members(self, root: str) -> Sequence[RecordState]:
        """All records of an identity, in the order handled."""
        records = [self._records[one] for one in self._members[root]]
        return sorted(records, key=lambda record: record.serial)

    def turned_into(self, name: ReviewName) -> Sequence[str]:
        """The interactions in a review item, in the order handled."""
        return sorted(self._turned.get(name, ()), key=lambda one: self._records[one].serial)

    def interaction_of(self, customer_id: str) -> str | None:
        """The interaction whose customer_id this is."""
        return self._interactions.get(customer_id)

    def put(self, changes: Changes) -> None:
        """Write all changes when the step is through."""
        self._put.append(changes)

    def _write(self, changes: Changes) -> None:
        for record, root in changes.records:
            self._put_record(record, root)
        for gone, kept in changes.absorbed:
            self._parent[gone] = kept
            self._members[kept] += self._members.pop(gone)
            self._identities.pop(gone, None)
        if changes.moved:
            self._move(changes.moved)
        for state in changes.identities:
            self._identities[state.root] = state
        for decision in changes.decisions:
            self._decisions[decision.interaction_id] = decision
        for link in changes.links:
            self._links[link.name] = link
        for review in changes.reviews:
            self._reviews[review.name] = review
            if review.into is not None:
                self._turned.setdefault(review.into, []).extend(self._turned.pop(review.name, ()))
        for interaction_id, name in changes.turned:
            self._turned.setdefault(name, []).append(interaction_id)
        for interaction_id, name in changes.released:
            self._turned[name].remove(interaction_id)
        _update(self._identifiers, changes.identifiers)
        _update(self._keys, changes.keys)
        self._items_opened.update(changes.items_opened)

    def _put_record(self, record: RecordState, root: str) -> None:
        name = record.interaction_id
        if name not in self._records:
            self._parent[name] = root
            self._members.setdefault(root, []).append(name)
            self._interactions[customer_id_of(name)] = name
        self._records[name] = record

    def _move(self, moved: Sequence[tuple[str, str]]) -> None:
        for root in {root for _, root in moved}:
            self._members[root] = []
        for name, root in moved:
            self._parent[name] = root
            self._members[root].append(name)

    def identity_of(self, interaction_id: str) -> str | None:
        """The customer_id that holds an interaction now."""
        root = self.holder(interaction_id)
        return None if root is None else customer_id_of(root)

    def links(self) -> list[Link]:
        """Every link ever opened, in the order opened."""
        return [
            Link(*state.name, state.state)
            for state in sorted(self._links.values(), key=lambda link: link.opened)
        ]

    def reviews(self) -> list[ReviewItem]:
        """Every review item ever opened, in the order opened."""
        ordered = sorted(self._reviews.values(), key=lambda item: item.opened)
        return [ReviewItem(*item.name, item.state, tuple(self.turned_into(item.name))) for item in ordered]

    def close(self) -> None:
        """Nothing is open."""


def _update(states: dict, changes: list) -> None:  # type: ignore[type-arg]
    for name, state in changes:
        if state is None:
            states.pop(name, None)
        else:
            states[name] = state
