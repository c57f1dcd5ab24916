"""The erasure log: who was erased, in a file outside of the database, so that a backup that is older learns of it.

A line of JSON for each erasure, written and on the disk before anything is erased. Each line carries on a chain of digests, so
that a line taken out or changed shows. Customers are named by their customer_ids; nothing in here identifies a person.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from json import JSONDecodeError, JSONEncoder, loads
from pathlib import Path
from typing import BinaryIO, NamedTuple

from idlab.errors import BadInput

_as_text = JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode

ENVIRONMENT = "IDLAB_ERASURE_LOG"
"""Names the erasure log of a store on a server."""


class Erasure(NamedTuple):
    """One erasure, of one or several customers.

    Args:
        erasure_id: Its own id.
        at: When it was asked for, in microseconds UTC.
        by: Who asked for it.
        customers: customer_ids.
        members: The customer_ids that each of their interactions would have by itself: another state of the store may hold
            these in several identities.
        purge: What it is a part of, where old customers are erased in batches.
        number: 1 for the first of a log; 0 if it is in none.
        chain: A digest of it and of the chain before it.
    """

    erasure_id: str
    at: int
    by: str
    customers: tuple[str, ...]
    members: tuple[str, ...] = ()
    purge: str = ""
    number: int = 0
    chain: str = ""

    def after(self, chain: str) -> str:
        """The chain that it carries on from one."""
        whole = _as_text([chain, *self[:7]])
        return blake2b(whole.encode("ascii"), digest_size=16).hexdigest()


class ErasureLog:
    """The erasures of one store, in a file.

    Args:
        path: The file; made with its first line.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     log = ErasureLog(Path(folder) / "id.db.erasures")
        ...     first = log.append(Erasure("e1", 0, "ann", ("5f",)))
        ...     log.last() == first, first.number
        (True, 1)
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, erasure: Erasure) -> Erasure:
        """Write down what is about to be erased; it is on the disk when this returns.

        Args:
            erasure: Its number and chain are filled in.

        Returns:
            What was written.

        Raises:
            BadInput: If the file is no erasure log.
        """
        with self.path.open("a+b") as file, _locked(file):
            last = self.last()
            self._drop_unfinished_line(file)
            number, chain = (1, "") if last is None else (last.number + 1, last.chain)
            numbered = erasure._replace(number=number, chain="")
            numbered = numbered._replace(chain=numbered.after(chain))
            file.write(_line(numbered))
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self.path.parent)
        return numbered

    def last(self) -> Erasure | None:
        """The erasure that was written last, found from the end of the file; None if there is none.

        Raises:
            BadInput: If the file is no erasure log.
        """
        try:
            with self.path.open("rb") as file:
                text = _last_line(file)
        except FileNotFoundError:
            return None
        return None if text is None else self._read(text)

    def entries(self) -> Iterator[Erasure]:
        """Every erasure, in the order written.

        Raises:
            BadInput: If a line is none, or does not carry on the chain.
        """
        chain = ""
        try:
            with self.path.open("rb") as file:
                for number, text in enumerate(file, start=1):
                    if not text.endswith(b"\n"):
                        return  # broken off: nothing was erased yet
                    entry = self._read(text)
                    if entry.number != number or entry.after(chain) != entry.chain:
                        raise self._refused(f"line {number} does not carry on from the lines before it")
                    chain = entry.chain
                    yield entry
        except FileNotFoundError:
            return

    def _drop_unfinished_line(self, file: BinaryIO) -> None:
        """Take off what a kill left of a line: nothing was erased for it."""
        size = _unfinished(file)
        start = file.seek(-size, os.SEEK_END)
        begun = file.read(len(_BEGINS))
        if not _BEGINS.startswith(begun):
            raise self._refused("its end is no erasure")
        file.truncate(start)

    def _read(self, text: bytes) -> Erasure:
        try:
            document = loads(text)
            return Erasure(
                str(document["erasure"]),
                int(document["at"]),
                str(document["by"]),
                tuple(map(str, document["customers"])),
                tuple(map(str, document["members"])),
                str(document["purge"]),
                int(document["number"]),
                str(document["chain"]),
            )
        except (JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError):
            raise self._refused("a line of it is no erasure") from None

    def _refused(self, what: str) -> BadInput:
        hint = "restore it from a copy; it is only ever added to"
        return BadInput(f"the erasure log was changed: {what}", where=str(self.path), hint=hint)


def _line(erasure: Erasure) -> bytes:
    erasure_id, at, by, customers, members, purge, number, chain = erasure
    document = {
        "number": number,
        "erasure": erasure_id,
        "at": at,
        "by": by,
        "customers": list(customers),
        "members": list(members),
        "purge": purge,
        "chain": chain,
    }
    return _as_text(document).encode("ascii") + b"\n"


_BEGINS = b'{"number":'
_BLOCK = 1 << 16


def _last_line(file: BinaryIO) -> bytes | None:
    """The last whole line of a file, read from its end."""
    end = file.seek(0, os.SEEK_END)
    tail = b""
    while end > 0:
        start = max(0, end - _BLOCK)
        file.seek(start)
        tail = file.read(end - start) + tail
        end = start
        whole = tail[: tail.rfind(b"\n") + 1]
        before = whole.rfind(b"\n", 0, -1)
        if whole and (before >= 0 or end == 0):
            return whole[before + 1 :]
    return None


def _unfinished(file: BinaryIO) -> int:
    """How many bytes at the end of a file belong to no whole line."""
    end = file.seek(0, os.SEEK_END)
    start, tail = end, b""
    while start > 0 and b"\n" not in tail:
        start = max(0, start - _BLOCK)
        file.seek(start)
        tail = file.read(end - start)
    return len(tail) - tail.rfind(b"\n") - 1


def _sync_folder(folder: Path) -> None:
    """See that a file that was made is found in its folder after a power cut."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def _locked(file: BinaryIO) -> Iterator[None]:
        """Let nobody else write the log meanwhile."""
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    @contextmanager
    def _locked(file: BinaryIO) -> Iterator[None]:
        """Let nobody else write the log meanwhile; the system lifts the lock of a process that is killed."""
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def log_of_server() -> Path | None:
    """The erasure log that the environment names for stores on servers."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else None
