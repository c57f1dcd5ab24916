"""Every goal says what evaluation says."""

from __future__ import annotations

import json

import pytest

import synthetic
from idlab.errors import BadInput
from idlab.evaluate import evaluate
from idlab.metrics.costs import Costs
from idlab.tune import LeastCost, MostRecall, ParetoFront, WorstWorld
from idlab.tune.goal import rank
from idlab.tune.measured import COST, PENDING_HIGH, PRECISION_LOW, RECALL, UNIONS
from idlab.tune.objective import encoded, measured

COSTS = Costs(c_false=3.0, c_missed=2.0, c_review=0.5)


@pytest.fixture(scope="module")
def datasets(retail):
    return [retail, synthetic.generate("tiny", 300, 2).dataset]


@pytest.fixture(scope="module")
def worlds(datasets, default):
    return [encoded(dataset, default) for dataset in datasets]


@pytest.mark.parametrize("goal", [LeastCost(COSTS), ParetoFront(COSTS), WorstWorld(COSTS)])
def test_the_cost_is_the_mean_of_what_evaluation_reports(goal, datasets, worlds, default):
    numbers = measured(worlds, default, goal)
    found = [evaluate(dataset, default, costs=COSTS).numbers[COST].value for dataset in datasets]
    assert [one[COST] for one in numbers] == pytest.approx(found)
    assert LeastCost(COSTS).score(numbers, numbers).values == pytest.approx((sum(found) / 2,))


def test_the_parts_of_a_cost_have_the_cost_at_every_price(worlds, default):
    numbers = measured(worlds, default, ParetoFront(COSTS))
    prices = (COSTS.c_false, COSTS.c_missed, COSTS.c_review)
    for one in numbers:
        assert sum(price * one[name] for price, name in zip(prices, UNIONS, strict=True)) == pytest.approx(
            one[COST]
        )
    values = ParetoFront(COSTS).score(numbers, ()).values
    by_price = sum(price * value for price, value in zip(prices, values, strict=True))
    assert rank(ParetoFront(COSTS), numbers, ()) == (0, pytest.approx(by_price))


def test_recall_and_bounds_are_those_of_evaluation(datasets, worlds, default):
    numbers = measured(worlds, default, MostRecall(0.9, 50))
    for dataset, one in zip(datasets, numbers, strict=True):
        wanted = evaluate(dataset, default).numbers
        assert one[RECALL] == wanted["merge"]["recall"].value
        assert one[PENDING_HIGH] == pytest.approx(wanted["pending"]["per_1000"].high, rel=1e-9)
        # other totals are drawn beside, so the resampled worlds are others
        assert one[PRECISION_LOW] == pytest.approx(wanted["merge"]["precision"].low, abs=0.02)
        assert one[PRECISION_LOW] < wanted["merge"]["precision"].value


def test_a_bound_is_missed_by_the_world_that_misses_it_most():
    goal = MostRecall(0.9, 50)
    good = {COST: 1.0, RECALL: 0.6, PRECISION_LOW: 0.95, PENDING_HIGH: 40.0}
    assert goal.score([good, good], ()).violation == 0
    assert goal.score([good, good], ()).values == pytest.approx((0.4,))
    for name, value, missed in ((PRECISION_LOW, 0.85, 0.05), (PENDING_HIGH, 70.0, 0.02)):
        assert goal.score([good, good | {name: value}], ()).violation == pytest.approx(missed)


def test_the_worst_world_is_worst_by_its_share_of_the_reference():
    cheap, dear = {COST: 90.0}, {COST: 500.0}
    reference = [{COST: 100.0}, {COST: 1000.0}]
    assert WorstWorld().score([cheap, dear], reference).values == (0.9,)


def test_the_same_config_has_the_same_share_of_itself_everywhere(worlds, default):
    numbers = measured(worlds, default, WorstWorld())
    assert WorstWorld().score(numbers, numbers).values == (1.0,)


def test_a_record_tells_goals_apart():
    goals = [LeastCost(), ParetoFront(), WorstWorld(), MostRecall(0.9, 50), MostRecall(0.9, 60)]
    assert len({json.dumps(goal.document()) for goal in goals}) == len(goals)


@pytest.mark.parametrize(
    ("bounds", "message"), [((1.0, 50), "floor of merge precision is 1.0"), ((0.9, -1), "pending load is -1")]
)
def test_bounds_out_of_range_are_refused(bounds, message):
    with pytest.raises(BadInput, match=message):
        MostRecall(*bounds)
