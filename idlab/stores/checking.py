"""Whether what a store holds hangs together: every invariant that its rows can show, and what to do when one fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from idlab.stores.base import Identifier, IdentityState, Key, KeyState, LinkState, RecordState, ReviewState
from idlab.stores.documents import as_tuples, customer_key, digest_key, from_text
from idlab.stores.reading import Reading

Marks = Callable[[tuple[str | None, ...]], tuple[Iterable[Key], Iterable[Identifier]]]
"""The keys and the counted identifiers of a record's values, under the scoring config of the store."""

_RESTORE = "the rows were changed by something else than idlab, or the disk lost some: restore a backup"
_AGAIN = "restore a backup, or fill a new store from the interactions with idlab resolve --store"
_ERASE = "erase the customer again, then check again"

_ID_SIZE = 16

INVARIANTS = {
    "every row lies under the digest of its name": _RESTORE,
    "every interaction has a record and a decision": _RESTORE,
    "no two records have the same serial number": _AGAIN,
    "every interaction is held by one identity, and that is there": _RESTORE,
    "every identity is called by its earliest interaction": _AGAIN,
    "an erased identity has no values left": _ERASE,
    "a link joins two handled interactions": _RESTORE,
    "an open link joins two live identities, and both know it": _AGAIN,
    "a review item has a handled anchor": _RESTORE,
    "an open review item is that of the identity that holds its anchor": _AGAIN,
    "a record turned away is in a review item that is there": _RESTORE,
    "a key leads to handled interactions, as many as hold it at most": _RESTORE,
    "keys are those of the records": "the store may be of another config: name its own; else " + _AGAIN,
    "marks of identifiers are those of the records": "name the config that the store was filled with; else "
    + _AGAIN,
}
"""What must hold, and what to do where it does not."""


@dataclass(frozen=True)
class Finding:
    """One invariant and where it fails.

    Args:
        invariant: What must hold.
        failures: How often it does not.
        example: customer_id of a row that fails, where rows have one.
    """

    invariant: str
    failures: int
    example: str | None = None

    @property
    def advice(self) -> str:
        """What to do about it."""
        return INVARIANTS[self.invariant]


def check(rows: Reading, marks: Marks | None = None) -> list[Finding]:
    """Check every invariant, in memory that grows with the number of interactions.

    Args:
        rows: A store as it is at one moment: ``store.reading()``.
        marks: Works keys and identifiers out again; None leaves these two invariants out.

    Returns:
        A finding for each invariant checked; all is well if none has failures.
    """
    checking = _Checking(rows, marks)
    checking.check_all()
    left_out = (
        set() if marks else {"keys are those of the records", "marks of identifiers are those of the records"}
    )
    return [
        Finding(name, checking.failures[name], checking.examples.get(name))
        for name in INVARIANTS
        if name not in left_out
    ]


