"""The journal: an Optuna journal file that survives the kill of whoever writes it."""

from __future__ import annotations

import sys
from pathlib import Path

from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

from idlab.errors import BadInput

_LINE = b'{"op_code":'

if sys.platform == "win32":

    def _lock(path: Path) -> JournalFileOpenLock:
        """A lock file, which is taken for left behind after half a minute."""
        return JournalFileOpenLock(str(path.resolve()))

else:
    import fcntl

    class _ProcessLock(JournalFileOpenLock):
        """A lock on the journal itself, which the system lifts when its process ends, however it ends."""

        def __init__(self, path: Path) -> None:
            super().__init__(str(path.resolve()))
            self._file = path.open("ab")

        def acquire(self) -> bool:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            return True

        def release(self) -> None:
            fcntl.flock(self._file, fcntl.LOCK_UN)

        def __del__(self) -> None:
            self._file.close()

    def _lock(path: Path) -> JournalFileOpenLock:
        """A lock that a kill does not leave behind, as Optuna's own lock files are."""
        return _ProcessLock(path)


def journal_at(path: Path) -> BaseStorage:
    """The journal file at a path, made where there is none; a line that a kill cut short is taken off.

    Raises:
        BadInput: If it cannot be read.
    """
    if path.exists():
        _drop_unfinished_line(path)
    try:
        return JournalStorage(JournalFileBackend(str(path), lock_obj=_lock(path)))
    except (ValueError, KeyError, AssertionError) as error:
        hint = "tune into a new folder, or remove it"
        raise BadInput("is not a journal that can be read", where=str(path), hint=hint) from error


def _drop_unfinished_line(path: Path) -> None:
    """Takes off what a kill left of a line at the journal's end; that trial is made again."""
    with path.open("r+b") as journal:
        text = journal.read()
        whole = text.rfind(b"\n") + 1
        if text[whole:] and _LINE.startswith(text[whole : whole + len(_LINE)]):
            journal.truncate(whole)
