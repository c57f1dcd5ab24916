"""The sensitivity map: every move costs what the objective says, and flat is as far as that allows."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from optuna.trial import FixedTrial

import synthetic
from idlab.errors import BadInput
from idlab.evaluate import evaluate, tape_of
from idlab.evaluate.difference import joint_totals
from idlab.metrics.costs import Costs
from idlab.replay import replay as replayed
from idlab.tune.moved import Moved, Sensitivity
from idlab.tune.objective import encoded, mean_cost
from idlab.tune.paired import _component_totals, priced
from idlab.tune.parameter import Real
from idlab.tune.sensitivity import sensitivity
from idlab.tune.smaller import smaller
from idlab.tune.space import SearchSpace
from tests.tune.test_space import edited

COSTS = Costs(c_false=5.0, c_missed=2.0, c_review=0.5)
STEPS = (0.1, 0.3)
TOLERANCE = 0.02


@pytest.fixture(scope="module")
def worlds(retail, default):
    return [encoded(one, default) for one in (retail, synthetic.generate("retail", 150, 9).dataset)]


@pytest.fixture(scope="module")
def space(default):
    return SearchSpace(default)


@pytest.fixture(scope="module")
def found(space, default, worlds) -> Sensitivity:
    return sensitivity(space, default, worlds, COSTS, steps=STEPS, tolerance=TOLERANCE)


def test_every_number_of_the_space_is_there_once_the_one_that_costs_most_first(found, space):
    assert sorted(one.name for one in found.numbers) == sorted(one.name for one in space.parameters)
    dearest = [max([0.0, *(move.rise.value for move in one.moves)]) for one in found.numbers if one.moves]
    assert dearest == sorted(dearest, reverse=True) and dearest[0] > 50
    assert found.interactions == (400, 150)


def test_a_move_costs_what_the_objective_says(found, space, default, worlds):
    own = space.parameters_of(default)
    assert found.cost == mean_cost(worlds, default, COSTS)
    for number in found.numbers:
        for move in number.moves:
            config = space.suggest(FixedTrial({**own, number.name: move.value}))
            cost = mean_cost(worlds, config, COSTS)
            assert move.cost == pytest.approx(cost, rel=1e-9)
            assert move.rise.value == pytest.approx(cost - found.cost, abs=1e-6)
            assert move.rise.low <= move.rise.value <= move.rise.high


def test_rises_are_resampled_by_the_components_of_evaluation(retail, default, worlds):
    """No person and no identity of either side is cut: component by component, the totals are evaluation's own."""
    calm = edited(default, decide={"merge_at": 0.99})
    pair = [priced(replayed(worlds[0].tape, one), worlds[0].person, COSTS) for one in (default, calm)]
    found = np.stack(_component_totals(*pair), axis=1)
    wanted = joint_totals(*(evaluate(retail, one, costs=COSTS, resamples=1) for one in (default, calm)))
    columns = np.stack([wanted[name] for name in ("0/known", "0/cost", "1/cost")], axis=1)
    assert sorted(map(tuple, found.round(9).tolist())) == sorted(map(tuple, columns.round(9).tolist()))
    assert (found[:, 1] != found[:, 2]).any()


def test_what_counts_is_what_the_interval_says(found):
    by_name = {one.name: one for one in found.numbers}
    off = by_name["keys/phone.e164/enabled"]
    assert off.is_felt and off.cheapest is None and off.dearest.value is False
    for one in found.numbers:
        assert one.is_felt == any(move.rise.low > 0 for move in one.moves)
        assert (one.cheapest is not None) == (
            bool(one.moves) and min(one.moves, key=lambda m: m.cost).rise.high < 0
        )


def test_numbers_move_by_the_steps_and_stay_in_their_range(found, space, default):
    own, parameters = space.parameters_of(default), {one.name: one for one in space.parameters}
    assert found.replays == sum(len(one.moves) for one in found.numbers)
    for number in found.numbers:
        if number.range is None:
            continue
        values = [move.value for move in number.moves]
        assert values == sorted(set(values)) and own[number.name] not in values
        assert len(values) <= 2 * len(STEPS)
        parameter = parameters[number.name]
        if isinstance(parameter, Real) and not number.name.startswith("decide/"):
            low, high = parameter.low, parameter.high
            asked = {own[number.name] + side * step * (high - low) for step in STEPS for side in (-1, 1)}
            wanted = sorted({round(min(max(to, low), high), 3) for to in asked} - {own[number.name]})
            assert values == pytest.approx(wanted, abs=2e-3)


