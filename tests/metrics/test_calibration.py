"""Calibration against naive sums and scikit-learn, and curves against what they must keep."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, log_loss

from idlab import BadInput
from idlab.metrics.calibration import calibration, calibration_by, equal_mass, reliability_bins
from idlab.metrics.recalibration import METHODS, fit_curve

decisions = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.72, 0.8, 0.81, 0.9, 1.0]), st.booleans()),
    min_size=1,
    max_size=60,
)


@given(decisions, st.integers(1, 8))
def test_measures_are_those_of_naive_sums(drawn: list[tuple[float, bool]], bins: int) -> None:
    score, right = np.array([one[0] for one in drawn]), np.array([one[1] for one in drawn])
    found, of_bin = calibration(score, right, bins), equal_mass(score, bins)
    gaps, reliability, resolution = [], 0.0, 0.0
    for number in set(of_bin.tolist()):
        inside = of_bin == number
        share, mean = right[inside].mean(), score[inside].mean()
        gaps.append((inside.mean(), abs(share - mean)))
        reliability += inside.mean() * (share - mean) ** 2
        resolution += inside.mean() * (share - right.mean()) ** 2
    assert found.ece == pytest.approx(sum(weight * gap for weight, gap in gaps))
    assert found.max_ce == pytest.approx(max(gap for _, gap in gaps))
    assert (found.reliability, found.resolution) == pytest.approx((reliability, resolution))
    assert found.brier == pytest.approx(brier_score_loss(right, score))
    parts = found.reliability - found.resolution + found.uncertainty + found.within
    assert found.brier == pytest.approx(parts)
    clipped = np.clip(score, 1e-15, 1 - 1e-15)
    assert found.log_loss == pytest.approx(log_loss(right, clipped, labels=[False, True]), rel=1e-3)
    band = (score >= 0.7) & (score <= 0.9)
    inside_ece = calibration(score[band], right[band], bins).ece
    assert found.band_ece == pytest.approx(inside_ece, nan_ok=True)


@given(decisions)
def test_one_score_a_bin_leaves_nothing_within(drawn: list[tuple[float, bool]]) -> None:
    score, right = np.array([one[0] for one in drawn]), np.array([one[1] for one in drawn])
    assert calibration(score, right, bins=len(drawn) * 2).within == pytest.approx(0, abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.integers(1, 10))
def test_bins_keep_order_and_ties_and_are_even(scores: list[float], bins: int) -> None:
    score = np.array(scores)
    of_bin = equal_mass(score, bins)
    order = np.argsort(score, kind="stable")
    assert (np.diff(of_bin[order]) >= 0).all() and (np.diff(of_bin[order]) <= 1).all()
    assert all(len(set(of_bin[score == one].tolist())) == 1 for one in score)
    if len(set(scores)) == len(scores):
        sizes = np.bincount(of_bin)
        assert sizes.max() - sizes.min() <= 1


def test_a_diagram_holds_its_shares_and_dependence_widens_it() -> None:
    score = np.repeat([0.2, 0.8], 200)
    right = np.concatenate([np.arange(200) % 5 == 0, np.arange(200) % 5 != 0])
    alone = reliability_bins(score, right, np.arange(400))
    assert [(one.decisions, one.right.value, one.score) for one in alone] == [
        (200, 0.2, 0.2),
        (200, 0.8, pytest.approx(0.8)),
    ]
    crowded = reliability_bins(score, right, np.arange(400) // 20 + 1000 * (right == 1))
    assert all(
        wide.right.high - wide.right.low > one.right.high - one.right.low
        for one, wide in zip(alone, crowded, strict=True)
    )


def test_groups_are_measured_apart() -> None:
    found = calibration_by([0.1, 0.9, 0.9], [0, 1, 0], [0, 1, 1], {0: "sms", 1: "email", 2: "voice"})
    assert found["sms"].brier == pytest.approx(0.01) and found["email"].right == 0.5
    assert found["voice"].decisions == 0 and np.isnan(found["voice"].ece)


def test_bad_scores_are_refused() -> None:
    for score, right, bins in (([1.2], [1], 3), ([0.5, 0.5], [1], 3), ([0.5], [1], 0)):
        with pytest.raises(BadInput):
            calibration(score, right, bins)
    with pytest.raises(BadInput):
        reliability_bins([0.5], [1], [1, 2])


# -- curves


def _drawn(size: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights whose real odds are far more modest than they say."""
    chance = np.random.default_rng(seed)
    weight = np.round(chance.normal(2, 5, size), 1)
    real = 1 / (1 + 2.0 ** -(0.4 * weight - 1))
    return weight, chance.random(size) < real, real


@pytest.mark.parametrize("method", METHODS)
def test_a_curve_finds_the_real_probabilities_and_keeps_the_order(method: str) -> None:
    weight, right, real = _drawn(6000, 4)
    curve = fit_curve(weight, right, method)
    assert np.abs(curve(weight) - real).mean() < 0.025
    grid = np.linspace(-30, 30, 500)
    assert (np.diff(curve(grid)) >= 0).all() and curve(grid).min() > 0 and curve(grid).max() < 1
    fresh, truth, _ = _drawn(6000, 5)
    shown = 1 / (1 + 2.0**-fresh)
    assert calibration(curve(fresh), truth).ece < calibration(shown, truth).ece / 5
    assert calibration(curve(fresh), truth).log_loss < calibration(shown, truth).log_loss


def test_isotonic_knots_are_scikit_learn_s_blocks() -> None:
    weight, right, _ = _drawn(500, 6)
    curve = fit_curve(weight, right)
    other = IsotonicRegression(increasing=True).fit(weight, right).predict(weight)
    levels = np.clip(np.unique(other.round(12)), 1 / 502, 1 - 1 / 502)
    assert np.unique(levels) == pytest.approx(np.array(curve.probability))


def test_what_cannot_be_fitted_is_refused() -> None:
    weight, right, _ = _drawn(200, 7)
    for one, other, method in (
        (weight, right, "beta"),
        (weight, np.ones_like(right), "isotonic"),
        (-weight, right, "platt"),
        (-np.sort(weight), np.sort(right), "isotonic"),
        (weight[:5], right, "platt"),
    ):
        with pytest.raises(BadInput):
            fit_curve(one, other, method)
