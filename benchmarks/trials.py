"""How fast a study tries configs, and what a second process brings, in one run on this machine.

Run with ``python -m benchmarks.trials``; it takes about ten minutes, and the machine should have nothing else to do.
It prints one JSON object:

- ``study_s``: seconds for a whole search of 300 trials over 4 worlds of 50,000 interactions with two processes,
  encoded worlds to last trial, trials broken off early as in any study; ``study_share_of_5_minutes`` is the same as a
  share of 300 s;
- ``one_per_s``, ``two_per_s``: trials a second on 4 worlds of 100,000 interactions with one process and with two, every
  trial on all worlds, the median of three turns each; ``ratio``: the second over the first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import typer

import synthetic
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.tune import Goal, LeastCost, ParetoFront, SearchSpace
from idlab.tune.proposals import Proposals
from idlab.tune.search import Search
from idlab.tune.seeds import seed_for
from idlab.tune.storage import open_study
from idlab.tune.tapes import Tapes
from idlab.tune.trials import SILENCE, Trials, quiet_optuna
from idlab.tune.workers import workers_for

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
SCENARIOS = ("retail", "household_telecom")
TURNS = 3


def four_worlds(interactions: int) -> list[Dataset]:
    """Two worlds of two scenarios each."""
    return [
        synthetic.generate(name, interactions, seed_for("benchmark", name, place)).dataset
        for place in range(2)
        for name in SCENARIOS
    ]


def search_in(folder: str, tapes: Tapes, base: ScoringConfig, goal: Goal) -> Search:
    """A search that keeps its trials in a folder."""
    study = open_study(None, Path(folder) / "journal.log", {"benchmark": goal.name}, goal.values)
    proposals = Proposals("es", 1, len(goal.values), {})
    return Search(SearchSpace(base, name="tuned"), goal, tapes, Trials(study), proposals, SILENCE)


def seconds_of_study(base: ScoringConfig, interactions: int, trials: int) -> tuple[float, float]:
    """How long a whole search takes with two processes, and how long encoding its worlds before."""
    worlds = four_worlds(interactions)
    begun = perf_counter()
    tapes = Tapes(worlds, base)
    encoded = perf_counter() - begun
    with TemporaryDirectory() as folder:
        search_in(folder, tapes, base, LeastCost()).run([base], trials, workers=2)
    return perf_counter() - begun, encoded


def trials_per_second(tapes: Tapes, base: ScoringConfig, workers: int, trials: int) -> float:
    """So many trials, each on all worlds, once every process has tried one."""
    goal = ParetoFront()
    with TemporaryDirectory() as folder:
        search = search_in(folder, tapes, base, goal)
        search.run([base], 1, workers=1)
        with workers_for(workers, tapes.worlds, goal) as crew:
            warm = 1 + 2 * crew.window
            search.go_on(crew, warm)
            begun = perf_counter()
            search.go_on(crew, warm + trials)
            return trials / (perf_counter() - begun)


def main(
    study_interactions: int = 50_000,
    study_trials: int = 300,
    interactions: int = 100_000,
    trials: int = 60,
) -> None:
    """Measure and print one JSON object."""
    base = ScoringConfig.load(CONFIGS / "default.json")
    with quiet_optuna():
        whole, encoded = seconds_of_study(base, study_interactions, study_trials)
        tapes = Tapes(four_worlds(interactions), base)
        turns = [
            [trials_per_second(tapes, base, workers, trials) for workers in (1, 2)] for _ in range(TURNS)
        ]
    one, two = (_median(turns, place) for place in (0, 1))
    found = {
        "study_s": whole,
        "study_encode_s": encoded,
        "study_share_of_5_minutes": whole / 300,
        "one_per_s": one,
        "two_per_s": two,
        "ratio": two / one,
    }
    print(json.dumps({name: round(number, 3) for name, number in found.items()}))


def _median(turns: Sequence[Sequence[float]], place: int) -> float:
    return median(turn[place] for turn in turns)


if __name__ == "__main__":
    typer.run(main)
