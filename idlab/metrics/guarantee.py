"""A threshold with a promise: P(false-merge rate at it <= alpha) >= 1 - delta, by Learn-then-Test.

Angelopoulos, Bates, Candes, Jordan & Lei 2022 (arXiv:2110.01052): thresholds are tested from the top down,
each against "its rate is above alpha" at level delta, and the first that fails ends the sequence (fixed
sequence testing), so that all that passed hold together. The unit that is independent is a component. Where
no component has more than one decision, the p-value is that of the binomial; else each component counts by
its own share of false merges, a number from 0 to 1, and the p-value is the Hoeffding-Bentkus bound on their
mean (Bates et al. 2021, JACM 68:43). The people judged by must be others than those tuned on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from idlab.errors import BadInput
from idlab.metrics.arrays import Floats
from idlab.metrics.intervals import Rate, delta_interval

BINOMIAL, HOEFFDING_BENTKUS = "binomial", "Hoeffding-Bentkus on component means"

_MOST = 10**9
"""More components than anybody can label."""


class ThresholdTest(NamedTuple):
    """One threshold, tested.

    Args:
        threshold: Merge from here on.
        components: Components with a judged merge.
        rate: The false-merge rate that the promise is about: the mean over these components of their share of
            false merges; with one decision in each, the plain rate. With its 95 % interval.
        pooled_rate: False merges among all merges, likewise.
        p_value: Of "the rate is above alpha".
        certified: Whether it and every threshold tested before passed.
    """

    threshold: float
    components: int
    rate: Rate
    pooled_rate: Rate
    p_value: float
    certified: bool


class Guarantee(NamedTuple):
    """The lowest threshold that can be certified, or how far one is from any.

    Args:
        threshold: The lowest certified one; None if there is none.
        method: ``BINOMIAL`` or ``HOEFFDING_BENTKUS``.
        alpha: The rate promised.
        delta: The risk that the promise does not hold.
        tested: Every threshold from the top down to the first that failed; those with too few decisions to
            certify anything are passed over.
        people_needed: If nothing can be certified, about how many labelled people would do, were the rates as
            they are here; None if something is certified, or if no rate is below alpha.
    """

    threshold: float | None
    method: str
    alpha: float
    delta: float
    tested: tuple[ThresholdTest, ...]
    people_needed: int | None

    def __str__(self) -> str:
        promise = f"a false-merge rate of at most {self.alpha:.3g} with confidence {1 - self.delta:.3g}"
        if self.threshold is not None:
            lowest = next(one for one in self.tested if one.threshold == self.threshold)
            told = f"merge_at {self.threshold:g} and above has {promise} ({self.method})"
            value, low, high = (end or 0.0 for end in lowest.pooled_rate)
            pooled = f"; among all its merges {value:.2%} ({low:.2%} to {high:.2%}) are false"
            return told + ("" if self.method == BINOMIAL else pooled)
        if self.people_needed is None:
            return f"no threshold is certifiable for {promise}: no measured rate is low enough"
        return f"not certifiable with these labels for {promise}; about {self.people_needed:,} people needed"


def certify(
    thresholds: Floats, wrong: Floats, decided: Floats, alpha: float, delta: float, people: int
) -> Guarantee:
    """Find the lowest threshold that can be certified.

    Args:
        thresholds: [k] descending.
        wrong: [components, k] false merges of each component at each threshold.
        decided: [components, k] judged merges.
        alpha: The false-merge rate to promise, above 0 and below 1.
        delta: The risk that the promise does not hold, above 0 and below 1.
        people: How many people the components hold, to say how many would be needed.

    Raises:
        BadInput: If a level is out of range, the thresholds do not descend, or the arrays do not fit.

    Example:
        >>> merges = np.ones((500, 2))
        >>> found = certify(np.array([0.95, 0.9]), np.zeros((500, 2)), merges, 0.01, 0.05, people=500)
        >>> found.threshold, found.method
        (0.9, 'binomial')
        >>> str(certify(np.array([0.9]), np.zeros((9, 1)), np.ones((9, 1)), 0.01, 0.05, people=18))
        'not certifiable with these labels for a false-merge rate of at most 0.01 with confidence 0.95; about 598 people needed'
    """
    _check(thresholds, wrong, decided, alpha, delta)
    method = BINOMIAL if decided.max(initial=0) <= 1 else HOEFFDING_BENTKUS
    tested: list[ThresholdTest] = []
    rates: list[tuple[int, float]] = []
    failed = False
    for place, threshold in enumerate(thresholds.tolist()):
        inside = decided[:, place] > 0
        components = int(inside.sum())
        if not components:
            continue
        share = wrong[inside, place] / decided[inside, place]
        rate = float(share.mean())
        rates.append((components, rate))
        if failed or p_value(0.0, components, alpha, method) > delta:
            continue
        p = p_value(rate, components, alpha, method)
        failed = p > delta
        mean = delta_interval(share, np.ones(components))
        pooled = delta_interval(wrong[inside, place], decided[inside, place])
        tested.append(ThresholdTest(threshold, components, mean, pooled, p, not failed))
    passed = [one.threshold for one in tested if one.certified]
    needed = None if passed else _people_needed(rates, alpha, delta, people, method)
    return Guarantee(passed[-1] if passed else None, method, alpha, delta, tuple(tested), needed)


def p_value(rate: float, components: int, alpha: float, method: str) -> float:
    """The p-value of "the mean over components is above alpha", having seen a mean of ``rate``.

    Args:
        rate: The mean, 0 to 1.
        components: Of how many.
        alpha: The level, above 0 and below 1.
        method: ``BINOMIAL`` (each component is 0 or 1) or ``HOEFFDING_BENTKUS``.

    Returns:
        P(Bin(n, alpha) <= n rate), or min(exp(-n h(min(rate, alpha), alpha)), e P(Bin(n, alpha) <= ceil(n
        rate))) with h(a, b) = a ln(a / b) + (1 - a) ln((1 - a) / (1 - b)).

    Example:
        >>> round(p_value(0.0, 299, 0.01, BINOMIAL), 4)
        0.0495
    """
    from scipy.stats import binom  # slow to import, seldom needed

    count = np.ceil(round(components * rate, 9))
    tail = float(binom.cdf(count, components, alpha))
    if method == BINOMIAL:
        return tail
    low = min(rate, alpha)
    divergence = (low * np.log(low / alpha) if low else 0.0) + (1 - low) * np.log((1 - low) / (1 - alpha))
    return min(1.0, float(np.exp(-components * divergence)), float(np.e * tail))


def components_needed(rate: float, alpha: float, delta: float, method: str) -> int | None:
    """How many components it takes to certify a rate, if it is as measured; None if it never is.

    Example:
        >>> components_needed(0.0, 0.01, 0.05, BINOMIAL), components_needed(0.02, 0.01, 0.05, BINOMIAL)
        (299, None)
    """
    if rate >= alpha or p_value(rate, _MOST, alpha, method) > delta:
        return None
    low, high = 1, 2
    while p_value(rate, high, alpha, method) > delta:
        low, high = high, 2 * high
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if p_value(rate, middle, alpha, method) <= delta else (middle, high)
    return high


def _people_needed(
    rates: list[tuple[int, float]], alpha: float, delta: float, people: int, method: str
) -> int | None:
    needed = [
        wanted * people / components
        for components, rate in rates
        if (wanted := components_needed(rate, alpha, delta, method)) is not None
    ]
    return int(np.ceil(min(needed))) if needed else None


def _check(thresholds: Floats, wrong: Floats, decided: Floats, alpha: float, delta: float) -> None:
    for name, level in (("alpha", alpha), ("delta", delta)):
        if not 0 < level < 1:
            raise BadInput(f"{name} is {level} and must lie between 0 and 1", where=name)
    if np.any(np.diff(thresholds) >= 0):
        raise BadInput("thresholds must descend", where="thresholds")
    if wrong.shape != decided.shape or wrong.shape[1:] != thresholds.shape:
        raise BadInput(
            f"wrong has shape {wrong.shape}, decided {decided.shape}; both need a column for each of"
            f" {thresholds.size} thresholds",
            where="wrong",
        )
    if (wrong > decided).any() or (wrong < 0).any():
        raise BadInput("there cannot be more false merges than merges", where="wrong")
