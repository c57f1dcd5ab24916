"""Pairwise metrics: a pair of rows is right if the two partitions agree on it being one cluster.

Large clusters count quadratically; read B-cubed first (Hand & Christen 2018, Statistics and Computing
28:539).
"""

from __future__ import annotations

from typing import NamedTuple

from idlab.metrics.arrays import Floats, Ints, group_sums
from idlab.metrics.contingency import Contingency, Groups, whole


class PairTotals(NamedTuple):
    """Pairs of rows per group.

    Args:
        both: [groups] pairs in one true and in one predicted cluster (true positives).
        predicted: [groups] pairs in one predicted cluster.
        true: [groups] pairs in one true cluster.
    """

    both: Floats
    predicted: Floats
    true: Floats


class PairwiseScores(NamedTuple):
    """Pairwise precision, recall, F1 and F*; None where there is no pair to judge by."""

    precision: float | None
    recall: float | None
    f1: float | None
    f_star: float | None


def _pairs(sizes: Ints, group: Ints, groups: int) -> Floats:
    return group_sums(sizes * (sizes - 1) / 2, group, groups)


def pair_totals(table: Contingency, groups: Groups) -> PairTotals:
    """Count pairs per group: TP = sum C(n_ij, 2), predicted = sum C(n_.j, 2), true = sum C(n_i., 2).

    Args:
        table: The contingency.
        groups: Its groups.

    Returns:
        The three counts per group, exact up to 2**53.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> table = contingency([1, 1, 1, 2], [1, 1, 2, 2])
        >>> [total.tolist() for total in pair_totals(table, whole(table))]
        [[1.0], [2.0], [3.0]]
    """
    return PairTotals(
        _pairs(table.sizes, groups.of_cell, groups.number),
        _pairs(table.predicted_sizes, groups.of_predicted, groups.number),
        _pairs(table.truth_sizes, groups.of_truth, groups.number),
    )


def pairwise(table: Contingency) -> PairwiseScores:
    """Pairwise precision TP/predicted, recall TP/true, F1 = 2TP/(predicted+true) and F* = TP/(TP+FP+FN).

    F* = F1/(2-F1) (Hand, Christen & Kirielle 2021, Machine Learning 110:451).

    Args:
        table: The contingency.

    Returns:
        The four scores.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> pairwise(contingency([1, 1, 1, 2], [1, 1, 2, 2]))
        PairwiseScores(precision=0.5, recall=0.3333333333333333, f1=0.4, f_star=0.25)
    """
    both, predicted, true = (float(total[0]) for total in pair_totals(table, whole(table)))
    return PairwiseScores(
        both / predicted if predicted else None,
        both / true if true else None,
        2 * both / (predicted + true) if predicted + true else None,
        both / (predicted + true - both) if predicted + true else None,
    )
