"""Every total that the metrics of a run are made of, per connected component."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from idlab.metrics.arrays import Floats, Ints, group_sums
from idlab.metrics.attainable import ceiling_totals
from idlab.metrics.bcubed import bcubed_totals, entity_bcubed_totals
from idlab.metrics.clusters import cluster_totals, entity_errors, information
from idlab.metrics.contingency import Contingency, Groups, components, grouped
from idlab.metrics.costs import Costs, answered, cost_totals, review_work, union_error_totals
from idlab.metrics.decisions import Disposition, decision_totals, judge
from idlab.metrics.history import History
from idlab.metrics.pairs import pair_totals
from idlab.metrics.shares import Components


def component_totals(
    history: History, person: Ints, keys: ArrayLike, costs: Costs, shipped_keys: ArrayLike | None = None
) -> dict[str, Floats]:
    """Every total that a metric is made of, per component.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown.
        keys: [n, k] code of each key's value, -1 where missing.
        costs: The prices.
        shipped_keys: [n, k] the same under all key rules that come with idlab; ``keys`` if None.

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
    rows = Components(*components(person, afterwards))
    known = np.flatnonzero(person >= 0)
    groups, answered_groups = (grouped(table, rows.of_row[known], rows.number) for table in (before, after))
    judgements = judge(history, person)
    judged = history.counted.astype(np.bool_) & (judgements.disposition != Disposition.UNJUDGED)
    best = ceiling_totals("ceiling", keys, person, judged, rows)
    more = best if shipped_keys is None else ceiling_totals("ceiling", shipped_keys, person, judged, rows)
    work = group_sums(review_work(person, history.links, history.reviewed), rows.of_row, rows.number)
    partition = _partition_totals(before, groups)
    return {
        **decision_totals(history, judgements, *rows)._asdict(),
        **partition,
        **_entity_totals(before, groups),
        **best,
        **{name.replace("ceiling", "shipped"): values for name, values in more.items()},
        "cost": cost_totals(answered_groups, work, costs),
        "cost_unanswered": cost_totals(groups, work, costs),
        "ceiling_cost": costs.c_missed * (best["ceiling_identities"] - partition["true_clusters"]),
        **_error_columns("", answered_groups),
        **_error_columns("unanswered_", groups),
        "questions": work,
    }


def _partition_totals(table: Contingency, groups: Groups) -> dict[str, Floats]:
    pairs = pair_totals(table, groups)
    clusters = cluster_totals(table, groups)
    rows = bcubed_totals(table, groups)
    entities = entity_bcubed_totals(table, groups)
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
        "bcubed_precision": rows.precision,
        "bcubed_recall": rows.recall,
        "entity_precision": entities.precision,
        "entity_recall": entities.recall,
    }


def _entity_totals(table: Contingency, groups: Groups) -> dict[str, Floats]:
    """What went wrong with each person, and the distances, which are sums over cells."""
    of_person = {
        name: group_sums(values, groups.of_truth, groups.number)
        for name, values in entity_errors(table)._asdict().items()
    }
    wrong, missing = union_error_totals(groups)
    of_cell = group_sums(information(table), groups.of_cell, groups.number)
    return {**of_person, "edits": wrong + missing, "information": of_cell}


def _error_columns(prefix: str, groups: Groups) -> dict[str, Floats]:
    wrong, missing = union_error_totals(groups)
    return {f"{prefix}wrong_unions": wrong, f"{prefix}missing_unions": missing}
