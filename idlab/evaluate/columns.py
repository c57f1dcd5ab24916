"""Columns of a dataset as codes by interaction, in the order handled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.metrics.arrays import Ints, runs

NONE = "none"
"""What a missing value is called, and the channel of an interaction that has none before it."""


class Groups(NamedTuple):
    """Interactions by a value.

    Args:
        code: [n] place of each interaction's value in ``names``.
        names: The values as text; ``none`` is last, where there is a missing one.
    """

    code: Ints
    names: tuple[str, ...]


def column_of(dataset: Dataset, name: str) -> Groups:
    """A column of the interactions, or of the truth, by value.

    Args:
        dataset: The dataset, read with its truth if the column is there.
        name: Of the column.

    Returns:
        The values, in ascending order of their texts.

    Raises:
        BadInput: If there is no such column.

    Example:
        >>> from idlab.data.dataset import in_memory
        >>> calls = pd.DataFrame({"interaction_id": ["a", "b"], "channel": ["voice", "sms"]})
        >>> column_of(in_memory(calls.assign(occurred_at=pd.Timestamp("2026-01-05T09:30Z"))), "channel")
        Groups(code=array([1, 0]), names=('sms', 'voice'))
    """
    for table in (dataset.table, dataset.truth_table):
        if table is not None and name in table.column_names:
            values = table[name].take(pa.array(dataset.order)).to_pandas()
            return grouped_by(values)
    there = [*dataset.table.column_names, *(dataset.truth_table.column_names if dataset.truth_table else ())]
    raise BadInput(
        f"there is no column '{name}'", where=dataset.name, hint=f"choose one of {', '.join(there)}"
    )


def grouped_by(values: pd.Series) -> Groups:
    """Values as groups, in ascending order of their texts, missing ones last."""
    texts = values.map(str, na_action="ignore")
    code, names = pd.factorize(texts, sort=True)
    if (code < 0).any():
        return Groups(np.where(code < 0, len(names), code).astype(np.int64), (*map(str, names), NONE))
    return Groups(code.astype(np.int64), tuple(map(str, names)))


def paired_with(groups: Groups, other: Ints) -> Groups:
    """The value of each interaction together with that of another one.

    Args:
        groups: The values.
        other: [n] the other interaction of each, -1 where there is none.

    Returns:
        Pairs, called ``<its own> after <the other's>``.

    Example:
        >>> paired_with(Groups(np.array([0, 1]), ("sms", "voice")), np.array([-1, 0])).names
        ('sms after none', 'voice after sms')
    """
    before = np.where(other >= 0, groups.code[other], len(groups.names)) if other.size else other
    names = (*groups.names, NONE)
    pairs, code = np.unique(groups.code * len(names) + before, return_inverse=True)
    told = tuple(f"{names[pair // len(names)]} after {names[pair % len(names)]}" for pair in pairs.tolist())
    return Groups(code.astype(np.int64), told)


def previous_of_person(person: Ints) -> Ints:
    """The nearest earlier interaction of the same person.

    Args:
        person: [n] the person of each interaction, -1 where unknown.

    Returns:
        [n] interactions, -1 where there is none or the person is unknown.

    Example:
        >>> previous_of_person(np.array([4, 5, 4, -1, -1])).tolist()
        [-1, -1, 0, -1, -1]
    """
    found = np.full(person.size, -1, dtype=np.int64)
    known = np.flatnonzero(person >= 0)
    if known.size:
        order, starts = runs(person[known], int(person.max()) + 1)
        before = np.concatenate([order[:1], order[:-1]])
        found[known[order]] = known[before]
        found[known[order[starts]]] = -1
    return found
