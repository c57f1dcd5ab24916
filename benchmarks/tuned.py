"""What tuning is worth on worlds that no study has seen, beside Splink, hindsight and the ceiling: the README's table.

Run with ``python -m benchmarks.tuned``, on a machine that is left alone; it takes about twenty minutes on two cores.

For every scenario weights are fitted and a study is made on worlds of that scenario; what it chose is judged once, on
a world of another seed. The variations at the end were in no study: what was tuned on their scenario has to do.
Everybody has the same fields and keys, and the same prices:

- Splink is trained by EM on the world itself, as it needs no labels; its threshold, and whether it blocks on names
  alone, are chosen on the tuning worlds. "By the truth" is the threshold that costs least on the very world.
- Hindsight is the same search on the very world, with three times the trials, from the same start and from what was
  tuned.
- "Tuned for reach" is the same study with wrong unions at 4 answers instead of 6.7, judged at the prices of everybody:
  the prices favour precision, B-cubed F1 weighs both alike.
- The ceiling is what perfect decisions could reach with the tuned config's keys.

B-cubed F1 stands in the table twice: of the identities as the stream left them, and once every pending link was
answered, which is the state that the cost prices, questions included. Splink asks nobody, so both are the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

import numpy as np
import typer

import synthetic
from benchmarks.scenarios import CONFIGS, percent, plain
from idlab.bench.splink_trained import ScoredPairs, trained_pairs
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation, enabled_keys, evaluate
from idlab.evaluate.difference import changes
from idlab.fit import fit
from idlab.metrics import Rate, cost, summarise
from idlab.metrics.arrays import Ints
from idlab.metrics.costs import DEFAULT_COSTS, Costs, answered
from idlab.metrics.history import Links, unsplit
from idlab.metrics.paired import Change
from idlab.tune import EncodedWorld, LeastCost, Method, Worlds, encoded, tune

VARIED = (("retail", ("dirty",)), ("household_telecom", ("restless",)))
"""Scenarios with variations, of which no study has seen a world."""

THRESHOLDS = tuple(float(one) for one in np.arange(-24.5, 15.1, 0.5))
"""Of Splink's match weight, in bits."""

REACHING = Costs(c_false=4.0)
"""The prices of the study that is tuned for reach."""

TEST = 901
"""The seed of the worlds that are judged; studies have 1 to 4."""

_COST, _F1, _MERGES = ("cost_per_1000", ""), ("bcubed", "f1"), ("merge", "precision")


class SplinkChoice(NamedTuple):
    """The config whose keys Splink blocks on, and the weight from which on it clusters."""

    config: ScoringConfig
    at: float


class Chosen(NamedTuple):
    """The fitted start of the studies of a scenario, and what they chose at the usual prices and for reach."""

    start: ScoringConfig
    tuned: ScoringConfig
    reaching: ScoringConfig


@dataclass(frozen=True)
class Bench:
    """The shipped configs and how large everything is.

    Args:
        interactions: Of every world.
        trials: Of every study; hindsight has three times as many.
    """

    interactions: int
    trials: int
    baseline: ScoringConfig = field(default_factory=lambda: ScoringConfig.load(CONFIGS / "baseline.json"))
    default: ScoringConfig = field(default_factory=lambda: ScoringConfig.load(CONFIGS / "default.json"))

    @cached_property
    def every_key(self) -> ScoringConfig:
        """The default config with all of its key rules on."""
        rules = tuple(rule.model_copy(update={"enabled": True}) for rule in self.default.keys)
        return self.default.model_copy(update={"keys": rules})

    def world(self, scenario: str, seed: int, like: Sequence[str] = ()) -> Dataset:
        """A world."""
        return synthetic.generate(scenario, self.interactions, seed, like=like).dataset

    def tuned(self, scenario: str) -> Chosen:
        """What studies on worlds of a scenario chose."""
        first, second, third, fourth = (self.world(scenario, seed) for seed in range(1, 5))
        start = fit(first, self.every_key, "labels").config
        worlds = Worlds((first, second), (third,), (fourth,), {"how": "given"})
        others = {"default": self.default}
        tuned, reaching = (
            searched(worlds, start, self.trials, others, costs) for costs in (DEFAULT_COSTS, REACHING)
        )
        return Chosen(start, tuned, reaching)

    def splink(self, scenario: str) -> SplinkChoice:
        """The keys and the threshold with which Splink costs least on the worlds of the study."""
        tried = []
        for config in (self.every_key, self.default):
            worlds = [encoded(self.world(scenario, seed), config) for seed in (1, 2)]
            pairs = [trained_pairs(world.tape, config) for world in worlds]
            for at in THRESHOLDS:
                costs = [clustered_cost(world, one, at) for world, one in zip(worlds, pairs, strict=True)]
                tried.append((float(np.mean(costs)), at, config))
        _, at, config = min(tried, key=lambda one: one[:2])
        return SplinkChoice(config, at)


def searched(
    worlds: Worlds,
    start: ScoringConfig,
    trials: int,
    others: dict[str, ScoringConfig],
    costs: Costs = DEFAULT_COSTS,
) -> ScoringConfig:
    """What a study chooses."""
    method = Method(goal=LeastCost(costs))
    with TemporaryDirectory() as folder:
        return tune(
            lambda _used: worlds, start, Path(folder) / "study", trials=trials, others=others, method=method
        ).best


def clustered_cost(world: EncodedWorld, pairs: ScoredPairs, at: float) -> float:
    """What Splink's clusters cost per 1,000 interactions; it asks nobody."""
    none = np.zeros(0, dtype=np.int64)
    clusters = pairs.clusters(world.person.size, at)
    nobody = np.zeros(world.person.size, dtype=np.bool_)
    return cost(world.person, clusters, Links(none, none, none), nobody, DEFAULT_COSTS).per_1000 or 0.0


