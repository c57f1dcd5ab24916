"""Whether the rows of a store hang together, each by itself and with those that it names."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from idlab.checking.interactions import Interactions
from idlab.checking.invariants import LISTS, UNREADABLE, Failures
from idlab.checking.marks import marks_under
from idlab.checking.tally import Tally
from idlab.config import ScoringConfig
from idlab.model import Decision
from idlab.stores.base import RecordState
from idlab.stores.documents import (
    customer_key,
    decision_from,
    digest_key,
    from_text,
    identifier_from,
    identity_from,
    key_from,
    link_from,
    record_from,
    review_from,
)
from idlab.stores.reading import Reading
from idlab.telling import EVERY, Telling

_ID_SIZE = 16


class _Held(NamedTuple):
    """A row of an interaction."""

    name: str
    root: bytes
    holder: str
    serial: int
    record: RecordState
    decision: Decision | None
    written: str | None


class Structure:
    """Reads every row once, and checks what rows can show, in memory that grows with the number of interactions.

    Args:
        rows: A store as it is at one moment: ``store.reading()``.
        config: The config that it serves: keys and identifiers are worked out again under it; None leaves that out.
        failures: Counts what fails.
        telling: Told how many rows are read.
    """

    def __init__(
        self, rows: Reading, config: ScoringConfig | None, failures: Failures, telling: Telling
    ) -> None:
        self._rows, self._failures, self._telling = rows, failures, telling
        self._marks = None if config is None else marks_under(config)
        self._n_fields = None if config is None else len(config.fields)
        self.is_bereft = False
        """Whether anybody was erased, so that some of what is held cannot be worked out again."""
        self.interactions = Interactions()
        """The interactions and who holds them."""
        self.erased: set[int] = set()
        """The numbers of the tombstones."""
        self.links: set[bytes] = set()
        """The customer_ids of both ends of every link, on end."""
        self.reviews: set[tuple[bytes, int]] = set()
        """The customer_id of the anchor and the number of every review item."""
        self._known_links: dict[int, frozenset[bytes]] = {}
        self._known_review: dict[int, bytes] = {}
        self._reviews: dict[bytes, bytes | None] = {}
        self._keys, self._identifiers = Tally(), Tally()

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
        serials = array("q")
        columns = "name, root, holder, serial, record, decision"
        for key, held in self._read("interactions", columns, _held):
            name, root, holder, serial, record, decision, written = held
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
            serials.append(serial)
            has_values = has_values and any(value is not None for value in record.values)
            self.interactions.add(key, root, serial, written or "", has_values=has_values)
            if has_values:
                self._count_marks(record.values)
        self._check_serials(serials)

    def _check_serials(self, serials: array[int]) -> None:
        """Name what has a serial number that another record has."""
        twice, before = set(), None
        for serial in sorted(serials):
            if serial == before:
                twice.add(serial)
            before = serial
        if twice:
            met = set[int]()
            for key, serial in self._rows.every("interactions", "serial"):
                again = serial in met
                self._must(not again, "no two records have the same serial number", key)
                met |= twice & {serial}

    def _count_marks(self, values: tuple[str | None, ...]) -> None:
        if self._marks is not None:
            keys, identifiers = self._marks(values)
            for key in keys:
                self._keys.found(digest_key(key))
            for identifier in identifiers:
                self._identifiers.found(digest_key(identifier))

    def _check_identities(self) -> None:
        for key, state in self._read("identities", "document", identity_from):
            self._must(customer_key(state.root) == key, "every row lies under the digest of its name", key)
            number = self.interactions.identity(key)
            as_called = self.interactions.earliest_of(number) == (state.serial, number)
            self._must(as_called, "every identity is called by its earliest interaction", key)
            if state.erased:
                self.erased.add(number)
                empty = not self.interactions.has_values(number) and not any(state.profile)
                self._must(empty, "an erased identity has no values left", key)
            if state.links:
                self._known_links[number] = frozenset(map(digest_key, state.links))
            if state.review is not None:
                self._known_review[number] = digest_key(state.review)
        for root in self.interactions.without_identity():
            self._must(
                holds=False,
                invariant="every interaction is held by one identity, and that is there",
                key=root,
            )

    def _check_links(self) -> None:
        for key, link in self._queued("links", link_from):
            self._must(digest_key(link.name) == key, "every row lies under the digest of its name")
            ends = [customer_key(end) for end in link.name]
            self.links.add(b"".join(ends))
            roots = list(map(self.interactions.root_of, ends))
            handled = min(roots) >= 0
            self._must(handled, "a link joins two handled interactions", ends[0])
            if handled and link.state == "open":
                sides = set(roots)
                both = len(sides) == 2 and all(self._knows(side, key) for side in sides)
                self._must(both, "an open link joins two live identities, and both know it", ends[0])

    def _knows(self, root: int, link: bytes) -> bool:
        """Whether a live identity knows of a link."""
        return root not in self.erased and link in self._known_links.get(root, ())

    def _check_reviews(self) -> None:
        for key, item in self._queued("reviews", review_from):
            self._must(digest_key(item.name) == key, "every row lies under the digest of its name")
            anchor = customer_key(item.name[0])
            self.reviews.add((anchor, item.name[1]))
            root = self.interactions.root_of(anchor)
            self._must(root >= 0, "a review item has a handled anchor", anchor)
            self._reviews[key] = None if item.into is None else digest_key(item.into)
            if item.state == "open" and root >= 0:
                own = self._known_review.get(root) == key
                self._must(own, "an open review item is that of the identity that holds its anchor", anchor)
        for key, review in self._rows.every("turned", "review"):
            there = self.interactions.root_of(key) >= 0 and review in self._reviews
            self._must(there, "a record turned away is in a review item that is there", key)

    def _check_keys(self) -> None:
        for key, (name, held) in self._read("keys", "document", key_from):
            digest = digest_key(name)
            self._must(digest == key, "every row lies under the digest of its name")
            handled = all(self.interactions.root_of(customer_key(one)) >= 0 for one in held.posted)
            few = held.holders >= max(1, len(held.posted))
            self._must(handled and few, "a key leads to handled interactions, as many as hold it at most")
            self._keys.said(digest, held.holders)
            self.is_bereft |= held.bereft is not False
        self._must_tally(self._keys, "keys are those of the records")

    def _check_identifiers(self) -> None:
        for key, (name, held) in self._read("identifiers", "document", identifier_from):
            digest = digest_key(name)
            self._must(digest == key, "every row lies under the digest of its name")
            self._identifiers.said(digest, held.holders)
            self.is_bereft |= held.bereft is not False
        self._must_tally(self._identifiers, "marks of identifiers are those of the records")

    def _must_tally(self, tally: Tally, invariant: str) -> None:
        """Rows must say what the records hold, each of it and nothing else."""
        for _ in range(0 if self._marks is None else tally.differing()):
            self._must(holds=False, invariant=invariant)

    def _queued(self, table: str, made_of: Callable[[str], Any]) -> Iterator[tuple[bytes, Any]]:
        """The states of a table that is listed by number and state."""
        columns = "opened, state, document"
        for key, (*listed, state) in self._read(table, columns, lambda *row: (*row[:2], made_of(row[2]))):
            self._must(listed == [state.opened, state.state], LISTS)
            yield key, state

    def _read(self, table: str, columns: str, made_of: Callable[..., Any]) -> Iterator[tuple[bytes, Any]]:
        """What is made of every row of a table that can be read."""
        for number, (key, *values) in enumerate(self._rows.every(table, columns), 1):
            if number % EVERY == 0:
                self._telling(f"reading {table}", number, 0)
            try:
                made = made_of(*values)
            except UNREADABLE:
                self._must(holds=False, invariant="every row can be read", key=key)
            else:
                yield key, made


def _held(name: str, root: bytes, holder: str, serial: int, record: str, decision: str | None) -> _Held:
    return _Held(
        from_text(name),
        root,
        from_text(holder),
        _whole(serial),
        record_from(record),
        None if decision is None else decision_from(decision),
        decision,
    )


def _shown(key: bytes) -> str:
    return str(UUID(bytes=key)) if len(key) == _ID_SIZE else key.hex()


def _whole(number: Any) -> int:
    """A number that is whole.

    Raises:
        ValueError: If it is not.
    """
    whole = int(number)
    if whole != number:
        raise ValueError
    return whole
