"""What every database's transaction reads, over rows that the database's own file finds; and more of it where SQL does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from idlab.errors import StoreFailure
from idlab.model import Decision, Link, ReviewItem, customer_id_of
from idlab.stores.base import (
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
from idlab.stores.documents import (
    Name,
    Row,
    decision_from,
    digest_key,
    from_text,
    identifier_from,
    identity_from,
    key_from,
    link_from,
    paper_from,
    record_from,
    review_from,
    row_key,
    settings_from,
)
from idlab.stores.kept import LogEntry, Paper, Settings

_NAME, _ROOT, _HOLDER, _OPENED, _RECORD, _DECISION = range(6)
"""The columns of an interaction's row."""

_PAGE = 5000
_Named = TypeVar("_Named", bound=tuple[Any, ...])


class Reading(ABC):
    """The reading half of a transaction: states, of rows found by their ids; each row is looked for once a step.

    Args:
        where: What the store is called in messages.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._found: dict[tuple[str, bytes], Row | None] = {}

    @abstractmethod
    def _find(self, table: str, key: bytes) -> Row | None:
        """The columns ``TABLES`` names of a row; None if there is none."""

    @abstractmethod
    def members(self, root: str) -> Sequence[RecordState]:
        """All records of an identity, in the order handled."""

    @abstractmethod
    def turned_into(self, name: ReviewName) -> Sequence[str]:
        """The interactions in a review item, in the order handled."""

    @abstractmethod
    def links(self) -> list[Link]:
        """Every link ever opened, in the order opened."""

    @abstractmethod
    def reviews(self) -> list[ReviewItem]:
        """Every review item ever opened, in the order opened."""

    @abstractmethod
    def settings(self) -> Settings | None:
        """What the store serves; None until a resolver was first opened on it."""

    @abstractmethod
    def papers(
        self, kind: str, *, state: str | None = None, after: int = 0, limit: int | None = None
    ) -> list[Paper]:
        """The papers of a kind, and of a state where one is named, in the order opened; those opened after a number."""

    @abstractmethod
    def links_in(self, state: str, *, after: int = 0, limit: int | None = None) -> list[LinkState]:
        """The links in a state, in the order opened; those opened after a number."""

    @abstractmethod
    def reviews_in(self, state: str, *, after: int = 0, limit: int | None = None) -> list[ReviewState]:
        """The review items in a state, in the order opened; those opened after a number."""

    @abstractmethod
    def logged(self, after: int = 0) -> Iterator[LogEntry]:
        """The entries of the log of actions with larger serial numbers, in their order."""

    @abstractmethod
    def records(self, after: int = 0) -> Iterator[RecordState]:
        """The handled records with larger serial numbers, in their order."""

    @abstractmethod
    def every(self, table: str, columns: str) -> Iterator[Row]:
        """Some columns of every row of a table, the ids first."""

    def decision(self, interaction_id: str) -> Decision | None:
        """The decision made about an interaction."""
        row = self._interaction(interaction_id)
        return None if row is None or row[_DECISION] is None else decision_from(row[_DECISION])

    def holder(self, interaction_id: str) -> str | None:
        """The root of the identity that holds an interaction now."""
        row = self._interaction(interaction_id)
        return None if row is None else str(from_text(row[_HOLDER]))

    def identity(self, root: str) -> IdentityState:
        """The state of an identity."""
        state = self._state("identities", root, identity_from)
        if state is None:
            raise KeyError("identity")
        return state

    def items_opened(self, root: str) -> int:
        """How many review items this root has anchored."""
        row = self._interaction(root)
        return 0 if row is None else int(row[_OPENED])

    def key(self, key: Key) -> KeyState | None:
        """What is known of a key."""
        known = self._state("keys", key, key_from)
        return None if known is None else known[1]

    def identifier(self, identifier: Identifier) -> IdentifierState | None:
        """What is known of a counted identifier."""
        known = self._state("identifiers", identifier, identifier_from)
        return None if known is None else known[1]

    def record(self, interaction_id: str) -> RecordState:
        """A handled record."""
        row = self._interaction(interaction_id)
        if row is None:
            raise KeyError("interaction")
        return record_from(row[_RECORD])

    def link(self, name: LinkName) -> LinkState | None:
        """A link."""
        return self._state("links", name, link_from)

    def review(self, name: ReviewName) -> ReviewState | None:
        """A review item."""
        return self._state("reviews", name, review_from)

    def paper(self, kind: str, name: str) -> Paper | None:
        """A paper."""
        row = self._cached("papers", row_key("papers", (kind, name)))
        if row is None:
            return None
        paper = paper_from(row[0])
        self._must_be((kind, name), (paper.kind, paper.name))
        return paper

    def interaction_of(self, customer_id: str) -> str | None:
        """The interaction whose customer_id this is."""
        try:
            key = bytes.fromhex(customer_id.replace("-", ""))
        except ValueError:
            return None
        row = self._cached("interactions", key)
        name = None if row is None else str(from_text(row[_NAME]))
        return name if name is not None and customer_id_of(name) == customer_id else None

    def _interaction(self, interaction_id: str) -> Row | None:
        row = self._cached("interactions", row_key("interactions", interaction_id))
        if row is not None:
            self._must_be(interaction_id, from_text(row[_NAME]))
        return row

    def _state(self, table: str, name: Name, read: Callable[[str], _Named]) -> _Named | None:
        """What the document of a row says, the name first, which must be this one."""
        row = self._cached(table, row_key(table, name))
        if row is None:
            return None
        state = read(row[0])
        self._must_be(name, state[0])
        return state

    def _cached(self, table: str, key: bytes) -> Row | None:
        found = self._found
        if (table, key) not in found:
            found[table, key] = self._find(table, key)
        return found[table, key]

    def _must_be(self, name: Name, found: Name) -> None:
        """Refuse a row that is another name's."""
        if name != found:
            what = "two names have the same digest"
            raise StoreFailure(what, where=self._where, hint="report this, with no data")


