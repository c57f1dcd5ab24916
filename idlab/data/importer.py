"""Import of a user's own files into the dataset format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idlab.data.dataset import Dataset, Manifest
from idlab.data.labels import labels_table
from idlab.data.mapping import (
    MAPPED,
    DeclaredField,
    check_fields,
    check_mapping,
    columns_of,
    columns_said,
    joined_column,
)
from idlab.data.place import Place
from idlab.data.schema import check_rows, interactions_table
from idlab.data.tabular import read_file
from idlab.data.timestamps import MOMENT, check_timezone, moment_column
from idlab.data.truth import truth_table
from idlab.errors import BadInput

DEFAULT_MOMENT = 946_684_800_000_000
"""2000-01-01T00:00:00Z in microseconds: the time of the first row of a file without times."""


@dataclass(frozen=True)
class ImportReport:
    """What an import took in, and what it had to assume.

    Args:
        rows: Interactions.
        filled: For every field that a column was mapped to, in how many rows it has a value.
        channels: Interactions by channel.
        persons: Persons that the truth names; None without truth.
        labels: Rows of labels; None without labels.
        surrogates_dropped: Lone surrogates dropped, which UTF-8 cannot hold.
        unused_columns: Columns that became no field, and were left out.
        notes: What had to be assumed, one sentence each.
    """

    rows: int
    filled: Mapping[str, int]
    channels: Mapping[str, int]
    persons: int | None
    labels: int | None
    surrogates_dropped: int
    unused_columns: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Knowledge:
    """Where truth or labels come from; at most one of the three."""

    truth_column: str | None
    truth_file: Path | None
    labels_file: Path | None


def import_file(
    path: Path | str,
    mapping: Mapping[str, str],
    fields: Mapping[str, DeclaredField] | None = None,
    *,
    truth_column: str | None = None,
    truth_file: Path | str | None = None,
    labels_file: Path | str | None = None,
    channel: str = "crm",
    timezone: str | None = None,
) -> tuple[Dataset, ImportReport]:
    r"""Reads a file of a user's own; nothing is written.

    Args:
        path: A CSV, TSV or Parquet file.
        mapping: The column of every built-in field, or several joined by ``+``. A column that has the name of
            a built-in field is taken as that field without being mapped; others are left out.
        fields: Fields of the user's own.
        truth_column: The column of the file itself that names the person of every row.
        truth_file: A file of its own with an id and a person for every row: in the columns interaction_id and
            person_id if it has these, else in its first two.
        labels_file: A file of judged pairs, or of the persons of some rows; see ``labels_table``.
        channel: The channel of all rows where no column gives it.
        timezone: IANA time zone of times that do not say their own; None refuses those.

    Returns:
        A dataset in memory, its rows in the order of the file, and what to tell the user.

    Raises:
        BadInput: On the first column or row that is not valid, or if more than one of truth column, truth
            file and labels is given.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "crm.csv")
        ...     _ = file.write_text("tel,given,family\n+1 202 555 0143,Ann,Lee\n")
        ...     dataset, report = import_file(file, {"phone": "tel", "full_name": "given+family"})
        >>> dataset.interactions["full_name"].tolist(), report.unused_columns
        (['Ann Lee'], ())
    """
    source, declared = Path(path), dict(fields or {})
    known = _Knowledge(truth_column, _path(truth_file), _path(labels_file))
    check_mapping(mapping)
    check_fields(declared)
    _check_knowledge(known)
    if timezone is not None:
        check_timezone(timezone)
    raw, surrogates = read_file(source)
    chosen = _chosen(raw, mapping, declared, known, Place(str(source)))
    place = Place(str(source), {name: "+".join(columns) for name, columns in chosen.items()})
    if not len(raw):
        raise BadInput("holds no rows", where=place.file, hint="a dataset needs at least one row")
    notes: list[str] = []
    columns = _columns(raw, chosen, place, timezone, notes)
    table, dropped = interactions_table(_with_defaults(columns, len(raw), channel, notes), place)
    check_rows(table, place)
    ids = table["interaction_id"]
    truth = _truth(known, raw, ids, place)
    labels = _labels(known, ids)
    recipe = {"kind": "import", "file": source.name, "mapping": {n: "+".join(c) for n, c in chosen.items()}}
    manifest = Manifest(recipe, fields={n: f.kind for n, f in declared.items()}, rows=len(table))
    dataset = Dataset(table, manifest, None, truth, labels)
    used = {column for columns in chosen.values() for column in columns} | {known.truth_column}
    unused = tuple(name for name in raw.column_names if name not in used)
    return dataset, _report(dataset, chosen, unused, surrogates + dropped, notes)


def _path(given: Path | str | None) -> Path | None:
    return None if given is None else Path(given)


def _check_knowledge(known: _Knowledge) -> None:
    given = [
        value for value in (known.truth_column, known.truth_file, known.labels_file) if value is not None
    ]
    if len(given) > 1:
        raise BadInput("got more than one of truth column, truth file and labels", hint="give one of them")


def _chosen(
    raw: pa.Table,
    mapping: Mapping[str, str],
    declared: Mapping[str, DeclaredField],
    known: _Knowledge,
    place: Place,
) -> dict[str, tuple[str, ...]]:
    """The columns of the file that make every field."""
    names = raw.column_names
    specs = {**mapping, **{name: field.column for name, field in declared.items()}}
    chosen = {name: columns_of(spec, names, place) for name, spec in specs.items()}
    used = {column for columns in chosen.values() for column in columns}
    for name in MAPPED:
        if name in names and name not in chosen and name not in used and name != known.truth_column:
            chosen[name] = columns_of(name, names, place)
    if known.truth_column is not None:
        columns_of(known.truth_column, names, place)
        if known.truth_column in used:
            what = f"column '{known.truth_column}' is both truth and a field, which the resolver would read"
            raise BadInput(what, where=place.file, hint="map it to one of the two")
    if not chosen:
        hint = f"map some with FIELD=COLUMN; {columns_said(names)}"
        raise BadInput("no column became a field", where=place.file, hint=hint)
    return chosen


def _columns(
    raw: pa.Table,
    chosen: Mapping[str, tuple[str, ...]],
    place: Place,
    timezone: str | None,
    notes: list[str],
) -> dict[str, pa.ChunkedArray]:
    columns = {name: joined_column(raw, parts, place) for name, parts in chosen.items()}
    if "occurred_at" in columns:
        columns["occurred_at"], twice = moment_column(columns["occurred_at"], "occurred_at", place, timezone)
        if twice:
            notes.append(
                f"{twice} local times happened twice when clocks were set back; the earlier was taken"
            )
    return columns


def _with_defaults(
    columns: dict[str, pa.ChunkedArray], rows: int, channel: str, notes: list[str]
) -> pa.Table:
    """Columns that every dataset has, where the file does not."""
    if "interaction_id" not in columns:
        width = max(6, len(str(rows)))
        columns["interaction_id"] = pa.array([f"row-{row:0{width}d}" for row in range(1, rows + 1)])
        notes.append("no column gives interaction_id: rows are numbered in the order of the file")
    if "occurred_at" not in columns:
        moments = DEFAULT_MOMENT + np.arange(rows, dtype=np.int64)
        columns["occurred_at"] = pa.array(moments).cast(MOMENT)
        notes.append("no column gives occurred_at: rows are 1 microsecond apart from 2000-01-01T00:00:00Z on")
    if "channel" not in columns:
        columns["channel"] = pa.array([channel]).take(pa.array(np.zeros(rows, dtype=np.int64)))
        notes.append(f"no column gives the channel: all rows get {channel}")
    return pa.table(columns)


def _truth(known: _Knowledge, raw: pa.Table, ids: pa.ChunkedArray, place: Place) -> pa.Table | None:
    if known.truth_column is not None:
        persons = raw[known.truth_column]
        named = replace(place, columns={**place.columns, "person_id": known.truth_column})
        return truth_table(pa.table({"interaction_id": ids, "person_id": persons}), ids, named)
    if known.truth_file is None:
        return None
    table, _ = read_file(known.truth_file)
    names = _truth_columns(table.column_names, known.truth_file)
    renamed = table.select(list(names)).rename_columns(["interaction_id", "person_id"])
    named = Place(str(known.truth_file), {"interaction_id": names[0], "person_id": names[1]})
    return truth_table(renamed, ids, named)


def _truth_columns(names: list[str], path: Path) -> tuple[str, str]:
    """The columns of a truth file: by idlab's names if it has them, else the first two."""
    if "interaction_id" in names and "person_id" in names:
        return "interaction_id", "person_id"
    if len(names) < 2 or names[0] == names[1]:
        hint = "a truth file has two columns: the id of an interaction and of its person"
        raise BadInput(f"has the columns {', '.join(names)}", where=str(path), hint=hint)
    return names[0], names[1]


def _labels(known: _Knowledge, ids: pa.ChunkedArray) -> pa.Table | None:
    if known.labels_file is None:
        return None
    table, _ = read_file(known.labels_file)
    return labels_table(table, ids, Place(str(known.labels_file)))


def _report(
    dataset: Dataset,
    chosen: Mapping[str, tuple[str, ...]],
    unused: tuple[str, ...],
    surrogates: int,
    notes: list[str],
) -> ImportReport:
    table = dataset.table
    counted = pc.value_counts(table["channel"].combine_chunks()).to_pylist()
    persons = (
        None if dataset.truth_table is None else pc.count_distinct(dataset.truth_table["person_id"]).as_py()
    )
    return ImportReport(
        rows=len(table),
        filled={name: len(table) - table[name].null_count for name in chosen},
        channels={
            entry["values"]: entry["counts"] for entry in sorted(counted, key=lambda e: str(e["values"]))
        },
        persons=persons,
        labels=None if dataset.labels_table is None else len(dataset.labels_table),
        surrogates_dropped=surrogates,
        unused_columns=unused,
        notes=tuple(notes),
    )
