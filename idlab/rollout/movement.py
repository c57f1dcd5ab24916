"""How outcomes and the load of human work move from one config to another, each number with its interval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from idlab.core.codes import ERASED, OUTCOMES
from idlab.metrics import Rate
from idlab.metrics.arrays import Flags, Floats, Ints, group_sizes, group_sums
from idlab.metrics.intervals import Ratio, Sample, interval, resample
from idlab.metrics.paired import change
from idlab.metrics.shares import Components
from idlab.replay import Replay

PER_1000 = ("links", "reviews")
"""The load: links ever opened and records ever sent to review, per 1,000 interactions."""


class Moved(NamedTuple):
    """A number under both configs.

    Args:
        before, after: The number with its interval.
        difference: After less before, with the interval of both drawn together.
    """

    before: Rate
    after: Rate
    difference: Rate


class Movement(NamedTuple):
    """How decisions move.

    Args:
        outcomes: The share of each outcome, by (channel, outcome).
        load: The numbers of ``PER_1000``, by name.
        turned: How many decisions had one outcome and have another, by both; those that stay are not in it.
    """

    outcomes: dict[tuple[str, str], Moved]
    load: dict[str, Moved]
    turned: dict[tuple[str, str], int]


def movement(
    before: Replay, after: Replay, channel: Ints, channels: tuple[str, ...], units: Components, draws: Draws
) -> Movement:
    """How decisions move from one replay to another of the same interactions.

    Args:
        before, after: The replays.
        channel: [n] the channel of each interaction, a place in ``channels``.
        channels: Their names.
        units: What is resampled together.
        draws: How many worlds to draw, and by which seed.
    """
    drawn = resample(_totals((before, after), channel, channels, units), *draws)
    shares = {
        (name, outcome): _moved(drawn, f"{name}/{outcome}", name)
        for name in channels
        for outcome in OUTCOMES[:ERASED]
    }
    load = {name: _moved(drawn, name, "all", unit=1.0) for name in PER_1000}
    return Movement(shares, load, dict(_turned(before.outcome, after.outcome)))


class Draws(NamedTuple):
    """How many worlds intervals draw, and the seed of that."""

    resamples: int = 400
    seed: int = 0


def _totals(
    sides: tuple[Replay, Replay], channel: Ints, channels: tuple[str, ...], units: Components
) -> dict[str, Floats]:
    """Every numerator, as 0/... and 1/..., and every denominator, by unit."""

    def count(flags: Flags) -> Floats:
        return group_sums(flags, units.of_row, units.number)

    totals = {name: count(channel == code) for code, name in enumerate(channels)}
    totals["all"] = group_sizes(units.of_row, units.number)
    for side, done in enumerate(sides):
        for code, name in enumerate(channels):
            for place, outcome in enumerate(OUTCOMES[:ERASED]):
                totals[f"{side}/{name}/{outcome}"] = count((channel == code) & (done.outcome == place))
        totals[f"{side}/links"] = group_sizes(units.of_row[done.link_arrays.left], units.number)
        totals[f"{side}/reviews"] = count(done.reviewed)
    return totals


def _moved(drawn: Sample, numerator: str, denominator: str, unit: float | None = None) -> Moved:
    ratios = [Ratio(f"{side}/{numerator}", denominator) for side in (0, 1)]
    scale = 1.0 if unit is None else 1000.0
    before, after = (interval(drawn, ratio, scale=scale, unit=unit) for ratio in ratios)
    return Moved(before, after, change(drawn, (ratios[0],), (ratios[1],), unit=unit).absolute)


def _turned(before: Ints, after: Ints) -> Iterator[tuple[tuple[str, str], int]]:
    counts = np.bincount(before * len(OUTCOMES) + after, minlength=len(OUTCOMES) ** 2)
    for cell, count in enumerate(counts.tolist()):
        was, becomes = divmod(cell, len(OUTCOMES))
        if count and was != becomes:
            yield (OUTCOMES[was], OUTCOMES[becomes]), count
