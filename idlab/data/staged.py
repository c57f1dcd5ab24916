"""Files of a folder that are written anew together: beside their places first, then all moved there, the manifest last.

Once the new manifest lies beside the old one, whoever comes next moves the rest; before that, what lies beside is forgotten.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from idlab.data.manifest import MANIFEST
from idlab.data.storage import ParquetFile
from idlab.errors import BadInput

BESIDE = ".erasing"
"""How the name of a file ends that is not in its place yet."""


def write_beside(file: Path, change: Callable[[pa.Table], pa.Table]) -> str | None:
    """Write a Parquet file anew beside it, a row group at a time.

    Args:
        file: The file.
        change: What becomes of each group of rows.

    Returns:
        The sha256 of what was written; None if no row is left: the file is to go.
    """
    beside = _beside(file)
    with beside.open("wb") as sink:
        with ParquetFile(sink) as written:
            for table in row_groups(file):
                written.append(change(table))
        _to_disk(sink)
    if written.rows:
        return written.digest
    beside.write_bytes(b"")
    return None


def write_manifest_beside(folder: Path, digests: Mapping[str, str | None]) -> None:
    """Write what the folder's files will be; from then on they are moved into place, whoever does it.

    Args:
        folder: The folder; it need not have a manifest.
        digests: The sha256 of each file that was written beside, None for those that are to go.
    """
    path = folder / MANIFEST
    document = _manifest(path)
    listed: dict[str, Any] = document.get("files", {})
    for name, digest in digests.items():
        if digest is None:
            listed.pop(name, None)
        elif name in listed:
            listed[name] = {"sha256": digest}
    for name in [name for name in listed if not (folder / name).exists()]:
        del listed[name]  # a page that was removed
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n" if path.exists() else ""
    write_text(_beside(path), text)


def move_into_place(folder: Path) -> None:
    """Move what lies beside its place there, the manifest last."""
    manifest = _beside(folder / MANIFEST)
    for beside in [*(one for one in sorted(folder.glob(f".*{BESIDE}")) if one != manifest), manifest]:
        target = folder / beside.name[1:].removesuffix(BESIDE)
        if beside.stat().st_size:
            os.replace(beside, target)
        else:
            if beside != manifest:
                target.unlink(missing_ok=True)
            beside.unlink()


def finish_or_forget(folder: Path) -> None:
    """Go on with what was broken off in a folder: to its end if the manifest was written, else from the beginning."""
    if _beside(folder / MANIFEST).is_file():
        move_into_place(folder)
    for beside in folder.glob(f".*{BESIDE}"):
        beside.unlink()


def write_text(path: Path, text: str) -> None:
    """Write a text file, which appears whole or not at all."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("w", encoding="utf-8", newline="") as sink:
            sink.write(text)
            _to_disk(sink)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def row_groups(file: Path) -> Iterator[pa.Table]:
    """The rows of a Parquet file, a group at a time.

    Raises:
        BadInput: If it cannot be read.
    """
    try:
        opened = pq.ParquetFile(file)
        for number in range(opened.num_row_groups):
            yield opened.read_row_group(number).replace_schema_metadata(None)
    except (pa.ArrowException, OSError) as error:
        hint = "it may be cut short: restore it or take it out of the folder"
        raise BadInput("is not a readable Parquet file", where=str(file), hint=hint) from error


def _beside(file: Path) -> Path:
    return file.with_name(f".{file.name}{BESIDE}")


def _to_disk(sink: IO[Any]) -> None:
    sink.flush()
    os.fsync(sink.fileno())


def _manifest(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_bytes())
    except ValueError:
        raise BadInput("is not JSON", where=str(path), hint="restore it") from None
    return document if isinstance(document, dict) else {}
