"""What a move shows is what an evaluation says, and a curve is made of such readings."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset, in_memory
from idlab.evaluate import Evaluation, evaluate
from idlab.explore.board import knobs_of
from idlab.explore.curve import Curve, CurvePoint, along, place_of, positions
from idlab.explore.knobs import Dial, Knob, Pick, settings_of
from idlab.explore.readings import SHOWN, read
from idlab.explore.session import Session
from idlab.metrics import Disposition, Rate
from idlab.sweep.prepared import prepare


def _as_evaluated(one: Evaluation) -> dict[str, Rate]:
    numbers = one.numbers
    return {
        "merge_precision": numbers["merge"]["precision"],
        "merge_recall": numbers["merge"]["recall"],
        "pending_per_1000": numbers["pending"]["per_1000"],
        "cost_per_1000": numbers["cost_per_1000"],
    }


def _partly_known(world: Dataset) -> Dataset:
    """The same world, of which the persons of every other interaction are known."""
    labels = world.truth[["interaction_id", "person_id"]].iloc[::2].reset_index(drop=True)
    return in_memory(world.table, labels=labels)


@pytest.mark.parametrize("config", ["default", "baseline"])
@pytest.mark.parametrize("known", ["all", "half"])
def test_a_reading_is_what_an_evaluation_says(
    world: Dataset, config: str, known: str, request: pytest.FixtureRequest
) -> None:
    scoring: ScoringConfig = request.getfixturevalue(config)
    dataset = world if known == "all" else _partly_known(world)
    found, wanted = read(prepare(dataset, scoring), scoring), evaluate(dataset, scoring, resamples=100)
    for name, rate in _as_evaluated(wanted).items():
        got = found.rates[name]
        if name == "merge_precision":  # bootstrapped: the same form by other draws
            assert got.value == rate.value
            assert_allclose([got.low, got.high], [rate.low, rate.high], atol=0.02)
        else:
            assert_allclose(np.array(got, dtype=float), np.array(rate, dtype=float), rtol=1e-9)
    assert set(found.rates) == set(SHOWN)
    counted = wanted.disposition[wanted.counted]
    assert found.counts == {how: int((counted == how).sum()) for how in Disposition}


def test_every_point_of_a_curve_is_a_replay_of_its_own(world: Dataset, session: Session) -> None:
    knob = session.knob("decide.merge_at")
    value, settings = list(along(knob, session.settings))[-1]
    found = session.read(settings)
    again = evaluate(world, session.config_at(settings), resamples=20)
    assert found.config.decide.merge_at == value
    assert found.rates["merge_recall"] == pytest.approx(_as_evaluated(again)["merge_recall"])


@pytest.mark.parametrize("config", ["default", "baseline"])
def test_positions_cover_every_knob_once_the_nearest_first(
    config: str, request: pytest.FixtureRequest
) -> None:
    scoring: ScoringConfig = request.getfixturevalue(config)
    knobs = knobs_of(scoring)
    settings = settings_of(scoring, knobs)
    for knob in knobs:
        found = positions(knob, settings)
        assert settings[knob.key] not in found and len(set(found)) == len(found) >= 1
        here = place_of(knob, settings[knob.key])
        away = [abs(place_of(knob, one) - here) for one in found]
        assert away == sorted(away)
        _check_range(knob, found)


def _check_range(knob: Knob, found: list[object]) -> None:
    if isinstance(knob, Dial):
        assert all(isinstance(one, float) and knob.low <= one <= knob.high for one in found)
    else:
        assert isinstance(knob, Pick) and set(found) <= set(knob.options)


def test_a_curve_keeps_the_order_of_its_positions_and_one_point_each() -> None:
    knob = Dial("k", "g", "n", (), 0.0, 1.0, 0.1)
    curve = Curve(knob, ())
    for value in (0.5, 0.1, 0.9, 0.5):
        curve = curve.with_point(CurvePoint(value, {}))
    assert [point.value for point in curve.points] == [0.1, 0.5, 0.9]
