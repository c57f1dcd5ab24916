"""Raw columns: the distinct values of each, and for every row the number of its one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from idlab.core.codes import MISSING
from idlab.errors import BadInput
from idlab.model import Interaction
from idlab.replay.components import Ints


class RawColumns(Protocol):
    """Columns of raw values."""

    def distinct(self, name: str) -> tuple[Ints, list[Any]]:
        """For every row the number of its value in a column, -1 where there is none; and the distinct values."""
        ...


class TableColumns:
    """The columns of a table.

    Args:
        table: Interactions, one row each, with the columns of the dataset format.
    """

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def distinct(self, name: str) -> tuple[Ints, list[Any]]:
        """For every row the number of its value, and the distinct values.

        Raises:
            BadInput: If there is no such column.
        """
        if name == "conversation":
            return self._conversation()
        if name not in self.table.column_names:
            raise BadInput(
                f"field {name!r} of the scoring config is no column",
                where="dataset",
                hint=f"import it with --field {name}:KIND=COLUMN, or remove it from the config",
            )
        encoded = self.table[name].combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        codes = encoded.indices.fill_null(MISSING).to_numpy(zero_copy_only=False).astype(np.int64)
        return codes, encoded.dictionary.to_pylist()

    def _conversation(self) -> tuple[Ints, list[Any]]:
        left, lefts = self.distinct("conversation_id")
        right, rights = self.distinct("participant_id")
        codes, pairs = pairs_of(left, right, len(rights))
        return codes, [f"{lefts[a]} {rights[b]}" for a, b in pairs]


class InteractionColumns:
    """What interactions have of every field.

    Args:
        interactions: One for each row.
    """

    def __init__(self, interactions: Sequence[Interaction]) -> None:
        self.interactions = interactions

    def distinct(self, name: str) -> tuple[Ints, list[Any]]:
        """For every interaction the number of its value, and the distinct values in order of first appearance."""
        numbers: dict[Any, int] = {}
        codes = np.full(len(self.interactions), MISSING, dtype=np.int64)
        for i, interaction in enumerate(self.interactions):
            raw = interaction.region if name == "region" else interaction.raw(name)
            if raw is not None:
                codes[i] = numbers.setdefault(raw, len(numbers))
        return codes, list(numbers)


def pairs_of(left: Ints, right: Ints, n_right: int) -> tuple[Ints, list[tuple[int, int]]]:
    """Distinct pairs of codes; a pair is missing where either is.

    Args:
        left, right: [n] codes from 0; -1 where missing.
        n_right: More than any code on the right.

    Returns:
        [n] the number of each pair, -1 where missing; and the pairs.
    """
    both = (left != MISSING) & (right != MISSING)
    codes, distinct = pd.factorize(np.where(both, left * n_right + right, MISSING))
    if len(distinct) and (missing := np.flatnonzero(distinct == MISSING)).size:
        gone = int(missing[0])
        codes = np.where(codes == gone, MISSING, np.where(codes > gone, codes - 1, codes))
        distinct = np.delete(distinct, gone)
    return codes.astype(np.int64), [divmod(int(pair), n_right) for pair in distinct]
