"""The promise holds in simulated worlds, with one decision a component and with many."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from idlab import BadInput
from idlab.metrics.guarantee import BINOMIAL, HOEFFDING_BENTKUS, certify, components_needed, p_value

THRESHOLDS = np.array([0.99, 0.95, 0.9, 0.85, 0.8, 0.7])
TRUE_RATES = np.array([0.004, 0.01, 0.02, 0.045, 0.055, 0.12])
ALPHA, DELTA = 0.05, 0.1


def _world(chance: np.random.Generator, components: int, *, single: bool) -> tuple[np.ndarray, np.ndarray]:
    """Components whose own rates vary around the true one; the lower the threshold, the more merges."""
    grows = np.array([0.3, 0.5, 0.6, 0.7, 0.8, 1.0])
    if single:
        there = chance.random(components)[:, None] < grows
        luck = chance.random(components)[:, None]
        return (there & (luck < TRUE_RATES)).astype(float), there.astype(float)
    size = 1 + chance.poisson(2, components)[:, None] + (chance.random(components) < 0.05)[:, None] * 40
    decided = np.ceil(size * grows)
    own = chance.beta(0.5 * TRUE_RATES, 0.5 * (1 - TRUE_RATES), (components, TRUE_RATES.size))
    return chance.binomial(decided.astype(int), own).astype(float), decided


@pytest.mark.parametrize(("single", "components"), [(True, 600), (True, 4000), (False, 600), (False, 4000)])
def test_a_certified_threshold_breaks_its_promise_no_more_often_than_delta(
    single: bool, components: int
) -> None:
    chance = np.random.default_rng(12)
    runs, broken, useful = 400, 0, 0
    for _ in range(runs):
        wrong, decided = _world(chance, components, single=single)
        found = certify(THRESHOLDS, wrong, decided, ALPHA, DELTA, components)
        assert found.method == (BINOMIAL if single else HOEFFDING_BENTKUS)
        if found.threshold is not None:
            rate = TRUE_RATES[THRESHOLDS.tolist().index(found.threshold)]
            broken += rate > ALPHA
            useful += 1
    assert broken <= runs * DELTA + 2.5 * np.sqrt(runs * DELTA * (1 - DELTA))
    assert useful > 0.9 * runs


def test_pooled_p_values_would_break_it() -> None:
    """Why components: decisions of one component go wrong together, and counted one by one they promise too much."""
    chance = np.random.default_rng(12)
    at = 4  # the true rate there is above alpha
    naive = proper = 0
    for _ in range(400):
        wrong, decided = _world(chance, 300, single=False)
        pooled = int(wrong[:, at].sum()), int(decided[:, at].sum())
        naive += binom.cdf(pooled[0], pooled[1], ALPHA) <= DELTA
        share = float((wrong[:, at] / decided[:, at]).mean())
        proper += p_value(share, 300, ALPHA, HOEFFDING_BENTKUS) <= DELTA
    assert naive > 2 * DELTA * 400 > DELTA * 400 >= proper


def test_the_sequence_stops_at_the_first_failure() -> None:
    decided = np.ones((1000, 3))
    wrong = np.zeros((1000, 3))
    wrong[:200, 1] = 1
    found = certify(np.array([0.9, 0.8, 0.7]), wrong, decided, 0.05, 0.05, 1000)
    assert found.threshold == 0.9
    assert [one.certified for one in found.tested] == [True, False]


def test_thresholds_with_too_few_decisions_are_passed_over() -> None:
    decided = np.zeros((1000, 3))
    decided[:5, 1] = 1
    decided[:, 2] = 1
    found = certify(np.array([0.99, 0.95, 0.9]), np.zeros((1000, 3)), decided, 0.05, 0.05, 1000)
    assert found.threshold == 0.9 and len(found.tested) == 1


def test_how_many_people_are_needed_is_enough_and_no_more() -> None:
    for rate in (0.0, 0.01, 0.03):
        for method in (BINOMIAL, HOEFFDING_BENTKUS):
            needed = components_needed(rate, 0.05, 0.05, method)
            assert needed is not None and p_value(rate, needed, 0.05, method) <= 0.05
            assert p_value(rate, needed - 1, 0.05, method) > 0.05
    few = certify(np.array([0.9]), np.zeros((20, 1)), np.ones((20, 1)), 0.05, 0.05, 60)
    assert few.people_needed == 3 * 59 and "about 177 people needed" in str(few)
    bad = certify(np.array([0.9]), np.ones((90, 1)), np.ones((90, 1)), 0.05, 0.05, 90)
    assert bad.people_needed is None and "no measured rate is low enough" in str(bad)


def test_what_does_not_fit_is_refused() -> None:
    one = np.ones((3, 2))
    with pytest.raises(BadInput, match="alpha is 0"):
        certify(np.array([0.9, 0.8]), one, one, 0.0, 0.1, 3)
    with pytest.raises(BadInput, match="descend"):
        certify(np.array([0.8, 0.9]), one, one, 0.1, 0.1, 3)
    with pytest.raises(BadInput, match="column for each of 3"):
        certify(np.array([0.9, 0.8, 0.7]), one, one, 0.1, 0.1, 3)
    with pytest.raises(BadInput, match="more false merges than merges"):
        certify(np.array([0.9, 0.8]), 2 * one, one, 0.1, 0.1, 3)
