"""The sampler stays near the best trial, in range, and draws by address."""

from __future__ import annotations

import math

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import create_trial

from idlab.tune.sampler import EvolutionSampler

SPACE = {
    "weight": FloatDistribution(-5.0, 5.0),
    "days": FloatDistribution(1.0, 1000.0, log=True),
    "names": IntDistribution(1, 12),
    "fanout": IntDistribution(5, 5000, log=True),
    "rivals": CategoricalDistribution(("bridge", "pending")),
    "on": CategoricalDistribution((True, False)),
}
PARENT = {"weight": 4.5, "days": 30.0, "names": 12, "fanout": 200, "rivals": "bridge", "on": True}


def trials(sampler, number, *complete):
    """The parameters of so many trials that all have the same trials before them."""
    asked = []
    for place in range(number):
        study = optuna.create_study(sampler=sampler)
        before = [(PARENT, 100.0 + k) for k in range(place)]
        for params, value in (*complete, *before):
            study.add_trial(create_trial(params=params, distributions=SPACE, value=value))
        asked.append(study.ask(SPACE).params)
    return asked


def test_values_stay_in_range():
    for params in trials(EvolutionSampler(1, change=1.0, step=3.0), 40, (PARENT, 1.0)):
        for name, within in SPACE.items():
            if isinstance(within, CategoricalDistribution):
                assert params[name] in within.choices
            else:
                assert within.low <= params[name] <= within.high
                assert isinstance(params[name], int) == isinstance(within, IntDistribution)


def test_so_many_parameters_change_as_asked_for():
    made = trials(EvolutionSampler(2, change=0.2), 200, (PARENT, 1.0))
    moved = sum(params["weight"] != PARENT["weight"] for params in made)
    assert 20 <= moved <= 60
    assert trials(EvolutionSampler(2, change=0.0), 3, (PARENT, 1.0)) == [PARENT] * 3


def test_steps_are_as_wide_as_asked_for_on_the_scale_of_the_range():
    made = trials(EvolutionSampler(3, change=1.0, step=0.05), 300, (PARENT, 1.0))
    steps = [math.log(params["days"] / PARENT["days"]) / math.log(1000) for params in made]
    spread = math.sqrt(sum(step * step for step in steps) / len(steps))
    assert 0.04 < spread < 0.06


def test_the_parent_is_the_latest_of_the_best():
    other, worse = PARENT | {"names": 3}, PARENT | {"names": 7}
    (params,) = trials(EvolutionSampler(1, change=0.0), 1, (PARENT, 1.0), (other, 1.0), (worse, 2.0))
    assert params == other


def test_without_a_trial_before_it_draws_anywhere():
    study = optuna.create_study(sampler=EvolutionSampler(5))
    drawn = study.ask(SPACE).params
    assert drawn.keys() == SPACE.keys()
    assert all(within._contains(within.to_internal_repr(drawn[name])) for name, within in SPACE.items())


def test_draws_are_addressed_by_seed_trial_and_parameter():
    one, again, other = (EvolutionSampler(seed, change=1.0) for seed in (1, 1, 2))
    first = trials(one, 5, (PARENT, 1.0))
    assert trials(again, 5, (PARENT, 1.0)) == first
    assert trials(other, 5, (PARENT, 1.0)) != first
    assert len({params["days"] for params in first}) == 5
    study = optuna.create_study(sampler=again)
    study.add_trial(create_trial(params=PARENT, distributions=SPACE, value=1.0))
    shuffled = study.ask(dict(reversed(SPACE.items()))).params
    assert shuffled == first[0]


def test_it_finds_the_bottom_of_a_bowl():
    space = {f"x{k}": FloatDistribution(-10.0, 10.0) for k in range(20)}
    study = optuna.create_study(sampler=EvolutionSampler(1))
    study.enqueue_trial(dict.fromkeys(space, 5.0))
    study.optimize(lambda trial: sum(trial.suggest_float(name, -10, 10) ** 2 for name in space), n_trials=300)
    assert study.best_value < 0.4 * study.trials[0].value


def test_a_distribution_without_a_step_is_refused():
    class Odd(optuna.distributions.BaseDistribution):
        def to_internal_repr(self, value):
            return 0.0

        def to_external_repr(self, value):
            return value

        def single(self):
            return False

        def _contains(self, value):
            return True

    sampler = EvolutionSampler(1, change=1.0)
    study = optuna.create_study(sampler=sampler)
    with pytest.raises(TypeError, match="no step is defined"):
        sampler.sample_independent(study, study.ask()._get_latest_trial(), "odd", Odd())
