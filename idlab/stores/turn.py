"""Whose turn it is to write to a file: threads and processes stand in line, and each sleeps until its turn has come.

SQLite itself has no line: whoever finds the file locked asks again after a while, and who asks at the wrong moments may ask for
long. So those who want to write lock a file without content beside it, ``FILE-turn``, and the kernel wakes the one that has
waited longest. The lock belongs to an open file, and every thread opens its own: it is gone as soon as whoever holds it ends, in
whatever way, so that nobody who is killed keeps others waiting. It brings order only. What keeps two writers apart is SQLite's
own lock on the database, which stands as it did; where a system knows no such locks, everybody asks SQLite again and again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import local
from weakref import WeakSet, finalize

try:
    import fcntl
except ModuleNotFoundError:  # Windows has none
    HAS_LOCKS = False
else:
    HAS_LOCKS = True


class Turn:
    """The line of those who want to write to a file.

    Args:
        path: The file.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     turn = Turn(Path(folder) / "id.db")
        ...     with turn.taken():
        ...         written = True
        ...     turn.close()
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}-turn")
        self._of_thread = local()
        self._files: list[int] = []
        _LINES.add(self)
        finalize(self, _close, self._files)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn, and keep it for as long as the block lasts."""
        if not HAS_LOCKS:
            yield
            return
        file: int | None = getattr(self._of_thread, "file", None)
        if file is None:
            file = self._of_thread.file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            self._files.append(file)
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file in every thread."""
        _close(self._files)
        self._of_thread = local()


def _close(files: list[int]) -> None:
    while files:
        os.close(files.pop())


_LINES: WeakSet[Turn] = WeakSet()


def _leave_to_the_parent() -> None:
    """A process that was forked off closes what it inherited, or its parent's turn would last until both have ended."""
    for turn in list(_LINES):
        with suppress(OSError):
            turn.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_the_parent)
