"""What the rows of a dataset must look like: Arrow types, and the checks of every value."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from idlab.data.place import Place
from idlab.data.text import Column, arrow_column, first_row, text_column
from idlab.data.timestamps import MOMENT, moment_column
from idlab.errors import BadInput
from idlab.model import CHANNELS

REQUIRED = ("interaction_id", "occurred_at", "channel")
"""The columns that every interaction has a value in."""

BUILT_IN = (
    *REQUIRED,
    "conversation_id",
    "participant_id",
    "phone",
    "email",
    "full_name",
    "cookie_id",
    "ip_address",
    "region",
)
"""The columns of ``interactions.parquet`` that are always there, in their order."""

SEQUENCE = "sequence"
"""The optional column of whole numbers that gives the order of handling."""

TRUTH = ("interaction_id", "person_id")
"""The columns that ``truth.parquet`` must have."""


def interactions_table(
    data: pd.DataFrame | pa.Table, place: Place, timezone: str | None = None
) -> tuple[pa.Table, int]:
    """Interactions checked row by row, in the types and column order of the dataset format.

    Args:
        data: Columns ``interaction_id``, ``occurred_at``, ``channel``; any of ``BUILT_IN``; optionally
            ``sequence``; further columns as text.
        place: Where the rows came from, for messages.
        timezone: IANA time zone of moments that do not say their own; None refuses those.

    Returns:
        The table, and how many lone surrogates were dropped from its texts. Whether ids and sequence numbers
        repeat is for ``check_unique``, which needs all rows.

    Raises:
        BadInput: On the first column or row that is not valid.

    Example:
        >>> moment = pd.Timestamp("2026-01-05T09:30Z")
        >>> frame = pd.DataFrame({"interaction_id": ["a"], "occurred_at": [moment], "channel": ["sms"]})
        >>> interactions_table(frame, Place("calls"))[0].num_columns
        11
    """
    names = column_names(data, place)
    _check_columns(names, place)
    columns: dict[str, pa.ChunkedArray] = {}
    dropped = 0
    for name in (*BUILT_IN, *(name for name in names if name not in BUILT_IN)):
        if name not in names:
            columns[name] = pa.nulls(len(data), pa.string())
        elif name == "occurred_at":
            columns[name], _ = moment_column(data[name], name, place, timezone)
        elif name == SEQUENCE:
            columns[name] = _sequence(data[name], place)
        else:
            columns[name], lost = text_column(data[name], name, place)
            dropped += lost
    _check_ids(columns["interaction_id"], place)
    _check_channels(columns["channel"], place)
    return pa.table(columns, schema=_schema(list(columns))), dropped


def text_table(data: pd.DataFrame | pa.Table, required: tuple[str, ...], place: Place) -> pa.Table:
    """A table of texts in which the required columns exist and have a value in every row."""
    names = column_names(data, place)
    for name in required:
        if name not in names:
            hint = f"it needs {', '.join(required)}"
            raise BadInput(f"column '{name}' is missing", where=place.file, hint=hint)
    columns = {name: text_column(data[name], name, place)[0] for name in names}
    return pa.table(columns, schema=pa.schema([(name, pa.string()) for name in columns]))


def column_names(data: pd.DataFrame | pa.Table, place: Place) -> list[str]:
    """The names of all columns, each of which must be text and unlike the others."""
    names = list(data.columns) if isinstance(data, pd.DataFrame) else list(data.column_names)
    for position, name in enumerate(names):
        if not isinstance(name, str) or not name:
            raise BadInput(
                f"column {position + 1} has no name", where=place.file, hint="give every column a name"
            )
        if name in names[:position]:
            raise BadInput(f"column '{name}' occurs twice", where=place.file, hint="rename one of them")
    return names


def check_rows(table: pa.Table, place: Place) -> None:
    """Refuses what only all rows together show: that there are none, or that ids or numbers repeat."""
    if not len(table):
        raise BadInput("holds no interactions", where=place.file, hint="a dataset needs at least one row")
    hint = "give every interaction an id of its own"
    check_unique(table["interaction_id"], "interaction_id", place, hint)
    if SEQUENCE in table.column_names:
        check_unique(table[SEQUENCE], SEQUENCE, place, "number every interaction differently")


def check_unique(values: pa.ChunkedArray, column: str, place: Place, hint: str) -> None:
    """Refuses a value that occurs twice, naming both rows and not the value."""
    if pc.count_distinct(values, mode="all").as_py() == len(values):
        return
    series = values.to_pandas()
    row = int(series.duplicated().to_numpy().argmax())
    first = int((series == series.iloc[row]).to_numpy().argmax())
    raise BadInput(
        f"repeats the value of row {place.rows_before + first + 1}",
        where=place.at(column, row=row),
        hint=hint,
    )


def _schema(names: list[str]) -> pa.Schema:
    types = {"occurred_at": MOMENT, SEQUENCE: pa.int64()}
    return pa.schema([(name, types.get(name, pa.string())) for name in names])


def _check_columns(names: list[str], place: Place) -> None:
    for name in REQUIRED:
        if name not in names:
            shown = place.columns.get(name, name)
            hint = f"every dataset needs {', '.join(REQUIRED)}"
            raise BadInput(f"column '{shown}' is missing", where=place.file, hint=hint)
    if "person_id" in names:
        raise BadInput(
            "column 'person_id' is truth, which no resolver may read",
            where=place.file,
            hint="give it as truth, apart from the interactions",
        )


def _check_ids(ids: pa.ChunkedArray, place: Place) -> None:
    row = first_row(pc.is_null(ids))
    if row is not None:
        where = place.at("interaction_id", row=row)
        raise BadInput("is empty", where=where, hint="give every interaction an id of its own")


def _check_channels(channels: pa.ChunkedArray, place: Place) -> None:
    row = first_row(pc.invert(pc.is_in(channels, value_set=pa.array(CHANNELS))))
    if row is not None:
        hint = f"valid are {', '.join(CHANNELS)}"
        raise BadInput("is not a channel", where=place.at("channel", row=row), hint=hint)


def _sequence(values: Column, place: Place) -> pa.ChunkedArray:
    array, _ = arrow_column(values, SEQUENCE, place)
    if not pa.types.is_integer(array.type):
        texts, _ = text_column(array, SEQUENCE, place)
        row = first_row(pc.invert(pc.match_substring_regex(texts, r"^-?\d{1,18}$")))
        if row is not None:
            raise BadInput("is not a whole number", where=place.at(SEQUENCE, row=row), hint=_SEQUENCE_HINT)
        array = texts
    row = first_row(pc.is_null(array))
    if row is not None:
        raise BadInput("is empty", where=place.at(SEQUENCE, row=row), hint=_SEQUENCE_HINT)
    return pc.cast(array, pa.int64())


_SEQUENCE_HINT = "number all interactions in the order they were handled, or leave the column out"
