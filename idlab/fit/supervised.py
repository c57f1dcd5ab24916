"""Weights from labels: by counts of levels, or by penalised logistic regression on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from idlab.config import ScoringConfig
from idlab.core.codes import MISSING
from idlab.errors import BadInput
from idlab.evaluate import history_of
from idlab.fit.chance import Chance
from idlab.fit.em import expected_counts
from idlab.fit.fitting import BELIEF, Judge, Judgement, Stacked
from idlab.fit.levels import Comparisons, exact_level
from idlab.fit.weights import LevelFit
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.metrics.holdings import NOBODY
from idlab.metrics.standing import standing
from idlab.replay import Replay

PENALTY = 1.0
"""The inverse strength of the L2 penalty; every weight is drawn to 0."""

PAYS = 0.001
"""Nats of held-out log loss that interactions must save to be named worth having."""


class Judged(NamedTuple):
    """Comparisons of which the truth is known.

    Args:
        place: [k] which comparison.
        right: [k] whether the top candidate was the record's person.
    """

    place: Ints
    right: Flags


def judged(done: Replay, found: Comparisons, person: Ints) -> Judged:
    """Comparisons whose record's person and whose candidate's owner are known.

    Raises:
        BadInput: If all of them are right, or none, or there are none.
    """
    history = history_of(done)
    owner = standing(history, person, history.entry[found.row], found.subject).owner
    known = np.flatnonzero((person[found.row] >= 0) & (owner != NOBODY))
    right = owner[known] == person[found.row[known]]
    if not right.any() or right.all():
        raise BadInput(
            f"of {right.size} labelled comparisons, {int(right.sum())} are matches",
            where="labels",
            hint="label records of people who came back and of people who did not",
        )
    return Judged(known, right)


def labels_judge(person: Ints) -> Judge:
    """Tells matches by labels; a pattern's probability is the share of its labelled comparisons that match.

    Args:
        person: [n] the person of each interaction, -1 where unknown.
    """

    def judge(done: Replay, found: Comparisons, stacked: Stacked, chances: Sequence[Chance]) -> Judgement:
        known = judged(done, found, person)
        verdict = np.full(len(found.row), -1, dtype=np.int64)
        verdict[known.place] = known.right
        here = verdict[stacked.comparison]
        patterns = stacked.patterns
        size = np.bincount(patterns.place[here >= 0], minlength=patterns.size.size).astype(np.float64)
        matches = np.bincount(patterns.place[here == 1], minlength=patterns.size.size)
        if not size.sum():
            raise BadInput("no labelled comparison shares a key outside of conversations", where="labels")
        labelled = stacked._replace(
            patterns=patterns._replace(size=size, place=patterns.place[here >= 0]),
            comparison=stacked.comparison[here >= 0],
        )
        posterior = matches / np.maximum(size, 1)
        others = expected_counts(labelled.patterns, 1 - posterior, [one.u.size for one in chances])
        u = [
            (BELIEF * one.u + counts) / (BELIEF + counts.sum())
            for one, counts in zip(chances, others, strict=True)
        ]
        return labelled, posterior, u, None

    return judge


class Regression(NamedTuple):
    """A logistic regression on level indicators.

    Args:
        bits: Per field, the weight of each level.
        error: Per field, their standard errors, by the curvature of the penalised likelihood.
        prior: log2 odds.
    """

    bits: tuple[Floats, ...]
    error: tuple[Floats, ...]
    prior: float


def regress(level: Ints, right: Flags, n_levels: Sequence[int], penalty: float = PENALTY) -> Regression:
    """Fit log odds of a match as a sum of one number for each level, missing fields adding none.

    Args:
        level: [k, fields] levels, -1 where missing.
        right: [k] whether each is a match, of both kinds.
        n_levels: How many levels each field has.
        penalty: Inverse strength of the L2 penalty.

    Example:
        >>> level = np.repeat([[0], [1]], 50, axis=0)
        >>> right = np.arange(100) % 50 < np.repeat([45, 5], 50)
        >>> [round(float(bit), 1) for bit in regress(level, right, [2]).bits[0]]
        [2.7, -2.7]
    """
    shown = indicators(level, n_levels)
    model = _fitted(shown, right, penalty)
    likely = expit(shown @ model.coef_[0] + model.intercept_[0])
    whole = np.column_stack([shown, np.ones(len(shown))])
    ridge = np.append(np.full(shown.shape[1], 1 / penalty), 0.0)
    curvature = whole.T @ (whole * (likely * (1 - likely))[:, None]) + np.diag(ridge)
    error = np.sqrt(np.maximum(np.diag(np.linalg.pinv(curvature)), 0.0))[:-1]
    cuts = np.cumsum(n_levels)[:-1]
    return Regression(
        tuple(np.split(model.coef_[0] / math.log(2), cuts)),
        tuple(np.split(error / math.log(2), cuts)),
        float(model.intercept_[0]) / math.log(2),
    )


def regressed_levels(
    config: ScoringConfig, fits: Sequence[LevelFit], level: Ints, right: Flags
) -> tuple[list[LevelFit], float]:
    """The levels with the weights of a regression in place of counted ones, and the prior; conversations stay.

    Args:
        config: Whose levels.
        fits: What counting gave, for m and u beside the weights.
        level: [k, fields] comparisons in which no conversation agrees.
        right: [k] whether each is a match.
    """
    found = regress(level, right, [len(field.levels) for field in config.fields])
    bits, error = np.concatenate(found.bits), np.concatenate(found.error)
    seen = np.concatenate(
        [
            np.bincount(column[column != MISSING], minlength=len(field.levels))
            for column, field in zip(level.T, config.fields, strict=True)
        ]
    )
    kinds = [field.kind for field in config.fields for _ in field.levels]
    told = []
    for place, one in enumerate(fits):
        if kinds[place] == "conversation":
            told.append(one)
        else:
            weight, spread = round(float(bits[place]), 3), round(float(error[place]), 3)
            unseen = None if seen[place] else "never seen: drawn to 0"
            told.append(one._replace(weight=weight, error=spread, kept=unseen))
    return told, found.prior


def held_out(
    config: ScoringConfig, level: Ints, right: Flags, part: Ints, counted_bits: Floats
) -> dict[str, Any]:
    """Log loss on components that were not fitted on: of counted weights, of a regression, and of one with pairs.

    The pairs are of fields both on their exact level. No scoring config can carry them, so they are only named
    where they would pay.

    Args:
        config: Whose levels.
        level, right: The comparisons.
        part: [k] 0 to fit on, 1 to measure on.
        counted_bits: [k] what weights by counts, prior included, say of each.

    Returns:
        ``log_loss`` in nats by way of fitting, and ``interactions`` with what they would save.
    """
    n_levels = [len(field.levels) for field in config.fields]
    fit, rest = part == 0, part == 1
    if any(flags.all() or not flags.any() for flags in (right[fit], right[rest])):
        return {"log_loss": None, "interactions": "too few labels to hold some out"}
    plain = indicators(level, n_levels)
    pairs, names = exact_pairs(config, level)
    losses = {"counts": _loss(counted_bits[rest] * math.log(2), right[rest])}
    for name, shown in (("logistic", plain), ("logistic with pairs", np.column_stack([plain, pairs]))):
        model = _fitted(shown[fit], right[fit], PENALTY)
        losses[name] = _loss(shown[rest] @ model.coef_[0] + model.intercept_[0], right[rest])
    saved = losses["logistic"] - losses["logistic with pairs"]
    verdict = (
        f"pairs of fields that agree ({', '.join(names)}) would save {saved:.4f} nats; no config can carry them"
        if saved >= PAYS
        else f"pairs of fields that agree would save {saved:.4f} nats: not worth having"
    )
    return {"log_loss": {name: round(loss, 5) for name, loss in losses.items()}, "interactions": verdict}


def indicators(level: Ints, n_levels: Sequence[int]) -> Floats:
    """[k, levels of all fields] 1 where a field is on a level.

    Example:
        >>> indicators(np.array([[1, -1], [0, 0]]), [2, 1]).astype(int).tolist()
        [[0, 1, 0], [1, 0, 1]]
    """
    columns = [level[:, [field]] == np.arange(size) for field, size in enumerate(n_levels)]
    return np.concatenate(columns, axis=1).astype(np.float64)


def exact_pairs(config: ScoringConfig, level: Ints) -> tuple[Floats, list[str]]:
    """[k, pairs] 1 where both fields of a pair are on their exact level, and the names of the pairs."""
    exact = [(place, exact_level(field)) for place, field in enumerate(config.fields)]
    on = [(place, level[:, place] == rung) for place, rung in exact if rung is not None]
    names = [field.name for field in config.fields]
    columns, told = [], []
    for (a, one), (b, other) in combinations(on, 2):
        both = one & other
        if both.any():
            columns.append(both.astype(np.float64))
            told.append(f"{names[a]} and {names[b]}")
    return np.column_stack(columns) if columns else np.empty((len(level), 0)), told


def _fitted(shown: Floats, right: Flags, penalty: float) -> Any:
    return LogisticRegression(C=penalty, max_iter=2000, tol=1e-8).fit(shown, right)


def _loss(odds: Floats, right: Flags) -> float:
    """Mean -log of the probability given to what was the case, odds being log odds."""
    return float(np.logaddexp(0, np.where(right, -odds, odds)).mean())
