"""Intervals by connected components: the unit that is independent is a component, never a pair or a decision.

Every metric here is a ratio of sums over components, or a harmonic mean of such ratios. Its interval comes in
two
forms: ``BOOTSTRAP`` draws components with replacement (multinomial weights on their totals, nothing is scored
    again)
and takes percentiles; ``DELTA`` linearises the metric in the totals and takes Student's t on the logit (of a
share) or log (of a cost). Both are widened to what one kind of component not yet seen could hide, see
``unseen_share``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit, stdtrit

from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.metrics.draws import digest


class Form(Enum):
    """How an interval is made."""

    BOOTSTRAP = "bootstrap"
    DELTA = "delta"


class Rate(NamedTuple):
    """A metric with its interval.

    Args:
        value: None where there was nothing to judge by (an empty denominator); then the interval is None as
            well.
        low: Lower end.
        high: Upper end.
    """

    value: float | None
    low: float | None
    high: float | None


NOTHING = Rate(None, None, None)
"""The rate of an empty denominator."""


class Ratio(NamedTuple):
    """A ratio of two sums over components, by the names of their totals."""

    numerator: str
    denominator: str


class Sample(NamedTuple):
    """Component totals, equal components once, and their sums in resampled worlds.

    Args:
        column: Where each total stands.
        rows: [distinct, columns] the totals of distinct components.
        copies: [distinct] how many components have these totals.
        drawn: [resamples, columns] sums over as many components, drawn with replacement.
    """

    column: Mapping[str, int]
    rows: Floats
    copies: Ints
    drawn: Floats

    def total(self, name: str) -> Floats:
        """[distinct] one total of the distinct components."""
        values: Floats = self.rows[:, self.column[name]]
        return values

    def sum(self, name: str) -> float:
        """The sum of one total over all components."""
        return self.over_all(self.total(name))

    def over_all(self, values: Floats | Flags) -> float:
        """The sum over all components of what each distinct one has.

        In numpy's own order: a product of vectors would be summed by as many threads as the machine has, in
        another order on each, and wait for the slowest.

        Args:
            values: [distinct] one value each.
        """
        return float((values * self.copies).sum())


def resample(totals: Mapping[str, Floats], resamples: int, seed: int) -> Sample:
    """Draw components with replacement and sum their totals.

    All metrics of one sample share the draws, so that derived ones and differences are consistent. Components
    with equal totals are drawn together, which is the same multinomial and many times faster.

    Args:
        totals: [components] each total, by name.
        resamples: How many worlds to draw.
        seed: Of the draws; the same seed gives the same sample.

    Returns:
        The sample.

    Raises:
        BadInput: If the totals differ in length, are not finite, or ``resamples`` is below 1.

    Example:
        >>> sample = resample({"right": np.array([1.0, 1.0, 0.0])}, resamples=5, seed=1)
        >>> sample.sum("right"), sample.drawn.shape
        (2.0, (5, 1))
    """
    if resamples < 1:
        raise BadInput(f"resamples is {resamples} and must be at least 1", where="resamples")
    if len({values.size for values in totals.values()}) > 1:
        raise BadInput("totals must all have one value per component", where="totals")
    table = np.stack([np.asarray(values, dtype=np.float64) for values in totals.values()], axis=1) + 0.0
    if not np.isfinite(table).all():
        raise BadInput("totals must be finite", where="totals")
    rows, copies = _distinct_rows(table)
    random = np.random.default_rng(seed)
    components = int(copies.sum())
    share = copies / max(components, 1)
    drawn = np.zeros((resamples, table.shape[1]))
    for world in range(resamples if components else 0):
        drawn[world] = random.multinomial(components, share) @ rows
    return Sample({name: place for place, name in enumerate(totals)}, rows, copies, drawn)


def _distinct_rows(table: Floats) -> tuple[Floats, Ints]:
    """The distinct rows of a table and how often each occurs."""
    words = digest(list(np.ascontiguousarray(table.T).view(np.uint64)), table.shape[0])
    _, first, row, copies = np.unique(words, return_index=True, return_inverse=True, return_counts=True)
    rows: Floats = table[first]
    if np.array_equal(rows[row], table):
        return rows, copies.astype(np.int64)
    return table, np.ones(table.shape[0], dtype=np.int64)


def unseen_share(components: float, level: float = 0.95) -> float:
    """The largest share of components of a kind that has not been seen once among this many.

    The upper end of the Clopper-Pearson interval at no event, 1 - ((1 - level) / 2) ** (1 / components):
    about 3.7 divided by their number at 95 %, 0.975 for one component.

    Args:
        components: How many components were seen; not a whole number where they weigh unequally.
        level: Nominal coverage.

    Returns:
        The share.

    Example:
        >>> round(unseen_share(1), 3), round(unseen_share(100), 4)
        (0.975, 0.0362)
    """
    return float(-np.expm1(np.log((1 - level) / 2) / components))


def interval(
    sample: Sample,
    *ratios: Ratio,
    form: Form = Form.DELTA,
    level: float = 0.95,
    scale: float = 1.0,
    unit: float | None = None,
) -> Rate:
    """A ratio of component totals, or the harmonic mean of several, with its interval.

    The interval is never narrower than from value * (1 - b) to value + (1 - value) * b, where b is the
    ``unseen_share`` of the effective number of components, (sum of denominators)**2 / (sum of their squares)
    (Kish). So a value of 0 or 1 has a width like the rule of three, counted in components, and a single
    component gives nearly 0 to 1. What has no upper bound, a cost, gets the same with ``unit`` for each
    unseen component.

    Args:
        sample: The resampled totals.
        ratios: One or more.
        form: How the interval is made.
        level: Nominal coverage.
        scale: What the shown numbers are multiplied by, 1000 for "per 1,000".
        unit: None for shares between 0 and 1; else the numerator of one event.

    Returns:
        The rate.

    Raises:
        BadInput: If the level is not between 0 and 1.

    Example:
        >>> totals = {"right": np.array([2.0, 1, 3]), "all": np.array([2.0, 2, 3])}
        >>> sample = resample(totals, resamples=50, seed=1)
        >>> rate = interval(sample, Ratio("right", "all"))
        >>> round(rate.value, 3), rate.low < 0.5, rate.high > 0.9
        (0.857, True, True)
    """
    if not 0 < level < 1:
        raise BadInput(f"level is {level} and must lie between 0 and 1", where="level")
    sums = {name: np.array([sample.sum(name)]) for ratio in ratios for name in ratio}
    value = float(_value(sums, ratios)[0])
    if np.isnan(value):
        return NOTHING
    effective = min(_effective(sample, ratio.denominator) for ratio in ratios)
    if form is Form.BOOTSTRAP:
        low, high = _percentiles(sample, ratios, level)
    else:
        low, high = _delta(sample, ratios, value, effective, level, share=unit is None)
    unseen = unseen_share(effective, level)
    room = 1 - value if unit is None else unit * _per_denominator(sample, ratios[0].denominator)
    low, high = min(low, value * (1 - unseen)), max(high, value + room * unseen)
    return Rate(scale * value, scale * low, scale * high)


def rate_interval(
    numerators: Floats, denominators: Floats, resamples: int, seed: int, level: float = 0.95
) -> Rate:
    """A share with its interval by resampling components.

    Args:
        numerators: [components] how many were right.
        denominators: [components] of how many.
        resamples: How many worlds to draw.
        seed: Of the draws.
        level: Nominal coverage.

    Returns:
        The rate; of None if there is no denominator.

    Example:
        >>> rate_interval(np.array([1.0, 2, 0]), np.array([1.0, 2, 1]), resamples=200, seed=1).value
        0.75
        >>> rate_interval(np.zeros(2), np.zeros(2), resamples=200, seed=1)
        Rate(value=None, low=None, high=None)
    """
    sample = resample({"numerator": numerators, "denominator": denominators}, resamples, seed)
    return interval(sample, Ratio("numerator", "denominator"), form=Form.BOOTSTRAP, level=level)


def delta_interval(numerators: Floats, denominators: Floats, level: float = 0.95) -> Rate:
    """A share with its interval by the delta method on the logit of component totals.

    Args:
        numerators: [components] how many were right.
        denominators: [components] of how many.
        level: Nominal coverage.

    Returns:
        The rate; of None if there is no denominator.

    Example:
        >>> rate = delta_interval(np.ones(100), np.ones(100))
        >>> rate.value, round(rate.low, 3), rate.high
        (1.0, 0.964, 1.0)
    """
    sample = resample({"numerator": numerators, "denominator": denominators}, resamples=1, seed=0)
    return interval(sample, Ratio("numerator", "denominator"), form=Form.DELTA, level=level)


def _value(sums: Mapping[str, Floats], ratios: tuple[Ratio, ...]) -> Floats:
    """The harmonic mean of the ratios in each world; nan where a denominator is empty, 0 where a ratio is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.array([sums[ratio.numerator] / sums[ratio.denominator] for ratio in ratios])
        mean: Floats = parts[0] if len(ratios) == 1 else len(ratios) / (1 / parts).sum(axis=0)
    mean[
        [bool(world) for world in (np.array([sums[ratio.denominator] for ratio in ratios]) == 0).any(axis=0)]
    ] = np.nan
    return mean


