"""Folders of encoded worlds: gone with the search that made them, or, if it was killed, taken away by the next one.

Whether a search lives is told by a lock on a file in its folder, which the system lifts when the process ends, however it ends;
a process id would tell it of another process by then. A lock is certain to be seen under the very kernel only that it was taken
under, so the file names that one, and what another machine, or this one before it was started anew, has left stays where it is.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR
from uuid import getnode

PREFIX = "idlab-worlds-"
LOCK = "lock"

_BOOT = Path("/proc/sys/kernel/random/boot_id")


@contextmanager
def folder_of_worlds() -> Iterator[Path]:
    """A new folder in the folder for temporary files, for files only; gone when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    with _held(folder / LOCK):
        try:
            yield folder
        finally:
            with suppress(FileNotFoundError):  # whoever tidies up there has been faster
                _remove(folder)


def remove_left_behind() -> None:
    """Remove the folders that killed searches of this user have left on this machine."""
    for folder in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")):
        with suppress(OSError):  # somebody holds it, or it is none of these, or gone already
            _remove_if_left(folder)


def _remove(folder: Path) -> None:
    """The lock goes last: whoever is killed meanwhile leaves a folder that the next one knows for what it is."""
    for file in sorted(folder.iterdir()):
        if file.name != LOCK:
            file.unlink(missing_ok=True)
    (folder / LOCK).unlink(missing_ok=True)
    folder.rmdir()


def _kernel() -> bytes:
    """What tells this kernel, since it was started, from every other one."""
    try:
        return _BOOT.read_bytes().strip()
    except OSError:
        return f"{platform.node()} {getnode():x}".encode()


if sys.platform == "win32":  # which has no lock that ends with its process at once

    @contextmanager
    def _held(lock: Path) -> Iterator[None]:  # noqa: ARG001 - there is none
        yield

    def _remove_if_left(folder: Path) -> None:
        """Removes nothing."""

else:
    import fcntl

    @contextmanager
    def _held(lock: Path) -> Iterator[None]:
        """The kernel is named once the lock is held: a file without a name says nothing yet."""
        file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(file, fcntl.LOCK_EX)
                os.write(file, _kernel())
            yield
        finally:
            os.close(file)

    def _remove_if_left(folder: Path) -> None:
        """A file that names this kernel, and that nobody has locked, is one of a process that has ended."""
        seen = folder.lstat()
        if not S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid():
            return
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.read(lock, 1000) == _kernel():
                _remove(folder)
        finally:
            os.close(lock)
