"""Results as a share of what perfect decisions could reach with the same keys, or with more of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from idlab.metrics.arrays import Flags, Floats, Ints, group_sums
from idlab.metrics.bcubed import bcubed_totals
from idlab.metrics.ceiling import ceiling
from idlab.metrics.clusters import cluster_totals
from idlab.metrics.contingency import contingency, grouped
from idlab.metrics.intervals import NOTHING, Rate, Ratio, Sample
from idlab.metrics.paired import Measure, change
from idlab.metrics.pairs import pair_totals
from idlab.metrics.shares import Components

REACHED: Mapping[str, tuple[Measure, tuple[tuple[str, str], ...]]] = {
    "merge_recall": ((Ratio("merge_right", "linkable"),), (("links", "linkable"),)),
    "pairwise_recall": ((Ratio("both_pairs", "true_pairs"),), (("pairs", "true_pairs"),)),
    "bcubed_recall": ((Ratio("bcubed_recall", "known"),), (("recall", "known"),)),
    "bcubed_f1": (
        (Ratio("bcubed_precision", "known"), Ratio("bcubed_recall", "known")),
        (("precision", "known"), ("recall", "known")),
    ),
    "cluster_recall": ((Ratio("exact", "true_clusters"),), (("exact", "true_clusters"),)),
}
"""What was reached, and the same measure of the ceiling by totals that go without the ceiling's name."""


def ceiling_totals(
    name: str, keys: ArrayLike, person: Ints, judged: Flags, rows: Components
) -> dict[str, Floats]:
    """The totals of the best partition within reach, per component.

    ``links`` are the judged interactions that it unites with an earlier one: those that perfect decisions,
    with hindsight, could have merged rightly.

    Args:
        name: What the totals' names start with.
        keys: [n, k] code of each key's value, -1 where missing.
        person: [n] the person of each interaction, -1 where unknown.
        judged: [n] whether its decision counts and is judged.
        rows: What intervals resample.

    Returns:
        [components] totals by name.

    Example:
        >>> both = np.array([True, True])
        >>> alone = Components(np.zeros(2, dtype=int), 1)
        >>> ceiling_totals("best", [[7], [7]], np.array([1, 1]), both, alone)["best_links"].tolist()
        [1.0]
    """
    best, known = ceiling(keys, person), np.flatnonzero(person >= 0)
    table = contingency(person[known], best[known])
    groups = grouped(table, rows.of_row[known], rows.number)
    cubed = bcubed_totals(table, groups)
    linked = judged & (best < np.arange(best.size))
    totals = {
        "precision": cubed.precision,
        "recall": cubed.recall,
        "pairs": pair_totals(table, groups).both,
        "exact": cluster_totals(table, groups).exact,
        "links": group_sums(linked, rows.of_row, rows.number),
        "identities": cluster_totals(table, groups).predicted,
    }
    return {f"{name}_{total}": values for total, values in totals.items()}


def attained(sample: Sample, name: str) -> dict[str, Rate]:
    """Every result as a share of the ceiling's.

    A share may pass 1: a wrong union can bring interactions of one person together that no key joins.

    Args:
        sample: The resampled totals of a run, those of ``ceiling_totals`` among them.
        name: What the names of these start with.

    Returns:
        A rate for every entry of ``REACHED``; nothing where the ceiling is 0.
    """
    found = {}
    for result, (measure, best) in REACHED.items():
        reach = tuple(Ratio(f"{name}_{total}", whole) for total, whole in best)
        relative = change(sample, reach, measure).relative
        found[result] = (
            NOTHING
            if relative.value is None or relative.low is None or relative.high is None
            else Rate(1 + relative.value, max(0.0, 1 + relative.low), 1 + relative.high)
        )
    return found
