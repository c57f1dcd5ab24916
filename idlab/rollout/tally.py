"""What is watched after a switch: shares of decisions, counted by week of a store's history."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from idlab.compiled import Compiled
from idlab.core.codes import ERASED, MISSING, OUTCOMES, REASONS
from idlab.metrics.arrays import Floats, Ints
from idlab.model import CHANNELS
from idlab.rollout.decided import CANDIDATES, Decided

WEEK = 7 * 86_400_000_000
"""Microseconds in a week."""

SPANS = (1, 4)
"""A share is looked at week by week, and over four weeks up to each, which shows smaller shifts."""

ALL = ""
"""Stands for all channels, or for no field."""


class Family(NamedTuple):
    """Shares that have their denominator in common.

    Args:
        kind: ``channels``, ``outcomes``, ``candidates``, ``weights``, ``reasons``, ``levels`` or ``filled``.
        channel: The channel whose decisions are counted; empty for all.
        field: The field whose levels are counted; empty for other kinds.
    """

    kind: str
    channel: str = ALL
    field: str = ALL

    def __str__(self) -> str:
        """What it is called.

        Example:
            >>> str(Family("levels", "voice", "phone"))
            'levels of phone on voice'
        """
        of = f" of {self.field}" if self.field else ""
        return f"{self.kind}{of} on {self.channel or 'all channels'}"


class Rows(NamedTuple):
    """The decisions that a family is about.

    Args:
        names: What is counted.
        among: [k] the decisions that count at all.
        row, place: [hits] a decision, a place in ``among``, and what it is counted for, a place in ``names``.
    """

    names: tuple[str, ...]
    among: Ints
    row: Ints
    place: Ints


class Tally(NamedTuple):
    """The counts of a family.

    Args:
        names: What is counted.
        among: [weeks] how many decisions count at all.
        counts: [weeks, names] how many of them are so.
    """

    names: tuple[str, ...]
    among: Ints
    counts: Ints


def weeks_of(moment: Ints, start: int, history: int = 0) -> Ints:
    """The week of a store's history in which each decision was made.

    Args:
        moment: [n] microseconds since 1970 UTC.
        start: From when weeks are counted, likewise; see ``midnight_before``.
        history: How many weeks the store had been filling by then.

    Returns:
        [n] whole weeks.

    Example:
        >>> weeks_of(np.array([0, WEEK - 1, WEEK]), 0, history=2).tolist()
        [2, 2, 3]
    """
    return (moment - start) // WEEK + history


def midnight_before(moment: Ints) -> int:
    """The midnight, UTC, before the first of some moments, in microseconds.

    Example:
        >>> midnight_before(np.array([WEEK + 5, WEEK + 3])) == WEEK
        True
    """
    first = int(moment.min())
    return first - first % (WEEK // 7)


def families_of(decided: Decided, ready: Compiled, edges: Floats) -> Iterator[tuple[Family, Rows]]:
    """Every family that is watched, with its decisions.

    Args:
        decided: Decisions.
        ready: The config that decided.
        edges: Of the bins of weights, ascending; a weight on an edge belongs to the bin above.

    Yields:
        Families in a fixed order, those without decisions left out.
    """
    everyone = np.arange(len(decided))
    yield Family("channels"), _exclusive(CHANNELS, everyone, decided.channel)
    hits = np.nonzero(decided.reasons)
    yield Family("reasons"), Rows(REASONS, everyone, *hits)
    for code, channel in enumerate(CHANNELS):
        rows = np.flatnonzero(decided.channel == code)
        if rows.size:
            yield from _on_channel(decided, ready, edges, channel, rows)


def _on_channel(
    decided: Decided, ready: Compiled, edges: Floats, channel: str, rows: Ints
) -> Iterator[tuple[Family, Rows]]:
    yield Family("outcomes", channel), _exclusive(OUTCOMES[:ERASED], rows, decided.outcome[rows])
    yield Family("candidates", channel), _exclusive(CANDIDATES, rows, decided.candidates[rows])
    weighed = rows[decided.candidates[rows] > 0]
    if weighed.size:
        bins = np.searchsorted(edges, decided.weight[weighed], side="right")
        yield Family("weights", channel), _exclusive(bin_names(edges), weighed, bins)
    for place, field in enumerate(ready.field_names):
        level = decided.level[rows, place]
        compared = rows[level != MISSING]
        if compared.size:
            found = _exclusive(ready.level_names[place], compared, level[level != MISSING])
            yield Family("levels", channel, field), found
    if decided.filled is not None:
        yield Family("filled", channel), Rows(ready.field_names, rows, *np.nonzero(decided.filled[rows]))


def _exclusive(names: tuple[str, ...], among: Ints, place: Ints) -> Rows:
    """Decisions each of which counts for one thing."""
    return Rows(names, among, np.arange(among.size), place)


def bin_names(edges: Floats) -> tuple[str, ...]:
    """What the bins of weights are called.

    Example:
        >>> bin_names(np.array([-2.0, 3.5]))
        ('below -2', '-2 to 3.5', 'from 3.5')
    """
    told = [f"{edge:g}" for edge in edges]
    if not told:
        return ("any",)
    between = [f"{low} to {high}" for low, high in pairwise(told)]
    return (f"below {told[0]}", *between, f"from {told[-1]}")


def over(span: int, by_week: Ints) -> Ints:
    """Counts over some weeks up to each; over those there are, where these are fewer.

    Args:
        span: How many weeks.
        by_week: [weeks, ...] counts.

    Example:
        >>> over(2, np.array([1, 10, 100])).tolist()
        [1, 11, 110]
    """
    upto = np.cumsum(by_week, axis=0)
    found = upto.copy()
    found[span:] -= upto[:-span]
    return found


def tally(rows: Rows, week: Ints, weeks: int) -> Tally:
    """Count a family by week.

    Args:
        rows: Its decisions.
        week: [n] the week of every decision, from 0.
        weeks: How many weeks there are; later ones count for the last.
    """
    at = np.minimum(week[rows.among], weeks - 1)
    n_names = len(rows.names)
    counts = np.bincount(at[rows.row] * n_names + rows.place, minlength=weeks * n_names)
    return Tally(rows.names, np.bincount(at, minlength=weeks), counts.reshape(weeks, n_names))


def design_effects(rows: Rows, period: Ints, unit: Ints) -> Floats:
    """How much more the counts of a family vary from world to world than if every decision stood alone.

    The variance of a share by clusters, (unit, period), over that of independent decisions, for each name; never
    below 1, and never below the family's mean, since that of a rare name is hardly known.

    Args:
        rows: Its decisions.
        period: [n] the period of every decision, within which shares are taken: its week, say.
        unit: [n] what each decision belongs to, so that decisions of two units never met.

    Returns:
        [names] the effects.

    Source: Rao and Scott 1981, JASA 76:221; Kish 1965, Survey Sampling, section 5.4.

    Example:
        >>> twins = Rows(("yes", "no"), np.arange(8), np.arange(8), np.array([0, 0, 1, 1, 0, 0, 1, 1]))
        >>> design_effects(twins, np.zeros(8, dtype=int), np.arange(8) // 2).tolist()
        [2.0, 2.0]
    """
    n_names, at = len(rows.names), period[rows.among]
    pairs, group = np.unique(np.stack([at, unit[rows.among]]), axis=1, return_inverse=True)
    group, when = group.reshape(-1), pairs[0]
    size = np.bincount(group).astype(np.float64)
    among = np.bincount(at).astype(np.float64)
    hits = np.bincount(at[rows.row] * n_names + rows.place, minlength=among.size * n_names)
    share = hits.reshape(-1, n_names) / np.maximum(among, 1)[:, None]
    cells, times = np.unique(group[rows.row] * n_names + rows.place, return_counts=True)
    of_group, name = np.divmod(cells, n_names)
    # The sum of (k - p n)^2 over clusters, those without a hit included.
    spread = (share**2 * np.bincount(when, weights=size**2, minlength=among.size)[:, None]).sum(axis=0)
    missed = times**2 - 2 * share[when[of_group], name] * times * size[of_group]
    spread += np.bincount(name, weights=missed, minlength=n_names)
    alone = (among[:, None] * share * (1 - share)).sum(axis=0)
    effect = np.divide(spread, alone, out=np.ones(n_names), where=alone > 0)
    mean = spread.sum() / alone.sum() if alone.sum() > 0 else 1.0
    found: Floats = np.maximum(effect, max(1.0, float(mean)))
    return found
