"""Each gate says no at its own limit and nowhere else."""

from __future__ import annotations

from copy import deepcopy

import pytest

from idlab.export.gates import (
    GATES,
    MERGE_PRECISION_FLOOR,
    MERGE_PRECISION_TOLERANCE,
    MOST_QUESTIONS,
    verdicts,
)


def rate(value, low=None, high=None):
    return {"value": value, "low": value if low is None else low, "high": value if high is None else high}


def report(**changes):
    tuned = {
        "cost_per_1000": rate(350.0, 330.0, 400.0),
        "merge": {"precision": rate(0.95, 0.93, 0.97)},
        "pending": {"per_1000": rate(10.0, 8.0, 12.0)},
        "review": {"per_1000": rate(1.0, 0.5, 2.0)},
    }
    reference = deepcopy(tuned) | {"cost_per_1000": rate(400.0, 380.0, 420.0)}
    numbers = {"tuned": tuned, "base": deepcopy(tuned), "baseline": reference}
    return {"hold_out": {"reports_before": 0, "fresh": True, "numbers": numbers}}


def failed(study):
    return [verdict.gate for verdict in verdicts(study) if not verdict.passed]


def test_a_good_study_passes_every_gate():
    assert [verdict.gate for verdict in verdicts(report())] == [gate.name for gate in GATES]
    assert failed(report()) == []


LEAST_PRECISION = 0.95 - MERGE_PRECISION_TOLERANCE


@pytest.mark.parametrize(
    ("steps", "passes", "fails", "gate"),
    [
        (("tuned", "cost_per_1000", "high"), 400.0, 400.1, "cost"),
        (("baseline", "cost_per_1000", "value"), 400.0, 399.9, "cost"),
        (("tuned", "merge", "precision", "low"), LEAST_PRECISION, LEAST_PRECISION - 0.001, "merge precision"),
        (("tuned", "merge", "precision", "low"), 0.95, None, "merge precision"),
        (("tuned", "pending", "per_1000", "high"), MOST_QUESTIONS - 2, MOST_QUESTIONS - 1.9, "questions"),
        (("tuned", "review", "per_1000", "high"), MOST_QUESTIONS - 12, None, "questions"),
    ],
)
def test_a_gate_says_no_beyond_its_limit(steps, passes, fails, gate):
    for number, wanted in ((passes, []), (fails, [gate])):
        study = report()
        place = study["hold_out"]["numbers"]
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = number
        assert failed(study) == wanted


def test_a_reference_that_merges_nothing_leaves_a_floor():
    for low, wanted in ((MERGE_PRECISION_FLOOR, []), (MERGE_PRECISION_FLOOR - 0.001, ["merge precision"])):
        study = report()
        study["hold_out"]["numbers"]["baseline"]["merge"]["precision"] = {
            "value": None,
            "low": None,
            "high": None,
        }
        study["hold_out"]["numbers"]["tuned"]["merge"]["precision"]["low"] = low
        assert failed(study) == wanted


def test_a_hold_out_world_used_before_is_none():
    study = report()
    study["hold_out"] |= {"reports_before": 1, "fresh": False}
    assert failed(study) == ["hold-out used once"]


def test_without_a_baseline_the_base_is_the_reference():
    study = report()
    del study["hold_out"]["numbers"]["baseline"]
    assert failed(study) == ["cost"]
