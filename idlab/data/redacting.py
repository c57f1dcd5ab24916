"""What is taken out of each table that idlab writes, for interactions whose customer was erased; ids, times and outcomes stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idlab.data.manifest import INTERACTIONS_FILE, LABELS_FILE, TRUTH_FILE
from idlab.data.schema import REQUIRED, SEQUENCE
from idlab.model import REDACTED, customer_id_of

Redactor = Callable[[pa.Table, pa.Array], tuple[pa.Table, int]]
"""Of a table and the ids of the erased interactions: what the table is without them, and how many rows were theirs."""

STAYS = (*REQUIRED, SEQUENCE)
"""The columns of interactions that stay."""


def rows_of(table: pa.Table, column: str, ids: pa.Array) -> Any:
    """For every row, whether a column names one of some interactions."""
    return pc.is_in(table[column], value_set=ids)


def _interactions(table: pa.Table, ids: pa.Array) -> tuple[pa.Table, int]:
    """Everything that was known of them is missing."""
    theirs = rows_of(table, "interaction_id", ids)
    return _emptied(table, theirs, [name for name in table.column_names if name not in STAYS]), _count(theirs)


def _truth(table: pa.Table, ids: pa.Array) -> tuple[pa.Table, int]:
    """Each is a person of its own: nothing is left by which it could be found to be another's."""
    theirs = rows_of(table, "interaction_id", ids)
    nobody = pa.array([f"{REDACTED} {customer_id_of(one)}" for one in table["interaction_id"].to_pylist()])
    rest = [name for name in table.column_names if name not in ("interaction_id", "person_id")]
    table = _replaced(table, "person_id", pc.if_else(theirs, nobody, table["person_id"]))
    return _emptied(table, theirs, rest), _count(theirs)


def _labels(table: pa.Table, ids: pa.Array) -> tuple[pa.Table, int]:
    """What was said of them is left out: who they were, and whose they were not."""
    sides = [name for name in ("interaction_id", "left", "right") if name in table.column_names]
    theirs = rows_of(table, sides[0], ids)
    for name in sides[1:]:
        theirs = pc.or_(theirs, rows_of(table, name, ids))
    return table.filter(pc.invert(theirs)), _count(theirs)


def _decisions(table: pa.Table, ids: pa.Array) -> tuple[pa.Table, int]:
    """What compared them with others is gone, as in a store."""
    theirs = rows_of(table, "interaction_id", ids)
    if not _count(theirs):
        return table, 0
    table = _emptied(
        table, theirs, [name for name in ("runner_up", "runner_up_score") if name in table.column_names]
    )
    if "levels" in table.column_names:
        mask = np.asarray(theirs.combine_chunks() if isinstance(theirs, pa.ChunkedArray) else theirs)
        levels = [[] if one else found for one, found in zip(mask, table["levels"].to_pylist(), strict=True)]
        table = _replaced(table, "levels", pa.array(levels, table.schema.field("levels").type))
    return table, _count(theirs)


def _unchanged(table: pa.Table, ids: pa.Array) -> tuple[pa.Table, int]:  # noqa: ARG001 - as the others
    """Holds ids only."""
    return table, 0


REDACTORS: Mapping[str, Redactor] = {
    INTERACTIONS_FILE: _interactions,
    TRUTH_FILE: _truth,
    LABELS_FILE: _labels,
    "decisions.parquet": _decisions,
    "actions.parquet": _unchanged,
    "identities.parquet": _unchanged,
    "pending.parquet": _unchanged,
    "review.parquet": _unchanged,
}
"""What is done to the tables of datasets and runs, by the names of their files."""


def _emptied(table: pa.Table, theirs: Any, names: list[str]) -> pa.Table:
    """Some columns without a value in some rows."""
    for name in names:
        kind = table.schema.field(name).type
        table = _replaced(table, name, pc.if_else(theirs, pa.scalar(None, kind), table[name]))
    return table


def _replaced(table: pa.Table, name: str, values: Any) -> pa.Table:
    return table.set_column(table.column_names.index(name), table.schema.field(name), values)


def _count(theirs: Any) -> int:
    return int(pc.sum(theirs).as_py() or 0)
