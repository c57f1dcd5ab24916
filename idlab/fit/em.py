"""Expectation-maximisation of m and of the share of matches, with u given: Fellegi and Sunter's model without labels.

Given match or no match, the levels of the fields are taken to be independent. Comparisons come in sessions: those
that were selected because some fields agree (by blocking), in which these fields say nothing more and are missing. All
sessions share the m of a field, and each has a share of matches of its own (Winkler 1988; sessions as in Splink).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from idlab.core.codes import MISSING
from idlab.errors import BadInput
from idlab.metrics.arrays import Floats, Ints

_LEAST = 1e-12
_TOLERANCE = 1e-9
_FAVOUR = 3.0


class Patterns(NamedTuple):
    """Comparisons counted by what they look like.

    Args:
        level: [p, fields] the level of each field, -1 where it says nothing.
        session: [p] the session, from 0.
        size: [p] how many comparisons look so.
        place: [n] the pattern of every comparison.
    """

    level: Ints
    session: Ints
    size: Floats
    place: Ints


class EmFit(NamedTuple):
    """What EM came to.

    Args:
        m: Per field, the share of each level among matches.
        u: Per field, the share of each level among the others: as given, or learnt.
        matches: [sessions] the share of matches.
        posterior: [p] the probability of each pattern that it is a match.
        log_likelihood: Per comparison, in nats, with the smoothing's prior left out.
        iterations: Of the best start.
        converged: Whether the best start settled within the bound.
        starts: log_likelihood of every start.
    """

    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    matches: Floats
    posterior: Floats
    log_likelihood: float
    iterations: int
    converged: bool
    starts: tuple[float, ...]


def patterns_of(level: Ints, session: Ints) -> Patterns:
    """Comparisons counted by their levels and session.

    Args:
        level: [n, fields] levels, -1 where a field says nothing.
        session: [n] sessions.

    Example:
        >>> found = patterns_of(np.array([[0, 1], [0, 1], [1, -1]]), np.array([0, 0, 0]))
        >>> found.level.tolist(), found.size.tolist()
        ([[0, 1], [1, -1]], [2.0, 1.0])
    """
    rows, place, count = np.unique(
        np.column_stack([session, level]), axis=0, return_inverse=True, return_counts=True
    )
    return Patterns(rows[:, 1:], rows[:, 0], count.astype(np.float64), place.reshape(-1))


def fit_em(
    patterns: Patterns,
    u: Sequence[Floats],
    *,
    starts: int = 5,
    seed: int = 0,
    smoothing: float = 0.0,
    belief: float = np.inf,
    most_iterations: int = 2000,
) -> EmFit:
    """Estimate m and the shares of matches by EM from several starts; the best likelihood wins.

    Args:
        patterns: The comparisons.
        u: Per field, the share of each level among pairs that are no match, all above 0.
        starts: How many starts; the first is always the same, the others are drawn.
        seed: Of the drawn starts.
        smoothing: Added to the expected count of every level.
        belief: How many comparisons the given u is worth: u is then learnt as well, from there. Infinite: u stays.
        most_iterations: Of each start.

    Returns:
        The estimate.

    Raises:
        BadInput: If there are no comparisons, or no field that two sides have in common.

    Example:
        >>> level = np.array([[0, 0]] * 60 + [[1, 1]] * 30 + [[0, 1]] * 6 + [[1, 0]] * 4)
        >>> u = [np.array([0.05, 0.95]), np.array([0.02, 0.98])]
        >>> found = fit_em(patterns_of(level, np.zeros(100, dtype=np.int64)), u)
        >>> found.converged, [round(float(one[0]), 2) for one in found.m]
        (True, [0.95, 0.93])
    """
    there = patterns.level != MISSING
    if not patterns.size.shape[0] or not there.any():
        raise BadInput("no comparison has a field that both sides have", hint="check the keys and the fields")
    chance = np.random.default_rng(seed)
    found = [
        _climb(patterns, u, *_start(u, patterns, chance, number), smoothing, belief, most_iterations)
        for number in range(starts)
    ]
    best = max(range(starts), key=lambda number: (found[number].log_likelihood, -number))
    return found[best]._replace(starts=tuple(one.log_likelihood for one in found))


def log_likelihood(patterns: Patterns, m: Sequence[Floats], u: Sequence[Floats], matches: Floats) -> float:
    """Per comparison, in nats: the mean of log(p m + (1 - p) u), p being the session's share of matches."""
    return _expect(patterns, m, u, matches)[1]


