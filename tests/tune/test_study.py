"""A study: the same seed gives the same best config, broken off or not; what it writes belongs together."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from optuna.trial import FixedTrial, FrozenTrial

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.evaluate import evaluate
from idlab.tune import Method, SpaceRules, read_study, search, tune, workers, worlds_of
from idlab.tune.search import config_of
from idlab.tune.space import SearchSpace, renamed
from idlab.tune.storage import open_study
from idlab.tune.trials import Trials
from tests.tune.test_holdout import again
from tests.tune.test_space import edited

PROJECT = Path(__file__).resolve().parents[2]
TRIALS = 14
"""So many that proposals depend on what the trials before them cost."""


@pytest.fixture(scope="module")
def worlds(retail, default):
    return partial(worlds_of, retail, default, 1, again)


@pytest.fixture(scope="module")
def others(default, baseline):
    return {"baseline": baseline, "default": default, "calm": edited(default, decide={"margin": 1.0})}


@pytest.fixture(scope="module")
def study(worlds, default, others, tmp_path_factory):
    return tune(worlds, default, tmp_path_factory.mktemp("study"), trials=TRIALS, others=others)


def trials_in(folder, report):
    """The finished trials of a study, read from its journal."""
    purpose = ("seed", "base", "starts", "tuning_worlds", "objective", "space", "costs", "engine")
    about = {name: report[name] for name in purpose} | {"sampler": "es"}
    return Trials(open_study(None, folder / "journal.log", about, ("cost per 1,000",))).finished


def trial_costs(folder, report):
    return [(trial.number, trial.values[0], trial.params) for trial in trials_in(folder, report)]


def test_the_folder_holds_the_best_config_and_how_it_was_found(study, record_property):
    best, report = read_study(study.folder)
    assert best == study.best
    assert {path.name for path in study.folder.iterdir()} == {"best.json", "study.json", "journal.log"}
    assert report["trials"] == {
        "wanted": TRIALS,
        "complete": TRIALS,
        "broken_off": 0,
        "interrupted": False,
    }
    assert report == json.loads(json.dumps(study.report))
    costs = {name: one["cost_per_1000"]["value"] for name, one in report["hold_out"]["numbers"].items()}
    record_property("cost_per_1000", costs)


def test_the_first_trials_are_the_baseline_and_then_each_other_config_once(study, default, baseline):
    assert list(study.report["starts"]) == ["baseline", "base", "calm"]
    trials = trials_in(study.folder, study.report)
    assert trials[0].params == {}
    assert config_of(study.space, trials[0]) == renamed(baseline, "tuned")
    assert trials[1].params == study.space.parameters_of(default)
    assert trials[2].params["decide/margin"] == 1.0


def test_what_production_runs_is_trial_1_also_where_it_is_outside_the_space(
    worlds, default, baseline, tmp_path
):
    document = json.loads(default.to_json())
    del document["keys"][-1]
    outside = ScoringConfig.parse(document | {"name": "live"})
    others = {"baseline": baseline, "production": outside}
    done = tune(worlds, default, tmp_path, trials=4, others=others)
    assert list(done.report["starts"]) == ["baseline", "production", "base"]
    trials = trials_in(tmp_path, done.report)
    assert [bool(trial.params) for trial in trials] == [False, False, True, True]
    for trial, config in zip(trials, (baseline, outside), strict=False):
        wanted = evaluate(worlds(0).tuning[0], config).numbers["cost_per_1000"].value
        assert trial.values == [pytest.approx(wanted)]
    assert {0, 1, 2} <= {one["trial"] for one in done.report["finalists"]}


def test_a_config_outside_the_space_is_chosen_where_it_is_the_best(worlds, default, tmp_path):
    dear = edited(default, decide={"merge_at": 0.999, "pending_at": 0.998}, model={"prior": -30.0})
    everything_pinned = Method(rules=SpaceRules(rest="pinned", open={"decide/margin": [2, 4]}))
    done = tune(worlds, dear, tmp_path, trials=4, others={"good": default}, method=everything_pinned)
    assert done.report["best"]["origin"] == "good"
    assert done.best == renamed(default, "tuned")
    assert read_study(tmp_path)[0] == done.best


def test_trials_give_the_best_config_again(study, default):
    assert isinstance(study.trial, FrozenTrial)
    assert study.space.suggest(study.trial) == study.best
    assert study.space.suggest(FixedTrial(study.report["best"]["parameters"])) == study.best
    assert study.best.name == "tuned"


def test_the_best_of_the_finalists_on_the_choice_world_was_chosen(study):
    finalists = study.report["finalists"]
    assert (
        study.report["best"]["trial"]
        == min(finalists, key=lambda one: (one["choice"], one["trial"]))["trial"]
    )
    assert {0, 1, 2} <= {one["trial"] for one in finalists}


def test_the_report_says_what_evaluation_says(study, worlds, baseline):
    drawn = worlds(0)
    numbers = study.report["hold_out"]["numbers"]
    for name, config in (("tuned", study.best), ("baseline", baseline)):
        assert numbers[name] == json.loads(evaluate(drawn.hold_out, config, seed=1).to_json())
    cost = study.report["cost_per_1000"]
    assert cost["hold_out"] == numbers["tuned"]["cost_per_1000"]
    assert study.report["optimism"] == cost["tuning"][0]["value"] - cost["hold_out"]["value"]
    assert study.report["hold_out"]["reports_before"] == 0
    assert study.report["hold_out"]["fresh"]


def test_expected_shares_sum_to_one_over_all_interactions(study):
    outcomes, levels = study.report["expected"]["outcomes"], study.report["expected"]["levels"]
    assert sum(one["interactions"] for one in outcomes.values()) == 400
    for one in outcomes.values():
        assert sum(one["shares"].values()) == pytest.approx(1)
    for field in study.best.fields:
        assert levels[field.name]["compared"] == 0 or sum(
            levels[field.name]["shares"].values()
        ) == pytest.approx(1)
        assert set(levels[field.name]["shares"]) <= {level.name for level in field.levels}


def test_the_same_seed_gives_the_same_best_bit_for_bit(study, worlds, default, others, tmp_path):
    tune(worlds, default, tmp_path, trials=TRIALS, others=others)
    for name in ("best.json", "study.json"):
        assert (tmp_path / name).read_bytes() == (study.folder / name).read_bytes()


def test_another_seed_makes_other_trials(study, worlds, default, others, tmp_path):
    other = tune(worlds, default, tmp_path, trials=5, seed=2, others=others)
    mine, theirs = trial_costs(study.folder, study.report)[:5], trial_costs(other.folder, other.report)
    assert [one[2] for one in mine[:3]] == [one[2] for one in theirs[:3]]
    assert mine[3][2] != theirs[3][2]


@pytest.mark.parametrize("broken_off_at", [1, 4, 12])
def test_a_study_broken_off_goes_on_as_if_nothing_had_been(
    broken_off_at, study, worlds, default, others, tmp_path, monkeypatch
):
    made = interrupting(monkeypatch, broken_off_at)
    broken = tune(worlds, default, tmp_path, trials=TRIALS, others=others)
    assert broken.report["trials"] == {
        "wanted": TRIALS,
        "complete": broken_off_at,
        "broken_off": 0,
        "interrupted": True,
    }
    done = tune(worlds, default, tmp_path, trials=TRIALS, others=others)
    assert len(made) == TRIALS + 1
    assert trial_costs(tmp_path, done.report) == trial_costs(study.folder, study.report)
    assert done.best == study.best
    assert done.report["hold_out"]["reports_before"] == 1
    assert done.report["worlds"]["hold_out"] != study.report["worlds"]["hold_out"]


def interrupting(monkeypatch, at):
    """Ctrl-C in the middle of trial number ``at``, once."""
    made, whole = [], search.measured

    def break_off(*arguments):
        made.append(arguments)
        if len(made) == at + 1:
            raise KeyboardInterrupt
        return whole(*arguments)

    for module in (search, workers):
        monkeypatch.setattr(module, "measured", break_off)
    return made


def test_a_kill_before_any_trial_leaves_nothing_to_report(worlds, default, tmp_path, monkeypatch):
    interrupting(monkeypatch, 0)
    with pytest.raises(KeyboardInterrupt):
        tune(worlds, default, tmp_path, trials=3)
    with pytest.raises(BadInput, match="no finished study here; finish it with idlab tune"):
        read_study(tmp_path)


def test_a_line_cut_short_by_a_kill_is_made_again(study, worlds, default, others, tmp_path):
    tune(worlds, default, tmp_path, trials=5, others=others)
    journal = tmp_path / "journal.log"
    journal.write_bytes(journal.read_bytes()[:-40])
    done = tune(worlds, default, tmp_path, trials=TRIALS, others=others)
    assert trial_costs(tmp_path, done.report) == trial_costs(study.folder, study.report)


KILLED = """
import os, signal, sys
from functools import partial
from pathlib import Path
import synthetic
from idlab.config import ScoringConfig
from idlab.tune import tune, worlds_of
from tests.tune.test_holdout import again

