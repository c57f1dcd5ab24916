"""Importance: known functions get the shares they have, and too few trials get a reason."""

from __future__ import annotations

import json

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState, create_trial

from idlab.tune.importance import CAP, Importance, importance

ONE = FloatDistribution(0.0, 1.0)
SWITCH = CategoricalDistribution((True, False))


def trials_of(cost, n, seed=3, **distributions):
    """So many trials spread evenly over a space."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    for _ in range(n):
        trial = study.ask(fixed_distributions=distributions)
        study.tell(trial, cost(**trial.params))
    return study.trials


@pytest.fixture(autouse=True)
def quiet():
    optuna.logging.set_verbosity(optuna.logging.WARNING)


@pytest.fixture(scope="module")
def found():
    """Variances 9 to 1, and a number that changes nothing."""
    trials = trials_of(lambda big, small, idle: -3 * big + small, 120, big=ONE, small=ONE, idle=ONE)
    return importance(trials, resamples=6)


def test_shares_are_those_of_the_variance(found):
    assert next(iter(found.shares)) == "big" and found.refused is None and found.trials == 120
    assert found.shares["big"].value == pytest.approx(0.9, abs=0.12)
    assert found.shares["small"].value == pytest.approx(0.1, abs=0.08)
    assert found.shares["idle"].value < 0.03
    assert sum(rate.value for rate in found.shares.values()) <= 1 + 1e-9


def test_intervals_hold_their_value_and_tell_the_great_from_the_small(found):
    assert all(0 <= rate.low <= rate.value <= rate.high <= 1 for rate in found.shares.values())
    assert found.shares["big"].low > found.shares["small"].high


def test_a_disaster_that_is_seldom_tried_does_not_explain_everything():
    def cost(key, x):
        return 10 * x + (0 if key else 1000)

    trials = trials_of(cost, 100, key=SWITCH, x=ONE)
    kept = [one for one in trials if one.params["key"]] + [one for one in trials if not one.params["key"]][:6]
    shares = importance(kept, resamples=2).shares
    assert shares["x"].value > shares["key"].value
    costs = sorted(one.values[0] for one in kept)
    assert importance(kept, resamples=2).cap == pytest.approx(costs[round(CAP * (len(kept) - 1))], rel=0.1)


def test_only_complete_trials_count_and_constants_are_left_out(found):
    trials = trials_of(lambda x, y: x, 30, x=ONE, y=FloatDistribution(0.5, 0.5))
    pruned = create_trial(
        state=TrialState.PRUNED,
        params=trials[0].params,
        distributions=trials[0].distributions,
        intermediate_values={0: 1e6},
    )
    outside = create_trial(value=1e6, params={}, distributions={})
    with_pruned = importance([outside, *trials, pruned], resamples=2)
    assert with_pruned == importance(trials, resamples=2)
    assert with_pruned.trials == 30 and list(with_pruned.shares) == ["x"]


def test_what_is_explained_can_be_another_objective():
    def tell(trial):
        return trial.params["y"]

    trials = trials_of(lambda x, y: x, 40, x=ONE, y=ONE)
    assert list(importance(trials, resamples=2).shares) == ["x", "y"]
    assert list(importance(trials, resamples=2, of=tell).shares) == ["y", "x"]


def test_the_same_seed_gives_the_same_shares():
    trials = trials_of(lambda x, y: x * y, 40, x=ONE, y=ONE)
    one, again, other = (importance(trials, seed=seed, resamples=2) for seed in (1, 1, 2))
    assert one == again != other


def test_too_few_trials_are_refused_with_a_reason():
    assert importance([]).refused == "0 trials changed no parameter; nothing can be told apart"
    trials = trials_of(lambda **numbers: sum(numbers.values()), 5, **{f"x{k}": ONE for k in range(9)})
    refused = importance(trials)
    assert (
        refused.refused == "5 trials changed 9 parameters; at least as many trials as parameters are needed"
    )
    assert refused.shares == {} and refused.cap is None
    assert importance(trials_of(lambda x: 1.0, 30, x=ONE)).refused == "30 trials all cost the same"


def test_it_reads_back_from_json(found):
    for one in (found, importance([])):
        assert Importance.parse(json.loads(json.dumps(one.document(), allow_nan=False))) == one
