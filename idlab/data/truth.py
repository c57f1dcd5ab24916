"""The hidden truth: a person for every interaction."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from idlab.data.place import Place
from idlab.data.schema import TRUTH, check_unique, text_table
from idlab.data.text import first_row
from idlab.errors import BadInput


def truth_table(data: pd.DataFrame | pa.Table, ids: pa.ChunkedArray, place: Place) -> pa.Table:
    """The truth, checked, with its rows in the order of the interactions.

    Args:
        data: Columns ``interaction_id`` and ``person_id``, and further ones as text.
        ids: ``interaction_id`` of the interactions, each once.
        place: Where the truth came from, for messages.

    Returns:
        One row for every one of ``ids``, in that order.

    Raises:
        BadInput: If a row has no person, repeats an interaction or names an unknown one, or if an interaction
            is not covered; partial knowledge belongs into labels.

    Example:
        >>> truth = pd.DataFrame({"interaction_id": ["b", "a"], "person_id": ["p", "q"]})
        >>> truth_table(truth, pa.chunked_array([["a", "b"]]), Place("truth"))["person_id"].to_pylist()
        ['q', 'p']
    """
    table = text_table(data, TRUTH, place)
    table = table.select([*TRUTH, *(name for name in table.column_names if name not in TRUTH)])
    refuse_nulls(table["interaction_id"], "interaction_id", place)
    _refuse_nobody(table["person_id"], place)
    if table["interaction_id"].equals(ids):
        return table.combine_chunks()
    check_unique(table["interaction_id"], "interaction_id", place, "name the person of an interaction once")
    known_rows(table["interaction_id"], ids, "interaction_id", place)
    rows = pc.index_in(ids, value_set=table["interaction_id"].combine_chunks())
    uncovered = first_row(pc.is_null(rows))
    if uncovered is not None:
        raise BadInput(
            f"covers {len(table)} of {len(ids)} interactions; the first one left out is row {uncovered + 1}",
            where=place.file,
            hint=_LABELS_HINT,
        )
    return table.take(rows).combine_chunks()


_LABELS_HINT = "truth must name a person for every interaction; give partial knowledge as labels instead"


def person_codes(truth: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The persons as integers from 0, numbered by first appearance, one for each row of the truth."""
    codes = pd.factorize(truth["person_id"].to_pandas())[0]
    return np.asarray(codes, dtype=np.int64)


def known_rows(
    ids: pa.ChunkedArray, known: pa.ChunkedArray, column: str, place: Place
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """For every id the row it has among the known ones; an unknown id is refused by its row."""
    known = known.combine_chunks() if isinstance(known, pa.ChunkedArray) else known
    rows = pc.index_in(ids, value_set=known)
    row = first_row(pc.is_null(rows))
    if row is not None:
        hint = "use the interaction_id of the dataset"
        raise BadInput("is not the id of any interaction", where=place.at(column, row=row), hint=hint)
    return np.asarray(rows.to_numpy(), dtype=np.int64)


def refuse_nulls(values: pa.ChunkedArray, column: str, place: Place) -> None:
    """Refuses the first row in which a value is missing."""
    row = first_row(pc.is_null(values))
    if row is not None:
        raise BadInput("is empty", where=place.at(column, row=row), hint="fill it in, or leave the row out")


def _refuse_nobody(persons: pa.ChunkedArray, place: Place) -> None:
    row = first_row(pc.is_null(persons))
    if row is not None:
        raise BadInput("is empty", where=place.at("person_id", row=row), hint=_LABELS_HINT)
