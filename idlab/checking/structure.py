"""Whether the rows of a store hang together, each by itself and with those that it names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from idlab.checking.documents import identifier_held, key_held
from idlab.checking.invariants import LISTS, UNREADABLE, Failures
from idlab.checking.marks import marks_under
from idlab.config import ScoringConfig
from idlab.model import Decision
from idlab.stores.base import IdentityState, LinkState, RecordState, ReviewState
from idlab.stores.documents import as_tuples, customer_key, decision_from, digest_key, from_text
from idlab.stores.reading import Reading

_ID_SIZE = 16


class _Held(NamedTuple):
    """A row of an interaction."""

    name: str
    root: bytes
    holder: str
    serial: int
    record: RecordState
    decision: Decision | None


class Structure:
    """Reads every row once, and checks what rows can show, in memory that grows with the number of interactions.

    Args:
        rows: A store as it is at one moment: ``store.reading()``.
        config: The config that it serves: keys and identifiers are worked out again under it; None leaves that out.
        failures: Counts what fails.
    """

    def __init__(self, rows: Reading, config: ScoringConfig | None, failures: Failures) -> None:
        self._rows, self._failures = rows, failures
        self._marks = None if config is None else marks_under(config)
        self._n_fields = None if config is None else len(config.fields)
        self.is_bereft = False
        """Whether anybody was erased, so that some of what is held cannot be worked out again."""
        self.root_of: dict[bytes, bytes] = {}
        """The identity that holds each interaction, by their customer_ids."""
        self.erased: set[bytes] = set()
        """The tombstones."""
        self.links: set[bytes] = set()
        """The customer_ids of both ends of every link, on end."""
        self.reviews: set[tuple[bytes, int]] = set()
        """The customer_id of the anchor and the number of every review item."""
        self._earliest: dict[bytes, tuple[int, bytes]] = {}
        self._with_values: set[bytes] = set()
        self._identities: dict[bytes, tuple[frozenset[bytes], bytes | None]] = {}
        self._reviews: dict[bytes, bytes | None] = {}
        self._holders: Counter[bytes] = Counter()

    def check_all(self) -> None:
        """Check everything."""
        for check in (
            self._check_interactions,
            self._check_identities,
            self._check_links,
            self._check_reviews,
            self._check_keys,
            self._check_identifiers,
        ):
            self._failures.done(check)
        self._must(not self.is_bereft or bool(self.erased), "nothing is bereft where nobody was erased")
        self.is_bereft |= bool(self.erased)

    def _must(self, holds: bool, invariant: str, key: bytes | None = None) -> None:  # noqa: FBT001 - the one question
        self._failures.must(holds, invariant, None if holds or key is None else _shown(key))

    def _check_interactions(self) -> None:
        serials: set[int] = set()
        columns = "name, root, holder, serial, record, decision"
        for key, (name, root, holder, serial, record, decision) in self._read("interactions", columns, _held):
            is_named = customer_key(name) == key and customer_key(holder) == root
            self._must(is_named, "every row lies under the digest of its name", key)
            has_values = self._n_fields in {None, len(record.values)}
            whole = (
                record[:2] == (name, serial)
                and decision is not None
                and decision.interaction_id == name
                and has_values
            )
            self._must(whole, "every interaction has a record and a decision", key)
            self._must(serial not in serials, "no two records have the same serial number", key)
            serials.add(serial)
            self.root_of[key] = root
            self._earliest[root] = min(self._earliest.get(root, (serial, key)), (serial, key))
            if has_values and any(value is not None for value in record.values):
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
            as_called = self._earliest.get(key, (0, b"")) == (state.serial, key)
            self._must(as_called, "every identity is called by its earliest interaction", key)
            if state.erased:
                self.erased.add(key)
                empty = key not in self._with_values and not any(state.profile)
                self._must(empty, "an erased identity has no values left", key)
            review = None if state.review is None else digest_key(state.review)
            self._identities[key] = frozenset(map(digest_key, state.links)), review
        for root in self._earliest:
            there = root in self._identities
            self._must(there, "every interaction is held by one identity, and that is there", root)

    def _check_links(self) -> None:
        for key, link in self._queued("links", LinkState):
            self._must(digest_key(link.name) == key, "every row lies under the digest of its name")
            ends = [customer_key(end) for end in link.name]
            self.links.add(b"".join(ends))
            handled = all(end in self.root_of for end in ends)
            self._must(handled, "a link joins two handled interactions", ends[0])
            if handled and link.state == "open":
                sides = {self.root_of[end] for end in ends}
                both = len(sides) == 2 and all(self._knows(side, key) for side in sides)
                self._must(both, "an open link joins two live identities, and both know it", ends[0])

    def _knows(self, root: bytes, link: bytes) -> bool:
        """Whether a live identity knows of a link."""
        known = self._identities.get(root)
        return known is not None and root not in self.erased and link in known[0]

    def _check_reviews(self) -> None:
        for key, item in self._queued("reviews", ReviewState):
            self._must(digest_key(item.name) == key, "every row lies under the digest of its name")
            anchor = customer_key(item.name[0])
            self.reviews.add((anchor, item.name[1]))
            self._must(anchor in self.root_of, "a review item has a handled anchor", anchor)
            self._reviews[key] = None if item.into is None else digest_key(item.into)
            if item.state == "open" and anchor in self.root_of:
                identity = self._identities.get(self.root_of[anchor])
                own = identity is not None and identity[1] == key
                self._must(own, "an open review item is that of the identity that holds its anchor", anchor)
        for key, review in self._rows.every("turned", "review"):
            there = key in self.root_of and review in self._reviews
            self._must(there, "a record turned away is in a review item that is there", key)

    def _check_keys(self) -> None:
        for key, (name, held) in self._read("keys", "document", key_held):
            self._must(digest_key(name) == key, "every row lies under the digest of its name")
            handled = all(customer_key(one) in self.root_of for one in held.posted)
            few = held.holders >= max(1, len(held.posted))
            self._must(handled and few, "a key leads to handled interactions, as many as hold it at most")
            self._must_be_counted(b"k" + key, held.holders, "keys are those of the records")
            self.is_bereft |= held.bereft is not False
        self._must_be_used_up(b"k", "keys are those of the records")

    def _check_identifiers(self) -> None:
        for key, (name, held) in self._read("identifiers", "document", identifier_held):
            self._must(digest_key(name) == key, "every row lies under the digest of its name")
            self._must_be_counted(b"i" + key, held.holders, "marks of identifiers are those of the records")
            self.is_bereft |= held.bereft is not False
        self._must_be_used_up(b"i", "marks of identifiers are those of the records")

    def _must_be_counted(self, key: bytes, holders: int, invariant: str) -> None:
        if self._marks is not None:
            self._must(self._holders.pop(key, 0) == holders, invariant)

    def _must_be_used_up(self, kind: bytes, invariant: str) -> None:
        """Whatever the records hold must have had its row."""
        for key in self._holders:
            self._must(not key.startswith(kind), invariant)

    def _queued(self, table: str, kind: Any) -> Iterator[tuple[bytes, Any]]:
        """The states of a table that is listed by number and state."""
        columns = "opened, state, document"
        for key, (*listed, state) in self._read(table, columns, lambda *row: (*row[:2], _made(kind, row[2]))):
            self._must(listed == [state.opened, state.state], LISTS)
            yield key, state

    def _states(self, table: str, kind: Any) -> Iterator[tuple[bytes, Any]]:
        return self._read(table, "document", lambda text: _made(kind, text))

    def _read(self, table: str, columns: str, made_of: Callable[..., Any]) -> Iterator[tuple[bytes, Any]]:
        """What is made of every row of a table that can be read."""
        for key, *values in self._rows.every(table, columns):
            try:
                made = made_of(*values)
            except UNREADABLE:
                self._must(holds=False, invariant="every row can be read", key=key)
            else:
                yield key, made


def _made(kind: Any, text: str) -> Any:
    return kind._make(as_tuples(from_text(text)))


def _held(name: str, root: bytes, holder: str, serial: int, record: str, decision: str | None) -> _Held:
    return _Held(
        from_text(name),
        root,
        from_text(holder),
        serial,
        RecordState._make(as_tuples(from_text(record))),
        None if decision is None else decision_from(decision),
    )


def _shown(key: bytes) -> str:
    return str(UUID(bytes=key)) if len(key) == _ID_SIZE else key.hex()
