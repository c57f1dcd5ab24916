"""Writing a file that nobody but its owner may read."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from idlab.errors import BadInput


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read; beside its place, and moved there whole.

    Args:
        path: Where; what is there is replaced.
        text: What; it may hold any code points, as names that came in broken do.

    Raises:
        BadInput: If it cannot be written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     write_private(Path(folder) / "a.txt", "for your eyes only")
        ...     oct((Path(folder) / "a.txt").stat().st_mode & 0o777)
        '0o600'
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            os.replace(beside, path)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
    except OSError as failure:
        hint = "name a file in a folder that is there and may be written to"
        raise BadInput(f"cannot be written ({failure.strerror})", where=str(path), hint=hint) from None
