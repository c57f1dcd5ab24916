"""Estimates from few labels: people of whom every interaction was found, or pairs that were judged.

Every metric is a ratio of two sums over people (or pairs), each with the inverse of its sampling rate as its
weight (Binette et al. 2022, arXiv:2210.01230; 2024, arXiv:2404.05622). Predicted sizes are known for all
interactions, so precision needs no label of the other people in an identity.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Floats, Ints, dense, group_sizes, group_sums
from idlab.metrics.contingency import contingency
from idlab.metrics.costs import Costs, check_costs, review_work
from idlab.metrics.estimates import Estimate, ratio_estimate
from idlab.metrics.history import History

SHARES: dict[str, tuple[str, str]] = {
    "bcubed_precision": ("bcubed_precision", "rows"),
    "bcubed_recall": ("bcubed_recall", "rows"),
    "pairwise_precision": ("both_pairs", "predicted_pairs"),
    "pairwise_recall": ("both_pairs", "true_pairs"),
    "pairwise_f1": ("both_pairs_twice", "either_pairs"),
    "cluster_precision": ("exact", "clusters"),
    "cluster_recall": ("exact", "people"),
}
"""Shares between 0 and 1, as ratios of ``person_totals``."""

PER_1000: dict[str, tuple[str, str]] = {
    "wrong_unions_per_1000": ("wrong_unions", "rows"),
    "missing_unions_per_1000": ("missing_unions", "rows"),
}
"""Errors per 1,000 interactions, likewise."""


class LabelledPeople(NamedTuple):
    """The people of whom every interaction is known.

    Args:
        of_row: [n] the number of each interaction's person from 0, -1 where unknown.
        weight: [people] 1 over the rate at which each was sampled.
    """

    of_row: Ints
    weight: Floats

    @classmethod
    def of(cls, person: Ints, weight: Floats) -> LabelledPeople:
        """The people that labels name.

        Args:
            person: [n] the person of each interaction, -1 where unknown; of a labelled person every
                interaction must be known.
            weight: [n] how many interactions each labelled one stands for: 1 over the rate at which its person
                was sampled, so the same for all interactions of a person.

        Raises:
            BadInput: If nobody is labelled, or the interactions of a person differ in weight.

        Example:
            >>> LabelledPeople.of(np.array([7, -1, 4]), np.array([2.0, 1.0, 3.0])).weight.tolist()
            [3.0, 2.0]
        """
        known = np.flatnonzero(person >= 0)
        if not known.size:
            hint = "label a sample with idlab label sample"
            raise BadInput("nobody is labelled", where="labels", hint=hint)
        of_row = np.full(person.size, -1, dtype=np.int64)
        of_row[known], people = dense(person[known])
        of_person = np.zeros(people)
        of_person[of_row[known]] = weight[known]
        if not np.allclose(weight[known], of_person[of_row[known]], rtol=1e-9, atol=0):
            hint = "give every interaction of a person the same weight"
            raise BadInput("the interactions of a person differ in weight", where="labels", hint=hint)
        return cls(of_row, of_person)


def person_totals(person: Ints, identity: Ints) -> dict[str, Floats]:
    """What each labelled person contributes to the metrics; summed over all people, these are the metrics.

    Args:
        person: [n] the person of each interaction, -1 where unknown; of a labelled person every interaction
            must be known.
        identity: [n] the final identity of each interaction.

    Returns:
        [people] totals by name, the people in ascending order.

    Example:
        >>> totals = person_totals(np.array([4, 4, -1]), np.array([7, 8, 8]))
        >>> totals["bcubed_precision"].tolist(), totals["wrong_unions"].tolist()
        ([1.5], [0.5])
    """
    known = np.flatnonzero(person >= 0)
    into, _ = dense(identity)
    whole = np.bincount(into)
    table = contingency(person[known], into[known])
    people = table.truth_sizes.size
    rows = known[table.first]
    size, cell, cluster = table.truth_sizes.astype(np.float64), table.sizes, whole[into[rows]]

    def summed(values: Floats | Ints) -> Floats:
        return group_sums(values, table.truth, people)

    share, pieces = cell / cluster, group_sizes(table.truth, people)
    both, predicted = summed(cell * (cell - 1) / 2), summed(cell * (cluster - 1) / 2)
    true_pairs = size * (size - 1) / 2
    return {
        "people": np.ones(people),
        "rows": size,
        "bcubed_precision": summed(cell * share),
        "bcubed_recall": summed(cell * cell) / size,
        "both_pairs": both,
        "both_pairs_twice": 2 * both,
        "predicted_pairs": predicted,
        "true_pairs": true_pairs,
        "either_pairs": predicted + true_pairs,
        "exact": ((pieces == 1) & (summed(cluster.astype(np.float64)) == size)).astype(np.float64),
        "clusters": summed(share),
        "wrong_unions": summed(1 - share),
        "missing_unions": pieces - 1,
    }


def estimate_partition(people: LabelledPeople, identity: Ints, level: float = 0.95) -> dict[str, Estimate]:
    """Estimate the partition metrics of all interactions from a sample of people.

    Args:
        people: The sample.
        identity: [n] the final identity of each interaction.
        level: Of the intervals.

    Returns:
        Estimates by the names of ``SHARES`` and ``PER_1000``, and ``bcubed_f1``.

    Example:
        >>> people = LabelledPeople.of(np.array([4, 4, -1]), np.ones(3))
        >>> found = estimate_partition(people, np.array([7, 8, 8]))
        >>> found["bcubed_precision"].value, found["bcubed_recall"].value, found["bcubed_f1"].value
        (0.75, 0.5, 0.6)
    """
    totals, weight = person_totals(people.of_row, identity), people.weight
    totals["bcubed_f1"] = _harmonic(
        totals["bcubed_precision"], totals["bcubed_recall"], totals["rows"], weight
    )
    found = {
        name: ratio_estimate(totals[a], totals[b], weight, share=True, level=level)
        for name, (a, b) in (SHARES | {"bcubed_f1": ("bcubed_f1", "rows")}).items()
    }
    for name, (a, b) in PER_1000.items():
        one = ratio_estimate(totals[a], totals[b], weight, share=False, level=level)
        found[name] = one.times(1000)
    return found


def estimate_cost(people: LabelledPeople, history: History, costs: Costs, level: float = 0.95) -> Estimate:
    """Estimate what a run costs per 1,000 interactions with no link answered.

    Wrong and missing unions are estimated; how many questions were asked needs no labels. What answers would
    change cannot be estimated from people alone: which links are accepted depends on both their sides' owners.

    Args:
        people: The sample.
        history: The replay.
        costs: The prices.
        level: Of the interval.

    Returns:
        The estimate of ``cost_unanswered_per_1000``.

    Raises:
        BadInput: If a price is out of range.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> people = LabelledPeople.of(np.array([4, 4, -1]), np.ones(3))
        >>> round(estimate_cost(people, unsplit(np.array([7, 8, 8])), Costs()).value, 6)
        2340.0
    """
    check_costs(costs)
    totals = person_totals(people.of_row, history.identity)
    errors = costs.c_false * totals["wrong_unions"] + costs.c_missed * totals["missing_unions"]
    found = ratio_estimate(errors, totals["rows"], people.weight, share=False, level=level)
    everybody = np.zeros_like(people.of_row)
    questions = int(review_work(everybody, history.links, history.reviewed).sum())
    asking = 1000 * costs.c_review * questions / everybody.size
    return found.times(1000).plus(asking)


def _harmonic(left: Floats, right: Floats, base: Floats, weight: Floats) -> Floats:
    """A numerator over ``base`` whose ratio is the harmonic mean of those of two others, and varies as it does.

    With P = left / base and R = right / base the mean F is homogeneous of degree 1, so F = P dF/dP + R dF/dR
    (Euler), and the residuals of that sum are the linearisation of F.
    """
    one, other = (float(weight @ part) / float(weight @ base) for part in (left, right))
    if one + other <= 0:
        return left
    return 2 * (other**2 * left + one**2 * right) / (one + other) ** 2


def estimate_pairs(same: Flags, weight: Floats, together: Flags, level: float = 0.95) -> dict[str, Estimate]:
    """Estimate, from judged pairs, how right the united ones are and how many of the right ones are united.

    Args:
        same: [k] whether the two interactions are one person.
        weight: [k] how many pairs each stands for; pairs of equal weight are one stratum.
        together: [k] whether they are in one identity.
        level: Of the intervals.

    Returns:
        ``pair_precision`` and ``pair_recall`` over the pairs that were sampled from, which are not all pairs.

    Example:
        >>> found = estimate_pairs(np.array([True, True, False]), np.ones(3), np.array([True, False, True]))
        >>> found["pair_precision"].value, found["pair_recall"].value
        (0.5, 0.5)
    """
    _, stratum = np.unique(weight, return_inverse=True)
    both = (same & together).astype(np.float64)
    return {
        name: ratio_estimate(both, of.astype(np.float64), weight, share=True, level=level, stratum=stratum)
        for name, of in (("pair_precision", together), ("pair_recall", same))
    }
