"""The store in memory: dictionaries, for tests, notebooks and one process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Protocol, TypeVar

from idlab.errors import StoreFailure
from idlab.model import Decision, Evidence, Link, Outcome, ReviewItem, customer_id_of
from idlab.stores.base import (
    AtHand,
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
from idlab.stores.cleaned import Cleaned
from idlab.stores.kept import LogEntry, Paper, Settings

Kept = tuple[Any, ...]
"""A state as a plain tuple, as flat as can be: the garbage collector leaves named tuples never alone, and of plain tuples one
level more each time that it meets them, so that what is deeper than two levels it takes along as if it lived for ever.
"""


class MemoryStore:
    """Identities in dictionaries; gone when the process ends.

    Example:
        >>> store = MemoryStore()
        >>> store.identity_of("call-1") is None
        True
    """

    def __init__(self) -> None:
        self.erasure_log: Path | None = None
        self._step = _Step(self)
        self._drawn = 0
        self._decisions: dict[str, Kept] = {}
        self._parent: dict[str, str] = {}
        self._identities: dict[str, Kept] = {}
        self._items_opened: dict[str, int] = {}
        self._records: dict[str, Kept] = {}
        self._members: dict[str, list[str]] = {}
        self._keys: dict[Key, Kept] = {}
        self._identifiers: dict[Identifier, Kept] = {}
        self._links: dict[LinkName, LinkState] = {}
        self._reviews: dict[ReviewName, ReviewState] = {}
        self._turned: dict[ReviewName, list[str]] = {}
        self._interactions: dict[str, str] = {}  # by customer_id
        self._unnamed: list[str] = []
        self._settings: Settings | None = None
        self._log: list[LogEntry] = []
        self._papers: dict[tuple[str, str], Paper] = {}
        self.link = self._links.get
        self.review = self._reviews.get

    def step(
        self,
        locks: Iterable[Key] | None = None,  # noqa: ARG002 - one lock holds all
        at_hand: AtHand | None = None,  # noqa: ARG002 - everything is at hand
    ) -> AbstractContextManager[MemoryStore]:
        """One entry at a time: the store is its own transaction, and what is put counts once the step is through."""
        return self._step

    def draw(self) -> int:
        """The next number."""
        self._drawn += 1
        return self._drawn

    def decision(self, interaction_id: str) -> Decision | None:
        """The decision made about an interaction."""
        kept = self._decisions.get(interaction_id)
        return None if kept is None else _decision_of(kept)

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

    def identity(self, root: str) -> IdentityState:
        """The state of an identity."""
        return _identity_of(self._identities[root])

    def items_opened(self, root: str) -> int:
        """How many review items this root has anchored."""
        return self._items_opened.get(root, 0)

    def key(self, key: Key) -> KeyState | None:
        """What is known of a key."""
        kept = self._keys.get(key)
        return None if kept is None else _key_of(kept)

    def identifier(self, identifier: Identifier) -> IdentifierState | None:
        """What is known of a counted identifier."""
        kept = self._identifiers.get(identifier)
        return None if kept is None else _identifier_of(kept)

    def record(self, interaction_id: str) -> RecordState:
        """A handled record."""
        return _record_of(self._records[interaction_id])

    def members(self, root: str) -> Sequence[RecordState]:
        """All records of an identity, in the order handled."""
        return sorted(map(self.record, self._members.get(root, (root,))), key=lambda record: record.serial)

    def turned_into(self, name: ReviewName) -> Sequence[str]:
        """The interactions in a review item, in the order handled."""
        return sorted(self._turned.get(name, ()), key=lambda one: self.record(one).serial)

    def interaction_of(self, customer_id: str) -> str | None:
        """The interaction whose customer_id this is; ids are worked out when one is first asked for."""
        while self._unnamed:
            name = self._unnamed.pop()
            self._interactions[customer_id_of(name)] = name
        return self._interactions.get(customer_id)

    def settings(self) -> Settings | None:
        """What the store serves."""
        return self._settings

    def paper(self, kind: str, name: str) -> Paper | None:
        """A paper."""
        return self._papers.get((kind, name))

    def papers(
        self, kind: str, *, state: str | None = None, after: int = 0, limit: int | None = None
    ) -> list[Paper]:
        """The papers of a kind, in the order opened."""
        kept = [one for one in self._papers.values() if one.kind == kind]
        return _page([one for one in kept if state in {None, one.state}], after, limit)

    def links_in(self, state: str, *, after: int = 0, limit: int | None = None) -> list[LinkState]:
        """The links in a state, in the order opened."""
        return _page([one for one in self._links.values() if one.state == state], after, limit)

    def reviews_in(self, state: str, *, after: int = 0, limit: int | None = None) -> list[ReviewState]:
        """The review items in a state, in the order opened."""
        return _page([one for one in self._reviews.values() if one.state == state], after, limit)

    def logged(self, after: int = 0) -> Iterator[LogEntry]:
        """The entries of the log of actions with larger serial numbers, in their order."""
        return (entry for entry in list(self._log) if entry.serial > after)

    def records(self, after: int = 0) -> Iterator[RecordState]:
        """The handled records with larger serial numbers, in their order."""
        later = (one for one in map(_record_of, self._records.values()) if one.serial > after)
        return iter(sorted(later, key=lambda one: one.serial))

    def reading(self) -> AbstractContextManager[MemoryStore]:
        """The store; no step runs while it is read."""
        return self._step

    def settled(self) -> AbstractContextManager[MemoryStore]:
        """The same, for looking at what changes no more."""
        return self._step

    def put(self, changes: Changes) -> None:
        """Write all changes when the step is through."""
        if changes.logged and self._log and changes.logged[0].serial <= self._log[-1].serial:
            raise StoreFailure(
                "the log is only added to", where="memory", hint="draw a number for each entry of it"
            )
        self._step.put.append(changes)

    def write(self, changes: Changes) -> None:
        """Write all changes."""
        for record, root in changes.records:
            self._write_record(record, root)
        for gone, kept in changes.absorbed:
            self._parent[gone] = kept
            self._members.setdefault(kept, [kept]).extend(self._members.pop(gone, (gone,)))
            self._identities.pop(gone, None)
        if changes.moved:
            self._move(changes.moved)
        for state in changes.identities:
            self._identities[state.root] = _kept_identity(state)
        for decision in changes.decisions:
            self._decisions[decision.interaction_id] = _kept_decision(decision)
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
        _update(self._identifiers, changes.identifiers, _kept_identifier)
        _update(self._keys, changes.keys, _kept_key)
        self._items_opened.update(changes.items_opened)
        if changes.logged or changes.papers or changes.settings is not None:
            self._log += changes.logged
            self._papers.update(((one.kind, one.name), one) for one in changes.papers)
            self._settings = changes.settings or self._settings

    def _write_record(self, record: RecordState, root: str) -> None:
        name = record.interaction_id
        if name not in self._records:
            self._parent[name] = root
            self._unnamed.append(name)
            if name != root:
                self._members.setdefault(root, [root]).append(name)
        self._records[name] = _kept_record(record)

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

    def clean(self) -> Cleaned:
        """Nothing is left: what a dictionary no longer holds is no more."""
        return Cleaned(("the dictionaries of this process",))

    def close(self) -> None:
        """Nothing is open."""


class _Step(AbstractContextManager[MemoryStore]):
    """The one step that is under way."""

    def __init__(self, store: MemoryStore) -> None:
        self.put: list[Changes] = []
        self._store = store
        self._lock = RLock()

    def __enter__(self) -> MemoryStore:
        self._lock.acquire()
        self.put.clear()
        return self._store

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                for changes in self.put:
                    self._store.write(changes)
        finally:
            self._lock.release()


class _Opened(Protocol):
    @property
    def opened(self) -> int: ...


_Work = TypeVar("_Work", bound=_Opened)
_State = TypeVar("_State", bound=Kept)


def _page(kept: Iterable[_Work], after: int, limit: int | None) -> list[_Work]:
    """Those that were opened after a number, in the order opened, as many as are wanted."""
    return sorted((one for one in kept if one.opened > after), key=lambda one: one.opened)[:limit]


def _update(
    kept: dict[Any, Kept], changes: Iterable[tuple[Any, _State | None]], kept_of: Callable[[_State], Kept]
) -> None:
    for name, state in changes:
        if state is None:
            kept.pop(name, None)
        else:
            kept[name] = kept_of(state)


def _kept_identity(state: IdentityState) -> Kept:
    """An identity: its profile at the end, and in it an entry that is alone by itself."""
    fields = [entries[0] if len(entries) == 1 else entries for entries in state.profile]
    return (*state[:2], *state[3:], *fields)


def _identity_of(kept: Kept) -> IdentityState:
    fields = [(field,) if field and field[0].__class__ is str else field for field in kept[_FIELDS:]]
    return IdentityState(kept[0], kept[1], tuple(fields), *kept[2:_FIELDS])


_FIELDS = len(IdentityState._fields) - 1
"""Where the profile begins."""


def _kept_record(record: RecordState) -> Kept:
    """A record: its values at the end."""
    name, serial, moment, values = record
    return (name, serial, moment, *values)


def _record_of(kept: Kept) -> RecordState:
    return RecordState(kept[0], kept[1], kept[2], kept[3:])


def _kept_key(state: KeyState) -> Kept:
    """A key: the records that it leads to at the end."""
    posted, holders, hub, bereft = state
    return (holders, hub, bereft, *posted)


def _key_of(kept: Kept) -> KeyState:
    return KeyState(kept[3:], kept[0], kept[1], kept[2])


def _kept_identifier(state: IdentifierState) -> Kept:
    """An identifier: the names seen with it, and how often, at the end."""
    holders, shared, names, bereft = state
    return (holders, shared, bereft, *chain.from_iterable(names))


def _identifier_of(kept: Kept) -> IdentifierState:
    flat = iter(kept[3:])
    return IdentifierState(kept[0], kept[1], tuple(zip(flat, flat, strict=True)), kept[2])


def _kept_decision(decision: Decision) -> Kept:
    """A decision: its evidence on end, its outcome as text."""
    name, outcome, *others, evidence, targets, digest = decision
    return (name, outcome._value_, *others, tuple(chain.from_iterable(evidence)), targets, digest)


def _decision_of(kept: Kept) -> Decision:
    name, outcome, *rest, flat, targets, digest = kept
    evidence = tuple(Evidence(*flat[k : k + 3]) for k in range(0, len(flat), 3))
    return Decision._make((name, Outcome(outcome), *rest, evidence, targets, digest))
