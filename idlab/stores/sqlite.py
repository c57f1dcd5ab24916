"""The store in one SQLite file: the embedded default, safe for several processes and needing nothing beyond Python.

Every step is one write transaction, begun before anything is read (``BEGIN IMMEDIATE``): steps run one after the other, in all
processes together, and the numbers they draw say in which order. Who waits stands in line (``turn.py``). The write-ahead log
lets others read meanwhile. A commit is on the disk when a step returns (``write_ahead.py``): a decision that was handed out
survives a power cut. What is deleted is overwritten with zeros (``secure_delete``).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import errorcode
from pathlib import Path
from threading import local
from time import monotonic, sleep
from typing import Any

from idlab.errors import BadInput, StoreFailure
from idlab.stores.base import AtHand, Changes, Key
from idlab.stores.cleaned import Cleaned
from idlab.stores.documents import TABLES, Row, digest_key, statements
from idlab.stores.reading import ReadableStore, ReadingRows
from idlab.stores.turn import Turn
from idlab.stores.write_ahead import WriteAheadLog

MIGRATIONS = (
    """
    CREATE TABLE interactions (id BLOB PRIMARY KEY, name TEXT NOT NULL, root BLOB NOT NULL, holder TEXT NOT NULL,
        serial INTEGER NOT NULL, opened INTEGER NOT NULL, record TEXT NOT NULL, decision TEXT) WITHOUT ROWID;
    CREATE INDEX interactions_by_root ON interactions (root);
    CREATE TABLE identities (id BLOB PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE keys (id BLOB PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE identifiers (id BLOB PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE links (id BLOB PRIMARY KEY, opened INTEGER NOT NULL, state TEXT NOT NULL, document TEXT NOT NULL)
        WITHOUT ROWID;
    CREATE INDEX links_by_state ON links (state, opened);
    CREATE TABLE reviews (id BLOB PRIMARY KEY, opened INTEGER NOT NULL, state TEXT NOT NULL, document TEXT NOT NULL)
        WITHOUT ROWID;
    CREATE INDEX reviews_by_state ON reviews (state, opened);
    CREATE TABLE turned (id BLOB PRIMARY KEY, review BLOB NOT NULL) WITHOUT ROWID;
    CREATE INDEX turned_by_review ON turned (review);
    CREATE TABLE numbers (drawn INTEGER NOT NULL);
    INSERT INTO numbers VALUES (0);
    """,
    """
    CREATE INDEX interactions_by_serial ON interactions (serial);
    CREATE TABLE log (serial INTEGER PRIMARY KEY, document TEXT NOT NULL);
    CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
    CREATE TRIGGER log_is_not_cut BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END;
    CREATE TABLE papers (id BLOB PRIMARY KEY, kind TEXT NOT NULL, opened INTEGER NOT NULL, state TEXT NOT NULL,
        document TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX papers_by_state ON papers (kind, state, opened);
    CREATE TABLE settings (one INTEGER PRIMARY KEY CHECK (one = 1), document TEXT NOT NULL);
    """,
)
"""What makes each schema version of the one before; the first makes version 1 of an empty file. A statement ends its line."""

_APPLICATION = 0x69646C62  # "idlb", in the header of the file
_FIND = {table: f"SELECT {columns} FROM {table} WHERE id = ?" for table, columns in TABLES.items()}  # noqa: S608
_PATIENCE = 30.0
"""Seconds to wait for other processes' steps."""
_WAIT = 0.0002
_BETWEEN = 2000
"""Numbers drawn between two moments at which the write-ahead log, of about 12 pages each, is written back."""
_SETTINGS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",  # each step itself has its commit reach the disk
    "secure_delete = ON",
    "cache_size = -65536",  # 64 MiB
    "wal_autocheckpoint = 100000",  # pages: 400 MiB, if nothing else has written them back before
)
_BARE = "CREATE TABLE IF NOT EXISTS bare (id BLOB PRIMARY KEY, document TEXT) WITHOUT ROWID"


_EMPTYING = (
    "DROP TRIGGER log_is_not_cut",
    "DELETE FROM interactions",
    "DELETE FROM identities",
    "DELETE FROM keys",
    "DELETE FROM identifiers",
    "DELETE FROM links",
    "DELETE FROM reviews",
    "DELETE FROM turned",
    "DELETE FROM log",
    "DELETE FROM papers WHERE kind != 'generation'",
    "CREATE TRIGGER log_is_not_cut BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END",
)
"""What takes everything out of a file that says where the store is now."""


class SQLiteStore(ReadableStore):
    """Identities in one SQLite file.

    Args:
        path: The file; made if there is none.

    Raises:
        BadInput: If the file is no store of idlab's, or one of a newer version.
        StoreFailure: If it cannot be opened.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     store = SQLiteStore(Path(folder) / "id.db")
        ...     store.identity_of("call-1") is None
        ...     store.close()
        True
    """

    def __init__(self, path: Path) -> None:
        self.erasure_log: Path | None = erasure_log_of(path)
        self._path = path
        self._of_thread = local()
        self._open: list[tuple[int, sqlite3.Connection]] = []
        self._turn = Turn(path)
        self._log = WriteAheadLog(path)
        with self._failing_plainly():
            self._migrate(self._connection())

    @contextmanager
    def step(
        self, locks: Iterable[Key] | None = None, at_hand: AtHand | None = None
    ) -> Iterator[_Transaction]:
        """One entry: no other step runs beside it, in this process or another."""
        for name in (*(locks or ()), *(at_hand.identifiers if at_hand else ())):
            digest_key(name)  # what needs no turn is done before
        with self._failing_plainly():
            connection = self._connection()
            transaction = _Transaction(connection, str(self._path))
            with self._turn.taken():
                _patiently(connection, "BEGIN IMMEDIATE")
                if locks is None:
                    self._log.reach_the_disk()  # what it reads may be handed on to another generation
                try:
                    yield transaction
                    transaction.keep_numbers()
                    connection.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):  # a full disk may have rolled back already
                        connection.execute("ROLLBACK")
                    raise
            self._log.reach_the_disk()
            if transaction.drew_past_a_multiple_of(_BETWEEN):
                self._log.write_back(connection, self._turn)

    @contextmanager
    def inserting_bare(self) -> Iterator[Callable[[bytes, str], None]]:
        """What inserts one row of no meaning as durably as SQLite by itself does: steps are measured against it."""
        with self._failing_plainly():
            connection = self._connect()
            connection.execute("PRAGMA synchronous = FULL")
            with self._turn.taken():
                _patiently(connection, _BARE)

            def insert(key: bytes, text: str) -> None:
                with self._turn.taken():
                    _patiently(connection, "BEGIN IMMEDIATE")
                    connection.execute("INSERT INTO bare VALUES (?, ?)", (key, text))
                    connection.execute("COMMIT")

            yield insert

    def drop_bare(self) -> None:
        """Remove the rows of no meaning."""
        with self._failing_plainly(), self._turn.taken():
            self._connection().execute("DROP TABLE IF EXISTS bare")

    def empty(self) -> None:
        """Remove all that is held, from free pages and the write-ahead log too; what the store says of itself stays."""
        with self._failing_plainly(), self._turn.taken():
            connection = self._connection()
            _patiently(connection, "BEGIN IMMEDIATE")
            try:
                for statement in _EMPTYING:
                    connection.execute(statement)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            _patiently(connection, "VACUUM")
            _patiently(connection, "PRAGMA wal_checkpoint(TRUNCATE)")

    def clean(self) -> Cleaned:
        """Write the file anew from what is live, and empty the write-ahead log; other steps wait meanwhile."""
        with self._failing_plainly(), self._turn.taken():
            connection = self._connection()
            _patiently(connection, "VACUUM")
            emptied = _empty_write_ahead_log(connection)
        left = "the write-ahead log (-wal): another process has been reading an older state of the store"
        return Cleaned(
            (
                "the database file, written anew without free pages",
                "the write-ahead log (-wal), cut to nothing",
            ),
            () if emptied else (left,),
            (
                "blocks of the disk that the file system has freed",
                "copies and backups of the file: they are erased when they are opened beside the erasure log",
                "the memory of other processes that have the store open, until they end",
            ),
        )

    def close(self) -> None:
        """Close the file in every thread; the last to close it takes the write-ahead log along."""
        while self._open:
            opened_by, connection = self._open.pop()
            if opened_by == os.getpid():
                connection.close()
        self._of_thread = local()
        self._turn.close()

    @contextmanager
    def reading(self) -> Iterator[_Transaction]:
        """The store as it is at one moment."""
        with self._failing_plainly():
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                _patiently(connection, "SELECT 1 FROM numbers")  # from here on nothing that is read changes
                yield _Transaction(connection, str(self._path))
            finally:
                connection.execute("ROLLBACK")

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection; a process that was forked off opens its own."""
        known: tuple[int, sqlite3.Connection] | None = getattr(self._of_thread, "known", None)
        if known is None or known[0] != os.getpid():
            known = self._of_thread.known = os.getpid(), self._connect()
        return known[1]

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=0.0)
        self._open.append((os.getpid(), connection))
        self._check_header(connection)
        for setting in _SETTINGS:
            _patiently(connection, f"PRAGMA {setting}")
        return connection

    def _check_header(self, connection: sqlite3.Connection) -> None:
        """Refuse a file that is another's, before anything of it is changed."""
        connection.execute("BEGIN")
        has_tables = _patiently(connection, "SELECT 1 FROM sqlite_schema").fetchone() is not None
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.execute("ROLLBACK")
        if has_tables and application != _APPLICATION:
            what = "this database is no store of idlab's"
            raise BadInput(what, where=str(self._path), hint="name another file")
        if version > len(MIGRATIONS):
            what = f"the store has schema version {version}, and this idlab knows versions up to {len(MIGRATIONS)}"
            raise BadInput(what, where=str(self._path), hint="install a newer idlab")

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """Bring an older file, or an empty one, to the newest version, wholly or not at all."""
        _patiently(connection, "BEGIN IMMEDIATE")
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            for migration in MIGRATIONS[version:]:
                for statement in migration.split(";\n"):
                    connection.execute(statement)
            if version < len(MIGRATIONS):
                connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
                connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _failing_plainly(self) -> Iterator[None]:
        """Tell SQLite's failures in a line that holds no data."""
        try:
            yield
        except sqlite3.Error as failure:
            name = getattr(failure, "sqlite_errorname", None) or type(failure).__name__
            what, hint = _FAILURES.get(
                name, (f"SQLite says {name}", "see its documentation; nothing was kept")
            )
            raise StoreFailure(what, where=str(self._path), hint=hint) from None
        except OSError as failure:
            what = (
                f"the disk did not do its part ({errorcode.get(failure.errno or 0, type(failure).__name__)})"
            )
            hint = "see the system's log, and that the folder may be written to; then send the entry again"
            raise StoreFailure(what, where=str(self._path), hint=hint) from None


def erasure_log_of(path: Path) -> Path:
    """The erasure log of the store in a file: beside it, and beside every backup that is put back."""
    return path.with_name(f"{path.name}.erasures")


_FAILURES = {
    "SQLITE_FULL": (
        "the disk is full, and nothing of this entry was kept",
        "free some space and send it again; the store works on",
    ),
    "SQLITE_BUSY": (
        f"another process has been writing for {_PATIENCE:.0f} s",
        "find it, or send the entry again",
    ),
    "SQLITE_NOTADB": ("this file is no SQLite database", "name another file"),
    "SQLITE_CANTOPEN": ("the file cannot be opened", "check that its folder exists and may be written to"),
    "SQLITE_READONLY": ("the file may not be written to", "give the process the right to, and to its folder"),
}


def _patiently(connection: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
    """Run a statement as soon as other processes let it; asked often, for SQLite's own waiting sleeps long."""
    patience = monotonic() + _PATIENCE
    while True:
        try:
            return connection.execute(statement)
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > patience:
                raise
            sleep(_WAIT)


def _empty_write_ahead_log(connection: sqlite3.Connection) -> bool:
    """Write the log back into the file and cut it; False if somebody keeps reading an older state."""
    patience = monotonic() + _PATIENCE
    while _patiently(connection, "PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if monotonic() > patience:
            return False
        sleep(_WAIT)
    return True


class _Transaction(ReadingRows):
    """One step."""

    def __init__(self, connection: sqlite3.Connection, where: str) -> None:
        super().__init__(where)
        self._connection = connection
        self._began = self._drawn = 0

    def draw(self) -> int:
        """The next number; nothing that was read can change, for nobody else writes."""
        if self._drawn == 0:
            self._began = self._drawn = self._rows("SELECT drawn FROM numbers")[0][0]
        self._drawn += 1
        return self._drawn

    def keep_numbers(self) -> None:
        """Write down which number was drawn last."""
        if self._drawn:
            self._connection.execute("UPDATE numbers SET drawn = ?", (self._drawn,))

    def drew_past_a_multiple_of(self, size: int) -> bool:
        """Whether a number that was drawn, or one before it that nobody else drew, is a multiple of this."""
        return self._began // size != self._drawn // size

    def put(self, changes: Changes) -> None:
        """Write all changes."""
        for statement, rows in statements(changes):
            self._connection.executemany(statement, rows)
        self._found.clear()

    def _find(self, table: str, key: bytes) -> Row | None:
        row: Row | None = self._connection.execute(_FIND[table], (key,)).fetchone()
        return row

    def _rows(self, statement: str, *values: Any) -> list[Row]:
        return self._connection.execute(statement, values).fetchall()
