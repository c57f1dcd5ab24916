"""Rates by slice: shrunk where a slice is small, and flagged only where chance is ruled out for all slices at once.

A slice's rate is compared with that of all other interactions, over components. Many slices are looked at, so
some differ by chance alone: the false-discovery rate of what is flagged is held by Benjamini & Hochberg 1995
(Journal of the Royal Statistical Society B 57:289).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr

from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Floats, group_sums
from idlab.metrics.intervals import Rate
from idlab.metrics.shares import Components


class SliceRate(NamedTuple):
    """A rate over one slice.

    Args:
        cases: Interactions of the slice that count for the rate.
        rate: Over them, with its interval; it is not shrunk.
        shrunk: The rate drawn towards that of all slices by as much as its few cases ask for, for ranking.
        difference: The rate less that of all other interactions; None if there is no case on a side.
        p_value: Of no difference; None where there are too few components to tell.
    """

    cases: int
    rate: Rate
    shrunk: float | None
    difference: float | None
    p_value: float | None


def slice_rates(
    hits: Flags, among: Flags, slices: Sequence[Flags], components: Components
) -> list[SliceRate]:
    """A rate over slices of the interactions, which may overlap.

    Args:
        hits: [n] whether an interaction is a hit.
        among: [n] whether it counts at all.
        slices: Whether it is in each slice, [n] each.
        components: What intervals and tests resample.

    Returns:
        The rate over each slice.

    Example:
        >>> alone, even = Components(np.arange(400), 400), np.arange(400) % 2 == 0
        >>> one, other = slice_rates(even, np.ones(400, dtype=bool), [even, ~even], alone)
        >>> one.rate.value, one.difference, one.p_value < 0.001, other.shrunk < 0.1
        (1.0, 1.0, True, True)
    """
    rows = np.flatnonzero(among)
    compared = _Compared(hits[rows], Components(components.of_row[rows], components.number))
    inside = [np.asarray(one, dtype=np.bool_)[rows] for one in slices]
    cases = np.array([np.count_nonzero(one) for one in inside], dtype=np.float64)
    right = np.array([np.count_nonzero(hits[rows] & one) for one in inside], dtype=np.float64)
    drawn = shrunk(right / compared.design_effect, cases / compared.design_effect)
    return [
        SliceRate(
            int(cases[place]),
            components.share(hits, among & one),
            None if np.isnan(drawn[place]) else float(drawn[place]),
            *compared.with_rest(inside[place]),
        )
        for place, one in enumerate(slices)
    ]


class _Compared:
    """A slice against the rest: a score test, the variance by the sandwich over components."""

    def __init__(self, hits: Flags, components: Components) -> None:
        self.hits, self.components = hits.astype(np.float64), components
        self.rate = float(self.hits.mean()) if hits.size else 0.0
        self.residual = self.hits - self.rate

    @property
    def design_effect(self) -> float:
        """By how much components widen the variance of the rate over all, at least 1 (Kish 1965)."""
        binomial = self.hits.size * self.rate * (1 - self.rate)
        if not binomial:
            return 1.0
        return max(1.0, float((self._sums(self.residual) ** 2).sum()) / binomial)

    def with_rest(self, inside: Flags) -> tuple[float | None, float | None]:
        """The difference between a slice and the rest, and its p-value."""
        size, rest = int(inside.sum()), int((~inside).sum())
        if not size or not rest:
            return None, None
        difference = float(self.hits[inside].mean() - self.hits[~inside].mean())
        influence = self._sums(self.residual * np.where(inside, 1 / size, -1 / rest))
        counts = [self._sums(one.astype(np.float64)) for one in (inside, ~inside)]
        freedom = min(one.sum() ** 2 / float((one**2).sum()) for one in counts) - 1
        touched = np.count_nonzero(counts[0] + counts[1])
        error = float(np.sqrt((influence**2).sum() * touched / max(touched - 1, 1)))
        if freedom < 1:
            return difference, None
        if not error:
            return difference, 1.0
        return difference, float(2 * stdtr(freedom, -abs(difference) / error))

    def _sums(self, values: Floats) -> Floats:
        return group_sums(values, self.components.of_row, self.components.number)


def shrunk(hits: Floats, cases: Floats) -> Floats:
    """Rates drawn towards their common mean: the posterior means of a beta-binomial whose prior is fitted.

    The prior's mean and strength come from the moments of the rates, weighted by their cases (Kleinman 1973,
    Journal of the American Statistical Association 68:46). Rates that differ by no more than chance all become
    the mean; a slice without cases does as well.

    Args:
        hits: [slices] hits, not necessarily whole.
        cases: [slices] of how many cases.

    Returns:
        [slices] rates; all NaN if there are no cases.

    Example:
        >>> shrunk(np.array([80.0, 60.0, 1.0]), np.array([100.0, 100.0, 1.0])).round(2).tolist()
        [0.79, 0.61, 0.72]
    """
    total = float(cases.sum())
    if not total:
        return np.full(hits.size, np.nan)
    mean = float(hits.sum()) / total
    there = cases > 0
    rates = np.divide(hits, cases, out=np.full(hits.size, mean), where=there)
    spread = float(cases @ (rates - mean) ** 2)
    chance = mean * (1 - mean)
    groups = int(there.sum())
    room = total - float(cases @ cases) / total
    between = (spread - chance * (groups - 1)) / room if room > 0 else 0.0
    correlation = min(between / chance, 1.0) if chance > 0 else 0.0
    if correlation <= 0:
        return np.full(hits.size, mean)
    strength = 1 / correlation - 1
    posterior: Floats = (hits + strength * mean) / np.maximum(cases + strength, np.finfo(float).tiny)
    return posterior


def flagged(p_values: Sequence[float | None], rate: float = 0.05) -> list[bool]:
    """Which differences to flag, so that at most this share of what is flagged is chance, on average.

    Args:
        p_values: Of every difference that was looked at; None is never flagged.
        rate: The false-discovery rate.

    Returns:
        Whether each is flagged.

    Raises:
        BadInput: If the rate is not between 0 and 1.

    Example:
        >>> flagged([0.001, 0.04, 0.6, None])
        [True, False, False, False]
    """
    if not 0 < rate < 1:
        raise BadInput(f"the false-discovery rate is {rate} and must lie between 0 and 1", where="rate")
    tested = [place for place, p_value in enumerate(p_values) if p_value is not None]
    found = [False] * len(p_values)
    if tested:
        from scipy.stats import false_discovery_control  # slow to import, seldom needed

        adjusted = false_discovery_control([p_values[place] for place in tested])
        for place, q_value in zip(tested, adjusted.tolist(), strict=True):
            found[place] = q_value <= rate
    return found
