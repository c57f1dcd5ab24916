"""Everything that one run is judged by, each rate with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from idlab.metrics.arrays import Floats, Ints, group_sums, labels
from idlab.metrics.bcubed import BCubedTotals, bcubed_totals
from idlab.metrics.ceiling import ceiling
from idlab.metrics.clusters import cluster_totals
from idlab.metrics.contingency import Contingency, Groups, components, contingency, grouped
from idlab.metrics.costs import DEFAULT_COSTS, Costs, answered, review_work, union_error_totals
from idlab.metrics.decisions import decision_totals, judge
from idlab.metrics.history import History
from idlab.metrics.intervals import Form, Rate, Ratio, Sample, interval, resample
from idlab.metrics.pairs import pair_totals

SHARES: Mapping[tuple[str, str], tuple[Ratio, ...]] = {
    ("outcomes", "merge"): (Ratio("merge", "counted"),),
    ("outcomes", "pending"): (Ratio("pending", "counted"),),
    ("outcomes", "review"): (Ratio("review", "counted"),),
    ("outcomes", "new"): (Ratio("new", "counted"),),
    ("merge", "precision"): (Ratio("merge_right", "merge_judged"),),
    ("merge", "recall"): (Ratio("merge_right", "linkable"),),
    ("union", "precision"): (Ratio("union_right", "union_judged"),),
    ("pending", "yield"): (Ratio("pending_right", "pending_judged"),),
    ("pending", "capture"): (Ratio("pending_right", "not_merged"),),
    ("review", "yield"): (Ratio("review_right", "review_judged"),),
    ("pairwise", "precision"): (Ratio("both_pairs", "predicted_pairs"),),
    ("pairwise", "recall"): (Ratio("both_pairs", "true_pairs"),),
    ("pairwise", "f1"): (Ratio("both_pairs_twice", "either_pairs"),),
    ("bcubed", "precision"): (Ratio("bcubed_precision", "known"),),
    ("bcubed", "recall"): (Ratio("bcubed_recall", "known"),),
    ("bcubed", "f1"): (Ratio("bcubed_precision", "known"), Ratio("bcubed_recall", "known")),
    ("cluster", "precision"): (Ratio("exact", "predicted_clusters"),),
    ("cluster", "recall"): (Ratio("exact", "true_clusters"),),
    ("ceiling", "precision"): (Ratio("ceiling_precision", "known"),),
    ("ceiling", "recall"): (Ratio("ceiling_recall", "known"),),
    ("ceiling", "f1"): (Ratio("ceiling_precision", "known"), Ratio("ceiling_recall", "known")),
}
"""Shares between 0 and 1, by their place in the summary."""

_BOOTSTRAPPED = {("merge", "precision"), ("pairwise", "precision"), ("bcubed", "precision")}
"""Where the bootstrap covers at least as well as the delta method; elsewhere that is better.

