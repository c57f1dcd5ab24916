"""Parquet files with the same bytes for the same rows, and folders that appear whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from idlab.errors import BadInput, why_unread

ROW_GROUP = 131_072
"""Rows in a row group; part of the format, since it shapes the bytes."""


class ParquetFile:
    """A Parquet file being written, whose bytes depend on its rows only and not on how they arrive.

    Args:
        sink: An open binary file; None to learn the digest without writing anything.

    Example:
        >>> with ParquetFile(None) as file:
        ...     file.append(pa.table({"a": ["x"]}))
        >>> file.rows, len(file.digest)
        (1, 64)
    """

    def __init__(self, sink: BinaryIO | None) -> None:
        self._sink = _Digesting(sink)
        self._writer: Any = None
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self.rows = 0

    def append(self, table: pa.Table) -> None:
        """Adds rows; the first ones fix the columns."""
        if self._writer is None:
            schema = table.schema.remove_metadata()
            self._writer = pq.ParquetWriter(
                self._sink, schema, version="2.6", compression="zstd", compression_level=3, store_schema=False
            )
        self._waiting.append(table.replace_schema_metadata(None))
        self._waiting_rows += len(table)
        self.rows += len(table)
        if self._waiting_rows >= ROW_GROUP:
            self._write(whole_groups_only=True)

    @property
    def digest(self) -> str:
        """sha256 of the bytes, once the file is closed."""
        return self._sink.hash.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        if self._writer is not None:
            if kind is None:
                self._write(whole_groups_only=False)
            self._writer.close()

    def _write(self, *, whole_groups_only: bool) -> None:
        table = pa.concat_tables(self._waiting)
        end = self._waiting_rows - self._waiting_rows % ROW_GROUP if whole_groups_only else self._waiting_rows
        for start in range(0, end, ROW_GROUP):
            group = table.slice(start, min(ROW_GROUP, end - start)).combine_chunks()
            self._writer.write_table(group, row_group_size=ROW_GROUP)
        self._waiting = [table.slice(end)]
        self._waiting_rows -= end


class _Digesting:
    """Passes bytes on to a file, if there is one, and digests them."""

    def __init__(self, sink: BinaryIO | None) -> None:
        self._to = sink
        self._position = 0
        self.closed = False
        self.hash = sha256()

    def tell(self) -> int:
        return self._position

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        if self._to is not None:
            self._to.write(data)
        self._position += len(data)
        return len(data)

    def flush(self) -> None:
        if self._to is not None:
            self._to.flush()

    def close(self) -> None:
        self.closed = True


def read_parquet(path: Path, digest: str | None = None) -> pa.Table:
    """All rows of a Parquet file.

    Args:
        path: The file.
        digest: The sha256 its bytes must have; None where that is not known.

    Raises:
        BadInput: If it is missing, cannot be read, or has another digest.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(why_unread(error), where=str(path), hint="check the path") from error
    if digest is not None and sha256(data).hexdigest() != digest:
        hint = "it was changed or damaged after it was written: make the dataset again"
        raise BadInput("is not the file that manifest.json describes", where=str(path), hint=hint)
    try:
        return pq.read_table(pa.BufferReader(data)).replace_schema_metadata(None)
    except (pa.ArrowException, OSError) as error:
        hint = "it may be cut short, or of another kind"
        raise BadInput("is not a readable Parquet file", where=str(path), hint=hint) from error


@contextmanager
def new_folder(target: Path, *, replace: bool) -> Iterator[Path]:
    """A folder to write into that becomes ``target`` at the end; on an error nothing is left of it.

    Args:
        target: Where the folder appears. Must not exist, or be empty, unless ``replace``.
        replace: Whether what is at ``target`` may be replaced.
    """
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.parent / f".{target.name}.{uuid4().hex}"
    beside.mkdir()
    try:
        yield beside
        if replace and target.exists():
            _swap(beside, target)
        else:
            beside.replace(target)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _swap(beside: Path, target: Path) -> None:
    old = target.parent / f".{target.name}.{uuid4().hex}"
    target.replace(old)
    try:
        beside.replace(target)
    except OSError:
        old.replace(target)
        raise
    shutil.rmtree(old)
