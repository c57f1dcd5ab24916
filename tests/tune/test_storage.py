"""Trials in other storages than the folder's journal, and several machines on one study."""

from __future__ import annotations

import json
from functools import partial

import optuna
import pytest

from idlab.errors import BadInput
from idlab.tune import LeastCost, Method, ParetoFront, assist, tune, worlds_of
from idlab.tune.trials import MACHINE, Trials
from tests.tune.test_holdout import again

TRIALS = 6


@pytest.fixture(scope="module")
def worlds(retail, default):
    return partial(worlds_of, retail, default, 1, again)


@pytest.fixture(scope="module")
def wanted(worlds, default, baseline, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    return tune(worlds, default, folder, trials=TRIALS, others={"baseline": baseline})


@pytest.mark.parametrize("place", ["sqlite:///{}/trials.db", "{}/trials.log"])
def test_another_storage_gives_the_same_study(place, worlds, default, baseline, wanted, tmp_path):
    method = Method(storage=place.format(tmp_path))
    others = {"baseline": baseline}
    tune(worlds, default, tmp_path / "study", trials=3, others=others, method=method)
    done = tune(worlds, default, tmp_path / "study", trials=TRIALS, others=others, method=method)
    assert not (tmp_path / "study" / "journal.log").exists()
    assert done.best == wanted.best
    assert done.report["course"] == wanted.report["course"]
    assert done.report["hold_out"]["reports_before"] == 1


def test_one_database_holds_several_studies_named_for_a_dashboard(worlds, default, tmp_path):
    url = f"sqlite:///{tmp_path}/trials.db"
    for goal in (LeastCost(), ParetoFront()):
        tune(worlds, default, tmp_path / goal.name, trials=2, method=Method(goal, storage=url))
    summaries = optuna.get_all_study_summaries(url)
    studies = [optuna.load_study(storage=url, study_name=one.study_name) for one in summaries]
    assert [study.metric_names for study in studies] == [list(LeastCost.values), list(ParetoFront.values)]
    for study in studies:
        assert set(study.directions) == {optuna.study.StudyDirection.MINIMIZE}
        assert [trial.state.name for trial in study.trials] == ["COMPLETE"] * 2


def test_another_machine_makes_trials_of_its_own(worlds, default, wanted, tmp_path):
    storage = str(tmp_path / "trials.log")
    tune(worlds, default, tmp_path / "study", trials=3, method=Method(storage=storage))
    made = assist(worlds, default, trials=7, method=Method(storage=storage, machine=2))
    assert made == 7
    done = tune(worlds, default, tmp_path / "study", trials=8, method=Method(storage=storage))
    assert done.report["trials"]["complete"] == 8
    study = optuna.load_study(
        storage=optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(storage)),
        study_name="idlab",
    )
    assert [trial.user_attrs[MACHINE] for trial in study.trials] == [0, 0, 0, 2, 2, 2, 2, 0]
    tried = [json.dumps(trial.params, sort_keys=True) for trial in study.trials]
    assert len(set(tried[1:])) == 7


def test_a_machine_cannot_assist_before_the_study_has_begun(worlds, default, tmp_path):
    method = Method(storage=str(tmp_path / "trials.log"), machine=1)
    with pytest.raises(BadInput, match="the study has not begun; begin it on machine 0"):
        assist(worlds, default, trials=3, method=method)


@pytest.mark.parametrize("method", [Method(machine=1), Method(storage="trials.log")])
def test_assisting_needs_a_storage_and_a_number(method, worlds, default):
    with pytest.raises(BadInput, match="this machine cannot assist; name the storage"):
        assist(worlds, default, trials=3, method=method)


def test_two_processes_under_one_number_are_found_out():
    study = optuna.create_study()
    one, other = Trials(study, 1), Trials(study, 1)
    made = lambda: optuna.trial.create_trial(value=1.0)
    assert one.add(made()) == []
    with pytest.raises(BadInput, match="another process works on this study as machine 1"):
        other.add(made())


def test_what_other_machines_add_is_told():
    study = optuna.create_study()
    one, other = Trials(study, 1), Trials(study, 2)
    one.add(optuna.trial.create_trial(value=1.0))
    assert [trial.value for trial in other.add(optuna.trial.create_trial(value=2.0))] == [1.0]
    assert len(other.finished) == 2


@pytest.mark.parametrize(
    "url", ["sqlite:////no/such/folder/of/secret.db", "nosuchdb://user:secret@host/db", "mysql+x://secret"]
)
def test_a_storage_that_cannot_be_opened_is_refused_without_its_url(url, worlds, default, tmp_path):
    with pytest.raises(BadInput, match="--storage: the storage cannot be opened") as refused:
        tune(worlds, default, tmp_path, trials=2, method=Method(storage=url))
    assert "secret" not in str(refused.value)
