"""Streams that never meet: connected components of rows that share values."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]


def components_of(rows: int, shared: Iterable[tuple[Ints, Ints]]) -> Ints:
    """Connected components of rows that share a value.

    Args:
        rows: How many rows there are.
        shared: Per kind of value, rows and the value that each of them has, any whole number; of [k] each.

    Returns:
        [rows] a number for each row's component, from 0 by first appearance.

    Example:
        >>> phones = np.array([0, 1, 3]), np.array([7, 8, 7])
        >>> names = np.array([1, 2]), np.array([7, 7])
        >>> components_of(4, [phones, names]).tolist()
        [0, 1, 1, 0]
    """
    starts, ends, nodes = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], rows
    for at, values in shared:
        code, distinct = pd.factorize(values)
        starts.append(at)
        ends.append(nodes + code)
        nodes += len(distinct)
    edges = np.concatenate(starts), np.concatenate(ends)
    graph = coo_array((np.ones(len(edges[0]), dtype=np.int8), edges), shape=(nodes, nodes))
    labels = connected_components(graph, directed=False)[1][:rows]
    component: Ints = pd.factorize(labels)[0].astype(np.int64)
    return component


def columns(table: Ints) -> list[tuple[Ints, Ints]]:
    """Every column of a table as a kind of value; what is negative is missing.

    Args:
        table: [n, k] whole numbers.
    """
    return [(np.flatnonzero(column >= 0), column[column >= 0]) for column in table.T]