synced, whole = [], os.fsync

def kill(descriptor):
    whole(descriptor)
    synced.append(descriptor)
    if len(synced) == 7:
        os.kill(os.getpid(), signal.SIGKILL)

os.fsync = kill
default = ScoringConfig.load("configs/default.json")
retail = synthetic.generate("retail", 400, 3).dataset
tune(partial(worlds_of, retail, default, 1, again), default, sys.argv[1], trials=14)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_kill_in_the_middle_of_writing_neither_locks_nor_loses_the_study(worlds, default, tmp_path):
    whole, killed = (tmp_path / name for name in ("whole", "killed"))
    done = subprocess.run([sys.executable, "-c", KILLED, str(killed)], cwd=PROJECT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert {path.name for path in killed.iterdir()} == {"journal.log"}
    for folder in (whole, killed):
        tune(worlds, default, folder, trials=TRIALS)
    for name in ("best.json", "study.json"):
        assert (killed / name).read_bytes() == (whole / name).read_bytes()


def test_a_parted_dataset_reported_on_twice_says_so(retail, default, tmp_path):
    parted = lambda used: worlds_of(retail, default, 1, used=used)
    first = tune(parted, default, tmp_path, trials=2)
    second = tune(parted, default, tmp_path, trials=3)
    assert first.report["hold_out"]["fresh"]
    assert second.report["hold_out"]["reports_before"] == 1
    assert not second.report["hold_out"]["fresh"]


def test_a_folder_of_another_study_is_refused(study, worlds, default, others):
    with pytest.raises(BadInput, match="made with another seed"):
        tune(worlds, default, study.folder, trials=TRIALS, seed=7, others=others)
    with pytest.raises(BadInput, match="made with another base, starts"):
        tune(worlds, others["calm"], study.folder, trials=TRIALS)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("journal.log", "no journal\n", "journal.log: is not a journal that can be read"),
        ("study.json", "{", "study.json: is no JSON"),
        ("study.json", "{}", "study.json: is no report of schema idlab.study/1"),
    ],
)
def test_a_damaged_folder_is_refused(name, text, message, worlds, default, tmp_path):
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=message):
        tune(worlds, default, tmp_path, trials=2)


def test_a_best_config_changed_by_hand_is_not_the_one_reported_on(study, tmp_path):
    for name in ("best.json", "study.json"):
        (tmp_path / name).write_bytes((study.folder / name).read_bytes())
    changed = edited(study.best, model={"prior": -3.5})
    (tmp_path / "best.json").write_text(changed.to_json())
    with pytest.raises(BadInput, match=r"is not the config that study\.json is about"):
        read_study(tmp_path)


def test_no_trials_and_no_study(worlds, default, tmp_path):
    with pytest.raises(BadInput, match="got 0 trials"):
        tune(worlds, default, tmp_path, trials=0)
    with pytest.raises(BadInput, match="make one with idlab tune"):
        read_study(tmp_path)


def test_a_base_of_another_model_is_refused(worlds, baseline, tmp_path):
    with pytest.raises(BadInput, match="no search space"):
        tune(worlds, baseline, tmp_path, trials=2)
    assert not list(tmp_path.iterdir())


def test_the_space_of_a_study_holds_its_starts(study, others):
    assert isinstance(study.space, SearchSpace)
    assert study.space.holds(others["calm"]) and not study.space.holds(others["baseline"])
    assert study.space.parameters_of(others["calm"])["decide/margin"] == 1.0
