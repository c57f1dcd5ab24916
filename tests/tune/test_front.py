"""The Pareto front, against Optuna's own."""

from __future__ import annotations

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.trial import create_trial

from idlab.tune.front import front_of
from idlab.tune.sampler import EvolutionSampler

few = st.integers(0, 4).map(float)
trials = st.lists(
    st.tuples(st.tuples(few, few, few), st.sampled_from((-1.0, 0.0, 0.5))), min_size=1, max_size=30
)


def made(drawn):
    return [create_trial(values=list(values), constraints={"bound": bound}) for values, bound in drawn]


@given(trials)
def test_the_front_is_the_one_that_optuna_finds(drawn):
    study = optuna.create_study(directions=["minimize"] * 3)
    study.add_trials(made(drawn))
    wanted = sorted(trial.number for trial in study.best_trials)
    assert [trial.number for trial in front_of(study.trials)] == wanted


def test_there_is_no_front_of_nothing():
    assert front_of([]) == []


def test_parents_are_drawn_from_the_front_all_of_it():
    space = {"x": optuna.distributions.FloatDistribution(0, 10)}
    parents = set()
    for place in range(40):
        study = optuna.create_study(directions=["minimize"] * 2, sampler=EvolutionSampler(1, change=0.0))
        for x, values in (
            (1.0, [1.0, 3.0]),
            (2.0, [2.0, 2.0]),
            (3.0, [3.0, 3.0]),
            *[(4.0, [9.0, 9.0])] * place,
        ):
            study.add_trial(create_trial(params={"x": x}, distributions=space, values=values))
        parents.add(study.ask(space).params["x"])
    assert parents == {1.0, 2.0}


@pytest.mark.parametrize("values", [[5.0], [5.0, 5.0]])
def test_a_trial_that_keeps_its_bounds_is_the_parent_before_any_that_does_not(values):
    space = {"x": optuna.distributions.FloatDistribution(0, 10)}
    study = optuna.create_study(
        directions=["minimize"] * len(values), sampler=EvolutionSampler(1, change=0.0)
    )
    better = [value - 1 for value in values]
    for x, reached, bound in ((1.0, better, 0.4), (2.0, better, 0.1)):
        study.add_trial(
            create_trial(params={"x": x}, distributions=space, values=reached, constraints={"bound": bound})
        )
    assert study.ask(space).params["x"] == 2.0
    study.add_trial(
        create_trial(params={"x": 3.0}, distributions=space, values=values, constraints={"bound": 0.0})
    )
    assert study.ask(space).params["x"] == 3.0
