"""Paired differences: two measures over the same resampled components, one less the other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from idlab.metrics.arrays import Floats
from idlab.metrics.intervals import NOTHING, Rate, Ratio, Sample, unseen_share


class Change(NamedTuple):
    """How much a measure of a candidate differs from the reference's.

    Args:
        absolute: Candidate minus reference, in the measure's own unit.
        relative: The same as a share of the reference; nothing where that is 0.
    """

    absolute: Rate
    relative: Rate

    @property
    def direction(self) -> int:
        """1 or -1 if the whole interval lies above or below 0, else 0."""
        low, high = self.absolute.low, self.absolute.high
        if low is None or high is None:
            return 0
        return int(low > 0) - int(high < 0)


NO_CHANGE = Change(NOTHING, NOTHING)
"""Where one of the two has nothing to judge."""

Measure = tuple[Ratio, ...]
"""A ratio of component totals, or several whose harmonic mean is meant."""


def change(
    drawn: Sample, reference: Measure, candidate: Measure, *, level: float = 0.95, unit: float | None = None
) -> Change:
    """How much one measure differs from another over the same components.

    Both are taken from the same resampled worlds, so what is hard for both weighs the same on both sides.
    Intervals are percentiles, widened to what one kind of component not yet seen could hide
    (``idlab.metrics.intervals.unseen_share``).

    Args:
        drawn: The resampled totals of both.
        reference: What is compared with.
        candidate: What is compared.
        level: Nominal coverage.
        unit: None for shares; else what an event adds to the numerator of a number per 1,000.

    Returns:
        The change; nothing where one of them has no denominator.

    Example:
        >>> from idlab.metrics.intervals import resample
        >>> totals = {"all": np.ones(50), "one": np.arange(50) % 2 * 1.0, "other": np.arange(50) % 5 / 4}
        >>> found = change(resample(totals, 50, 1), (Ratio("one", "all"),), (Ratio("other", "all"),))
        >>> found.absolute.value, found.direction
        (0.0, 0)
    """
    scale = 1.0 if unit is None else 1000.0
    sides = (reference, candidate)
    before, after = (float(_mean([_point(drawn, one) for one in side])[0]) for side in sides)
    if np.isnan(before) or np.isnan(after):
        return NO_CHANGE
    worlds = [_mean([_worlds(drawn, one) for one in side]) for side in sides]
    unseen = unseen_share(_effective(drawn, sides), level)
    if unit is not None:
        held = drawn.total(reference[0].denominator)
        unit *= drawn.over_all(held != 0) / drawn.over_all(held)
    room = unseen * (1.0 if unit is None else unit)
    absolute = _rate(after - before, worlds[1] - worlds[0], unseen, room, level)
    relative = NOTHING
    if before > 0:
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = _rate(after / before - 1, worlds[1] / worlds[0] - 1, unseen, room / before, level)
    return Change(Rate(*(None if part is None else scale * part for part in absolute)), relative)


def _effective(drawn: Sample, sides: tuple[Measure, Measure]) -> float:
    """The smallest effective number of components of all denominators (Kish)."""
    totals = [drawn.total(one.denominator) for side in sides for one in side]
    return min(drawn.over_all(total) ** 2 / drawn.over_all(total**2) for total in totals)


def _rate(value: float, worlds: Floats, unseen: float, room: float, level: float) -> Rate:
    finite = worlds[np.isfinite(worlds)]
    low, high = np.quantile(finite, [(1 - level) / 2, (1 + level) / 2]) if finite.size else (value, value)
    kept = value * (1 - unseen)
    return Rate(value, min(float(low), kept - room), max(float(high), kept + room))


def _point(drawn: Sample, ratio: Ratio) -> Floats:
    sums = [np.array([drawn.sum(name)]) for name in ratio]
    return _divided(sums[0], sums[1])


def _worlds(drawn: Sample, ratio: Ratio) -> Floats:
    return _divided(*(drawn.drawn[:, drawn.column[name]] for name in ratio))


def _divided(numerator: Floats, denominator: Floats) -> Floats:
    """Their ratio; NaN where the denominator is empty."""
    return np.divide(numerator, denominator, out=np.full_like(numerator, np.nan), where=denominator != 0)


def _mean(parts: list[Floats]) -> Floats:
    """The harmonic mean of ratios; 0 where one is."""
    if len(parts) == 1:
        return parts[0]
    total = sum(parts)
    return _divided(2 * parts[0] * parts[1], np.asarray(total))
