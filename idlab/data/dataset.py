"""The dataset format: a folder of interactions, with truth and labels in files of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from idlab.data.labels import labels_table
from idlab.data.manifest import INTERACTIONS_FILE, LABELS_FILE, TRUTH_FILE, Manifest, read_manifest
from idlab.data.order import IntArray, handling_order, ordered
from idlab.data.place import Place
from idlab.data.schema import BUILT_IN, SEQUENCE, check_rows, interactions_table
from idlab.data.storage import read_parquet
from idlab.data.truth import person_codes, truth_table
from idlab.data.writing import Frame, Rows, check_target, digest_of, write_dataset
from idlab.errors import BadInput

__all__ = [
    "BUILT_IN",
    "Dataset",
    "Frame",
    "Manifest",
    "Rows",
    "check_target",
    "handling_order",
    "in_memory",
    "ordered",
    "read_dataset",
    "write_dataset",
]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Interactions, checked; with truth and labels only if they were asked for.

    Args:
        table: The interactions as an Arrow table, rows as in the file.
        manifest: How the dataset was made.
        path: The folder it was read from; None if it is in memory only.
        truth_table: A person for every row of ``table``, in the same order; None if not read or not known.
        labels_table: Partial knowledge; None if not read or not known.

    Example:
        >>> moment = pd.Timestamp("2026-01-05T09:30Z")
        >>> frame = pd.DataFrame({"interaction_id": ["a"], "occurred_at": [moment], "channel": ["sms"]})
        >>> len(in_memory(frame))
        1
    """

    table: pa.Table
    manifest: Manifest
    path: Path | None = None
    truth_table: pa.Table | None = None
    labels_table: pa.Table | None = None

    def __len__(self) -> int:
        return len(self.table)

    @property
    def name(self) -> str:
        """The folder's path, for messages."""
        return str(self.path) if self.path else "dataset in memory"

    @property
    def ids(self) -> pa.ChunkedArray:
        """``interaction_id`` of every row."""
        return self.table["interaction_id"]

    @property
    def declared_columns(self) -> tuple[str, ...]:
        """The names of the columns that are not built in."""
        return tuple(name for name in self.table.column_names if name not in (*BUILT_IN, SEQUENCE))

    @cached_property
    def interactions(self) -> pd.DataFrame:
        """The interactions as a pandas frame; missing values are NaN."""
        return _as_frame(self.table)

    @cached_property
    def truth(self) -> pd.DataFrame:
        """The truth as a pandas frame, its rows in the order of the interactions."""
        return _as_frame(self._asked_for("truth", self.truth_table))

    @cached_property
    def labels(self) -> pd.DataFrame:
        """The labels as a pandas frame."""
        return _as_frame(self._asked_for("labels", self.labels_table))

    @cached_property
    def person(self) -> IntArray:
        """The true person of every row, as integers from 0 in order of first appearance."""
        return person_codes(self._asked_for("truth", self.truth_table))

    @cached_property
    def order(self) -> IntArray:
        """The rows in the order in which they are handled."""
        return handling_order(self.table)

    @cached_property
    def digest(self) -> str:
        """sha256 over the digests of all files: the same in memory and on disk."""
        if self.manifest.files:
            return self.manifest.digest
        parts = {INTERACTIONS_FILE: self.table, TRUTH_FILE: self.truth_table, LABELS_FILE: self.labels_table}
        files = {name: digest_of(table) for name, table in parts.items() if table is not None}
        return replace(self.manifest, files=files).digest

    def select(self, keep: np.ndarray[Any, np.dtype[np.bool_]]) -> Dataset:
        """The rows on which a mask is true, with their truth, and the labels that are about kept rows only.

        Args:
            keep: One boolean for every row.

        Returns:
            A dataset in memory, its rows in the same order.

        Raises:
            BadInput: If no row is kept.
        """
        if not keep.any():
            raise BadInput("no row would be left", where=self.name, hint="keep at least one")
        mask = pa.array(keep)
        table = self.table.filter(mask)
        truth = None if self.truth_table is None else self.truth_table.filter(mask)
        ids = table["interaction_id"]
        labels = None if self.labels_table is None else _labels_about(self.labels_table, ids)
        manifest = replace(self.manifest, files={}, rows=len(table))
        return Dataset(table, manifest, None, truth, labels)

    def write(self, folder: Path | str, *, overwrite: bool = False) -> Manifest:
        """Writes the dataset as a folder; see ``write_dataset``."""
        return write_dataset(
            folder,
            self.table,
            truth=self.truth_table,
            labels=self.labels_table,
            manifest=self.manifest,
            overwrite=overwrite,
        )

    def _asked_for(self, what: str, table: pa.Table | None) -> pa.Table:
        if table is None:
            hint = f"make it with {what}, and read it with read_dataset(..., {what}=True)"
            raise BadInput(f"there is no {what} here", where=self.name, hint=hint)
        return table


