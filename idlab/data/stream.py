"""A dataset as interactions, one at a time, in the order in which they are handled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from idlab.data.dataset import Dataset
from idlab.data.schema import BUILT_IN
from idlab.model import Interaction, moment_of


def interactions_of(dataset: Dataset) -> Iterator[Interaction]:
    """The interactions of a dataset in the order in which they are handled, in bounded memory.

    Args:
        dataset: Its columns that are not built in become ``Interaction.fields``.

    Example:
        >>> import pandas as pd
        >>> from idlab.data.dataset import in_memory
        >>> moment = pd.Timestamp("2026-01-05T09:30Z")
        >>> frame = pd.DataFrame({"interaction_id": ["b", "a"], "occurred_at": moment, "channel": "sms"})
        >>> [interaction.interaction_id for interaction in interactions_of(in_memory(frame))]
        ['a', 'b']
    """
    declared = dataset.declared_columns
    names = [*BUILT_IN, *declared]
    for start in range(0, len(dataset), _STEP):
        rows = dataset.table.select(names).take(pa.array(dataset.order[start : start + _STEP]))
        columns = [_values(rows[name]) for name in names]
        for values in zip(*columns, strict=True):
            built_in = dict(zip(BUILT_IN, values, strict=False))
            if declared:
                fields = dict(zip(declared, values[len(BUILT_IN) :], strict=True))
                yield Interaction(**built_in, fields=fields)
            else:
                yield Interaction(**built_in)


_STEP = 65_536


def _values(column: pa.ChunkedArray) -> list[Any]:
    """A column as Python values; Arrow's own conversion of moments looks up the time zone for each."""
    if column.null_count == len(column):
        return [None] * len(column)
    if not pa.types.is_timestamp(column.type):
        values: list[Any] = column.to_pylist()
        return values
    return [moment_of(moment) for moment in column.cast(pa.int64()).to_pylist()]
