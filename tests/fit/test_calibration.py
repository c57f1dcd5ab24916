"""The curve that a config carries: what is valid, what it changes and what it never changes."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synthetic
from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.evaluate import tape_of
from idlab.fit.run import knots
from idlab.replay import replay

DEFAULT = Path(__file__).resolve().parents[2] / "configs" / "default.json"


def calibrated(curve: Any, **decide: float) -> ScoringConfig:
    document = json.loads(DEFAULT.read_text(encoding="utf-8"))
    document["model"]["calibration"] = curve
    document["decide"] |= decide
    return ScoringConfig.parse(document)


CURVE = {"weight": [-4.0, 0.0, 10.0], "probability": [0.1, 0.5, 0.8]}
GAPS = st.lists(st.floats(0.01, 20), min_size=2, max_size=8)


@given(GAPS, GAPS, st.floats(-60, 60), st.floats(-60, 60))
def test_scores_rise_with_weights_and_thresholds_turn_back(
    xs: list[float], ys: list[float], one: float, other: float
) -> None:
    size = min(len(xs), len(ys))
    steps = np.cumsum(ys[:size]) / (sum(ys[:size]) + 1)
    config = calibrated({"weight": (np.cumsum(xs[:size]) - 30).tolist(), "probability": steps.tolist()})
    ready = compiled(config)
    low, high = sorted((one, other))
    assert ready.score(low) <= ready.score(high)
    assert ready.score(ready.rules.merge_at) == pytest.approx(config.decide.merge_at)
    assert ready.score(ready.rules.pending_at) == pytest.approx(config.decide.pending_at)
    assert ready.rules.pending_at <= ready.rules.merge_at


def test_the_knots_themselves_are_what_they_say() -> None:
    ready = compiled(calibrated(CURVE))
    assert [ready.score(weight) for weight in CURVE["weight"]] == pytest.approx(CURVE["probability"])
    assert all(a < b for a, b in pairwise(ready.score(w) for w in np.linspace(-40, 40, 300)))


def test_log_odds_taken_as_they_are_decide_as_without_a_curve() -> None:
    same = {"weight": [-3.0, 5.0], "probability": [1 / (1 + 2.0**3), 1 / (1 + 2.0**-5)]}
    with_curve, plain = calibrated(same), ScoringConfig.load(DEFAULT)
    assert with_curve.digest != plain.digest
    tape = tape_of(synthetic.generate("retail", 500, 3).dataset, plain)
    one, other = replay(tape, with_curve), replay(tape, plain)
    assert (one.outcome == other.outcome).all() and (one.identity == other.identity).all()
    assert np.allclose(one.score, other.score, equal_nan=True)


def test_thresholds_that_mean_the_same_weight_decide_the_same() -> None:
    plain = ScoringConfig.load(DEFAULT)
    rules, bare = compiled(plain).rules, compiled(calibrated(CURVE))
    moved = calibrated(CURVE, merge_at=bare.score(rules.merge_at), pending_at=bare.score(rules.pending_at))
    tape = tape_of(synthetic.generate("retail", 500, 3).dataset, plain)
    one, other = replay(tape, moved), replay(tape, plain)
    assert (one.outcome == other.outcome).all() and (one.identity == other.identity).all()
    assert (one.results.weight == other.results.weight).all()


@pytest.mark.parametrize(
    ("curve", "what"),
    [
        ({"weight": [0.0, 1.0], "probability": [0.5, 0.5]}, "rise strictly"),
        ({"weight": [1.0, 1.0], "probability": [0.4, 0.5]}, "rise strictly"),
        ({"weight": [0.0, 1.0, 2.0], "probability": [0.4, 0.5]}, "3 weights and 2 probabilities"),
        ({"weight": [0.0], "probability": [0.4]}, "at least 2"),
        ({"weight": [0.0, 1.0], "probability": [0.4, 1.0]}, "probability"),
        ({"weight": [0.0, 1e9], "probability": [0.4, 0.6]}, "weight"),
        ({"weight": [0.0, 1.0], "probability": [0.4, 0.6], "method": "platt"}, "no key"),
    ],
)
def test_what_is_no_rising_curve_is_refused(curve: Any, what: str) -> None:
    with pytest.raises(BadInput, match=what) as refused:
        calibrated(curve)
    assert "model.calibration" in str(refused.value)


def test_a_config_without_a_curve_is_written_as_before() -> None:
    config = ScoringConfig.load(DEFAULT)
    assert "calibration" not in config.to_json()
    assert calibrated(None).digest == config.digest
    again = ScoringConfig.parse(json.loads(calibrated(CURVE).to_json()))
    assert again.digest == calibrated(CURVE).digest


def test_knots_keep_the_ends_apart_and_rise() -> None:
    found = knots((0.0, 1e-9, 2.0, 3.0), (0.1, 0.2, 0.2, 0.9))
    assert found == {"weight": [0.0, 2.0, 3.0], "probability": [0.1, 0.2, 0.9]}