class _Checking:
    def __init__(self, rows: Reading, marks: Marks | None) -> None:
        self._rows, self._marks = rows, marks
        self.failures: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self._root_of: dict[bytes, bytes] = {}
        self._earliest: dict[bytes, tuple[int, bytes]] = {}
        self._with_values: set[bytes] = set()
        self._identities: dict[bytes, tuple[bool, frozenset[bytes], bytes | None]] = {}
        self._reviews: dict[bytes, bytes | None] = {}
        self._holders: Counter[bytes] = Counter()

    def check_all(self) -> None:
        self._check_interactions()
        self._check_identities()
        self._check_links()
        self._check_reviews()
        self._check_keys()
        self._check_identifiers()

    def _must(self, holds: bool, invariant: str, key: bytes | None = None) -> None:  # noqa: FBT001 - the one question
        if not holds:
            self.failures[invariant] += 1
            if key is not None:
                self.examples.setdefault(
                    invariant, str(UUID(bytes=key)) if len(key) == _ID_SIZE else key.hex()
                )

    def _check_interactions(self) -> None:
        serials: set[int] = set()
        for key, name, root, holder, serial, text, decision in self._rows.every(
            "interactions", "name, root, holder, serial, record, decision"
        ):
            interaction_id = from_text(name)
            record = RecordState._make(as_tuples(from_text(text)))
            is_named = customer_key(interaction_id) == key and customer_key(from_text(holder)) == root
            self._must(is_named, "every row lies under the digest of its name", key)
            whole = (
                record[:2] == (interaction_id, serial)
                and decision is not None
                and from_text(decision)[0] == interaction_id
            )
            self._must(whole, "every interaction has a record and a decision", key)
            self._must(serial not in serials, "no two records have the same serial number", key)
            serials.add(serial)
            self._root_of[key] = root
            self._earliest[root] = min(self._earliest.get(root, (serial, key)), (serial, key))
            if any(value is not None for value in record.values):
                self._with_values.add(root)
                self._count_marks(record.values)

    def _count_marks(self, values: tuple[str | None, ...]) -> None:
        if self._marks is not None:
            keys, identifiers = self._marks(values)
            self._holders.update(b"k" + digest_key(key) for key in keys)
            self._holders.update(b"i" + digest_key(identifier) for identifier in identifiers)

    def _check_identities(self) -> None:
        for key, state in self._states("identities", IdentityState):
            self._must(customer_key(state.root) == key, "every row lies under the digest of its name", key)
            earliest = self._earliest.get(key, (0, b""))
            as_called = earliest == (state.serial, key)
            self._must(as_called, "every identity is called by its earliest interaction", key)
            if state.erased:
                empty = key not in self._with_values and not any(state.profile)
                self._must(empty, "an erased identity has no values left", key)
            review = None if state.review is None else digest_key(state.review)
            links = frozenset(map(digest_key, state.links))
            self._identities[key] = state.erased, links, review
        for root in self._earliest:
            there = root in self._identities
            self._must(there, "every interaction is held by one identity, and that is there", root)

    def _check_links(self) -> None:
        for key, link in self._states("links", LinkState):
            self._must(digest_key(link.name) == key, "every row lies under the digest of its name")
            ends = [customer_key(end) for end in link.name]
            handled = all(end in self._root_of for end in ends)
            self._must(handled, "a link joins two handled interactions", ends[0])
            if handled and link.state == "open":
                sides = {self._root_of[end] for end in ends}
                known = [self._identities.get(side) for side in sides]
                both = len(sides) == 2 and all(one and not one[0] and key in one[1] for one in known)
                self._must(both, "an open link joins two live identities, and both know it", ends[0])

    def _check_reviews(self) -> None:
        for key, item in self._states("reviews", ReviewState):
            self._must(digest_key(item.name) == key, "every row lies under the digest of its name")
            anchor = customer_key(item.name[0])
            self._must(anchor in self._root_of, "a review item has a handled anchor", anchor)
            self._reviews[key] = None if item.into is None else digest_key(item.into)
            if item.state == "open" and anchor in self._root_of:
                identity = self._identities.get(self._root_of[anchor])
                own = identity is not None and identity[2] == key
                self._must(own, "an open review item is that of the identity that holds its anchor", anchor)
        for key, review in self._rows.every("turned", "review"):
            there = key in self._root_of and review in self._reviews
            self._must(there, "a record turned away is in a review item that is there", key)

    def _check_keys(self) -> None:
        for key, name, state in self._marks_found("keys"):
            held = KeyState._make(state)
            self._must(digest_key(name) == key, "every row lies under the digest of its name")
            handled = all(customer_key(one) in self._root_of for one in held.posted)
            few = held.holders >= max(1, len(held.posted))
            self._must(handled and few, "a key leads to handled interactions, as many as hold it at most")
            self._must_be_counted(b"k" + key, held.holders, "keys are those of the records")
        self._must_be_used_up(b"k", "keys are those of the records")

    def _check_identifiers(self) -> None:
        for key, name, state in self._marks_found("identifiers"):
            self._must(digest_key(name) == key, "every row lies under the digest of its name")
            self._must_be_counted(b"i" + key, state[0], "marks of identifiers are those of the records")
        self._must_be_used_up(b"i", "marks of identifiers are those of the records")

    def _must_be_counted(self, key: bytes, holders: int, invariant: str) -> None:
        if self._marks is not None:
            self._must(self._holders.pop(key, 0) == holders, invariant)

    def _must_be_used_up(self, kind: bytes, invariant: str) -> None:
        """Whatever the records hold must have had its row."""
        for key in self._holders:
            self._must(not key.startswith(kind), invariant)

    def _states(self, table: str, kind: Any) -> Iterator[tuple[bytes, Any]]:
        for key, text in self._rows.every(table, "document"):
            yield key, kind._make(as_tuples(from_text(text)))

    def _marks_found(self, table: str) -> Iterator[tuple[bytes, Any, Any]]:
        for key, text in self._rows.every(table, "document"):
            name, *state = as_tuples(from_text(text))
            yield key, name, state