def in_memory(
    interactions: Frame,
    *,
    truth: Frame | None = None,
    labels: Frame | None = None,
    manifest: Manifest | None = None,
) -> Dataset:
    """A dataset that is in no folder (yet), checked like one that is read.

    Args:
        interactions: As for ``write_dataset``, in one piece.
        truth: As for ``write_dataset``, in one piece.
        labels: As for ``write_dataset``.
        manifest: How it was made.

    Raises:
        BadInput: On the first row that is not valid.

    Example:
        >>> moment = pd.Timestamp("2026-01-05T09:30Z")
        >>> frame = pd.DataFrame({"interaction_id": ["a"], "occurred_at": [moment], "channel": ["sms"]})
        >>> in_memory(frame).interactions["channel"].tolist()
        ['sms']
    """
    table, _ = interactions_table(interactions, Place("interactions"))
    check_rows(table, Place("interactions"))
    made = replace(manifest or Manifest(), rows=len(table), files={})
    ids = table["interaction_id"]
    return Dataset(
        table,
        made,
        None,
        None if truth is None else truth_table(truth, ids, Place("truth")),
        None if labels is None else labels_table(labels, ids, Place("labels")),
    )


def read_dataset(path: Path | str, *, truth: bool = False, labels: bool = False) -> Dataset:
    """A dataset read from its folder, every row checked. Truth and labels are opened only if asked for.

    Args:
        path: The folder.
        truth: Whether to read ``truth.parquet`` too; only evaluation does.
        labels: Whether to read ``labels.parquet`` too; only evaluation and fitting do.

    Raises:
        BadInput: If a file is missing, damaged or changed, or on the first row that is not valid.

    Example:
        >>> import tempfile
        >>> moment = pd.Timestamp("2026-01-05T09:30Z")
        >>> frame = pd.DataFrame({"interaction_id": ["a"], "occurred_at": [moment], "channel": ["sms"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     written = write_dataset(folder, frame)
        ...     read_dataset(folder).digest == written.digest
        True
    """
    folder = Path(path)
    manifest = read_manifest(folder)
    place = Place(str(folder / INTERACTIONS_FILE))
    table, _ = interactions_table(_read(folder, INTERACTIONS_FILE, manifest), place)
    check_rows(table, place)
    ids = table["interaction_id"]
    known, partial = None, None
    if truth:
        known = truth_table(_read(folder, TRUTH_FILE, manifest), ids, Place(str(folder / TRUTH_FILE)))
    if labels:
        partial = labels_table(_read(folder, LABELS_FILE, manifest), ids, Place(str(folder / LABELS_FILE)))
    return Dataset(table, manifest, folder, known, partial)


def _as_frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _read(folder: Path, name: str, manifest: Manifest) -> pa.Table:
    if name not in manifest.files:
        raise BadInput(f"the dataset has no {name}", where=str(folder), hint=_WITHOUT[name])
    return read_parquet(folder / name, manifest.files[name])


_WITHOUT = {
    INTERACTIONS_FILE: "make the dataset again",
    TRUTH_FILE: "import it with --truth, or give partial knowledge with --labels",
    LABELS_FILE: "import it with --labels",
}


def _labels_about(labels: pa.Table, ids: pa.ChunkedArray) -> pa.Table | None:
    """The labels whose interactions are all among ``ids``; None if there are none."""
    known = ids.combine_chunks()
    for name in ("left", "right", "interaction_id"):
        if name in labels.column_names:
            labels = labels.filter(pc.is_in(labels[name], value_set=known))
    return labels if len(labels) else None
