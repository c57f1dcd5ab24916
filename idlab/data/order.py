"""The order in which interactions are handled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from idlab.data.place import Place
from idlab.data.schema import SEQUENCE, interactions_table

IntArray = np.ndarray[Any, np.dtype[np.int64]]


def handling_order(table: pa.Table) -> IntArray:
    """The rows in the order in which they are handled.

    By ``sequence`` where the data has it, else by (``occurred_at``, ``interaction_id`` by UTF-8 bytes).

    Args:
        table: Checked interactions, as in ``Dataset.table``.

    Returns:
        Row numbers from 0 (int64), first handled first.
    """
    if SEQUENCE in table.column_names:
        return _sorted_by(table[SEQUENCE].to_numpy())
    moments = pc.cast(table["occurred_at"], pa.int64()).to_numpy()
    rows = _sorted_by(moments)
    in_time = moments[rows]
    equal = in_time[1:] == in_time[:-1]
    tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
    if len(tied):
        ids = table["interaction_id"].take(pa.array(rows[tied])).combine_chunks()
        rank = np.empty(len(tied), dtype=np.int64)
        rank[pc.sort_indices(ids).to_numpy()] = np.arange(len(tied))
        rows[tied] = rows[tied][np.lexsort((rank, in_time[tied]))]
    return rows


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    """The interactions in the order in which they are handled, their rows numbered anew.

    Args:
        frame: Interactions, valid as a dataset; see ``handling_order``.

    Example:
        >>> moment = pd.Timestamp("2026-01-05T09:30Z")
        >>> frame = pd.DataFrame({"interaction_id": ["b", "a"], "occurred_at": moment, "channel": "sms"})
        >>> ordered(frame)["interaction_id"].tolist()
        ['a', 'b']
    """
    table, _ = interactions_table(frame, Place("interactions"))
    return frame.iloc[handling_order(table)].reset_index(drop=True)


def _sorted_by(numbers: IntArray) -> IntArray:
    return np.asarray(np.argsort(numbers, kind="stable"), dtype=np.int64)
