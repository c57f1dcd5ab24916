"""How far two partitions of the same interactions agree, whichever is right."""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import ArrayLike

from idlab.metrics.arrays import labels
from idlab.metrics.bcubed import bcubed
from idlab.metrics.contingency import contingency, whole
from idlab.metrics.pairs import pair_totals


class Agreement(NamedTuple):
    """Two partitions compared.

    Args:
        pairs_changed_per_1000: Pairs of interactions that are together in one and apart in the other, per
            1,000 interactions.
        bcubed: B-cubed F1 of one against the other; 1 for equal partitions.
        clusters_changed: Clusters of either that the other does not have.
    """

    pairs_changed_per_1000: float
    bcubed: float
    clusters_changed: int


def agreement(one: ArrayLike, other: ArrayLike) -> Agreement:
    """Compare two partitions; neither counts as the truth, and their order does not matter.

    Args:
        one, other: [n] a label per interaction.

    Returns:
        The agreement; of no interactions, full agreement.

    Raises:
        BadInput: If the labels are no integers or differ in number.

    Example:
        >>> agreement([1, 1, 2, 2], [1, 1, 2, 3])
        Agreement(pairs_changed_per_1000=250.0, bcubed=0.8571428571428571, clusters_changed=3)
    """
    table = contingency(labels(one, "one"), labels(other, "other"))
    rows = int(table.truth_sizes.sum())
    if not rows:
        return Agreement(0.0, 1.0, 0)
    both, predicted, true = (float(total[0]) for total in pair_totals(table, whole(table)))
    equal = (table.sizes == table.truth_sizes[table.truth]) & (
        table.sizes == table.predicted_sizes[table.predicted]
    )
    found = bcubed(table).f1
    assert found is not None
    changed = table.truth_sizes.size + table.predicted_sizes.size - 2 * int(equal.sum())
    return Agreement(1000 * (predicted + true - 2 * both) / rows, found, changed)
