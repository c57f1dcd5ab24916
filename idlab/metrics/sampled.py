"""Estimates from few labels: people of whom every interaction was found, or pairs that were judged.

Every metric is a ratio of two sums over people (or pairs), each with the inverse of its sampling rate as its
weight (Binette et al. 2022, arXiv:2210.01230; 2024, arXiv:2404.05622). Predicted sizes are known for all
interactions, so precision needs no label of the other people in an identity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit, stdtrit

from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Floats, Ints, dense, group_sizes, group_sums
from idlab.metrics.contingency import contingency
from idlab.metrics.intervals import unseen_share


class Estimate(NamedTuple):
    """A metric estimated from a sample.

    Args:
        value: The estimate; None where the sample has nothing to judge it by.
        error: Its standard error; None with fewer than two units.
        low, high: Its interval.
    """

    value: float | None
    error: float | None
    low: float | None
    high: float | None


NOTHING = Estimate(None, None, None, None)

SHARES: Mapping[str, tuple[str, str]] = {
    "bcubed_precision": ("bcubed_precision", "rows"),
    "bcubed_recall": ("bcubed_recall", "rows"),
    "pairwise_precision": ("both_pairs", "predicted_pairs"),
    "pairwise_recall": ("both_pairs", "true_pairs"),
    "cluster_precision": ("exact", "clusters"),
    "cluster_recall": ("exact", "people"),
}
"""Shares between 0 and 1, as ratios of ``person_totals``."""

PER_1000: Mapping[str, tuple[str, str]] = {
    "wrong_unions_per_1000": ("wrong_unions", "rows"),
    "missing_unions_per_1000": ("missing_unions", "rows"),
}
"""Errors per 1,000 interactions, likewise."""


def person_totals(person: Ints, identity: Ints) -> tuple[dict[str, Floats], Ints]:
    """What each labelled person contributes to the metrics; summed over all people, these are the metrics.

    Args:
        person: [n] the person of each interaction, -1 where unknown; of a labelled person every interaction
            must be known.
        identity: [n] the final identity of each interaction.

    Returns:
        [people] totals by name, and [people] the first interaction of each.

    Example:
        >>> totals, _ = person_totals(np.array([4, 4, -1]), np.array([7, 8, 8]))
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
    first = np.full(people, person.size, dtype=np.int64)
    np.minimum.at(first, table.truth, rows)
    return {
        "people": np.ones(people),
        "rows": size,
        "bcubed_precision": summed(cell * share),
        "bcubed_recall": summed(cell * cell) / size,
        "both_pairs": summed(cell * (cell - 1) / 2),
        "predicted_pairs": summed(cell * (cluster - 1) / 2),
        "true_pairs": size * (size - 1) / 2,
        "exact": ((pieces == 1) & (summed(cluster.astype(np.float64)) == size)).astype(np.float64),
        "clusters": summed(share),
        "wrong_unions": summed(1 - share),
        "missing_unions": pieces - 1,
    }, first


def estimate_partition(
    person: Ints, weight: Floats, identity: Ints, level: float = 0.95
) -> dict[str, Estimate]:
    """Estimate the partition metrics of all interactions from a sample of people.

    Args:
        person: [n] the person of each interaction, -1 where unknown; of a labelled person every interaction
            must be known.
        weight: [n] how many interactions each labelled one stands for: 1 over the rate at which its person
            was sampled, so the same for all interactions of a person.
        identity: [n] the final identity of each interaction.
        level: Of the intervals.

    Returns:
        Estimates by the names of ``SHARES`` and ``PER_1000``.

    Raises:
        BadInput: If nobody is labelled, or the interactions of a person differ in weight.

    Example:
        >>> found = estimate_partition(np.array([4, 4, -1]), np.ones(3), np.array([7, 8, 8]))
        >>> found["bcubed_precision"].value, found["bcubed_recall"].value
        (0.75, 0.5)
    """
    if not (person >= 0).any():
        raise BadInput("nobody is labelled", where="labels", hint="label a sample with idlab label sample")
    totals, first = person_totals(person, identity)
    known = np.flatnonzero(person >= 0)
    of_known, _ = dense(person[known])
    of_person = weight[first]
    if not np.allclose(weight[known], of_person[of_known], rtol=1e-9, atol=0):
        hint = "give every interaction of a person the same weight"
        raise BadInput("the interactions of a person differ in weight", where="labels", hint=hint)
    found = {
        name: ratio_estimate(totals[a], totals[b], of_person, share=True, level=level)
        for name, (a, b) in SHARES.items()
    }
    for name, (a, b) in PER_1000.items():
        one = ratio_estimate(totals[a], totals[b], of_person, share=False, level=level)
        found[name] = Estimate(*(None if number is None else 1000 * number for number in one))
    return found


