"""Columns of any kind as columns of text, in which missing is null and nothing else."""

from __future__ import annotations

from datetime import date
from math import isnan
from typing import TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from idlab.data.place import Place
from idlab.errors import BadInput

Column: TypeAlias = "pd.Series | pa.ChunkedArray | pa.Array"
"""The values of one column, of any type."""


def text_column(values: Column, column: str, place: Place) -> tuple[pa.ChunkedArray, int]:
    """A column as text: NaN, None and "" all become null, whole numbers and dates their usual notation.

    Args:
        values: A pandas Series or an Arrow array of any type.
        column: Its name, for messages.
        place: Where it came from, for messages.

    Returns:
        The column, and how many lone surrogates (which UTF-8 cannot hold) were dropped from it.

    Raises:
        BadInput: If the column holds what has no one notation as text, such as fractions or lists.

    Example:
        >>> text_column(pa.array(["x", "", None]), "phone", Place("calls"))[0].to_pylist()
        ['x', None, None]
    """
    array, dropped = arrow_column(values, column, place)
    return empty_as_null(_as_strings(array, column, place)), dropped


def arrow_column(values: Column, column: str, place: Place) -> tuple[pa.ChunkedArray, int]:
    """Any column as a chunked Arrow array, and the number of lone surrogates dropped."""
    if isinstance(values, pa.ChunkedArray):
        return values, 0
    if isinstance(values, pa.Array):
        return pa.chunked_array([values]), 0
    if values.dtype == object:
        return _from_objects(values, column, place)
    array = pa.Array.from_pandas(values)
    return (array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])), 0


def empty_as_null(strings: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same strings with null where they were empty."""
    empty = pc.equal(strings, "")
    if not pc.any(empty).as_py():
        return strings
    return pc.if_else(empty, pa.scalar(None, pa.string()), strings)


def first_row(mask: pa.ChunkedArray) -> int | None:
    """The first row, from 0, on which a mask is true; None if it is so nowhere."""
    row = int(pc.index(mask, pa.scalar(value=True)).as_py())
    return None if row < 0 else row


def _from_objects(values: pd.Series, column: str, place: Place) -> tuple[pa.ChunkedArray, int]:
    """Python objects as text; a datetime as ISO 8601, so that its lack of a time zone stays visible."""
    texts = [_object_text(value, row, column, place) for row, value in enumerate(values)]
    try:
        return pa.chunked_array([pa.array(texts, type=pa.string())]), 0
    except UnicodeEncodeError:
        whole = [None if text is None else text.encode("utf-8", "ignore").decode("utf-8") for text in texts]
    dropped = sum(map(_length, texts)) - sum(map(_length, whole))
    return pa.chunked_array([pa.array(whole, type=pa.string())]), dropped


def _length(text: str | None) -> int:
    return len(text or "")


def _object_text(value: object, row: int, column: str, place: Place) -> str | None:
    if isinstance(value, str):
        return value
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    raise BadInput(
        f"got a value of type {type(value).__name__}, but only text, whole numbers and dates are valid",
        where=place.at(column, row=row),
        hint="convert the column to text first",
    )


def _as_strings(array: pa.ChunkedArray, column: str, place: Place) -> pa.ChunkedArray:
    kind = array.type
    if kind == pa.string():
        return array
    if pa.types.is_dictionary(kind):
        return _as_strings(pc.cast(array, kind.value_type), column, place)
    if pa.types.is_floating(kind):
        return _whole_numbers(array, column, place)
    if _has_one_notation(kind):
        return pc.cast(array, pa.string())
    raise BadInput(
        f"holds values of type {kind}, but only text, whole numbers and dates are valid",
        where=place.at(column),
        hint="convert the column to text first",
    )


def _has_one_notation(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(
        types.is_null(kind)
        or types.is_large_string(kind)
        or types.is_string_view(kind)
        or types.is_integer(kind)
        or types.is_boolean(kind)
        or types.is_date(kind)
    )


def _whole_numbers(array: pa.ChunkedArray, column: str, place: Place) -> pa.ChunkedArray:
    """Floats as text where each is a whole number: what pandas makes of integers with gaps."""
    numbers = pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)
    fraction = pc.or_(pc.not_equal(pc.floor(numbers), numbers), pc.greater_equal(pc.abs(numbers), 2.0**53))
    row = first_row(fraction)
    if row is not None:
        raise BadInput(
            "holds a number that is not whole, which has no one notation as text",
            where=place.at(column, row=row),
            hint="convert the column to text first",
        )
    return pc.cast(pc.cast(numbers, pa.int64()), pa.string())