def clustered(beside: Evaluation, pairs: ScoredPairs, at: float) -> Evaluation:
    """Splink's clusters of a world, as an evaluation that can be compared with another one of that world."""
    return _ended_in(beside, pairs.clusters(beside.person.size, at))


class Judged(NamedTuple):
    """What everybody did on one world.

    Args:
        world: What it is called.
        ours: The evaluations of baseline, default, tuned, tuned for reach and hindsight, by these names.
        splink, by_truth: Splink's clusters.
    """

    world: str
    ours: dict[str, Evaluation]
    splink: Evaluation
    by_truth: Evaluation

    def against(self, other: Evaluation, name: str = "tuned") -> dict[tuple[str, str], Change]:
        """The paired differences of one of ours to another evaluation."""
        return changes(other, self.ours[name])

    def savings(self) -> tuple[float, float]:
        """What tuned and hindsight save, as shares of the baseline's cost."""
        base, tuned, best = (_cost(self.ours[name]) for name in ("baseline", "tuned", "hindsight"))
        return (base - tuned) / base, (base - best) / base

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The rows of the table."""
        for name, found in self.ours.items():
            ends = (percent(one.numbers["bcubed"]["f1"]) for one in (found, _answered(found)))
            merges = percent(found.numbers["merge"]["precision"])
            yield self.world, name, plain(found.numbers["cost_per_1000"]), *ends, merges
        for name, found in (("Splink", self.splink), ("Splink, by the truth", self.by_truth)):
            f1 = percent(found.numbers["bcubed"]["f1"])
            yield self.world, name, plain(found.numbers["cost_per_1000"]), f1, f1, ""
        ceiling = self.ours["tuned"].numbers["ceiling"]
        yield self.world, "ceiling", plain(ceiling["cost_per_1000"]), *([percent(ceiling["f1"])] * 2), ""


def judged(bench: Bench, scenario: str, like: Sequence[str], chosen: Chosen, choice: SplinkChoice) -> Judged:
    """Everybody on the world of a scenario that is kept for this."""
    data = bench.world(scenario, TEST, like)
    alone = Worlds((data,), (data,), (data,), {"how": "given"})
    best = searched(alone, chosen.start, 3 * bench.trials, {"tuned": chosen.tuned})
    named = {
        "baseline": bench.baseline,
        "default": bench.default,
        "tuned": chosen.tuned,
        "tuned for reach": chosen.reaching,
        "hindsight": best,
    }
    ours = {name: evaluate(data, config) for name, config in named.items()}
    world = encoded(data, choice.config)
    pairs = trained_pairs(world.tape, choice.config)
    truth = min(THRESHOLDS, key=lambda at: clustered_cost(world, pairs, at))
    reference = ours["tuned"]
    return Judged(
        " like ".join((scenario, *like)),
        ours,
        clustered(reference, pairs, choice.at),
        clustered(reference, pairs, truth),
    )


def _cost(found: Evaluation) -> float:
    return float(found.numbers["cost_per_1000"].value)


def _ended_in(found: Evaluation, identity: Ints) -> Evaluation:
    """The same interactions in other identities, with nobody asked."""
    history, keys = unsplit(identity), enabled_keys(found.replay)
    numbers = summarise(history, found.person, keys, costs=found.costs)
    return replace(found, history=history, numbers={**found.numbers, **numbers})


def _answered(found: Evaluation) -> Evaluation:
    """The identities once every open link was answered as the cost has it."""
    links = found.history.links
    return _ended_in(found, answered(found.person, found.history.identity, links, found.costs)[2])


def _verdict(one: Judged) -> str:
    """How tuned stands to the bars, in a line."""
    mine, best = one.savings()
    merges = one.against(one.ours["baseline"])[_MERGES].absolute
    parts = [f"{one.world}: saves {100 * mine:.1f} % of the baseline's cost, hindsight {100 * best:.1f} %"]
    if best > 0.05:
        parts.append(f"{100 * mine / best:.0f} % of hindsight's saving")
    parts.append(f"merges right against the baseline {_points(merges)}")
    for ours in ("tuned", "tuned for reach"):
        for name, other in (("Splink", one.splink), ("Splink by the truth", one.by_truth)):
            found = one.against(other, ours)
            moved = found[_COST].absolute
            parts.append(
                f"{ours} against {name}: cost {moved.value:+.1f} ({moved.low:+.1f} to {moved.high:+.1f}), "
                f"B-cubed F1 {_points(found[_F1].absolute)}"
            )
    return "; ".join(parts)


def _points(rate: Rate) -> str:
    value, low, high = (100 * (end or 0.0) for end in rate)
    return f"{value:+.2f} points ({low:+.2f} to {high:+.2f})"


def main(interactions: int = 20_000, trials: int = 300, only: str = "") -> None:
    """Print the table in Markdown, and on standard error how tuned stands to the bars."""
    bench = Bench(interactions, trials)
    print("| world | config | cost per 1,000 | B-cubed F1, % | once answered, % | merges right, % |")
    print("|---|---|--:|--:|--:|--:|")
    for scenario in [only] if only else synthetic.scenario_names():
        began = perf_counter()
        chosen, choice = bench.tuned(scenario), bench.splink(scenario)
        for like in ((), *(like for name, like in VARIED if name == scenario)):
            found = judged(bench, scenario, like, chosen, choice)
            for row in found.rows():
                print(f"| {' | '.join(row)} |", flush=True)
            print(_verdict(found), file=sys.stderr, flush=True)
        took = perf_counter() - began
        print(f"({scenario}: {took:.0f} s, Splink from {choice.at:g} bits on)", file=sys.stderr, flush=True)


if __name__ == "__main__":
    typer.run(main)