class ReadingRows(Reading):
    """The same over tables that SQL reads."""

    @abstractmethod
    def _rows(self, statement: str, *values: Any) -> list[Row]:
        """What a query with question marks finds."""

    def members(self, root: str) -> Sequence[RecordState]:
        """All records of an identity, in the order handled."""
        query = "SELECT record FROM interactions WHERE root = ? ORDER BY serial"
        rows = self._rows(query, row_key("identities", root))
        return [record_from(text) for (text,) in rows]

    def turned_into(self, name: ReviewName) -> Sequence[str]:
        """The interactions in a review item, in the order handled."""
        query = (
            "SELECT interactions.name FROM turned JOIN interactions ON interactions.id = turned.id"
            " WHERE turned.review = ? ORDER BY interactions.serial"
        )
        return [from_text(text) for (text,) in self._rows(query, digest_key(name))]

    def links(self) -> list[Link]:
        """Every link ever opened, in the order opened."""
        rows = self._rows("SELECT document FROM links ORDER BY opened")
        states = [link_from(text) for (text,) in rows]
        return [Link(*state.name, state.state) for state in states]

    def reviews(self) -> list[ReviewItem]:
        """Every review item ever opened, in the order opened."""
        rows = self._rows("SELECT document FROM reviews ORDER BY opened")
        states = [review_from(text) for (text,) in rows]
        return [ReviewItem(*one.name, one.state, tuple(self.turned_into(one.name))) for one in states]

    def settings(self) -> Settings | None:
        """What the store serves."""
        rows = self._rows("SELECT document FROM settings")
        return settings_from(rows[0][0]) if rows else None

    def papers(
        self, kind: str, *, state: str | None = None, after: int = 0, limit: int | None = None
    ) -> list[Paper]:
        """The papers of a kind, in the order opened."""
        known = "" if state is None else " AND state = ?"
        query = f"SELECT document FROM papers WHERE kind = ?{known} AND opened > ? ORDER BY opened LIMIT ?"  # noqa: S608
        values = (kind, *(() if state is None else (state,)), after, _at_most(limit))
        return [paper_from(text) for (text,) in self._rows(query, *values)]

    def links_in(self, state: str, *, after: int = 0, limit: int | None = None) -> list[LinkState]:
        """The links in a state, in the order opened."""
        return [link_from(text) for text in self._work_in("links", state, after, limit)]

    def reviews_in(self, state: str, *, after: int = 0, limit: int | None = None) -> list[ReviewState]:
        """The review items in a state, in the order opened."""
        return [review_from(text) for text in self._work_in("reviews", state, after, limit)]

    def _work_in(self, table: str, state: str, after: int, limit: int | None) -> Iterator[str]:
        query = f"SELECT document FROM {table} WHERE state = ? AND opened > ? ORDER BY opened LIMIT ?"  # noqa: S608
        for (text,) in self._rows(query, state, after, _at_most(limit)):
            yield text

    def logged(self, after: int = 0) -> Iterator[LogEntry]:
        """The entries of the log of actions with larger serial numbers, in their order."""
        for (text,) in self._pages("SELECT document, serial FROM log", after):
            yield LogEntry._make(from_text(text))

    def records(self, after: int = 0) -> Iterator[RecordState]:
        """The handled records with larger serial numbers, in their order."""
        for (text,) in self._pages("SELECT record, serial FROM interactions", after):
            yield record_from(text)

    def _pages(self, query: str, after: int) -> Iterator[Row]:
        """What a query finds, in the order of the serial numbers, which come last."""
        page = f"{query} WHERE serial > ? ORDER BY serial LIMIT {_PAGE}"
        while rows := self._rows(page, after):
            for *row, _ in rows:
                yield tuple(row)
            after = rows[-1][-1]

    def every(self, table: str, columns: str) -> Iterator[Row]:
        """Some columns of every row of a table, in the order of the ids, which come first."""
        after = b""
        query = f"SELECT id, {columns} FROM {table} WHERE id > ? ORDER BY id LIMIT {_PAGE}"  # noqa: S608 - no values
        while rows := self._rows(query, after):
            yield from rows
            after = rows[-1][0]


def _at_most(limit: int | None) -> int:
    """A limit as both dialects of SQL take it."""
    return 2**62 if limit is None else limit


class ReadableStore(ABC):
    """What a store of rows answers outside of steps."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Reading]:
        """The store as it is at one moment."""

    def settled(self) -> AbstractContextManager[Reading]:
        """The store for looking at what changes no more: as it is at one moment, where nobody waits for that."""
        return self.reading()

    def identity_of(self, interaction_id: str) -> str | None:
        """The customer_id that holds an interaction now."""
        with self.reading() as rows:
            root = rows.holder(interaction_id)
        return None if root is None else customer_id_of(root)

    def links(self) -> list[Link]:
        """Every link ever opened, in the order opened."""
        with self.reading() as rows:
            return rows.links()

    def reviews(self) -> list[ReviewItem]:
        """Every review item ever opened, in the order opened."""
        with self.reading() as rows:
            return rows.reviews()
