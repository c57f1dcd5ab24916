"""On which day a share began to be another one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from idlab.compiled import Compiled
from idlab.metrics.arrays import Floats, Ints
from idlab.rollout.decided import Decided
from idlab.rollout.expectations import Expectations
from idlab.rollout.shifts import Shift
from idlab.rollout.tally import SPANS, WEEK, families_of, tally

DAYS = 7
DAY = WEEK // DAYS
"""Microseconds in a day."""


def change_day(live: Ints, among: Ints, before: Floats, after: float) -> int:
    """The most likely first day of another share: the one from which on it explains the counts best.

    Args:
        live, among: [days] how many decisions are so, and of how many.
        before: [days] the share until then, above 0 and below 1.
        after: The share from then on, likewise.

    Returns:
        The day, from 0.

    Source: Hinkley 1970, Biometrika 57:1, on the likelihood of a change-point.

    Example:
        >>> change_day(np.array([1, 2, 8, 9]), np.full(4, 10), np.full(4, 0.15), 0.85)
        2
    """
    gain = live * np.log(after / before) + (among - live) * np.log((1 - after) / (1 - before))
    return int(np.cumsum(gain[::-1])[::-1].argmax())


def onsets(
    found: Sequence[Shift],
    decided: Decided,
    ready: Compiled,
    expectations: Expectations,
    start: int,
    weeks: Ints,
) -> list[int]:
    """The day on which each shift began.

    It is looked for from the weeks that its first alarm may rest on to the end of that week.

    Args:
        found: Shares that left their limits.
        decided: The decisions.
        ready: The config that decided.
        expectations: What was expected.
        start: When the first of ``weeks`` starts, microseconds since 1970 UTC.
        weeks: [weeks] which weeks of the store's history these are.

    Returns:
        For each shift the day, 0 for the first of the first week.
    """
    day, days = (decided.moment - start) // DAY, DAYS * weeks.size
    wanted = {shift.family for shift in found}
    live = {
        family: tally(rows, day, days)
        for family, rows in families_of(decided, ready, np.array(expectations.edges))
        if family in wanted
    }
    began = []
    for shift in found:
        expected, counted = expectations.at(shift.family, weeks), live[shift.family]
        assert expected is not None
        place = counted.names.index(shift.name)
        first = int(np.flatnonzero(shift.outside)[0])
        window = slice(DAYS * max(0, first - max(SPANS)), DAYS * (first + 1))
        before = np.repeat(_share(expected.counts[:, place], expected.among), DAYS)[window]
        hits, among = counted.counts[:, place], counted.among
        outside = np.repeat(shift.outside, DAYS)
        after = float(_share(hits[outside].sum(), among[outside].sum()))
        began.append(window.start + change_day(hits[window], among[window], before, after))
    return began


def _share(hits: Ints, among: Ints) -> Floats:
    """A share that is never nothing nor all: half a case is added on either side."""
    found: Floats = (hits + 0.5) / (among + 1)
    return found
