"""Each gate on numbers says no at its own limit and nowhere else, and where there is nothing to judge."""

from __future__ import annotations

from copy import deepcopy

import pytest

from idlab.export.gatefile import Gates
from idlab.export.gates import verdicts
from idlab.export.measured import Measured
from tests.export.conftest import CONFIGS

SHIPPED = Gates.load(CONFIGS / "gates.yaml")
NOTHING = {"value": None, "low": None, "high": None}


def rate(value, low=None, high=None):
    return {"value": value, "low": value if low is None else low, "high": value if high is None else high}


def measured(on="a world"):
    tuned = {
        "cost_per_1000": rate(350.0, 330.0, 400.0),
        "merge": {"precision": rate(0.95, 0.93, 0.97)},
        "pending": {"per_1000": rate(10.0, 8.0, 12.0)},
        "review": {"per_1000": rate(1.0, 0.5, 2.0)},
    }
    return Measured(on, tuned, deepcopy(tuned) | {"cost_per_1000": rate(400.0, 380.0, 420.0)})


def report(*, fresh=True):
    return {"hold_out": {"reports_before": 0 if fresh else 1, "fresh": fresh}}


def failed(found, gates=SHIPPED, study=None):
    return [verdict.gate for verdict in verdicts(gates, study or report(), [found]) if not verdict.passed]


def test_a_good_config_passes_every_gate():
    said = verdicts(SHIPPED, report(), [measured()])
    assert [verdict.gate for verdict in said] == [
        *(gate.name for gate in SHIPPED.metrics),
        "hold-out used once",
    ]
    assert all(verdict.passed for verdict in said)


LEAST_PRECISION = 0.95 - 0.03


@pytest.mark.parametrize(
    ("side", "steps", "passes", "fails", "gate"),
    [
        ("tuned", ("cost_per_1000", "high"), 400.0, 400.1, "cost"),
        ("production", ("cost_per_1000", "value"), 400.0, 399.9, "cost"),
        ("tuned", ("merge", "precision", "low"), LEAST_PRECISION, LEAST_PRECISION - 1e-3, "merge precision"),
        ("tuned", ("merge", "precision", "low"), 0.95, None, "merge precision"),
        ("tuned", ("pending", "per_1000", "high"), 248.0, 248.1, "questions"),
        ("tuned", ("review", "per_1000", "high"), 238.0, None, "questions"),
    ],
)
def test_a_gate_says_no_beyond_its_limit(side, steps, passes, fails, gate):
    for number, wanted in ((passes, []), (fails, [gate])):
        found = measured()
        place = getattr(found, side)
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = number
        assert failed(found) == wanted


def test_where_production_merges_nothing_the_other_limit_counts():
    for low, wanted in ((0.85, []), (0.849, ["merge precision"])):
        found = measured()
        found.production["merge"]["precision"] = NOTHING
        found.tuned["merge"]["precision"]["low"] = low
        assert failed(found) == wanted


def test_without_production_numbers_a_distance_from_them_is_kept_by_nobody():
    found = measured()
    alone = Measured("a world", found.tuned, {})
    assert failed(alone) == ["cost"]
    assert verdicts(SHIPPED, report(), [alone])[0].wanted.endswith(
        "production's config was not measured on it"
    )


def test_a_hold_out_world_used_before_is_none():
    assert failed(measured(), study=report(fresh=False)) == ["hold-out used once"]
    lenient = SHIPPED.model_copy(update={"hold_out_used_once": False})
    assert failed(measured(), lenient, report(fresh=False)) == []


def test_every_gate_is_asked_on_every_dataset():
    bad = measured("a bad one")
    bad.tuned["cost_per_1000"]["high"] = 500.0
    said = verdicts(SHIPPED, report(), [measured(), bad])
    assert [(one.gate, one.on) for one in said if not one.passed] == [("cost", "a bad one")]
    assert len(said) == 2 * len(SHIPPED.metrics) + 1


def test_a_gate_that_can_be_asked_nowhere_says_no():
    gates = Gates.parse({"schema": "idlab.gates/1", "certified": {"false_merge_rate": 0.1}})
    (verdict, _) = verdicts(gates, report(), [measured()])
    assert (verdict.gate, verdict.on, verdict.passed) == ("certified threshold", "no data", False)
    assert "--data" in verdict.wanted


def test_a_verdict_says_what_it_got_and_what_was_wanted():
    cost, precision, questions, _ = verdicts(SHIPPED, report(), [measured()])
    assert cost.got == "cost_per_1000 350 (330 to 400)"
    assert cost.wanted == "upper end at most 400, production's 400"
    assert precision.wanted == "lower end at least 0.92, production's 0.95 -0.03"
    assert questions.got == "pending.per_1000 + review.per_1000 11 (8.5 to 14)"
