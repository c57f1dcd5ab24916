"""What changes between evaluations of one dataset: paired differences, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from idlab.errors import BadInput
from idlab.evaluate import Evaluation, enabled_keys
from idlab.metrics import Rate
from idlab.metrics.arrays import Floats, Ints, group_sums
from idlab.metrics.contingency import components, united
from idlab.metrics.costs import answered
from idlab.metrics.intervals import NOTHING, Ratio, Sample, resample, unseen_share
from idlab.metrics.summary import SHARES, component_totals

Place = tuple[str, str]

_PER_1000: Mapping[Place, Ratio] = {
    ("cost_per_1000", ""): Ratio("cost", "known"),
    ("cost_unanswered_per_1000", ""): Ratio("cost_unanswered", "known"),
    ("pending", "per_1000"): Ratio("pending", "counted"),
    ("review", "per_1000"): Ratio("review", "counted"),
}


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


def changes(
    reference: Evaluation, candidate: Evaluation, *, resamples: int = 400, seed: int = 0, level: float = 0.95
) -> dict[Place, Change]:
    """The paired differences of two evaluations of one dataset.

    Both are resampled together: by the connected components of persons and of both evaluations' identities,
    so that what is hard for both weighs the same on both sides. Intervals are percentiles, widened to what
    one kind of component not yet seen could hide (``idlab.metrics.intervals.unseen_share``).

    Args:
        reference: What is compared with.
        candidate: What is compared.
        resamples: How many worlds to draw.
        seed: Of the draws.
        level: Nominal coverage.

    Returns:
        A change for every share of ``SHARES`` and every number per 1,000, by its place in
        ``Evaluation.numbers``.

    Raises:
        BadInput: If they are of different datasets, or priced differently.
    """
    if reference.numbers["dataset_digest"] != candidate.numbers["dataset_digest"]:
        raise BadInput("two evaluations are of different datasets", hint="evaluate both on the same one")
    if reference.costs != candidate.costs:
        raise BadInput("two evaluations are priced differently", hint="evaluate both with the same costs")
    drawn = resample(_joint_totals(reference, candidate), resamples, seed)
    unit = max(reference.costs.c_false, reference.costs.c_missed, reference.costs.c_review)
    found = {place: _change(drawn, ratios, level, None) for place, ratios in SHARES.items()}
    for place, ratio in _PER_1000.items():
        found[place] = _change(drawn, (ratio,), level, unit if place[0].startswith("cost") else 1.0)
    return found


def _joint_totals(reference: Evaluation, candidate: Evaluation) -> dict[str, Floats]:
    """The totals of both per component of both together, named 0/... and 1/... for one and the other."""
    (first, firsts), (second, seconds) = _components(reference), _components(candidate)
    joint, count = united(first, firsts + second, firsts + seconds)
    totals: dict[str, Floats] = {}
    for number, (one, into) in enumerate(((reference, joint[:firsts]), (candidate, joint[firsts:]))):
        found = component_totals(one.history, one.person, enabled_keys(one.replay), one.costs)
        totals |= {f"{number}/{name}": group_sums(values, into, count) for name, values in found.items()}
    return totals


def _components(one: Evaluation) -> tuple[Ints, int]:
    """The components that ``component_totals`` counts by."""
    _, _, afterwards = answered(one.person, one.history.identity, one.history.links, one.costs)
    return components(one.person, afterwards)


def _change(drawn: Sample, ratios: tuple[Ratio, ...], level: float, unit: float | None) -> Change:
    """The change of one measure; ``unit`` is None for shares, else what an event adds to the numerator."""
    scale = 1.0 if unit is None else 1000.0
    ours = [
        [Ratio(f"{number}/{one.numerator}", f"{number}/{one.denominator}") for one in ratios]
        for number in (0, 1)
    ]
    points = [_mean([_point(drawn, one) for one in side]) for side in ours]
    before, after = (float(point[0]) for point in points)
    if np.isnan(before) or np.isnan(after):
        return NO_CHANGE
    worlds = [_mean([_worlds(drawn, one) for one in side]) for side in ours]
    denominators = [drawn.total(one.denominator) for side in ours for one in side]
    effective = min(
        float(total @ drawn.copies) ** 2 / float(total**2 @ drawn.copies) for total in denominators
    )
    unseen = unseen_share(effective, level)
    if unit is not None:
        held = drawn.total(ours[0][0].denominator)
        unit *= float((held != 0) @ drawn.copies) / float(held @ drawn.copies)
    room = unseen * (1.0 if unit is None else unit)
    absolute = _rate(after - before, worlds[1] - worlds[0], unseen, room, level)
    relative = NOTHING
    if before > 0:
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = _rate(after / before - 1, worlds[1] / worlds[0] - 1, unseen, room / before, level)
    return Change(Rate(*(None if part is None else scale * part for part in absolute)), relative)


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
