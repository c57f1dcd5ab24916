"""A study that is killed at a random moment and goes on ends with as many trials, and nothing is lost."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from idlab.tune import Method, tune, worlds_of
from tests.tune.test_holdout import again

PROJECT = Path(__file__).resolve().parents[2]
TRIALS = 16

STUDY = """
import sys
from functools import partial
import synthetic
from idlab.config import ScoringConfig
from idlab.tune import Method, tune, worlds_of
from tests.tune.test_holdout import again

if __name__ == "__main__":
    default = ScoringConfig.load("configs/default.json")
    retail = synthetic.generate("retail", 400, 3).dataset
    method = Method(workers=int(sys.argv[2]))
    tune(partial(worlds_of, retail, default, 1, again), default, sys.argv[1], trials=int(sys.argv[3]), method=method)
"""


def lines(journal):
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def killed_at_random(folder, workers, chance):
    """A study on disk whose process was killed when it had made some trials, somewhere in the next one."""
    command = [sys.executable, "-c", STUDY, str(folder), str(workers), str(TRIALS)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE) as process:
        wanted = chance.randint(4, TRIALS)
        while process.poll() is None and lines(folder / "journal.log") < wanted:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.05))  # into the middle of a trial, or of a line
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=300)  # at its end when every process that inherited the pipe has ended


def course(study):
    return study.report["course"]["cost_per_1000"]


def check_goes_on(folder, workers, chance, retail, default):
    killed_at_random(folder, workers, chance)
    before = lines(folder / "journal.log")
    worlds = partial(worlds_of, retail, default, 1, again)
    method = Method(workers=workers)
    short = tune(worlds, default, folder, trials=1, method=method)
    made = course(short)
    assert before - 3 <= len(made) <= before
    done = tune(worlds, default, folder, trials=TRIALS, method=method)
    assert len(course(done)) == TRIALS
    assert course(done)[: len(made)] == made
    assert done.report["trials"]["complete"] == TRIALS
    assert min(course(done)) <= min(made)
    return done


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_study_goes_on_as_if_nothing_had_been(retail, default, tmp_path):
    done = check_goes_on(tmp_path / "killed", 1, random.Random(1), retail, default)
    whole = tune(partial(worlds_of, retail, default, 1, again), default, tmp_path / "whole", trials=TRIALS)
    assert course(done) == course(whole)
    assert done.best == whole.best


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("seed", range(4))
def test_a_killed_study_of_several_processes_loses_no_trial_and_leaves_no_process(
    seed, retail, default, tmp_path
):
    check_goes_on(tmp_path / "killed", 2, random.Random(seed), retail, default)


@pytest.mark.slow
def test_two_processes_make_the_same_study_twice_whoever_is_done_first(retail, default, tmp_path):
    worlds = partial(worlds_of, retail, default, 1, again)
    method = Method(workers=2)
    one, other = (
        tune(worlds, default, tmp_path / name, trials=TRIALS, method=method) for name in ("one", "other")
    )
    assert course(one) == course(other)
    assert one.best == other.best
