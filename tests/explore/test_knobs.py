"""Knobs: everything that may be moved without a new tape, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.explore.board import knobs_of
from idlab.explore.knobs import MERGE_AT, PENDING_AT, Dial, Knob, Pick, Value, config_of, moved, settings_of
from idlab.replay.fingerprint import fingerprint

CONFIGS = ("default", "baseline")


def _ends(knob: Knob) -> tuple[Value, ...]:
    if isinstance(knob, Dial):
        return knob.low, knob.high
    assert isinstance(knob, Pick)
    return knob.options


@pytest.mark.parametrize("name", CONFIGS)
def test_no_knob_moved_is_the_config_itself(name: str, request: pytest.FixtureRequest) -> None:
    start: ScoringConfig = request.getfixturevalue(name)
    knobs = knobs_of(start)
    assert config_of(start, knobs, settings_of(start, knobs)) is start


@pytest.mark.parametrize("name", CONFIGS)
def test_every_position_of_every_knob_is_a_valid_config_on_the_same_tape(
    name: str, request: pytest.FixtureRequest
) -> None:
    start: ScoringConfig = request.getfixturevalue(name)
    knobs = knobs_of(start)
    settings, tape = settings_of(start, knobs), fingerprint(compiled(start))
    for knob in knobs:
        for value in _ends(knob):
            config = config_of(start, knobs, moved(settings, knob.key, value))
            assert fingerprint(compiled(config)) == tape, knob.key
            assert settings_of(config, knobs)[knob.key] == value
            assert (config.digest == start.digest) == (value == settings[knob.key]), knob.key


def test_every_weight_level_and_threshold_has_a_knob(default: ScoringConfig) -> None:
    keys = {knob.key for knob in knobs_of(default)}
    weights = {f"{field.name}.{level.name}.weight" for field in default.fields for level in field.levels}
    assert weights <= keys
    assert {f"decide.{name}" for name in ("merge_at", "pending_at", "margin", "bridge_at")} <= keys
    assert {"guards.max_distinct_names", "guards.max_names_per_identifier", "model.prior"} <= keys


@given(
    st.lists(
        st.tuples(st.sampled_from([MERGE_AT, PENDING_AT]), st.floats(0.3, 0.999)), min_size=1, max_size=8
    )
)
def test_thresholds_take_each_other_along(moves: list[tuple[str, float]]) -> None:
    settings: dict[str, Value] = {MERGE_AT: 0.9, PENDING_AT: 0.7, "other": 3}
    for key, value in moves:
        before = settings
        settings = moved(settings, key, value)
        high, low = settings[MERGE_AT], settings[PENDING_AT]
        assert isinstance(high, float) and isinstance(low, float)
        assert low <= high and settings[key] == value and settings["other"] == 3
        other = PENDING_AT if key == MERGE_AT else MERGE_AT
        assert settings[other] in (before[other], value)


def test_a_missing_setting_is_refused_by_name(default: ScoringConfig) -> None:
    knobs = knobs_of(default)
    settings = settings_of(default, knobs)
    del settings["model.prior"]
    with pytest.raises(BadInput, match=r"no setting model\.prior"):
        config_of(default, knobs, settings)