By ``benchmarks/coverage.py`` at 100 and 400 persons with heavy-tailed numbers of interactions, nominal 95 %:
these three cover 95 to 100 %, most others 90 to 99 %, B-cubed recall 87 to 93 %. Pairwise recall and F1 cover
as little as 54 %: a few persons hold most of their pairs. Read B-cubed first.
"""


def summarise(
    history: History,
    person: ArrayLike,
    keys: ArrayLike,
    *,
    costs: Costs = DEFAULT_COSTS,
    resamples: int = 200,
    seed: int = 0,
) -> dict[str, Any]:
    """Judge one run by decisions, partitions and cost.

    Decisions are judged against what identities were before them, partitions by the final identities. With
    partial labels, what needs truth is over the interactions of known persons; outcome shares and loads are
    over all. The components that intervals resample are those of persons and of identities after every link
    was answered.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown.
        keys: [n, k] code of each key's value under the run's config, -1 where missing.
        costs: The prices.
        resamples: How many worlds bootstrapped intervals draw.
        seed: Of those draws.

    Returns:
        ``outcomes``, ``merge``, ``union``, ``pending``, ``review``, ``pairwise``, ``bcubed``, ``cluster`` and
        ``ceiling``, each a dict of ``Rate``; ``cost_per_1000`` and ``cost_unanswered_per_1000``; and
        ``counts``, a dict of whole numbers behind them.

    Raises:
        BadInput: If arrays do not fit each other or a price is out of range.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> found = summarise(unsplit(np.array([0, 0, 0, 3])), [8, 9, 8, 8], np.zeros((4, 1), dtype=int))
        >>> found["merge"]["precision"].value, round(found["cost_per_1000"].value, 6)
        (0.5, 2007.5)
    """
    people = labels(person, "person", history.outcome.size)
    totals = component_totals(history, people, keys, costs)
    sample = resample(totals, resamples, seed)
    summary: dict[str, Any] = {}
    for place, ratios in SHARES.items():
        rate = interval(sample, *ratios, form=Form.BOOTSTRAP if place in _BOOTSTRAPPED else Form.DELTA)
        summary.setdefault(place[0], {})[place[1]] = rate
    summary["pending"]["per_1000"] = _per_1000(sample, "pending")
    summary["review"]["per_1000"] = _per_1000(sample, "review")
    dearest = max(costs.c_false, costs.c_missed, costs.c_review)
    for name, total in (("cost_per_1000", "cost"), ("cost_unanswered_per_1000", "cost_unanswered")):
        summary[name] = interval(sample, Ratio(total, "known"), scale=1000, unit=dearest)
    summary["ceiling"]["cost_per_1000"] = interval(
        sample, Ratio("ceiling_cost", "known"), scale=1000, unit=costs.c_missed
    )
    summary["counts"] = _counts(totals, people)
    return summary


def _per_1000(sample: Sample, outcome: str) -> Rate:
    return interval(sample, Ratio(outcome, "counted"), scale=1000)


def component_totals(history: History, person: Ints, keys: ArrayLike, costs: Costs) -> dict[str, Floats]:
    """Every total that a metric is made of, per component.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown.
        keys: [n, k] code of each key's value, -1 where missing.
        costs: The prices.

    Returns:
        [components] totals by name.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> totals = component_totals(
        ...     unsplit(np.array([0, 0, 2])), np.array([8, 8, 9]), np.zeros((3, 1), dtype=int), Costs()
        ... )
        >>> totals["known"].tolist()
        [2.0, 1.0]
    """
    before, after, afterwards = answered(person, history.identity, history.links, costs)
    of_row, count = components(person, afterwards)
    known = np.flatnonzero(person >= 0)
    groups = grouped(before, of_row[known], count)
    best = contingency(person[known], ceiling(keys, person)[known])
    work = group_sums(review_work(person, history.links, history.reviewed), of_row, count)
    return {
        **decision_totals(history, judge(history, person), of_row, count)._asdict(),
        **_partition_totals(before, groups),
        **_bcubed_columns("ceiling", bcubed_totals(best, grouped(best, of_row[known], count))),
        "cost": _price(grouped(after, of_row[known], count), costs) + costs.c_review * work,
        "cost_unanswered": _price(groups, costs) + costs.c_review * work,
        "ceiling_cost": _price(grouped(best, of_row[known], count), costs),
        **_error_columns("", grouped(after, of_row[known], count)),
        **_error_columns("unanswered_", groups),
        "questions": work,
    }


def _partition_totals(table: Contingency, groups: Groups) -> dict[str, Floats]:
    pairs = pair_totals(table, groups)
    clusters = cluster_totals(table, groups)
    rows = bcubed_totals(table, groups)
    return {
        "known": rows.weight,
        "both_pairs": pairs.both,
        "both_pairs_twice": 2 * pairs.both,
        "predicted_pairs": pairs.predicted,
        "true_pairs": pairs.true,
        "either_pairs": pairs.predicted + pairs.true,
        "exact": clusters.exact,
        "predicted_clusters": clusters.predicted,
        "true_clusters": clusters.true,
        **_bcubed_columns("bcubed", rows),
    }


def _bcubed_columns(name: str, totals: BCubedTotals) -> dict[str, Floats]:
    return {f"{name}_precision": totals.precision, f"{name}_recall": totals.recall}


def _error_columns(prefix: str, groups: Groups) -> dict[str, Floats]:
    wrong, missing = union_error_totals(groups)
    return {f"{prefix}wrong_unions": wrong, f"{prefix}missing_unions": missing}


def _price(groups: Groups, costs: Costs) -> Floats:
    wrong, missing = union_error_totals(groups)
    return costs.c_false * wrong + costs.c_missed * missing


_COUNTED = (
    ("counted", "counted"),
    ("known", "known"),
    ("persons", "true_clusters"),
    ("identities", "predicted_clusters"),
    ("linkable", "linkable"),
    ("merges", "merge"),
    ("pendings", "pending"),
    ("reviews", "review"),
    ("news", "new"),
    ("new_missed", "new_missed"),
    ("unions", "union_judged"),
    ("questions", "questions"),
    ("wrong_unions", "wrong_unions"),
    ("missing_unions", "missing_unions"),
    ("unanswered_wrong_unions", "unanswered_wrong_unions"),
    ("unanswered_missing_unions", "unanswered_missing_unions"),
)
"""The whole numbers shown beside the rates, and the totals they are sums of."""


def _counts(totals: Mapping[str, Floats], person: Ints) -> dict[str, int]:
    found = {name: int(totals[total].sum()) for name, total in _COUNTED}
    return {"interactions": int(person.size), "components": int(totals["known"].size), **found}
