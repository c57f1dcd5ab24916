"""Every sampler that is installed makes the same study, broken off or not."""

from __future__ import annotations

from functools import partial
from importlib.util import find_spec

import pytest

from idlab.errors import BadInput
from idlab.tune import Method, MostRecall, ParetoFront, WorstWorld, tune, worlds_of
from idlab.tune.samplers import SAMPLERS, TOLD
from tests.tune.test_holdout import again

INSTALLED = [name for name in SAMPLERS if name != "cmaes" or find_spec("cmaes")]


@pytest.fixture(scope="module")
def worlds(retail, default):
    return partial(worlds_of, retail, default, 1, again)


@pytest.mark.parametrize("sampler", [name for name in INSTALLED if name != "es"])
def test_a_study_broken_off_goes_on_as_if_nothing_had_been(sampler, worlds, default, tmp_path):
    method = Method(sampler=sampler)
    whole = tune(worlds, default, tmp_path / "whole", trials=16, method=method)
    tune(worlds, default, tmp_path / "parts", trials=12, method=method)
    parts = tune(worlds, default, tmp_path / "parts", trials=16, method=method)
    assert parts.report["course"] == whole.report["course"]
    assert parts.best == whole.best
    assert whole.report["sampler"].startswith(TOLD[sampler])
    assert len(set(whole.report["course"]["cost_per_1000"])) > 3


@pytest.mark.parametrize("sampler", ["es", "tpe"])
@pytest.mark.parametrize("goal", [ParetoFront(), MostRecall(0.5, 300), WorstWorld()])
def test_every_goal_can_be_searched_for(sampler, goal, worlds, default, baseline, tmp_path):
    method = Method(goal, sampler=sampler)
    done = tune(worlds, default, tmp_path, trials=4, others={"baseline": baseline}, method=method)
    assert done.report["trials"]["complete"] + done.report["trials"]["broken_off"] == 4
    assert done.report["objective"] == goal.document()
    best = next(one for one in done.report["finalists"] if one["trial"] == done.report["best"]["trial"])
    for one in done.report["finalists"]:
        assert (best["bounds_missed"], best["choice"]) <= (one["bounds_missed"], one["choice"])
    assert ("front" in done.report) == (goal.name == "pareto")


@pytest.mark.parametrize("goal", [ParetoFront(), MostRecall(0.5, 300)])
def test_cmaes_knows_one_value_and_no_bounds(goal):
    with pytest.raises(BadInput, match="cmaes knows one value and no bounds"):
        Method(goal, sampler="cmaes")


def test_a_sampler_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setattr("idlab.tune.samplers.find_spec", lambda _name: None)
    with pytest.raises(BadInput, match="needs the package cmaes; pip install cmaes"):
        Method(sampler="cmaes")


def test_an_unknown_sampler_is_refused():
    with pytest.raises(BadInput, match="'grid' is no sampler; valid are es, tpe, cmaes"):
        Method(sampler="grid")
