"""Paired differences: their values, their components, and when they say nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from idlab import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Evaluation, evaluate
from idlab.evaluate.difference import changes, joint_totals
from idlab.metrics import Costs
from idlab.metrics.intervals import resample

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


def test_a_config_does_not_differ_from_itself(judged: dict[str, Evaluation]) -> None:
    found = changes(judged["default"], judged["default"])
    assert {change.direction for change in found.values()} == {0}
    assert {change.absolute.value for change in found.values()} <= {0.0, None}


def test_differences_are_those_of_the_values(judged: dict[str, Evaluation]) -> None:
    before, after = judged["baseline"], judged["asking"]
    met = 0
    for (section, key), change in changes(before, after).items():
        rates = [one.numbers[section][key] if key else one.numbers[section] for one in (before, after)]
        values = [rate.value for rate in rates]
        if None in values:
            assert change.absolute.value is None
            continue
        met += 1
        assert change.absolute.value == pytest.approx(values[1] - values[0], abs=1e-9)
        assert change.absolute.low <= change.absolute.value <= change.absolute.high
        if values[0]:
            assert change.relative.value == pytest.approx(values[1] / values[0] - 1, abs=1e-9)
    assert met > 20


def test_turned_round_a_difference_changes_its_sign(judged: dict[str, Evaluation]) -> None:
    one, other = judged["default"], judged["asking"]
    there, back = changes(one, other), changes(other, one)
    for place, change in there.items():
        if change.absolute.value is not None:
            assert back[place].absolute.value == pytest.approx(-change.absolute.value, abs=1e-12)
            assert back[place].direction in (-change.direction, 0) or change.direction == 0


def test_what_is_paired_is_narrower_than_what_is_not(judged: dict[str, Evaluation]) -> None:
    before, after = judged["baseline"], judged["default"]
    change = changes(before, after)["cost_per_1000", ""].absolute
    widths = [one.numbers["cost_per_1000"].high - one.numbers["cost_per_1000"].low for one in (before, after)]
    assert change.high - change.low < np.hypot(*widths)


def test_no_person_and_no_identity_is_cut(judged: dict[str, Evaluation]) -> None:
    """A naive walk over persons and both partitions finds as many components as totals have rows."""
    one, other = judged["baseline"], judged["default"]
    component = list(range(len(one.person)))

    def find(row: int) -> int:
        while component[row] != row:
            row = component[row]
        return row

    for groups in (one.components.of_row, other.components.of_row, one.person):
        first: dict[int, int] = {}
        for row, group in enumerate(groups.tolist()):
            a, b = find(row), find(first.setdefault(group, row))
            component[max(a, b)] = min(a, b)
    expected = len({find(row) for row in range(len(component))})
    totals = joint_totals(one, other)
    assert {values.size for values in totals.values()} == {expected}
    sample = resample(totals, resamples=1, seed=0)
    assert sample.sum("0/known") == sample.sum("1/known") == len(one.person)


def _config(name: str) -> ScoringConfig:
    return ScoringConfig.load(CONFIGS / f"{name}.json")


def test_one_component_says_nothing(retail: Dataset) -> None:
    largest = np.bincount(retail.person).argmax()
    alone = retail.select(retail.person == largest)
    before, after = (evaluate(alone, _config(name)) for name in ("baseline", "default"))
    assert {change.direction for change in changes(before, after).values()} == {0}


def test_only_the_like_is_compared(retail: Dataset, judged: dict[str, Evaluation]) -> None:
    other = evaluate(retail.select(retail.person > 3), _config("baseline"))
    with pytest.raises(BadInput, match="different datasets"):
        changes(other, judged["default"])
    with pytest.raises(BadInput, match="priced differently"):
        changes(replace(judged["baseline"], costs=Costs(c_false=10.0)), judged["default"])
