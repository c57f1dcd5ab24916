"""The statements of ``documents.py`` as PostgreSQL is given them: whatever is inserted into different tables, in one statement.

What a statement costs on its way to the server and back is more than what the server does for it. Values go one by one, for they
are handed over faster than arrays of them. A row is also written with the ids of those that it leads to, 16 bytes each, so that
one look finds them all: a key with the interactions under which identities are found (``posted``), an identity with its links
(``links``) and with the interactions that these and its cannot-links name (``ends``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from idlab.stores.base import Changes, IdentityState
from idlab.stores.documents import Row, customer_key, digest_key, from_text, identity_from, statements

_KEYS, _IDENTITIES = "INSERT INTO keys", "INSERT INTO identities"
_LEADING = {_KEYS: ("posted",), _IDENTITIES: ("links", "ends")}
_TABLES = ("interactions", "identities", "identifiers", "keys", "links", "reviews", "turned")
_GATHERED = {f"INSERT INTO {table}" for table in _TABLES}
_MOST_ROWS = 16
"""Rows that one statement inserts into a table at most; more go by several, so that there are not too many statements."""
_ID_SIZE = 16


def gathered(changes: Changes) -> Iterator[tuple[str, Sequence[object]]]:
    """Statements as PostgreSQL takes them, each with its values, in the order in which they must be run.

    Args:
        changes: What they write.
    """
    leading: dict[bytes, tuple[bytes, ...]] = {
        digest_key(key): (posted_of(state.posted),) for key, state in changes.keys if state is not None
    }
    leading |= {customer_key(state.root): ends_of(state) for state in changes.identities}
    inserts: dict[str, Sequence[Row]] = {}
    for statement, rows in statements(changes):
        table = " ".join(statement.split(" ", 3)[:3])
        if table not in _GATHERED or statement in inserts or len(rows) > _MOST_ROWS:
            yield from _as_one(inserts)
        if table in _LEADING:
            rows = [(*row, *leading[row[0]]) for row in rows]  # noqa: PLW2901
        if table not in _GATHERED:
            yield from ((statement.replace("?", "%s"), row) for row in rows)
        elif len(rows) > _MOST_ROWS:
            for place in range(0, len(rows), _MOST_ROWS):
                yield from _as_one({statement: rows[place : place + _MOST_ROWS]})
        else:
            inserts[statement] = rows
    yield from _as_one(inserts)


def parted_ids(ids: bytes | None) -> list[bytes]:
    """The ids that a row leads to, as they were written; none by an older idlab.

    Example:
        >>> parted_ids(b"a" * 16 + b"b" * 16)
        [b'aaaaaaaaaaaaaaaa', b'bbbbbbbbbbbbbbbb']
    """
    ids = ids or b""
    return [ids[place : place + _ID_SIZE] for place in range(0, len(ids), _ID_SIZE)]


def posted_of(posted: Iterable[str]) -> bytes:
    """What a key leads to."""
    return b"".join(map(customer_key, posted))


def ends_of(state: IdentityState) -> tuple[bytes, bytes]:
    """What an identity leads to: its links, and the interactions that these and its cannot-links name."""
    if not state.links and not state.cannot:
        return b"", b""
    named = dict.fromkeys(name for pair in (*state.links, *state.cannot) for name in pair)
    return b"".join(map(digest_key, state.links)), posted_of(named)


def leading_of(table: str, document: str) -> tuple[bytes, ...]:
    """What the row of a document leads to."""
    if table == "keys":
        return (posted_of(from_text(document)[1]),)
    return ends_of(identity_from(document)) if table == "identities" else ()


def _as_one(inserts: dict[str, Sequence[Row]]) -> Iterator[tuple[str, Sequence[object]]]:
    """What was gathered, as one statement; and begin to gather anew."""
    if inserts:
        values = [value for rows in inserts.values() for row in rows for value in row]
        yield _together(tuple((insert, len(rows)) for insert, rows in inserts.items())), values
        inserts.clear()


@lru_cache(4096)
def _together(inserts: tuple[tuple[str, int], ...]) -> str:
    """One statement that inserts so many rows each into different tables."""
    *others, last = (_of_rows(insert, size) for insert, size in inserts)
    if not others:
        return last
    return "WITH " + ", ".join(f"done_{place} AS ({one})" for place, one in enumerate(others)) + " " + last


def _of_rows(insert: str, size: int) -> str:
    """An insert of one row, for so many."""
    for column in _LEADING.get(" ".join(insert.split(" ", 3)[:3]), ()):
        insert = (
            insert.replace(") VALUES (", f", {column}) VALUES (?, ", 1) + f", {column} = excluded.{column}"
        )
    start = insert.index("(", insert.index(" VALUES "))
    row = insert[start : insert.index(")", start) + 1]
    return insert.replace(row, ", ".join([row] * size), 1).replace("?", "%s")
