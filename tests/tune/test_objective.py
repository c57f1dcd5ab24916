"""What a study minimises is what evaluation reports."""

from __future__ import annotations

import pytest
from optuna.trial import FixedTrial

import synthetic
from idlab.data.dataset import in_memory
from idlab.errors import BadInput
from idlab.evaluate import evaluate
from idlab.metrics.costs import Costs
from idlab.tune.objective import Objective, encoded, mean_cost
from idlab.tune.space import SearchSpace


def test_the_cost_is_the_one_that_evaluation_reports(retail, default):
    costs = Costs(c_false=3.0, c_missed=2.0, c_review=0.5)
    wanted = evaluate(retail, default, costs=costs).numbers["cost_per_1000"].value
    assert mean_cost([encoded(retail, default)], default, costs) == pytest.approx(wanted, rel=1e-12)


def test_worlds_count_the_same_whatever_their_size(retail, default):
    worlds = [encoded(one, default) for one in (retail, synthetic.generate("retail", 100, 9).dataset)]
    one, other = (mean_cost([world], default) for world in worlds)
    assert mean_cost(worlds, default) == pytest.approx((one + other) / 2)


def test_the_objective_is_the_cost_of_what_the_trial_proposes(retail, default):
    space, world = SearchSpace(default), encoded(retail, default)
    parameters = space.parameters_of(default) | {"model/prior": -9.5}
    objective = Objective(space, [world])
    assert objective(FixedTrial(parameters)) == mean_cost([world], space.suggest(FixedTrial(parameters)))


def test_labels_with_sampling_weights_are_refused(default):
    world = synthetic.generate("retail", 200, 9)
    labels = world.truth[["interaction_id", "person_id"]].head(50).assign(weight=2.5)
    with pytest.raises(BadInput, match="a sample with weights"):
        encoded(in_memory(world.interactions, labels=labels), default)