def test_whole_numbers_move_by_one_at_least_and_limits_say_what_means_none(found, space):
    names = {one.name: one for one in found.numbers}
    limit = names["guards/max_distinct_names"]
    values = [move.value for move in limit.moves]
    assert all(isinstance(value, int) for value in values) and min(values) < limit.value < max(values)
    assert limit.off == limit.range[1] and names["guards/name_min_count"].off is None
    assert [move.value for move in names["guards/name_min_count"].moves] == [2]


def walked(number: Moved, allowed: float, side: int) -> float:
    """How far from the value a naive walk along the line through the moves stays within what is allowed."""
    at = [number.value, *(move.value for move in number.moves)]
    rise = [0.0, *(move.rise.value for move in number.moves)]
    order = np.argsort(at)
    end = max(at) if side > 0 else min(at)
    steps = np.linspace(number.value, end, 4001)
    within = np.interp(steps, np.array(at)[order], np.array(rise)[order]) <= allowed + 1e-9
    return float(steps[-1] if within.all() else steps[within.argmin() - 1])


def test_flat_reaches_as_far_as_the_cost_stays_within_the_tolerance(found):
    bounded = 0
    for number in found.numbers:
        if number.range is None:
            assert number.flat is None
            continue
        for side, end in zip((-1, 1), number.flat, strict=True):
            naive = walked(number, TOLERANCE * found.cost, side)
            assert end == pytest.approx(naive, abs=(number.range[1] - number.range[0]) / 2000)
        bounded += number.flat != (
            min([number.value, *(move.value for move in number.moves)]),
            max([number.value, *(move.value for move in number.moves)]),
        )
    assert bounded > 3


def test_a_map_reads_back_from_json(found):
    assert Sensitivity.parse(json.loads(json.dumps(found.document(), allow_nan=False))) == found


def test_the_same_map_comes_out_again(space, default):
    world = encoded(synthetic.generate("tiny", 40, 2).dataset, default)
    one, other = (sensitivity(space, default, [world], steps=[0.3]) for _ in range(2))
    assert one == other


@pytest.mark.parametrize("steps", [(), (0.0,), (0.1, 1.5), (float("nan"),)])
def test_steps_out_of_range_are_refused(space, default, worlds, steps):
    with pytest.raises(BadInput, match="steps"):
        sensitivity(space, default, worlds, steps=steps)


def test_a_config_from_elsewhere_is_refused(space, default, worlds):
    with pytest.raises(BadInput, match="normalize"):
        sensitivity(space, edited(default, normalize={"email": {"drop_tag": False}}), worlds)
    with pytest.raises(BadInput, match="tolerance"):
        sensitivity(space, default, worlds, tolerance=-0.1)


def shuffled(world):
    """The same interactions, in a file of another order."""
    rows = pa.array(np.random.default_rng(7).permutation(len(world)))
    return replace(world, table=world.table.take(rows), truth_table=world.truth_table.take(rows))


@pytest.mark.parametrize("one_cookie", [False, True])
def test_a_smaller_world_is_decided_as_in_the_whole(retail, default, one_cookie):
    """With one cookie for all, everybody is in one component and the earliest interactions are taken."""
    world = shuffled(retail)
    if one_cookie:
        place = world.table.column_names.index("cookie_id")
        column = pa.array(["one for all"] * len(retail))
        world = replace(world, table=world.table.set_column(place, "cookie_id", column))
    part = smaller(world, default, 150, seed=4)
    assert 75 <= len(part) <= 225 and (len(part) == 150 or not one_cookie)
    whole, less = (replayed(tape_of(one, default), default) for one in (world, part))
    place = {name: number for number, name in enumerate(whole.tape.ids)}
    for number, name in enumerate(less.tape.ids):
        one, other = less.decision(number), whole.decision(place[name])
        assert (one.outcome, one.customer_id, one.weight) == (other.outcome, other.customer_id, other.weight)
    assert smaller(world, default, 400, seed=4) is world
    with pytest.raises(BadInput, match="limit"):
        smaller(world, default, 0, seed=4)
