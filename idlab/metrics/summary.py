"""Everything that one run is judged by, each rate with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import ArrayLike

from idlab.metrics.arrays import Floats, Ints, labels
from idlab.metrics.attainable import attained
from idlab.metrics.costs import DEFAULT_COSTS, Costs
from idlab.metrics.history import History
from idlab.metrics.intervals import Form, Rate, Ratio, Sample, interval, resample
from idlab.metrics.totals import component_totals

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
    ("entity_bcubed", "precision"): (Ratio("entity_precision", "true_clusters"),),
    ("entity_bcubed", "recall"): (Ratio("entity_recall", "true_clusters"),),
    ("entity_bcubed", "f1"): (
        Ratio("entity_precision", "true_clusters"),
        Ratio("entity_recall", "true_clusters"),
    ),
    ("cluster", "precision"): (Ratio("exact", "predicted_clusters"),),
    ("cluster", "recall"): (Ratio("exact", "true_clusters"),),
    ("ceiling", "precision"): (Ratio("ceiling_precision", "known"),),
    ("ceiling", "recall"): (Ratio("ceiling_recall", "known"),),
    ("ceiling", "f1"): (Ratio("ceiling_precision", "known"), Ratio("ceiling_recall", "known")),
    ("shipped_ceiling", "precision"): (Ratio("shipped_precision", "known"),),
    ("shipped_ceiling", "recall"): (Ratio("shipped_recall", "known"),),
    ("shipped_ceiling", "f1"): (Ratio("shipped_precision", "known"), Ratio("shipped_recall", "known")),
}
"""Shares between 0 and 1, by their place in the summary."""

MEANS: Mapping[tuple[str, str], Ratio] = {
    ("entities", "splits"): Ratio("splits", "true_clusters"),
    ("entities", "merges"): Ratio("merges", "true_clusters"),
    ("entities", "extra"): Ratio("extra", "true_clusters"),
    ("entities", "missing"): Ratio("missing", "true_clusters"),
    ("distance", "edits"): Ratio("edits", "known"),
    ("distance", "information"): Ratio("information", "known"),
}
"""Means without an upper bound: what ``entity_errors`` counts, per person; and the merge distance at cost 1 and
the variation of information in nats, per interaction."""

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
    shipped_keys: ArrayLike | None = None,
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
        shipped_keys: [n, k] the same under all key rules that come with idlab; ``keys`` if None.
        costs: The prices.
        resamples: How many worlds bootstrapped intervals draw.
        seed: Of those draws.

    Returns:
        ``outcomes``, ``merge``, ``union``, ``pending``, ``review``, ``pairwise``, ``bcubed``,
        ``entity_bcubed``, ``cluster``, ``entities``, ``distance`` and ``ceiling``, each a dict of ``Rate``;
        ``attainable``, every result as a share of that ceiling; ``shipped_ceiling`` and
        ``shipped_attainable``, the same for all shipped key rules together; ``cost_per_1000`` and
        ``cost_unanswered_per_1000``; and ``counts``, a dict of whole numbers behind them.

    Raises:
        BadInput: If arrays do not fit each other or a price is out of range.

    Example:
        >>> import numpy as np
        >>> from idlab.metrics.history import unsplit
        >>> found = summarise(unsplit(np.array([0, 0, 0, 3])), [8, 9, 8, 8], np.zeros((4, 1), dtype=int))
        >>> found["merge"]["precision"].value, round(found["cost_per_1000"].value, 6)
        (0.5, 2007.5)
    """
    people = labels(person, "person", history.outcome.size)
    totals = component_totals(history, people, keys, costs, shipped_keys)
    sample = resample(totals, resamples, seed)
    summary: dict[str, Any] = {}
    for place, ratios in SHARES.items():
        rate = interval(sample, *ratios, form=Form.BOOTSTRAP if place in _BOOTSTRAPPED else Form.DELTA)
        summary.setdefault(place[0], {})[place[1]] = rate
    for place, mean in MEANS.items():
        summary.setdefault(place[0], {})[place[1]] = interval(sample, mean, unit=1.0)
    summary["attainable"] = attained(sample, "ceiling")
    summary["shipped_attainable"] = attained(sample, "shipped")
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
