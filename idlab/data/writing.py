"""Writing datasets: the same input gives the same bytes, and a folder appears whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from idlab.data.labels import labels_table
from idlab.data.manifest import FILES, INTERACTIONS_FILE, LABELS_FILE, MANIFEST, TRUTH_FILE, Manifest
from idlab.data.place import Place
from idlab.data.schema import SEQUENCE, check_rows, interactions_table
from idlab.data.storage import ParquetFile, new_folder
from idlab.data.truth import truth_table
from idlab.errors import BadInput

Frame: TypeAlias = pd.DataFrame | pa.Table
Rows: TypeAlias = Frame | Iterable[Frame | pa.RecordBatch]


def write_dataset(
    folder: Path | str,
    interactions: Rows,
    *,
    truth: Rows | None = None,
    labels: Frame | None = None,
    manifest: Manifest | None = None,
    overwrite: bool = False,
) -> Manifest:
    """Writes a dataset as a folder that appears whole or not at all; the same input gives the same bytes.

    Args:
        folder: Where to write. Refused if it is not empty, unless it is a dataset and ``overwrite`` is given.
        interactions: A pandas frame or Arrow table, or an iterable of such or of record batches, which is
            then written piece by piece in bounded memory. Rows keep their order.
        truth: ``interaction_id``, ``person_id`` and further columns, for every interaction, in any order.
        labels: Judged pairs or the persons of some interactions; see ``labels_table``.
        manifest: How it was made; rows and digests of the files are filled in here.
        overwrite: Whether a dataset at ``folder`` may be replaced.

    Returns:
        The manifest that was written; its ``digest`` identifies the dataset.

    Raises:
        BadInput: On the first row that is not valid, or if the folder must not be replaced.

    Example:
        >>> import tempfile
        >>> moment = pd.Timestamp("2026-01-05T09:30Z")
        >>> frame = pd.DataFrame({"interaction_id": ["a"], "occurred_at": [moment], "channel": ["sms"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_dataset(folder, frame, manifest=Manifest(seed=7)).rows
        1
    """
    target = Path(folder)
    check_target(target, overwrite=overwrite)
    with new_folder(target, replace=overwrite) as beside:
        files = {INTERACTIONS_FILE: _write_interactions(beside / INTERACTIONS_FILE, interactions)}
        ids = _check_written(beside / INTERACTIONS_FILE)
        if truth is not None:
            checked = truth_table(_as_table(truth), ids, Place("truth"))
            files[TRUTH_FILE] = _write_table(beside / TRUTH_FILE, checked)
        if labels is not None:
            checked = labels_table(labels, ids, Place("labels"))
            files[LABELS_FILE] = _write_table(beside / LABELS_FILE, checked)
        made = manifest or Manifest()
        versions = {**made.versions, "pyarrow": pa.__version__}
        written = replace(made, versions=versions, rows=len(ids), files=files)
        (beside / MANIFEST).write_text(written.to_json(), encoding="utf-8", newline="\n")
    return written


def check_target(folder: Path, *, overwrite: bool = False) -> None:
    """Refuses a folder that a dataset must not be written to; worth asking before long work.

    Args:
        folder: Where a dataset is to be written.
        overwrite: Whether a dataset that is there may be replaced.

    Raises:
        BadInput: If it is a file, or not empty and no dataset, or a dataset and ``overwrite`` is not given.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise BadInput("is a file, not a folder", where=str(folder), hint="name another folder")
    found = sorted(entry.name for entry in folder.iterdir())
    if not found:
        return
    foreign = [name for name in found if name not in FILES]
    if foreign or MANIFEST not in found:
        what = f"holds '{foreign[0]}', which is no part of a dataset" if foreign else "is not a dataset"
        raise BadInput(what, where=str(folder), hint="name another folder")
    if not overwrite:
        hint = "allow overwriting, or name another folder"
        raise BadInput("holds a dataset already", where=str(folder), hint=hint)


def digest_of(table: pa.Table) -> str:
    """sha256 of the file that a table would be written as."""
    with ParquetFile(None) as file:
        file.append(table)
    return file.digest


def _write_interactions(path: Path, rows: Rows) -> str:
    place = Place("interactions")
    with path.open("wb") as sink, ParquetFile(sink) as file:
        columns: list[str] | None = None
        for piece in _pieces(rows):
            table, _ = interactions_table(piece, place.after(file.rows))
            if columns is not None and table.column_names != columns:
                raise BadInput(
                    f"the piece from row {file.rows + 1} on has other columns than those before it",
                    where=place.file,
                    hint="give every piece the same columns",
                )
            columns = table.column_names
            file.append(table)
    return file.digest


def _check_written(path: Path) -> pa.ChunkedArray:
    """Checks what only all rows together can show, on two columns of what was written; returns the ids."""
    place = Place("interactions")
    if not path.stat().st_size:
        check_rows(pa.table({"interaction_id": pa.array([], pa.string())}), place)
    whole = [name for name in pq.read_schema(path).names if name in ("interaction_id", SEQUENCE)]
    table = pq.read_table(path, columns=whole)
    check_rows(table, place)
    return table["interaction_id"]


def _write_table(path: Path, table: pa.Table) -> str:
    with path.open("wb") as sink, ParquetFile(sink) as file:
        file.append(table)
    return file.digest


def _pieces(rows: Rows) -> Iterator[Frame]:
    if isinstance(rows, (pd.DataFrame, pa.Table)):
        yield rows
        return
    for piece in rows:
        yield pa.Table.from_batches([piece]) if isinstance(piece, pa.RecordBatch) else piece


def _as_table(rows: Rows) -> Frame:
    pieces = list(_pieces(rows))
    if len(pieces) == 1:
        return pieces[0]
    return pa.concat_tables(
        [pa.Table.from_pandas(p, preserve_index=False) if isinstance(p, pd.DataFrame) else p for p in pieces]
    )
