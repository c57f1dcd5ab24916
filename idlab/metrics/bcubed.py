"""B-cubed: for each row, how much of its predicted cluster is its true cluster, and the other way round.

Bagga & Baldwin 1998. Two averages exist and differ: over rows, and over entities (true clusters), each entity
counting once however often it was seen. The headline is the first; it alone meets all formal constraints of
Amigo et al. 2009.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from idlab.metrics.arrays import Floats, group_sums
from idlab.metrics.contingency import Contingency, Groups, whole


class BCubedTotals(NamedTuple):
    """Sums of B-cubed precision and recall per group, and of what they are averaged over.

    Args:
        precision: [groups] sum of the precision of its rows (or entities).
        recall: [groups] sum of their recall.
        weight: [groups] how many rows (or entities) it has.
    """

    precision: Floats
    recall: Floats
    weight: Floats


class BCubedScores(NamedTuple):
    """B-cubed precision, recall and their harmonic mean; None without rows."""

    precision: float | None
    recall: float | None
    f1: float | None


def bcubed_totals(table: Contingency, groups: Groups) -> BCubedTotals:
    """Sum B-cubed over rows: each of the n_ij rows of a cell has precision n_ij / n_.j, recall n_ij / n_i.

    Args:
        table: The contingency.
        groups: Its groups.

    Returns:
        The sums per group.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> table = contingency([1, 1, 2], [1, 1, 1])
        >>> bcubed_totals(table, whole(table)).recall.tolist()
        [3.0]
    """
    return _totals(table, groups, np.ones(table.truth_sizes.size))


def entity_bcubed_totals(table: Contingency, groups: Groups) -> BCubedTotals:
    """Sum B-cubed over entities: each true cluster contributes the mean over its rows.

    Args:
        table: The contingency.
        groups: Its groups.

    Returns:
        The sums per group.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> table = contingency([1, 1, 2], [1, 1, 1])
        >>> entity_bcubed_totals(table, whole(table)).weight.tolist()
        [2.0]
    """
    return _totals(table, groups, 1 / table.truth_sizes)


def _totals(table: Contingency, groups: Groups, row_weight: Floats) -> BCubedTotals:
    """Sum over cells, each row weighing ``row_weight`` of its true cluster."""
    weighted = table.sizes * row_weight[table.truth]

    def per_group(values: Floats) -> Floats:
        return group_sums(values, groups.of_cell, groups.number)

    return BCubedTotals(
        per_group(weighted * table.sizes / table.predicted_sizes[table.predicted]),
        per_group(weighted * table.sizes / table.truth_sizes[table.truth]),
        group_sums(table.truth_sizes * row_weight, groups.of_truth, groups.number),
    )


def bcubed(table: Contingency) -> BCubedScores:
    """Record-weighted B-cubed precision, recall and F1.

    Args:
        table: The contingency.

    Returns:
        The three scores.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> bcubed(contingency([1, 1, 1, 2], [1, 1, 2, 2]))
        BCubedScores(precision=0.75, recall=0.6666666666666666, f1=0.7058823529411765)
    """
    return _scores(bcubed_totals(table, whole(table)))


def entity_bcubed(table: Contingency) -> BCubedScores:
    """Entity-weighted B-cubed precision, recall and F1: each person counts once.

    Args:
        table: The contingency.

    Returns:
        The three scores.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> round(entity_bcubed(contingency([1, 1, 1, 2], [1, 1, 2, 2])).precision, 3)
        0.667
    """
    return _scores(entity_bcubed_totals(table, whole(table)))


def _scores(totals: BCubedTotals) -> BCubedScores:
    precision_sum, recall_sum, weight = (float(total[0]) for total in totals)
    if not weight:
        return BCubedScores(None, None, None)
    precision, recall = precision_sum / weight, recall_sum / weight
    return BCubedScores(precision, recall, 2 * precision * recall / (precision + recall))
