"""A study: tuned on one world, chosen on a second, reported once on a third, and written as a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from optuna.trial import FrozenTrial

from idlab.bundle import write_whole
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Evaluation, evaluate
from idlab.metrics.costs import DEFAULT_COSTS, Costs, check_costs
from idlab.metrics.intervals import Rate
from idlab.tune.expected import expectations
from idlab.tune.holdout import Worlds
from idlab.tune.objective import EncodedWorld, Objective, encoded, mean_cost
from idlab.tune.space import SearchSpace
from idlab.tune.trials import JOURNAL, SILENCE, Progress, Trials, quiet_optuna
from idlab.version import __version__

SCHEMA = "idlab.study/1"
"""The version of ``study.json`` that this release writes and reads."""

BEST = "best.json"
STUDY = "study.json"
BEST_NAME = "tuned"
"""The name of the config that a study ends with."""

FINALISTS = 10
"""How many of the best trials enter the choice, beside the starts."""


@dataclass(frozen=True, eq=False)
class Study:
    """What a study found.

    Args:
        best: The scoring config that was chosen, as in ``best.json``.
        trial: The trial that proposed it; the study's space suggests ``best`` from it.
        space: The search space.
        report: Everything that ``study.json`` holds.
        folder: Where the study lies.
    """

    best: ScoringConfig
    trial: FrozenTrial
    space: SearchSpace
    report: Mapping[str, Any]
    folder: Path


class Finalist(NamedTuple):
    """A trial that entered the choice.

    Args:
        trial: The trial.
        config: What it proposed.
        tuning: Its cost on the tuning worlds.
        choice: Its cost on the choice world.
    """

    trial: FrozenTrial
    config: ScoringConfig
    tuning: float
    choice: float


def tune(
    worlds: Callable[[int], Worlds],
    base: ScoringConfig,
    out: Path | str,
    *,
    trials: int = 90,
    seed: int = 1,
    others: Mapping[str, ScoringConfig] | None = None,
    costs: Costs = DEFAULT_COSTS,
    progress: Progress = SILENCE,
) -> Study:
    """Tune a scoring config and write ``best.json``, ``study.json`` and the journal of all trials.

    Trials are proposed by ``EvolutionSampler``. The base is trial 0, and every other config that differs from
    it only in what the search may change is one of the first as well. The same worlds, configs and seed
    give the same best config bit for bit, whether the study was broken off in between or not.

    Args:
        worlds: Given how often this study was reported on a hold-out world before, what to tune, choose and
            report on; such as ``lambda used: worlds_of(dataset, base, seed, used=used)``.
        base: The config to start from.
        out: The study's folder. One that was begun with the same worlds, configs, costs and seed goes on.
        trials: How many trials there shall be in all.
        seed: Of the sampler.
        others: Further configs to report beside, by name: ``baseline``, ``default``, or what production runs.
        costs: The prices.
        progress: Told what is being done, and after every trial the least cost so far.

    Returns:
        The study. After an interruption (``KeyboardInterrupt``) it is about the trials made until then.

    Raises:
        BadInput: If the base has no search space, there is another study in the folder, nothing is known of
            the persons, or ``trials`` is below 1.
    """
    if trials < 1:
        raise BadInput(f"got {trials} trials", hint="ask for at least 1")
    check_costs(costs)
    beside = {"base": base, **(others or {})}
    starts = _starts(base, beside)
    folder = Path(out)
    used = _times_reported(folder)
    drawn = worlds(used)
    space = SearchSpace(base, starts=list(starts.values()), name=BEST_NAME)
    purpose = _purpose(space, starts, drawn, costs, seed)
    folder.mkdir(parents=True, exist_ok=True)
    with quiet_optuna():
        kept = Trials(folder, seed, purpose)
        tuning = [encoded(world, base, progress=progress) for world in drawn.tuning]
        parameters = [space.parameters_of(config) for config in starts.values()]
        finished = kept.run(Objective(space, tuning, costs), parameters, trials, progress)
        progress("choosing on the second world")
        finalists = _finalists(space, kept.complete, len(starts), encoded(drawn.choice, base), costs)
    best = min(finalists, key=lambda one: (one.choice, one.trial.number))
    judge = partial(evaluate, seed=seed, costs=costs)
    report = {
        "schema": SCHEMA,
        **purpose,
        "sampler": f"(1+1) evolution strategy, Optuna {version('optuna')}",
        "trials": {"wanted": trials, "complete": len(kept.complete), "interrupted": not finished},
        "parameters": len(space.parameters),
        "best": _told_best(best, list(starts)),
        "finalists": [_told_finalist(one) for one in finalists],
        **_reported(best.config, beside, drawn, judge, used, progress),
    }
    write_whole(folder / BEST, best.config.to_json())
    write_whole(folder / STUDY, json.dumps(report, indent=1, allow_nan=False) + "\n")
    return Study(best.config, best.trial, space, report, folder)


def read_study(folder: Path | str) -> tuple[ScoringConfig, dict[str, Any]]:
    """The best config and the report of a finished study.

    Args:
        folder: The study's folder.

    Returns:
        What ``best.json`` and ``study.json`` hold.

    Raises:
        BadInput: If there is no finished study, or its files do not belong together.
    """
    place = Path(folder)
    report = _read_report(place / STUDY)
    if report is None:
        hint = "finish it with idlab tune" if (place / JOURNAL).exists() else "make one with idlab tune"
        raise BadInput("there is no finished study here", where=str(place), hint=hint)
    best = ScoringConfig.load(place / BEST)
    if report.get("best", {}).get("config_digest") != best.digest:
        raise BadInput(
            f"is not the config that {STUDY} is about",
            where=str(place / BEST),
            hint="a config changed by hand has no measured quality: tune again from it, with --config",
        )
    return best, report


def _starts(base: ScoringConfig, beside: Mapping[str, ScoringConfig]) -> dict[str, ScoringConfig]:
    """The configs that lie in the space around the base, each once, the base first."""
    around = SearchSpace(base)
    found: dict[str, ScoringConfig] = {}
    for name, config in beside.items():
        seen = {_nameless(start).digest for start in found.values()}
        if around.difference_from(config) is None and _nameless(config).digest not in seen:
            found[name] = config
    return found


def _nameless(config: ScoringConfig) -> ScoringConfig:
    return config.model_copy(update={"name": BEST_NAME})


def _purpose(
    space: SearchSpace, starts: Mapping[str, ScoringConfig], worlds: Worlds, costs: Costs, seed: int
) -> dict[str, Any]:
    """What makes two studies the same, as JSON."""
    return {
        "seed": seed,
        "base": {"name": space.base.name, "config_digest": space.base.digest},
        "starts": {name: config.digest for name, config in starts.items()},
        "tuning_worlds": [_told_world(world) for world in worlds.tuning],
        "costs": costs._asdict(),
        "engine": __version__,
    }


def _finalists(
    space: SearchSpace, trials: Sequence[FrozenTrial], n_starts: int, choice: EncodedWorld, costs: Costs
) -> list[Finalist]:
    """The best trials by their cost on the tuning worlds, and the starts; each config once."""
    by_cost = sorted(trials, key=lambda trial: (trial.values[0], trial.number))
    found: dict[str, Finalist] = {}
    for trial in [*by_cost[:FINALISTS], *(trial for trial in by_cost if trial.number < n_starts)]:
        config = space.suggest(trial)
        if config.digest not in found:
            found[config.digest] = Finalist(
                trial, config, trial.values[0], mean_cost([choice], config, costs)
            )
    return list(found.values())


def _reported(
    best: ScoringConfig,
    beside: Mapping[str, ScoringConfig],
    worlds: Worlds,
    judge: Callable[[Dataset, ScoringConfig], Evaluation],
    used: int,
    progress: Progress,
) -> dict[str, Any]:
    """The cost of the best config on all worlds, and everything that the hold-out world says."""
    progress("measuring on the tuning and choice worlds")
    tuning = [_told_rate(judge(world, best).numbers["cost_per_1000"]) for world in worlds.tuning]
    choice = _told_rate(judge(worlds.choice, best).numbers["cost_per_1000"])
    progress("reporting on the hold-out world")
    found = judge(worlds.hold_out, best)
    channels = worlds.hold_out.table["channel"].take(worlds.hold_out.order).to_pylist()
    distinct = {config.digest: config for config in beside.values()}
    judged = {digest: judge(worlds.hold_out, config) for digest, config in distinct.items()}
    hold_out = {BEST_NAME: found} | {name: judged[config.digest] for name, config in beside.items()}
    cost = _told_rate(found.numbers["cost_per_1000"])
    mean = sum(rate["value"] for rate in tuning) / len(tuning)
    return {
        "cost_per_1000": {"tuning": tuning, "choice": choice, "hold_out": cost},
        "optimism": mean - cost["value"],
        "worlds": {
            "origin": dict(worlds.origin),
            "tuning": [_told_world(world) for world in worlds.tuning],
            "choice": _told_world(worlds.choice),
            "hold_out": _told_world(worlds.hold_out),
        },
        "hold_out": {
            "reports_before": used,
            "fresh": used == 0 or worlds.origin["how"] == "generated",
            "knowledge": str(found.knowledge),
            "numbers": {name: json.loads(one.to_json()) for name, one in hold_out.items()},
        },
        "expected": expectations(found.replay, channels),
    }


def _told_best(best: Finalist, starts: Sequence[str]) -> dict[str, Any]:
    number = best.trial.number
    return {
        "trial": number,
        "origin": starts[number] if number < len(starts) else "search",
        "config_digest": best.config.digest,
        "parameters": dict(sorted(best.trial.params.items())),
    }


def _told_finalist(one: Finalist) -> dict[str, Any]:
    return {"trial": one.trial.number, "tuning": one.tuning, "choice": one.choice}


def _told_world(world: Dataset) -> dict[str, Any]:
    return {"dataset_digest": world.digest, "interactions": len(world), "seed": world.manifest.seed}


def _told_rate(rate: Rate) -> dict[str, Any]:
    return dict(rate._asdict())


def _times_reported(folder: Path) -> int:
    """How often a study's folder was reported on a hold-out world before."""
    report = _read_report(folder / STUDY)
    return 0 if report is None else int(report["hold_out"]["reports_before"]) + 1


def _read_report(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput("is no JSON", where=str(path), hint="tune again into a new folder") from error
    if not isinstance(report, dict) or report.get("schema") != SCHEMA:
        raise BadInput(
            f"is no report of schema {SCHEMA}", where=str(path), hint="tune again into a new folder"
        )
    return report
