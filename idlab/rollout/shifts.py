"""Live shares beside expected ones, week by week, and which of them chance does not explain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.rollout.expectations import Expectations
from idlab.rollout.limits import Counts
from idlab.rollout.tally import SPANS, Family, Tally, over


class SideBySide(NamedTuple):
    """Every share in every week, alone and over some weeks up to it.

    Args:
        shares: What is counted of which family.
        counts: [shares * spans * weeks] live and expected counts.
        effect: [shares * spans * weeks] design effects.
        weeks: How many weeks there are.
    """

    shares: tuple[tuple[Family, str], ...]
    counts: Counts
    effect: Floats
    weeks: int


@dataclass(frozen=True)
class Departure:
    """A share that left its control limits, as it was where it was furthest out.

    Args:
        family: The family of the share.
        name: What of it is counted.
        span: Over how many weeks it was furthest out.
        live, expected: What the share was then, and what was expected of it.
        low, high: The control limits then.
        among: How many live decisions the share is of.
        probability: How likely it would be so far out by chance, all shares and weeks counted (Bonferroni).
    """

    family: Family
    name: str
    span: int
    live: float
    expected: float
    low: float
    high: float
    among: int
    probability: float


@dataclass(frozen=True, eq=False)
class Shift(Departure):
    """A departure with the weeks of it.

    Args:
        outside: [weeks] in which weeks the share left its limits, alone or over some weeks up to it.
    """

    outside: Flags


class Shifts(NamedTuple):
    """What came of a comparison.

    Args:
        found: The shares that left their limits.
        statistics: How many shares were compared, in how many weeks and over how many up to these; those left out
            that nothing can move.
        per_week: [weeks] how many shares left their limits.
    """

    found: tuple[Shift, ...]
    statistics: int
    per_week: Ints


def side_by_side(
    tallies: Iterable[tuple[Family, Tally]], expectations: Expectations, weeks: Ints
) -> SideBySide:
    """Put live counts beside those to expect.

    Args:
        tallies: The live counts of families; one that is not expected at all is left out.
        expectations: What is expected.
        weeks: [weeks] which weeks of the store's history the live ones are.
    """
    shares: list[tuple[Family, str]] = []
    columns: list[tuple[Ints, ...]] = []
    effects: list[Floats] = []
    for family, tally in tallies:
        if family not in expectations.by_family:
            continue
        for place, name in enumerate(tally.names):
            shares.append((family, name))
            live = np.column_stack([tally.counts[:, place], tally.among])
            for span in SPANS:
                expected = expectations.at(family, weeks, span)
                assert expected is not None
                both = np.column_stack([over(span, live), expected.counts[:, place], expected.among])
                both[: span - 1] = 0  # fewer weeks than the span: nothing to say yet
                columns.append(tuple(both.T))
                effects.append(np.full(weeks.size, expected.effects[place]))
    if not shares:
        none = np.zeros(0, dtype=np.int64)
        return SideBySide((), Counts(none, none, none, none), np.zeros(0), weeks.size)
    counts = Counts(*(np.concatenate(column) for column in zip(*columns, strict=True)))
    return SideBySide(tuple(shares), counts, np.concatenate(effects), weeks.size)


def shifts(table: SideBySide, rate: float) -> Shifts:
    """The shares that left their control limits.

    Args:
        table: Live and expected counts.
        rate: How often there may be any such share by chance.
    """
    alone = table.counts.effective(table.effect)
    statistics = int(alone.can_differ.sum())
    level = rate / max(statistics, 1)
    cells = len(SPANS) * table.weeks
    likely = np.where(alone.can_differ, alone.probability(), 1.0).reshape(len(table.shares), cells)
    by_span: Flags = (likely < level).reshape(len(table.shares), len(SPANS), table.weeks)
    outside = np.logical_or.reduce(by_span, axis=1)
    rows = np.flatnonzero(outside.any(axis=1))
    furthest = likely[rows].argmin(axis=1) if rows.size else rows
    worst = rows * cells + furthest
    counts, (low, high) = table.counts.at(worst), alone.at(worst).limits(level)
    found = [
        Shift(
            *table.shares[row],
            span=SPANS[int(furthest[k]) // table.weeks],
            live=float(counts.live[k] / counts.live_among[k]),
            expected=float(counts.expected[k] / counts.expected_among[k]),
            low=float(low[k]),
            high=float(high[k]),
            among=int(counts.live_among[k]),
            probability=float(likely.reshape(-1)[worst[k]] * statistics),
            outside=outside[row],
        )
        for k, row in enumerate(rows.tolist())
    ]
    return Shifts(tuple(found), statistics, outside.sum(axis=0))
