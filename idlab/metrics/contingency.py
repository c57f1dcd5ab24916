"""How truth and prediction overlap: the one count that feeds every partition metric.

A cell is a pair (true cluster, predicted cluster) with at least one row in common; n_ij is its size.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from idlab.metrics.arrays import Ints, dense, group_sums, labels, runs


class Contingency(NamedTuple):
    """The overlaps of two partitions of the same rows: cells ordered by predicted, then true cluster.

    Args:
        truth: [cells] number of the true cluster, from 0.
        predicted: [cells] number of the predicted cluster, from 0.
        sizes: [cells] n_ij, rows in both, at least 1.
        first: [cells] the earliest of those rows.
        truth_sizes: [true clusters] rows.
        predicted_sizes: [predicted clusters] rows.
    """

    truth: Ints
    predicted: Ints
    sizes: Ints
    first: Ints
    truth_sizes: Ints
    predicted_sizes: Ints


class Groups(NamedTuple):
    """Which group, say a connected component, every part of a contingency belongs to.

    Args:
        of_cell: [cells] group number.
        of_truth: [true clusters] group number.
        of_predicted: [predicted clusters] group number.
        number: How many groups there are; some may be empty.
    """

    of_cell: Ints
    of_truth: Ints
    of_predicted: Ints
    number: int


def contingency(truth: ArrayLike, predicted: ArrayLike) -> Contingency:
    """Count the overlaps of two partitions.

    Args:
        truth: [n] integer label of the true cluster of each row.
        predicted: [n] integer label of the predicted cluster of each row.

    Returns:
        The non-empty cells. Time: one sort of n integers.

    Raises:
        BadInput: If the labels are no integers or differ in number.

    Example:
        >>> table = contingency([1, 1, 2], [7, 8, 8])
        >>> table.sizes.tolist(), table.truth_sizes.tolist(), table.predicted_sizes.tolist()
        ([1, 1, 1], [2, 1], [1, 2])
    """
    true_labels = labels(truth, "truth")
    predicted_labels = labels(predicted, "predicted", true_labels.size)
    of_truth, truths = dense(true_labels)
    of_predicted, predictions = dense(predicted_labels)
    order, starts = runs(of_predicted * truths + of_truth, truths * predictions)
    first = order[starts]
    return Contingency(
        of_truth[first],
        of_predicted[first],
        np.diff(starts, append=order.size),
        first,
        np.bincount(of_truth, minlength=truths),
        np.bincount(of_predicted, minlength=predictions),
    )


def coarsened(table: Contingency, union: Ints) -> Contingency:
    """The contingency after predicted clusters were united.

    Args:
        table: The contingency before.
        union: [predicted clusters] what each is united into: clusters with equal values become one.

    Returns:
        The contingency of the same truth with the coarser prediction.

    Example:
        >>> table = contingency([1, 1, 2], [7, 8, 9])
        >>> coarsened(table, np.array([0, 0, 2])).sizes.tolist()
        [2, 1]
    """
    into, unions = dense(union)
    truths = table.truth_sizes.size
    of_cell = into[table.predicted]
    order, starts = runs(of_cell * truths + table.truth, truths * unions)
    at = order[starts]
    cell_sizes = np.add.reduceat(table.sizes[order], starts) if starts.size else table.sizes
    first = np.minimum.reduceat(table.first[order], starts) if starts.size else table.first
    sizes = group_sums(table.sizes, of_cell, unions).astype(np.int64)
    return Contingency(table.truth[at], of_cell[at], cell_sizes, first, table.truth_sizes, sizes)


def plurality_rows(table: Contingency) -> Ints:
    """A row that stands for the plurality true cluster of each predicted cluster; ties go to who came first.

    Args:
        table: The contingency.

    Returns:
        [predicted clusters] the earliest row of the largest cell; among equally large cells, of the earliest.

    Example:
        >>> plurality_rows(contingency([4, 5, 5, 4], [1, 1, 1, 1])).tolist()
        [0]
    """
    if not table.sizes.size:
        return table.first
    span = int(table.truth_sizes.sum())
    starts = np.flatnonzero(np.diff(table.predicted, prepend=-1))
    strongest = np.maximum.reduceat(table.sizes * span + (span - 1 - table.first), starts)
    return span - 1 - strongest % span


def whole(table: Contingency) -> Groups:
    """Everything in one group.

    Args:
        table: The contingency.

    Returns:
        One group of all.

    Example:
        >>> whole(contingency([1, 2], [1, 1])).number
        1
    """
    return Groups(
        np.zeros_like(table.truth), np.zeros_like(table.truth_sizes), np.zeros_like(table.predicted_sizes), 1
    )


def grouped(table: Contingency, of_row: Ints, count: int) -> Groups:
    """Groups of a contingency from the groups of its rows, none of which may cut a cluster.

    Args:
        table: The contingency.
        of_row: [n] group of each row.
        count: How many groups there are.

    Returns:
        The groups of cells and clusters.

    Example:
        >>> grouped(contingency([1, 2], [3, 4]), np.array([1, 0]), 2).of_truth.tolist()
        [1, 0]
    """
    of_cell = of_row[table.first]
    of_truth = np.zeros_like(table.truth_sizes)
    of_truth[table.truth] = of_cell
    of_predicted = np.zeros_like(table.predicted_sizes)
    of_predicted[table.predicted] = of_cell
    return Groups(of_cell, of_truth, of_predicted, count)


def united(left: Ints, right: Ints, nodes: int) -> tuple[Ints, int]:
    """The connected components of an undirected graph.

    Args:
        left: [edges] node from 0 to ``nodes`` - 1.
        right: [edges] the node it is joined to.
        nodes: How many nodes there are.

    Returns:
        [nodes] the number of each node's component, and how many there are.

    Example:
        >>> united(np.array([0]), np.array([2]), 3)
        (array([0, 1, 0]), 2)
    """
    if not nodes:
        return np.zeros(0, dtype=np.int64), 0
    graph = coo_matrix((np.ones(left.size, dtype=np.int8), (left, right)), shape=(nodes, nodes))
    count, component = connected_components(graph, directed=False)
    return np.asarray(component).astype(np.int64), int(count)


def components(person: ArrayLike, identity: ArrayLike) -> tuple[Ints, int]:
    """The connected components of persons and identities: two rows that share either are in one.

    They are the units that may be resampled: no error reaches from one into another.

    Args:
        person: [n] the person of each row, -1 where unknown; such a row is held by its identity alone.
        identity: [n] the identity of each row.

    Returns:
        [n] the number of each row's component, and how many there are.

    Raises:
        BadInput: If the labels are no integers or differ in number.

    Example:
        >>> components([1, 1, 2, -1], [7, 8, 9, 9])
        (array([0, 0, 1, 1]), 2)
    """
    people = labels(person, "person")
    into, identities = dense(labels(identity, "identity", people.size))
    known = np.flatnonzero(people >= 0)
    table = contingency(people[known], into[known])
    at = known[table.first]
    nodes = identities + table.truth_sizes.size
    component, _ = united(into[at], identities + table.truth, nodes)
    return dense(component[into])
