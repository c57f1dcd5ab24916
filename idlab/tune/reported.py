"""What a study says about the config that it ends with, on all of its worlds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation
from idlab.metrics.intervals import Rate
from idlab.tune.expected import expectations
from idlab.tune.holdout import Worlds
from idlab.tune.measured import COST, mean
from idlab.tune.search import worlds_of
from idlab.tune.trials import Progress, Trials

BEST_NAME = "tuned"
"""The name of the config that a study ends with."""

Judge = Callable[[Dataset, ScoringConfig], Evaluation]


def reported(
    best: ScoringConfig,
    beside: Mapping[str, ScoringConfig],
    worlds: Worlds,
    judge: Judge,
    used: int,
    progress: Progress,
) -> dict[str, Any]:
    """The cost of the best config on all worlds, and everything that the hold-out worlds say.

    Args:
        best: The config that the study ends with.
        beside: Further configs by name, reported on the hold-out worlds as well.
        worlds: The study's.
        judge: Evaluates a config on a dataset.
        used: How often this study was reported on hold-out worlds before.
        progress: Told what is being done.

    Returns:
        ``cost_per_1000``, ``optimism`` (the mean cost on the tuning worlds less that on the hold-out worlds),
        ``worlds``, ``hold_out`` and ``expected``, as in ``study.json``.
    """
    progress("measuring on the tuning and choice worlds")
    tuning = [_told_rate(judge(world, best).numbers[COST]) for world in worlds.tuning]
    choice = [_told_rate(judge(world, best).numbers[COST]) for world in worlds.choices]
    progress("reporting on the hold-out world")
    found = [judge(world, best) for world in worlds.hold_outs]
    channels = worlds.hold_out.table["channel"].take(worlds.hold_out.order).to_pylist()
    numbers = [
        _numbers(one, beside, world, judge) for one, world in zip(found, worlds.hold_outs, strict=True)
    ]
    hold_out = [_told_rate(one.numbers[COST]) for one in found]
    return {
        "cost_per_1000": {"tuning": tuning, "choice": choice[0], "hold_out": hold_out[0]},
        "optimism": _mean_value(tuning) - _mean_value(hold_out),
        "worlds": {
            "origin": dict(worlds.origin),
            "tuning": [told_world(world) for world in worlds.tuning],
            "choice": told_world(worlds.choice),
            "hold_out": told_world(worlds.hold_out),
            "further_choices": [told_world(world) for world in worlds.choices[1:]],
        },
        "hold_out": {
            "reports_before": used,
            "fresh": used == 0 or worlds.origin["how"] == "generated",
            "knowledge": str(found[0].knowledge),
            "numbers": numbers[0],
            "further": [
                {**told_world(world), "numbers": one}
                for world, one in zip(worlds.hold_outs[1:], numbers[1:], strict=True)
            ],
        },
        "expected": expectations(found[0].replay, channels, best),
    }


def told_course(trials: Trials) -> dict[str, Any]:
    """How the search went, as JSON: of every trial the mean cost over the worlds it met, and whether it met all."""
    complete = {trial.number for trial in trials.complete}
    return {
        "cost_per_1000": [mean(worlds_of(trial), COST) for trial in trials.finished],
        "complete": [trial.number in complete for trial in trials.finished],
    }


def told_world(world: Dataset) -> dict[str, Any]:
    """A world as JSON."""
    return {"dataset_digest": world.digest, "interactions": len(world), "seed": world.manifest.seed}


def _numbers(
    found: Evaluation, beside: Mapping[str, ScoringConfig], world: Dataset, judge: Judge
) -> dict[str, Any]:
    distinct = {config.digest: config for config in beside.values()}
    judged = {digest: judge(world, config) for digest, config in distinct.items()}
    every = {BEST_NAME: found} | {name: judged[config.digest] for name, config in beside.items()}
    return {name: json.loads(one.to_json()) for name, one in every.items()}


def _told_rate(rate: Rate) -> dict[str, Any]:
    return dict(rate._asdict())


def _mean_value(rates: Sequence[Mapping[str, Any]]) -> float:
    return float(sum(rate["value"] for rate in rates) / len(rates))
