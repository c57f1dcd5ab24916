"""The statements of ``documents.py`` as PostgreSQL is given them: whatever is inserted into different tables, in one statement.

What a statement costs on its way to the server and back is more than what the server does for it. Values go one by one, for they
are handed over faster than arrays of them. A key is also written with the ids of the interactions that lead to identities by it
(``posted``, 16 bytes each), so that one look finds the key, these, and who holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from idlab.stores.documents import Row, Statement, customer_key, from_text

_KEYS = "INSERT INTO keys"
_TABLES = ("interactions", "identities", "identifiers", "keys", "links", "reviews", "turned")
_GATHERED = {f"INSERT INTO {table}" for table in _TABLES}
_AS_ONE = "(id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document"
_WITH_POSTED = (
    "(id, document, posted) VALUES (?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET document = excluded.document, posted = excluded.posted"
)
_MOST_ROWS = 16
"""Rows that one statement inserts into a table at most; more go by several, so that there are not too many statements."""
_ID_SIZE = 16


def gathered(statements: Iterable[Statement]) -> Iterator[tuple[str, Sequence[object]]]:
    """Statements as PostgreSQL takes them, each with its values, in the order in which they must be run.

    Args:
        statements: Those of ``documents.py``.
    """
    inserts: dict[str, Sequence[Row]] = {}
    for statement, rows in statements:
        table = " ".join(statement.split(" ", 3)[:3])
        if table not in _GATHERED or statement in inserts or len(rows) > _MOST_ROWS:
            yield from _as_one(inserts)
        if table == _KEYS:
            rows = [(key, document, posted_of(document)) for key, document in rows]  # noqa: PLW2901
        if table not in _GATHERED:
            yield from ((statement.replace("?", "%s"), row) for row in rows)
        elif len(rows) > _MOST_ROWS:
            for place in range(0, len(rows), _MOST_ROWS):
                yield from _as_one({statement: rows[place : place + _MOST_ROWS]})
        else:
            inserts[statement] = rows
    yield from _as_one(inserts)


def posted_in(ids: bytes) -> list[bytes]:
    """The ids of the interactions that a key leads to, as they were written.

    Example:
        >>> posted_in(b"a" * 16 + b"b" * 16)
        [b'aaaaaaaaaaaaaaaa', b'bbbbbbbbbbbbbbbb']
    """
    return [ids[place : place + _ID_SIZE] for place in range(0, len(ids), _ID_SIZE)]


def posted_of(document: str) -> bytes:
    """The same of the document of a key."""
    return b"".join(map(customer_key, from_text(document)[1]))


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
    if insert.startswith(_KEYS):
        insert = insert.replace(_AS_ONE, _WITH_POSTED)
    start = insert.index("(", insert.index(" VALUES "))
    row = insert[start : insert.index(")", start) + 1]
    return insert.replace(row, ", ".join([row] * size), 1).replace("?", "%s")
