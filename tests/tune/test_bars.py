"""Trials are broken off only where the worlds that are left could not have made them the best."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from idlab.tune.bars import CostBar
from idlab.tune.goals import LeastCost, MostRecall, ParetoFront, WorstWorld
from idlab.tune.measured import COST, PENDING_HIGH, PRECISION_LOW, RECALL

prices = st.floats(10, 1000)
shares = st.floats(0, 1)


def worlds(numbers):
    return st.tuples(*[st.fixed_dictionaries(numbers)] * 3).map(list)


priced = worlds({COST: prices})
judged = worlds({COST: prices, RECALL: shares, PRECISION_LOW: shares, PENDING_HIGH: st.floats(0, 200)})


def stopped_after(bar, trial):
    """After how many worlds a trial is broken off; 0 if it is not."""
    return next((k for k in range(1, len(trial)) if bar.stops(trial[:k])), 0)


def made_up_most(complete, k):
    """The naive oracle: the least factor by which the worlds after k ever changed a trial's standing."""
    mean = lambda trial, number: sum(world[COST] for world in trial[:number]) / number
    best = min(complete, key=lambda trial: mean(trial, len(trial)))
    standing = lambda trial, number: mean(trial, number) / mean(best, number)
    return min(standing(trial, len(trial)) / standing(trial, k) for trial in complete), mean(best, k)


@given(st.lists(priced, min_size=10, max_size=15), priced)
def test_a_cost_is_broken_off_where_no_trial_ever_made_up_what_it_lacks(complete, trial):
    bar = LeastCost().bar(complete, complete[0])
    for k in (1, 2):
        made_up, best = made_up_most(complete, k)
        so_far = sum(world[COST] for world in trial[:k]) / k
        hopeless = so_far / best * made_up
        if abs(hopeless - 1) > 1e-9:
            assert bar.stops(trial[:k]) == (hopeless > 1)


@given(st.lists(priced, min_size=10, max_size=15))
def test_no_complete_trial_that_was_the_best_would_have_been_broken_off(complete):
    best = min(complete, key=lambda trial: sum(world[COST] for world in trial))
    assert stopped_after(CostBar.of(complete), best) == 0


@given(st.lists(priced, max_size=9), priced)
def test_with_few_complete_trials_no_cost_is_broken_off(complete, trial):
    assert stopped_after(LeastCost().bar(complete, trial), trial) == 0


@given(st.lists(priced, min_size=1, max_size=6), priced, priced)
def test_what_the_worst_world_breaks_off_could_not_have_been_better(complete, reference, trial):
    goal = WorstWorld()
    after = stopped_after(goal.bar(complete, reference), trial)
    best = min(goal.score(one, reference).values[0] for one in complete)
    whole = goal.score(trial, reference).values[0]
    if after:
        assert whole > best * (1 - 1e-9)
        mended = trial[:after] + [{COST: 0.0}] * (len(trial) - after)
        assert goal.score(mended, reference).values[0] > best * (1 - 1e-9)


@given(st.lists(judged, max_size=6), judged)
def test_what_misses_a_bound_is_broken_off_once_some_trial_keeps_both(complete, trial):
    goal = MostRecall(0.5, 100)
    kept = any(goal.score(one, ()).violation == 0 for one in complete)
    after = stopped_after(goal.bar(complete, ()), trial)
    misses = [goal.score(trial[:k], ()).violation > 0 for k in (1, 2)]
    assert after == ((misses.index(True) + 1) if kept and any(misses) else 0)


@given(st.lists(priced, min_size=10, max_size=12), priced)
def test_a_front_breaks_nothing_off(complete, trial):
    assert stopped_after(ParetoFront().bar(complete, complete[0]), trial) == 0
