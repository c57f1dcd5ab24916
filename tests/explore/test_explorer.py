"""The explorer without a browser: hands move, the attendant answers, the screen shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.explore import Explorer, explorer
from idlab.explore.board import knobs_of
from idlab.explore.curve import Curve, CurvePoint, along
from idlab.explore.figure import figure, ticks
from idlab.explore.session import Session
from idlab.report.wording import value_of
from idlab.sweep.grid import PROBABILITIES

PATIENCE = 60.0


@pytest.fixture
def shown(world: Dataset, default: ScoringConfig, baseline: ScoringConfig) -> Iterator[Explorer]:
    made = explorer(world, default, against={"textbook": baseline})
    yield made
    made.close()


def _html(shown: Explorer, name: str) -> str:
    text: str = shown.screen._of_name[name].value
    return text


def _slide(shown: Explorer, key: str, value: object) -> None:
    shown._controls._of_key[key][1].value = value


def test_it_shows_everything_at_once(shown: Explorer) -> None:
    now = shown.session.read()
    assert value_of(now.rates["merge_precision"], "share") in _html(shown, "numbers")
    points = {*PROBABILITIES, shown.config.decide.merge_at}
    assert _html(shown, "figure").count(f'data-points="{len(points)}"') == 4
    assert "MERGE" in _html(shown, "outcomes")


def test_a_move_brings_numbers_flips_and_a_curve(
    shown: Explorer, world: Dataset, default: ScoringConfig
) -> None:
    before = _html(shown, "numbers")
    _slide(shown, "phone.exact.weight", 4.0)
    assert shown.wait(PATIENCE)
    assert shown.config.fields[1].levels[2].weight == 4.0
    fresh = Session(world, default)
    fresh.move("phone.exact.weight", 4.0)
    wanted = fresh.read().rates["cost_per_1000"]
    assert value_of(wanted, "per_1000") in _html(shown, "numbers") != before
    assert "decisions came out otherwise" in _html(shown, "flips")
    assert "phone: exact" in _html(shown, "flips") and "phone: exact" in _html(shown, "figure")
    assert _html(shown, "figure").count('data-points="10"') == 4  # nine over the range, and where it stands


def test_thresholds_take_each_other_along_on_the_screen(shown: Explorer) -> None:
    _slide(shown, "decide.merge_at", 0.4)
    assert shown._controls._of_key["decide.pending_at"][1].value == 0.4
    assert shown.wait(PATIENCE)
    assert shown.config.decide.pending_at == 0.4


def test_what_a_browser_rounds_is_no_move(shown: Explorer, default: ScoringConfig) -> None:
    _slide(shown, "decide.merge_at", default.decide.merge_at - 1e-12)
    assert shown.wait(PATIENCE)
    assert shown.config.digest == default.digest and "replayed in" not in shown.screen.status.value
    _slide(shown, "decide.merge_at", 0.9700000000000001)
    assert shown.wait(PATIENCE)
    assert shown.config.decide.merge_at == 0.97


def test_undo_reset_and_pins(shown: Explorer, default: ScoringConfig) -> None:
    _slide(shown, "decide.merge_at", 0.99)
    assert shown.wait(PATIENCE)
    shown._pin()
    assert "pin 1" in _html(shown, "comparison") and "pin 1" in _html(shown, "figure")
    shown._undo()
    assert shown.wait(PATIENCE) and shown.config.digest == default.digest
    assert shown._controls._of_key["decide.merge_at"][1].value == default.decide.merge_at
    shown._undo()
    assert "nothing to undo" in shown.screen.status.value
    _slide(shown, "decide.margin", 5.0)
    shown._reset()
    assert shown.wait(PATIENCE) and shown.config.digest == default.digest
    shown._unpin()
    assert "pin 1" not in _html(shown, "comparison")


def test_a_button_beside_each_pin_goes_back_there(shown: Explorer, default: ScoringConfig) -> None:
    for merge_at in (0.99, 0.97):
        _slide(shown, "decide.merge_at", merge_at)
        assert shown.wait(PATIENCE)
        shown._pin()
    _slide(shown, "phone.exact.weight", 4.0)
    assert shown.wait(PATIENCE)
    first, second = shown._pins.children
    assert "pin 1" in first.children[1].value and "merge at 0.99" in first.children[1].value
    for row, merge_at in ((first, 0.99), (second, 0.97)):
        row.children[0].click()
        assert shown.wait(PATIENCE)
        assert shown.config.decide.merge_at == merge_at
        assert shown.config.fields == default.fields
        assert shown._controls._of_key["decide.merge_at"][1].value == merge_at
    shown._undo()
    assert shown.wait(PATIENCE) and shown.config.decide.merge_at == 0.99
    shown._unpin()
    assert shown._pins.children == ()


def test_a_config_is_saved_or_it_is_said_why_not(shown: Explorer, tmp_path: Path) -> None:
    _slide(shown, "decide.margin", 1.0)
    shown._path.value = str(tmp_path / "mine.json")
    shown._save()
    saved = ScoringConfig.load(tmp_path / "mine.json")
    assert saved.decide.margin == 1.0 and saved.name == "mine"
    shown._path.value = str(tmp_path / "mine.json" / "deeper.json")
    shown._save()
    assert "cannot be written" in shown.screen.status.value


def test_another_config_can_be_started_from_and_come_back_to(
    shown: Explorer, default: ScoringConfig, baseline: ScoringConfig
) -> None:
    _slide(shown, "decide.margin", 1.0)
    shown._switch("textbook")
    assert shown.config.digest == baseline.digest
    _slide(shown, "phone.weight", 0.2)
    assert shown.wait(PATIENCE) and shown.config.fields[0].weight == 0.2
    shown._switch("default")
    assert shown.config.decide.margin == 1.0


def test_what_goes_wrong_is_said_and_the_next_move_answered(
    shown: Explorer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(settings: object) -> object:
        raise RuntimeError("planted")

    with monkeypatch.context() as patch:
        patch.setattr(shown.session, "read", broken)
        _slide(shown, "decide.margin", 2.0)
        assert shown.wait(PATIENCE)
    assert "RuntimeError: planted" in shown.screen.status.value
    assert "planted" in capsys.readouterr().err
    _slide(shown, "decide.margin", 1.5)
    assert shown.wait(PATIENCE) and "replayed in" in shown.screen.status.value


def test_values_of_real_people_are_masked(world: Dataset, default: ScoringConfig) -> None:
    from dataclasses import replace

    real = replace(world, manifest=replace(world.manifest, synthetic=False))
    made = explorer(real, default)
    _slide(made, "decide.merge_at", 0.97)
    assert made.wait(PATIENCE)
    flips = _html(made, "flips")
    assert "***" in flips and not re.search(r"\+1\d{10}", flips)
    made.close()


@pytest.mark.parametrize("config", ["default", "baseline"])
def test_the_figure_of_every_knob_is_well_formed(
    world: Dataset, config: str, request: pytest.FixtureRequest
) -> None:
    start: ScoringConfig = request.getfixturevalue(config)
    session = Session(world, start)
    rates = session.read().rates
    for knob in knobs_of(start):
        points = tuple(CurvePoint(value, rates) for value, _ in along(knob, session.settings))
        curve = Curve(knob, ())
        for point in points:
            curve = curve.with_point(point)
        drawn = figure(curve, session.settings[knob.key], rates, {"<start>": rates})
        root = ET.fromstring(f"<div>{drawn}</div>")  # noqa: S314 - made just now
        assert len(root.findall(".//svg")) == 4 and "&lt;start&gt;" in drawn


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_round_and_inside(low: float, span: float) -> None:
    found = ticks(low, low + span)
    assert 1 <= len(found) <= 6
    assert found == sorted(set(found))
    slack = 1e-6 * max(abs(low), span)
    assert all(low - slack <= tick <= low + span + slack for tick in found)
