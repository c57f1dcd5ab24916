"""EM on simulated levels: known m, u and shares of matches come back."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import synthetic
from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.fit import fit
from idlab.fit.em import fit_em, log_likelihood, patterns_of
from idlab.fit.fitting import MOST_ROUNDS
from idlab.metrics.arrays import Floats, Ints

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
M = [np.array([0.8, 0.15, 0.05]), np.array([0.9, 0.1]), np.array([0.6, 0.2, 0.1, 0.1])]
U = [np.array([0.01, 0.04, 0.95]), np.array([0.05, 0.95]), np.array([0.02, 0.03, 0.15, 0.8])]


def simulated(seed: int, n: int = 20_000, shares: tuple[float, ...] = (0.7, 0.2)) -> tuple[Ints, Ints]:
    """Levels and sessions of comparisons that are independent given match or no match, some fields missing."""
    chance = np.random.default_rng(seed)
    session = chance.integers(0, len(shares), n)
    match = chance.random(n) < np.array(shares)[session]
    columns = [
        np.where(match, chance.choice(m.size, n, p=m), chance.choice(u.size, n, p=u))
        for m, u in zip(M, U, strict=True)
    ]
    level = np.stack(columns, axis=1)
    level[chance.random(level.shape) < 0.1] = -1
    return level, session


def flat() -> list[Floats]:
    return [np.full(m.size, 1 / m.size) for m in M]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_known_numbers_come_back(seed: int) -> None:
    level, session = simulated(seed)
    found = fit_em(patterns_of(level, session), U)
    assert found.converged
    assert np.allclose(found.matches, [0.7, 0.2], atol=0.02)
    for truth, estimate in zip(M, found.m, strict=True):
        assert np.allclose(truth, estimate, atol=0.02)


def test_u_is_learnt_where_the_given_one_is_wrong() -> None:
    level, session = simulated(4)
    wrong = [0.5 * u + 0.5 * one for u, one in zip(U, flat(), strict=True)]
    learnt = fit_em(patterns_of(level, session), wrong, belief=10.0)
    for truth, estimate in zip(U, learnt.u, strict=True):
        assert np.allclose(truth, estimate, atol=0.03)
    fixed = fit_em(patterns_of(level, session), wrong)
    assert all((one == given).all() for one, given in zip(fixed.u, wrong, strict=True))


def test_the_likelihood_of_comparisons_not_fitted_on_rises() -> None:
    level, session = simulated(5)
    found = fit_em(patterns_of(level, session), U)
    other = patterns_of(*simulated(6))
    start = log_likelihood(other, flat(), U, np.array([0.5, 0.5]))
    fitted = log_likelihood(other, found.m, found.u, found.matches)
    best = log_likelihood(other, M, U, np.array([0.7, 0.2]))
    assert start < fitted <= best + 0.001
    assert best - fitted < 0.001


def test_more_steps_never_lower_the_likelihood() -> None:
    patterns = patterns_of(*simulated(7, n=2000))
    climbed = [fit_em(patterns, U, starts=1, most_iterations=most).log_likelihood for most in range(0, 30, 3)]
    assert all(later >= earlier - 1e-12 for earlier, later in pairwise(climbed))


def test_the_same_seed_gives_the_same_fit_bit_for_bit() -> None:
    patterns = patterns_of(*simulated(8, n=2000))
    one, again = fit_em(patterns, U, seed=3), fit_em(patterns, U, seed=3)
    assert one.starts == again.starts
    assert all((a == b).all() for a, b in zip(one.m, again.m, strict=True))
    assert len(set(one.starts)) > 1 and max(one.starts) == one.log_likelihood


def test_a_fit_that_may_not_go_on_says_so() -> None:
    assert not fit_em(patterns_of(*simulated(9, n=2000)), U, most_iterations=1).converged


def test_nothing_to_compare_is_refused() -> None:
    with pytest.raises(BadInput, match="both sides"):
        fit_em(patterns_of(np.full((10, 3), -1), np.zeros(10, dtype=np.int64)), U)


def test_matches_are_told_from_the_rest_and_not_phones_from_emails() -> None:
    """Where EM gives way too soon, it holds that strangers often share an e-mail, and decisions never settle."""
    world = synthetic.generate("retail", 12_000, 7).dataset
    found = fit(world, ScoringConfig.load(CONFIGS / "default.json"), "em")
    weight = {(one.field, one.level): one.weight for one in found.levels}
    assert found.settled and len(found.rounds) < MOST_ROUNDS
    assert min(weight["phone", "exact"], weight["email", "exact"]) > 8
