"""Ratios of two sums over a population, estimated from a weighted sample of its units, with intervals.

With the sample drawn at known rates the population is fixed and only the draw is chance: an interval says where
the number of this very population lies.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit, stdtrit

from idlab.metrics.arrays import Floats, Ints, dense, group_sizes, group_sums
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

    def times(self, factor: float) -> Estimate:
        """The same in other units.

        Example:
            >>> Estimate(0.5, None, 0.25, 0.75).times(1000)
            Estimate(value=500.0, error=None, low=250.0, high=750.0)
        """
        return Estimate(*(None if number is None else factor * number for number in self))

    def plus(self, known: float) -> Estimate:
        """The same and something that is known exactly.

        Example:
            >>> Estimate(0.5, 0.125, 0.25, 0.75).plus(1)
            Estimate(value=1.5, error=0.125, low=1.25, high=1.75)
        """
        value, low, high = (None if one is None else one + known for one in (self.value, self.low, self.high))
        return Estimate(value, self.error, low, high)


NOTHING = Estimate(None, None, None, None)


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


def between(least: Estimate, most: Estimate) -> Estimate:
    """What is estimated of a number that a sample only brackets.

    Args:
        least, most: The estimates of what the number is at least and at most.

    Returns:
        The middle, the larger error, and an interval that holds both of theirs; nothing if one is nothing.

    Example:
        >>> between(Estimate(0.8, 0.01, 0.75, 0.84), Estimate(0.9, 0.02, 0.85, 0.93))
        Estimate(value=0.8500000000000001, error=0.02, low=0.75, high=0.93)
    """
    if least.value is None or most.value is None:
        return NOTHING
    errors = [one.error for one in (least, most) if one.error is not None]
    ends = [end for one in (least, most) for end in (one.low, one.high) if end is not None]
    return Estimate((least.value + most.value) / 2, max(errors, default=None), min(ends), max(ends))


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