def _effective(sample: Sample, denominator: str) -> float:
    """The effective number of components, by their denominators."""
    values = sample.total(denominator)
    return sample.sum(denominator) ** 2 / sample.over_all(values**2)


def _per_denominator(sample: Sample, denominator: str) -> float:
    """Components that have a denominator, per unit of it."""
    return sample.over_all(sample.total(denominator) != 0) / sample.sum(denominator)


def _percentiles(sample: Sample, ratios: tuple[Ratio, ...], level: float) -> tuple[float, float]:
    worlds = _value({name: sample.drawn[:, place] for name, place in sample.column.items()}, ratios)
    low, high = np.nanquantile(worlds, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _delta(
    sample: Sample, ratios: tuple[Ratio, ...], value: float, effective: float, level: float, *, share: bool
) -> tuple[float, float]:
    """Student's t on the logit of a share, on the log of what has no upper bound."""
    components = float(sample.copies.sum())
    if value <= 0 or (share and value >= 1) or components < 2:
        return value, value
    squares = sample.over_all(_influence(sample, ratios, value) ** 2)
    error = np.sqrt(squares * components / (components - 1))
    reach = stdtrit(max(effective - 1, 1.0), (1 + level) / 2) * error
    if share:
        centre, slope = logit(value), 1 / (value * (1 - value))
        return float(expit(centre - slope * reach)), float(expit(centre + slope * reach))
    factor = float(np.exp(min(reach / value, 700.0)))
    return value / factor, value * factor


def _influence(sample: Sample, ratios: tuple[Ratio, ...], value: float) -> Floats:
    """[distinct] how much each component moves the metric: its linearisation in the totals."""
    found = np.zeros(sample.copies.size)
    for numerator, denominator in ratios:
        base = sample.sum(denominator)
        ratio = sample.sum(numerator) / base
        found += (sample.total(numerator) - ratio * sample.total(denominator)) / base * (value / ratio) ** 2
    return found / len(ratios)
