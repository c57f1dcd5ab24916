"""Decisions as arrays: of a replay, or of what production wrote down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idlab.compiled import Compiled
from idlab.core.codes import ERASED, MISSING, OUTCOMES, REASONS
from idlab.data.storage import read_parquet
from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.model import CHANNELS
from idlab.results import MANIFEST

FILE = "decisions.parquet"
CANDIDATES = ("none", "one", "several")
"""How many candidates a decision had; a decision says no more than that."""

_TEXTS = pa.list_(pa.string())
COLUMNS = {
    "interaction_id": pa.string(),
    "outcome": pa.string(),
    "runner_up": pa.string(),
    "reasons": _TEXTS,
    "config_digest": pa.string(),
    "weight": pa.float64(),
    "levels": _TEXTS,
    "occurred_at": pa.timestamp("us", tz="UTC"),
    "channel": pa.string(),
}
"""The columns of ``decisions.parquet`` that are read, and what they hold."""

MAY_BE_MISSING = ("runner_up", "weight")
"""Those that are empty where there was no such candidate."""


@dataclass(frozen=True, eq=False)
class Decided:
    """Decisions in the order handled, those about erased interactions left out.

    Args:
        moment: [n] when each interaction occurred, microseconds since 1970 UTC.
        channel: [n] a place in ``idlab.model.CHANNELS``.
        outcome: [n] a place in ``idlab.core.codes.OUTCOMES``.
        weight: [n] the weight of the decision; NaN without candidates.
        candidates: [n] a place in ``CANDIDATES``.
        reasons: [n, reasons] whether it has each of ``idlab.core.codes.REASONS``.
        level: [n, fields] the level that each field reached, a place among its levels; -1 where not compared.
        filled: [n, fields] whether the record had each field; None where only decisions are at hand.
    """

    moment: Ints
    channel: Ints
    outcome: Ints
    weight: Floats
    candidates: Ints
    reasons: Flags
    level: Ints
    filled: Flags | None = None

    def __len__(self) -> int:
        return len(self.moment)


def read_decisions(path: Path | str) -> pa.Table:
    """The decisions of a run.

    Args:
        path: ``decisions.parquet``, or the folder that ``idlab resolve`` wrote.

    Returns:
        The columns of ``COLUMNS``.

    Raises:
        BadInput: If there are none, they cannot be read, or a column is missing or of another kind.
    """
    place = Path(path)
    file = place / FILE if place.is_dir() else place
    if place.is_dir() and not file.exists():
        hint = "name decisions.parquet, or a folder that idlab resolve wrote"
        raise BadInput(f"has no {FILE}", where=str(place), hint=hint)
    table = read_parquet(file, None)
    for name, kind in COLUMNS.items():
        if name not in table.column_names:
            hint = "write it with idlab resolve or idlab evaluate --out of this release"
            raise BadInput(f"has no column '{name}'", where=str(file), hint=hint)
        try:
            table = table.set_column(table.column_names.index(name), name, table[name].cast(kind))
        except pa.ArrowException:
            told = f"column '{name}' holds {table[name].type} and must hold {kind}"
            raise BadInput(told, where=str(file), hint=f"see {MANIFEST} for who wrote it") from None
        if name not in MAY_BE_MISSING and table[name].null_count:
            row = int(pc.is_null(table[name]).index(pa.scalar(True)).as_py()) + 1  # noqa: FBT003
            raise BadInput(f"row {row}, column '{name}' is empty", where=str(file), hint="write it anew")
    return table.select(list(COLUMNS))


def decided_of(
    table: pa.Table, ready: Compiled, filled: Flags | None = None, *, where: str = FILE
) -> Decided:
    """Decisions as arrays.

    Args:
        table: The columns of ``COLUMNS``; every decision is by the config.
        ready: The config that decided.
        filled: [n, fields] whether each record had each field, if that is known.
        where: What a message calls the table.

    Raises:
        BadInput: If an outcome, a reason, a channel or a level is none that there is under this config.
    """
    weight = table["weight"].to_numpy()
    reasons = _reasons(table["reasons"], where)
    several = pc.is_valid(table["runner_up"]).to_numpy() | reasons[:, REASONS.index("BRIDGED")]
    found = {
        "moment": pc.cast(table["occurred_at"], pa.int64()).to_numpy(),
        "channel": _codes(table["channel"], CHANNELS, "channel", where),
        "outcome": _codes(table["outcome"], OUTCOMES, "outcome", where),
        "weight": weight,
        "candidates": np.where(np.isnan(weight), 0, 1 + several).astype(np.int64),
        "reasons": reasons,
        "level": _levels(table["levels"], ready, where),
    }
    if filled is not None:
        found["filled"] = filled
    kept = found["outcome"] != ERASED
    return Decided(**{name: values[kept] for name, values in found.items()})


def _codes(column: Any, names: tuple[str, ...], what: str, where: str) -> Ints:
    """The place of every text among the names."""
    places = pc.index_in(column, value_set=pa.array(names)).fill_null(MISSING)
    codes: Ints = places.to_numpy().astype(np.int64)
    if (codes < 0).any():
        row = int(np.flatnonzero(codes < 0)[0])
        hint = f"valid are {', '.join(names)}"
        raise BadInput(f"row {row + 1}, column '{what}' holds no {what}", where=where, hint=hint)
    return codes


def _reasons(column: Any, where: str) -> Flags:
    flags = np.zeros((len(column), len(REASONS)), dtype=np.bool_)
    lists = column.combine_chunks()
    rows = pc.list_parent_indices(lists).to_numpy()
    flags[rows, _codes(pc.list_flatten(lists), REASONS, "reason", where)] = True
    return flags


def _levels(column: Any, ready: Compiled, where: str) -> Ints:
    """[n, fields] the levels; every list is empty, or has an entry for each field."""
    n_fields = len(ready.field_names)
    lists = column.combine_chunks()
    lengths = pc.list_value_length(lists).fill_null(0).to_numpy()
    level = np.full((len(column), n_fields), MISSING, dtype=np.int64)
    compared = np.flatnonzero(lengths)
    if (lengths[compared] != n_fields).any():
        hint = "give the bundle that decided"
        raise BadInput(f"column 'levels' has not the {n_fields} fields of the config", where=where, hint=hint)
    flat = pc.list_flatten(lists)
    for place, names in enumerate(ready.level_names):
        reached = flat.take(pa.array(np.arange(place, len(flat), n_fields)))
        codes = pc.index_in(reached, value_set=pa.array(names)).fill_null(MISSING).to_numpy()
        if ((codes < 0) & pc.is_valid(reached).to_numpy(zero_copy_only=False)).any():
            told = f"column 'levels' has a level of '{ready.field_names[place]}' that the config has not"
            raise BadInput(told, where=where, hint="give the bundle that decided")
        level[compared, place] = codes
    return level