def ratio_estimate(
    numerator: Floats,
    denominator: Floats,
    weight: Floats,
    *,
    share: bool,
    level: float = 0.95,
    stratum: Ints | None = None,
) -> Estimate:
    """A ratio of two sums over a population, estimated from a weighted sample of its units.

    With A and B the weighted totals of the units, A' and B' their means and r = A' / B': the value is
    r (1 + mean(B / B' (A / A' - B / B')) / (n - 1)), which takes away the bias of first order; the error is
    that of the residuals A - r B, within strata if there are any. The interval is Student's, on the logit of
    a share and the log of anything else, widened to what one kind of unit not yet seen could hide.

    Args:
        numerator, denominator: [n] of each unit of the sample.
        weight: [n] 1 over the rate at which it was sampled.
        share: Whether the ratio lies between 0 and 1.
        level: Of the interval.
        stratum: [n] the stratum of each unit; all in one if None.

    Returns:
        The estimate.

    Example:
        >>> one = np.ones(4)
        >>> found = ratio_estimate(np.array([1.0, 1, 0, 1]), one, one, share=True)
        >>> found.value, round(found.error, 3)
        (0.75, 0.25)
    """
    a, b = weight * numerator, weight * denominator
    units, base = a.size, float(b.sum())
    if base <= 0:
        return NOTHING
    ratio = float(a.sum()) / base
    inside = max(int((b > 0).sum()), 1)
    unseen = unseen_share(inside, level)
    if units < 2:
        room = 1 - ratio if share else float(weight.sum()) / base
        return Estimate(ratio, None, *_widened(ratio, ratio, ratio, room, unseen))
    value = ratio
    if ratio > 0 and stratum is None:
        mean_a, mean_b = float(a.mean()), float(b.mean())
        value *= 1.0 + float((b / mean_b * (a / mean_a - b / mean_b)).mean()) / (units - 1)
    value = min(max(value, 0.0), 1.0) if share else max(value, 0.0)
    strata = np.zeros(units, dtype=np.int64) if stratum is None else dense(stratum)[0]
    error = math.sqrt(_residual_squares(a - ratio * b, strata)) / base
    reach = float(stdtrit(max(inside - 1, 1), (1 + level) / 2)) * error
    low, high = _interval(value, reach, share=share)
    room = 1 - value if share else float(weight.sum()) / base
    return Estimate(value, error, *_widened(value, low, high, room, unseen))


def people_needed(
    half_width: float, share: float, *, spread: float | None = None, level: float = 0.95
) -> int:
    """How many people to label so that an interval reaches so far to either side.

    People are drawn by their interactions, so the B-cubed share of one is a number from 0 to 1 whose mean is
    the metric, and its standard deviation is at most sqrt(share (1 - share)) (Bhatia & Davis 2000).

    Args:
        half_width: How far the interval shall reach, above 0.
        share: What the metric is expected to be, 0 to 1.
        spread: The standard deviation between people, as a pilot showed; the largest there can be if None.
        level: Of the interval.

    Raises:
        BadInput: If a number is out of range.

    Example:
        >>> people_needed(0.02, 0.9), people_needed(0.02, 0.9, spread=0.15)
        (867, 219)
    """
    if not 0 < half_width < 1:
        raise BadInput(f"the half width is {half_width} and must lie between 0 and 1", where="half_width")
    if not 0 <= share <= 1:
        raise BadInput(f"the share is {share} and must lie between 0 and 1", where="share")
    if not 0 < level < 1:
        raise BadInput(f"the level is {level} and must lie between 0 and 1", where="level")
    most = math.sqrt(share * (1 - share))
    deviation = most if spread is None else spread
    if not 0 <= deviation < np.inf:
        raise BadInput(f"the spread is {spread} and must be at least 0", where="spread")
    people = 2
    while _reach(people, share, deviation, level) > half_width:
        people *= 2
    fewer = people // 2
    while fewer + 1 < people:
        middle = (fewer + people) // 2
        enough = _reach(middle, share, deviation, level) <= half_width
        fewer, people = (fewer, middle) if enough else (middle, people)
    return people


def _reach(people: int, share: float, deviation: float, level: float) -> float:
    """How far the interval reaches: Student's, or what one kind of person not yet seen could hide."""
    chance = float(stdtrit(people - 1, (1 + level) / 2)) * deviation / math.sqrt(people)
    return max(chance, max(share, 1 - share) * unseen_share(people, level))


def _residual_squares(residual: Floats, stratum: Ints) -> float:
    """The variance of the sum of residuals, sampled apart in each stratum."""
    strata = int(stratum.max()) + 1
    count = group_sizes(stratum, strata)
    if strata == 1:
        return float(count[0] / (count[0] - 1) * (residual**2).sum())
    centred = residual - (group_sums(residual, stratum, strata) / count)[stratum]
    squares = group_sums(centred**2, stratum, strata)
    return float((count / np.maximum(count - 1, 1) * squares).sum())


def _interval(value: float, reach: float, *, share: bool) -> tuple[float, float]:
    if share and 0 < value < 1:
        on_logit = reach / (value * (1 - value))
        return float(expit(logit(value) - on_logit)), float(expit(logit(value) + on_logit))
    if not share and value > 0:
        factor = math.exp(min(reach / value, 700.0))
        return value / factor, value * factor
    return value, value


def _widened(value: float, low: float, high: float, room: float, unseen: float) -> tuple[float, float]:
    """An interval with what an unseen kind of unit could hide; ``room`` is how far one kind could lift it."""
    return min(low, value * (1 - unseen)), max(high, value + room * unseen)


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
