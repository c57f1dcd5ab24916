"""u: how often the levels of a field come up between a record and the profile of somebody else.

A pair is a record and a profile of another group (identity, or person where that is known), both with a value. Pairs
that share a value are so rare that a sample of all would hardly contain any: they are counted exactly and sampled
apart, and the two strata are weighed together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from idlab.core.codes import MISSING
from idlab.core.compare import NEVER_STALE
from idlab.fit.levels import Asking
from idlab.metrics.arrays import Floats, Ints

MOST_PAIRS = 200_000
"""Pairs sampled of each field and stratum."""

_MOST_VALUES = 40


class Chance(NamedTuple):
    """The levels of one field by chance.

    Args:
        u: [levels] shares, all above 0; they sum to 1.
        error: [levels] their standard errors by the sampling of pairs.
        pairs: How many pairs there are.
        sharing: How many of them share a value.
        sampled: How many of them were compared.
    """

    u: Floats
    error: Floats
    pairs: float
    sharing: float
    sampled: int


class _Held(NamedTuple):
    """The values of one field that records have and groups hold.

    Args:
        value: [r] of every record that has one.
        group: [r] who holds it.
        time: [r] when it was seen, microseconds.
        holder: [h] the group of each distinct (group, value), by value and group.
        held: [h] the value.
        last: [h] when the group last had it.
    """

    value: Ints
    group: Ints
    time: Ints
    holder: Ints
    held: Ints
    last: Ints


def chance_of(asking: Asking, place: int, group: Ints, *, seed: int = 0, most: int = MOST_PAIRS) -> Chance:
    """U of a field.

    Args:
        asking: The tape and the levels.
        place: The field.
        group: [n] who each interaction belongs to; -1 leaves it out.
        seed: Of the sample.
        most: Pairs to sample of each stratum.
    """
    held = _held(asking, place, group)
    n_levels = asking.n_levels(place)
    groups = np.unique(held.holder).size
    pairs = float(held.value.size) * max(groups - 1, 0)
    if not pairs:
        return Chance(np.full(n_levels, 1 / n_levels), np.zeros(n_levels), 0.0, 0.0, 0)
    chance = np.random.default_rng((seed, place))
    same, sharing = _sharing(asking, place, held, chance, most)
    other = _others(asking, place, held, chance, min(most, int(pairs)))
    weight = sharing / pairs
    shares = [np.bincount(levels, minlength=n_levels) / max(levels.size, 1) for levels in (same, other)]
    # A level never met among k pairs: half a pair in all but one of which it did not come up.
    raw = weight * shares[0] + (1 - weight) * shares[1]
    u = np.maximum(raw, 0.5 / max(other.size, 1) * (1 - weight) / n_levels)
    variance = sum(
        part**2 * share * (1 - share) / max(levels.size, 1)
        for part, share, levels in zip((weight, 1 - weight), shares, (same, other), strict=True)
    )
    return Chance(u / u.sum(), np.sqrt(variance), pairs, sharing, same.size + other.size)


def _held(asking: Asking, place: int, group: Ints) -> _Held:
    value = asking.values(place)
    there = (value != MISSING) & (group >= 0)
    value, group, time = value[there], group[there], asking.tape.time[there]
    order = np.lexsort([time, group, value])
    last = np.ones(order.size, dtype=np.bool_)
    last[:-1] = (np.diff(value[order]) != 0) | (np.diff(group[order]) != 0)
    kept = order[last]
    return _Held(value, group, time, group[kept], value[kept], time[kept])


def _sharing(
    asking: Asking, place: int, held: _Held, chance: np.random.Generator, most: int
) -> tuple[Ints, float]:
    """The levels of sampled pairs of a record and another group that holds the same value, and how many there are."""
    start = np.searchsorted(held.held, held.value, side="left")
    size = np.searchsorted(held.held, held.value, side="right") - start
    ends = np.cumsum(size - 1)
    total = int(ends[-1])
    drawn = np.arange(total) if total <= most else np.sort(chance.choice(total, most, replace=False))
    row = np.searchsorted(ends, drawn, side="right")
    which = drawn - (ends[row] - (size[row] - 1))
    own = _own(held)[row] - start[row]
    entry = start[row] + which + (which >= own)
    age = np.abs(held.time[row] - held.last[entry])
    value = held.value[row]
    return asking.levels(place, value, value, age), float(total)


def _own(held: _Held) -> Ints:
    """[r] the place among the holders of each record's own group and value."""
    most = int(held.holder.max()) + 1
    own: Ints = np.searchsorted(held.held * most + held.holder, held.value * most + held.group)
    return own


def _others(asking: Asking, place: int, held: _Held, chance: np.random.Generator, most: int) -> Ints:
    """The levels of sampled pairs of a record and another group that does not hold the same value."""
    by_group = np.lexsort([held.held, held.holder])
    holder, value = held.holder[by_group], held.held[by_group]
    first = np.flatnonzero(np.concatenate([[True], np.diff(holder) != 0]))
    size = np.minimum(np.diff(np.append(first, holder.size)), _MOST_VALUES)
    row, which = chance.integers(0, held.value.size, most), chance.integers(0, first.size, most)
    fits = holder[first[which]] != held.group[row]
    row, which = row[fits], which[fits]
    pair = np.repeat(np.arange(row.size), size[which])
    offset = np.arange(pair.size) - np.repeat(np.cumsum(size[which]) - size[which], size[which])
    left, right = held.value[row][pair], value[first[which][pair] + offset]
    shares = np.zeros(row.size, dtype=np.bool_)
    shares[pair[left == right]] = True
    level = asking.levels(place, left, right, np.full(pair.size, NEVER_STALE, dtype=np.int64))
    best = np.full(row.size, asking.n_levels(place) - 1, dtype=np.int64)
    np.minimum.at(best, pair, level)
    return best[~shares]
