"""The journal: an Optuna journal file that survives the kill of whoever writes it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

from idlab.errors import BadInput

_STUDY = "idlab"
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


def open_journal(path: Path, purpose: dict[str, Any]) -> optuna.Study:
    """The journal of a study, begun or gone on with.

    Args:
        path: The file; made where there is none.
        purpose: What the study is about, as JSON.

    Raises:
        BadInput: If it is the journal of a study about something else, or cannot be read.
    """
    begun = path.exists()
    if begun:
        _drop_unfinished_line(path)
    try:
        storage = JournalStorage(JournalFileBackend(str(path), lock_obj=_lock(path)))
        journal = optuna.create_study(storage=storage, study_name=_STUDY, load_if_exists=True)
        found = journal.user_attrs.get("purpose")
    except (ValueError, KeyError, AssertionError) as error:
        hint = "tune into a new folder, or remove it"
        raise BadInput("is not a journal that can be read", where=str(path), hint=hint) from error
    if found is None and not (begun and journal.get_trials(deepcopy=False)):
        journal.set_user_attr("purpose", purpose)
    elif found != purpose:
        other = [name for name in purpose if not isinstance(found, dict) or found.get(name) != purpose[name]]
        raise BadInput(
            f"the study here was made with another {', '.join(other) or 'purpose'}",
            where=str(path),
            hint="tune into a new folder, or with what this study was begun with",
        )
    return journal


def _drop_unfinished_line(path: Path) -> None:
    """Takes off what a kill left of a line at the journal's end; that trial is made again."""
    with path.open("r+b") as journal:
        text = journal.read()
        whole = text.rfind(b"\n") + 1
        if text[whole:] and _LINE.startswith(text[whole : whole + len(_LINE)]):
            journal.truncate(whole)
