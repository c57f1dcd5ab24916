"""SQLite's write-ahead log, handled so that no writer waits for the disk while others wait for him.

A commit appends to the log, which is quick, and is over for everybody then. On the disk it must be before a decision is handed
out. SQLite would see to that within the commit (``synchronous = FULL``), and all who wait for their turn would wait for the disk
as well; with ``synchronous = NORMAL`` it leaves it to whoever cares. So a step commits, gives up its turn, and then has the log
written to the disk, the very call that SQLite would have made. What others have appended by then goes along, so that the disk is
waited for by many at once. A step has seen only what stands before its own commit in the log, or what had been in the database
already: all of it is on the disk when the step returns.

From the log the pages go into the database now and then, and the log begins anew. SQLite would do that within some commit, with
everybody waiting; here one step does it after its turn, beside the others, and takes one more turn for the little that they have
added meanwhile.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from idlab.stores.turn import Turn

_TRIES = 8
_FEW = 200
"""Pages that may be written back while others wait."""


class WriteAheadLog:
    """The log of one database.

    Args:
        path: The database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}-wal")

    def reach_the_disk(self) -> None:
        """Wait until everything that was committed is on the disk.

        Raises:
            OSError: If the disk fails.
        """
        try:
            file = os.open(self._path, os.O_RDWR)
        except FileNotFoundError:  # nothing was ever committed
            return
        try:
            to_disk(file)
        finally:
            os.close(file)

    def write_back(self, connection: sqlite3.Connection, turn: Turn) -> None:
        """Bring what the log holds into the database, so that the log begins anew.

        What cannot be written back stays in the log, and loses nothing there.
        """
        with suppress(sqlite3.Error):
            before = 0
            for _ in range(_TRIES):
                _, _, written = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if written - before < _FEW:
                    break
                before = written
            with turn.taken():
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")


def to_disk(file: int) -> None:
    """Have the system write an open file to the disk."""
    getattr(os, "fdatasync", os.fsync)(file)
