"""A store filled to so many identities, quickly: with the very rows that deciding one interaction after the other would leave.

Decisions are made by the online engine over memory. Records and decisions become rows as they are made, and are not kept in
memory; all else becomes rows at the end, in the state that it came to. The rows go into an SQLite file without waiting for the
disk. From there they are copied into the stores that are measured: as a file, or table by table into PostgreSQL.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from shutil import copyfile
from typing import Any, cast

from idlab.config import ScoringConfig
from idlab.model import Interaction
from idlab.resolver import Resolver
from idlab.stores import Changes, MemoryStore, open_store
from idlab.stores.base import IdentifierState, KeyState
from idlab.stores.documents import TABLES, statements
from idlab.stores.kinds import remove
from idlab.stores.urls import file_of
from idlab.telling import Telling

_AT_ONCE = 10_000
"""States that become rows at a time."""


class Filling(MemoryStore):
    """A store in memory that makes rows of what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Changes] = []

    @property
    def n_identities(self) -> int:
        """How many identities there are."""
        return len(self._identities)

    def write(self, changes: Changes) -> None:
        """Write all changes but decisions, and note what becomes rows of interactions."""
        told = Changes(
            absorbed=changes.absorbed,
            records=changes.records,
            moved=changes.moved,
            decisions=changes.decisions,
            items_opened=changes.items_opened,
        )
        self.told.append(told)
        super().write(replace(changes, decisions=()))

    def states(self) -> Iterator[Changes]:
        """All that is held beside interactions, some at a time."""
        for roots in _parts(self._identities):
            yield Changes(identities=[self.identity(root) for root in roots])
        for keys in _parts(self._keys):
            yield Changes(keys=[(key, cast("KeyState", self.key(key))) for key in keys])
        for names in _parts(self._identifiers):
            yield Changes(
                identifiers=[(name, cast("IdentifierState", self.identifier(name))) for name in names]
            )
        yield Changes(
            links=list(self._links.values()),
            reviews=list(self._reviews.values()),
            turned=[(one, name) for name, several in self._turned.items() for one in several],
            settings=self._settings,
        )


def fill(
    file: Path, config: ScoringConfig, interactions: Iterator[Interaction], identities: int, told: Telling
) -> Filling:
    """Decide about interactions until there are so many identities, and leave a store as if it had decided itself.

    Args:
        file: Where the store comes to be, in SQLite.
        config: The scoring config.
        interactions: What comes in; as much is taken as is needed, or all.
        identities: How many identities there are to be.
        told: Telling of progress.

    Returns:
        The state that the store has now, in memory.
    """
    open_store(f"sqlite:///{file}").close()
    filling = Filling()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -524288"):
            connection.execute(f"PRAGMA {setting}")
        _decide(connection, filling, config, interactions, identities, told)
        for done, changes in enumerate(filling.states()):
            told("writing what they came to", done * _AT_ONCE, 0)
            _write(connection, [changes])
        connection.execute("UPDATE numbers SET drawn = ?", (filling.draw() - 1,))
    return filling


def put_into(url: str, file: Path, told: Telling) -> None:
    """Let an empty store hold what one in a file does, on the disk.

    Args:
        url: The store: an SQLite file, or PostgreSQL.
        file: The other one; closed.
        told: Telling of progress.
    """
    if not url.startswith("sqlite:"):
        _copy_rows(file, url, told)
        return
    told("copying the store", 0, 0)
    remove(url)
    copyfile(file, file_of(url))
    with file_of(url).open("rb+") as copied:
        os.fsync(copied.fileno())


def _decide(
    connection: sqlite3.Connection,
    filling: Filling,
    config: ScoringConfig,
    interactions: Iterator[Interaction],
    identities: int,
    told: Telling,
) -> None:
    resolver = Resolver(config, filling)
    while filling.n_identities < identities:
        wanted = min(_AT_ONCE, identities - filling.n_identities)  # each opens one at most
        some = list(islice(interactions, wanted))
        for interaction in some:
            resolver.resolve(interaction)
        _write(connection, filling.told)
        filling.told.clear()
        told(f"filling the store to {identities} identities", filling.n_identities, identities)
        if len(some) < wanted:
            return


def _write(connection: sqlite3.Connection, several: Iterable[Changes]) -> None:
    connection.execute("BEGIN")
    for changes in several:
        for statement, rows in statements(changes):
            connection.executemany(statement, rows)
    connection.execute("COMMIT")


def _copy_rows(file: Path, url: str, told: Telling) -> None:
    """Copy the rows of an SQLite store into one on a server."""
    store: Any = open_store(url)
    with closing(sqlite3.connect(file)) as connection, closing(store):
        for table in (*TABLES, "turned", "settings"):
            told(f"copying {table}", 0, 0)
            columns = COLUMNS.get(table, "id, document")
            query = f"SELECT {columns} FROM {table} ORDER BY 1"  # noqa: S608 - no values
            store.take_in(table, connection.execute(query))
        store.go_on_from(*connection.execute("SELECT drawn FROM numbers").fetchone())


COLUMNS = {
    "interactions": "id, name, root, holder, serial, opened, record, decision",
    "links": "id, opened, state, document",
    "reviews": "id, opened, state, document",
    "turned": "id, review",
    "papers": "id, kind, opened, state, document",
    "settings": "one, document",
}
"""The columns of the tables that have others than an id and a document."""


def _parts(names: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(names)
    while part := list(islice(remaining, _AT_ONCE)):
        yield part