def _start(
    u: Sequence[Floats], patterns: Patterns, chance: np.random.Generator, number: int
) -> tuple[list[Floats], Floats]:
    """Better levels are likelier in matches: fixed for start 0, drawn for the others."""
    sessions = int(patterns.session.max()) + 1
    m = []
    for shares in u:
        favour = _FAVOUR ** -np.arange(shares.size, dtype=np.float64)
        one = favour if number == 0 else favour * chance.gamma(1.0, size=shares.size) + 1e-3
        m.append(one / one.sum())
    matches = np.full(sessions, 0.5) if number == 0 else chance.uniform(0.05, 0.95, sessions)
    return m, matches


def _climb(
    patterns: Patterns,
    given: Sequence[Floats],
    m: list[Floats],
    matches: Floats,
    smoothing: float,
    belief: float,
    most: int,
) -> EmFit:
    before, u, sizes = -np.inf, list(given), [one.size for one in given]
    posterior, now = _expect(patterns, m, u, matches)
    iteration = 0
    while iteration < most and not abs(now - before) <= _TOLERANCE:
        iteration += 1
        m = maximise(patterns, posterior, sizes, smoothing)
        if np.isfinite(belief):
            others = expected_counts(patterns, 1 - posterior, sizes)
            u = [_share(belief * one + counts) for one, counts in zip(given, others, strict=True)]
        matches = _shares(patterns, posterior)
        before = now
        posterior, now = _expect(patterns, m, u, matches)
    settled = bool(abs(now - before) <= _TOLERANCE)
    return EmFit(tuple(m), tuple(u), matches, posterior, now, iteration, settled, ())


def maximise(
    patterns: Patterns, posterior: Floats, n_levels: Sequence[int], smoothing: float
) -> list[Floats]:
    """M from the probabilities of being a match: expected counts of levels, smoothed, as shares."""
    return [_share(counts + smoothing) for counts in expected_counts(patterns, posterior, n_levels)]


def expected_counts(patterns: Patterns, posterior: Floats, n_levels: Sequence[int]) -> list[Floats]:
    """Per field, how many matches are expected on each level.

    Args:
        patterns: The comparisons.
        posterior: [p] the probability that each is a match.
        n_levels: How many levels each field has.
    """
    mass, counts = patterns.size * posterior, []
    for field, size in enumerate(n_levels):
        level = patterns.level[:, field]
        there = level != MISSING
        counts.append(np.bincount(level[there], mass[there], minlength=size).astype(np.float64))
    return counts


def _share(counts: Floats) -> Floats:
    total = counts.sum()
    shares: Floats = np.maximum(
        counts / total if total > 0 else np.full(counts.size, 1 / counts.size), _LEAST
    )
    return shares


def _shares(patterns: Patterns, posterior: Floats) -> Floats:
    mass = np.bincount(patterns.session, patterns.size * posterior)
    shares: Floats = np.clip(
        mass / np.maximum(np.bincount(patterns.session, patterns.size), 1), _LEAST, 1 - _LEAST
    )
    return shares


def _expect(
    patterns: Patterns, m: Sequence[Floats], u: Sequence[Floats], matches: Floats
) -> tuple[Floats, float]:
    share = matches[patterns.session]
    log_match, log_other = np.log(share), np.log1p(-share)
    for field, (among_matches, among_others) in enumerate(zip(m, u, strict=True)):
        level = patterns.level[:, field]
        there = level != MISSING
        log_match += np.where(there, np.log(among_matches)[level], 0.0)
        log_other += np.where(there, np.log(among_others)[level], 0.0)
    both = np.logaddexp(log_match, log_other)
    total = float((patterns.size * both).sum() / patterns.size.sum())
    return np.exp(log_match - both), total
