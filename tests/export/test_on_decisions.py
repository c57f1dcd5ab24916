"""Gates on decisions: a config beside itself, beside a worse one, and at limits taken from what it did."""

from __future__ import annotations

import pytest

import synthetic
from idlab.errors import BadInput
from idlab.evaluate import blast_radius, evaluate, sliced, slices_of
from idlab.export.gatefile import Gates
from idlab.export.measured import Decided, Measured
from idlab.export.on_decisions import gates_on_decisions
from idlab.sweep.prepared import changed

DRAWS = {"resamples": 50, "seed": 1}


@pytest.fixture(scope="module")
def world():
    return synthetic.generate("retail", 1500, 21).dataset


@pytest.fixture(scope="module")
def good(world, handmade):
    return evaluate(world, handmade, resamples=20)


@pytest.fixture(scope="module")
def careless(world, handmade):
    """The handmade config, merging whatever it has a candidate for."""
    return changed(handmade, decide={"merge_at": 1e-6, "pending_at": 1e-6})


@pytest.fixture(scope="module")
def bad(world, careless):
    return evaluate(world, careless, resamples=20)


def measured(world, config, tuned, production):
    return Measured("a world", {}, {}, Decided(world, config, tuned, production, **DRAWS))


def answers(found, **parts):
    gates = Gates.parse({"schema": "idlab.gates/1", **parts})
    return {gate.name: gate.asked(found) for gate in gates_on_decisions(gates)}


MARGINS = {
    "overall": {"merge.precision": 0.01, "cost_per_1000": 5, "bcubed.precision": 0.01},
    "per_channel": {"merge_precision": 0.02},
}
WIDE = {
    "overall": {"merge.precision": 0.1, "cost_per_1000": 50, "bcubed.precision": 0.1},
    "per_channel": {"merge_precision": 0.4},
}
"""So few interactions that even no difference has a wide interval: what was not seen could be otherwise."""


def test_a_config_is_not_inferior_to_itself(world, handmade, good):
    found = answers(measured(world, handmade, good, good), non_inferiority=WIDE)
    assert len(found) == 4
    assert all(answer.passed for answer in found.values())


def test_a_careless_config_is_inferior_and_the_careful_one_beside_it_is_not(
    world, handmade, careless, good, bad
):
    found = answers(measured(world, careless, bad, good), non_inferiority=MARGINS)
    assert not any(answer.passed for answer in found.values())
    assert "voice" in found["not inferior in merge_precision on any channel"].got
    turned = answers(measured(world, handmade, good, bad), non_inferiority=WIDE)
    assert turned["not inferior in cost_per_1000"].passed
    assert turned["not inferior in bcubed.precision"].passed


@pytest.mark.parametrize(("measure", "side"), [("merge_precision", "at_least"), ("wrong_profile", "at_most")])
def test_no_slice_is_worse_than_the_worst(measure, side, world, handmade, good):
    rates = [
        one.found.rate
        for one in sliced(good, slices_of(good, world))
        if one.measure == measure and one.slice.by == "channel" and one.found.cases >= 20
    ]
    limit = min(one.low for one in rates) if side == "at_least" else max(one.high for one in rates)
    beyond = limit + 1e-6 if side == "at_least" else limit - 1e-6
    for number, passed in ((limit, True), (beyond, False)):
        gate = {"name": "slices", "measure": measure, "by": ["channel"], side: number, "least_cases": 20}
        assert answers(measured(world, handmade, good, good), slices=[gate])["slices"].passed is passed


def test_slices_that_are_all_too_small_show_nothing(world, handmade, good):
    gate = {"name": "slices", "measure": "merge_precision", "at_least": 0.0, "least_cases": 10_000}
    assert not answers(measured(world, handmade, good, good), slices=[gate])["slices"].passed


def test_data_without_the_column_is_not_asked(world, handmade, good):
    gate = {"name": "slices", "measure": "merge_precision", "by": ["team"], "at_least": 0.0}
    assert answers(measured(world, handmade, good, good), slices=[gate])["slices"] is None


def test_slices_by_what_the_config_compares_are_refused(world, handmade, good):
    declared = handmade.model_copy(
        update={"fields": (*handmade.fields, handmade.fields[-1].model_copy(update={"name": "channel_id"}))}
    )
    named = world.table.append_column("channel_id", world.table["channel"])
    data = type(world)(**{**vars_of(world), "table": named})
    gate = {"name": "slices", "measure": "merge_precision", "by": ["channel_id"], "at_least": 0.0}
    with pytest.raises(BadInput, match="would put its values into the bundle"):
        answers(measured(data, declared, good, good), slices=[gate])


def vars_of(dataset):
    return {name: getattr(dataset, name) for name in type(dataset).__dataclass_fields__}


def test_a_promise_holds_or_not_at_the_configs_own_threshold(world, handmade, good):
    for rate, passed in ((0.4, True), (0.001, False)):
        found = answers(measured(world, handmade, good, good), certified={"false_merge_rate": rate})
        assert found["certified threshold"].passed is passed


def test_wrong_merges_reach_no_farther_than_the_farthest(world, handmade, good):
    reach = blast_radius(good)
    farthest, mean = float(reach.tail(())["identifiers"].iloc[-1]), reach.mean()["identifiers"]
    assert farthest > 0
    for off, passed in ((0.0, True), (-0.01, False)):
        limits = {"worst": {"identifiers": farthest + off}, "mean": {"identifiers": mean.high + off}}
        found = answers(measured(world, handmade, good, good), blast_radius=limits)
        assert {answer.passed for answer in found.values()} == {passed}


def test_numbers_alone_are_not_asked(handmade):
    found = answers(Measured("a world", {}, {}), non_inferiority=MARGINS, certified={"false_merge_rate": 0.1})
    assert set(found.values()) == {None}
