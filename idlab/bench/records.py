"""The normalised records of a tape as a table, which is what a peer gets to work on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from idlab.replay import Tape

UNIQUE_ID = "unique_id"
"""The column that numbers the records from 0, in the order handled."""


def normalised_records(tape: Tape, fields: Sequence[str], names: Sequence[str]) -> pa.Table:
    """Every record's normalised values.

    Args:
        tape: The encoded log.
        fields: The names of the config's fields, in its order.
        names: Which of them to give.

    Returns:
        A column of whole numbers, ``UNIQUE_ID``, and one of text for each name, null where missing.
    """
    record = tape.record.reshape(-1, len(fields))
    columns = {UNIQUE_ID: pa.array(np.arange(len(record), dtype=np.int64))}
    for name in names:
        place = fields.index(name)
        start, stop = tape.value_start[place], tape.value_start[place + 1]
        numbers = record[:, place] - start
        values = pa.array(tape.values[start:stop], type=pa.string())
        columns[name] = values.take(pa.array(numbers, mask=numbers < 0))
    return pa.table(columns)
