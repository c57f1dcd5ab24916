"""Which sampler finds the better config: the evolution strategy, TPE and CMA-ES on studies of ours.

Run with ``python -m benchmarks.samplers``; it takes about half an hour. Every sampler gets the same worlds, the same
start and the same number of trials. It prints one line of JSON for each and for a quarter, half and all of the trials:
the mean over seeds of the least cost on the tuning worlds and of what the same config costs on fresh worlds, both as
shares of the start's cost there, and the seconds that the whole study takes. ``cmaes`` is left out where that package is
not installed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

import typer

import synthetic
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.tune import LeastCost, SearchSpace, mean_cost
from idlab.tune.proposals import Proposals
from idlab.tune.samplers import SAMPLERS
from idlab.tune.search import Search
from idlab.tune.seeds import seed_for
from idlab.tune.storage import open_study
from idlab.tune.tapes import Tapes
from idlab.tune.trials import SILENCE, Trials, quiet_optuna

CONFIGS = Path(__file__).resolve().parents[1] / "configs"


class Course(NamedTuple):
    """What one study came to, after so many trials.

    Args:
        tuned: The least cost on the tuning worlds, as a share of the start's.
        fresh: What the same config costs on fresh worlds, as a share of the start's.
        seconds: How long the whole search took.
    """

    tuned: float
    fresh: float
    seconds: float


def worlds(what: str, scenarios: str, interactions: int, seed: int) -> list[Dataset]:
    """A world of each scenario."""
    return [
        synthetic.generate(name, interactions, seed_for(what, name, seed)).dataset
        for name in scenarios.split(",")
    ]


def courses(
    sampler: str, seed: int, base: ScoringConfig, tapes: Tapes, fresh: Tapes, numbers: Sequence[int]
) -> list[Course]:
    """One study, looked at after so many trials; without choosing among finalists."""
    goal = LeastCost()
    space = SearchSpace(base)
    with TemporaryDirectory() as folder:
        kept = Trials(open_study(None, Path(folder) / "journal.log", {"benchmark": sampler}, goal.values))
        proposals = Proposals(sampler, seed, len(goal.values), space.parameters_of(base))
        begun = perf_counter()
        Search(space, goal, tapes, kept, proposals, SILENCE).run([base], numbers[-1], workers=1)
        seconds = perf_counter() - begun
    start = mean_cost(fresh.worlds, base)
    found = []
    for number in numbers:
        best = min(kept.complete, key=lambda one: (one.number >= number, one.values[0], one.number))
        cost = mean_cost(fresh.worlds, space.suggest(best))
        found.append(Course(best.values[0] / kept.finished[0].values[0], cost / start, seconds))
    return found


def main(
    scenarios: str = "retail,household_telecom",
    interactions: int = 20_000,
    trials: int = 300,
    seeds: int = 4,
    samplers: str = ",".join(SAMPLERS),
) -> None:
    """Compare and print."""
    base = ScoringConfig.load(CONFIGS / "default.json")
    numbers = [trials // 4, trials // 2, trials]
    there = [name for name in samplers.split(",") if name != "cmaes" or find_spec("cmaes")]
    found: dict[str, list[list[Course]]] = {name: [] for name in there}
    with quiet_optuna():
        for seed in range(seeds):
            tapes = Tapes(worlds("tuning", scenarios, interactions, seed), base)
            fresh = Tapes(worlds("fresh", scenarios, interactions, seed), base)
            for name in there:
                found[name].append(courses(name, seed, base, tapes, fresh, numbers))
    for name, studies in found.items():
        for number, alike in zip(numbers, zip(*studies, strict=True), strict=True):
            means = {what: round(mean(getattr(one, what) for one in alike), 4) for what in Course._fields}
            print(json.dumps({"sampler": name, "trials": number, **means}))


if __name__ == "__main__":
    typer.run(main)
