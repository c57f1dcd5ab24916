"""A study: tuned on some worlds, chosen on others, reported once on a third kind, and written as a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from optuna.trial import FrozenTrial

from idlab.bundle import write_whole
from idlab.config import ScoringConfig
from idlab.data.manifest import MANIFEST
from idlab.errors import BadInput
from idlab.evaluate import evaluate
from idlab.metrics.costs import check_costs
from idlab.tune.begun import Begun, begin
from idlab.tune.choice import Choice, choose, told_front
from idlab.tune.findings import findings
from idlab.tune.holdout import Worlds
from idlab.tune.measured import COST, mean
from idlab.tune.method import Method
from idlab.tune.proposals import Proposals
from idlab.tune.reported import BEST_NAME, reported, told_course
from idlab.tune.samplers import TOLD
from idlab.tune.search import Search, worlds_of
from idlab.tune.space import SearchSpace
from idlab.tune.tapes import Tapes
from idlab.tune.trials import JOURNAL, SILENCE, Progress, Trials, quiet_optuna

__all__ = ["BEST_NAME", "SCHEMA", "Study", "assist", "read_study", "tune"]

SCHEMA = "idlab.study/1"
"""The version of ``study.json`` that this release writes and reads."""

BEST = "best.json"
STUDY = "study.json"


@dataclass(frozen=True, eq=False)
class Study:
    """What a study found.

    Args:
        best: The scoring config that was chosen, as in ``best.json``.
        trial: The trial that tried it; the study's space suggests ``best`` from it, unless it is one of the first
            configs and lies outside the space.
        space: The search space.
        report: Everything that ``study.json`` holds.
        folder: Where the study lies.
    """

    best: ScoringConfig
    trial: FrozenTrial
    space: SearchSpace
    report: Mapping[str, Any]
    folder: Path


def tune(
    worlds: Callable[[int], Worlds],
    base: ScoringConfig,
    out: Path | str,
    *,
    trials: int = 90,
    seed: int = 1,
    others: Mapping[str, ScoringConfig] | None = None,
    method: Method | None = None,
    progress: Progress = SILENCE,
) -> Study:
    """Tune a scoring config and write ``best.json``, ``study.json`` and the journal of all trials.

    The first trials are given: ``baseline`` and ``production`` of the others, where they are named, then the base
    and the rest of the others, each config once. One that does not lie in the search space is tried as it is.
    The same worlds, configs, method and seed give the same best config bit for bit with one worker, whether the
    study was broken off in between or not.

    Args:
        worlds: Given how often this study was reported on hold-out worlds before, what to tune, choose and
            report on; such as ``lambda used: worlds_of(dataset, base, seed, used=used)``.
        base: The config to start from.
        out: The study's folder. One that was begun with the same worlds, configs, method and seed goes on.
        trials: How many trials there shall be in all.
        seed: Of the sampler.
        others: Further configs to try and to report beside, by name: ``baseline``, ``production``, ...
        method: How it searches and chooses; for the least cost with an evolution strategy if None.
        progress: Told what is being done, and after every trial the best so far.

    Returns:
        The study. After an interruption (``KeyboardInterrupt``) it is about the trials made until then.

    Raises:
        BadInput: If the base has no search space, there is another study, a dataset or a run in the folder, nothing
            is known of the persons, or ``trials`` is below 1.
    """
    how = method or Method()
    _check(trials, how)
    beside = {"base": base, **(others or {})}
    folder = Path(out)
    if (folder / MANIFEST).exists():
        raise BadInput("holds a dataset or a run", where=str(folder), hint="name a folder of the study's own")
    used = _times_reported(folder)
    drawn = worlds(used)
    begun = begin(base, beside, drawn, seed, how)
    folder.mkdir(parents=True, exist_ok=True)
    with quiet_optuna():
        kept = Trials(begun.open(folder / JOURNAL))
        finished = _searched(begun, drawn, kept, trials, progress)
        progress("choosing on the second world")
        choice = choose(begun.space, how.goal, kept, Tapes(drawn.choices, base), len(begun.starts), how.take)
    best = choice.best
    report = {
        "schema": SCHEMA,
        **begun.purpose,
        "sampler": f"{TOLD[how.sampler]}, Optuna {version('optuna')}",
        "trials": _told_trials(
            kept, len(kept.finished) if how.take is not None else trials, finished=finished
        ),
        "parameters": len(begun.space.parameters),
        "best": _told_best(choice, begun),
        "finalists": [one.document() for one in choice.finalists],
        **reported(
            best.config, beside, drawn, partial(evaluate, seed=seed, costs=how.goal.costs), used, progress
        ),
        "course": told_course(kept),
    }
    if how.findings and finished:
        about = best.config, begun.space, drawn.tuning, kept.complete, how.goal.costs
        report |= findings(*about, seed=seed, cost=_cost_of, progress=progress)
    if len(how.goal.values) > 1:
        report["front"] = told_front(kept.complete, how.goal.values)
    write_whole(folder / BEST, best.config.to_json())
    write_whole(folder / STUDY, json.dumps(report, indent=1, allow_nan=False) + "\n")
    return Study(best.config, best.trial, begun.space, report, folder)


def assist(
    worlds: Callable[[int], Worlds],
    base: ScoringConfig,
    *,
    trials: int,
    seed: int = 1,
    others: Mapping[str, ScoringConfig] | None = None,
    method: Method,
    progress: Progress = SILENCE,
) -> int:
    """Make trials for a study that another machine began, until there are enough; nothing is chosen or reported.

    Args:
        worlds: As for ``tune``: the same worlds on every machine.
        base: As for ``tune``.
        trials: How many trials there shall be in all, those of other machines included.
        seed: As for ``tune``.
        others: As for ``tune``.
        method: As for ``tune``, with the storage that the machines share and a machine above 0.
        progress: As for ``tune``.

    Returns:
        How many finished trials there are.

    Raises:
        BadInput: If the study was not begun, is about something else, or no storage or machine is named.
    """
    _check(trials, method)
    if method.machine == 0 or method.storage is None:
        hint = "name the storage that the machines share, and this machine by a number above 0"
        raise BadInput("this machine cannot assist", where="--machine", hint=hint)
    drawn = worlds(0)
    begun = begin(base, {"base": base, **(others or {})}, drawn, seed, method)
    with quiet_optuna():
        kept = Trials(begun.open(Path(method.storage)), method.machine)
        if len(kept.finished) < len(begun.starts):
            hint = "begin it on machine 0 and wait until its first configs were tried"
            raise BadInput("the study has not begun", where="--storage", hint=hint)
        _searched(begun, drawn, kept, trials, progress)
    return len(kept.finished)


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


def _check(trials: int, method: Method) -> None:
    if trials < 1:
        raise BadInput(f"got {trials} trials", hint="ask for at least 1")
    check_costs(method.goal.costs)


def _searched(begun: Begun, drawn: Worlds, kept: Trials, wanted: int, progress: Progress) -> bool:
    """Makes the trials that are missing, none where one is to be taken; whether all were made."""
    how, space = begun.method, begun.space
    if how.take is not None or len(kept.finished) >= wanted:
        return True
    middle = space.parameters_of(space.base) if space.holds(space.base) else {}
    proposals = Proposals(how.sampler, how.draws(begun.seed), len(how.goal.values), middle)
    tapes = Tapes(drawn.tuning, space.base, progress)
    search = Search(space, how.goal, tapes, kept, proposals, progress)
    return search.run(list(begun.starts.values()), wanted, how.workers)


def _cost_of(trial: FrozenTrial) -> float:
    """The mean cost over the worlds that a trial met, whatever the study searched for."""
    return mean(worlds_of(trial), COST)


def _told_trials(kept: Trials, wanted: int, *, finished: bool) -> dict[str, Any]:
    complete = len(kept.complete)
    return {
        "wanted": wanted,
        "complete": complete,
        "broken_off": len(kept.finished) - complete,
        "interrupted": not finished,
    }


def _told_best(choice: Choice, begun: Begun) -> dict[str, Any]:
    trial, starts = choice.best.trial, list(begun.starts)
    return {
        "trial": trial.number,
        "origin": starts[trial.number] if trial.number < len(starts) else "search",
        "config_digest": choice.best.config.digest,
        "parameters": dict(sorted(trial.params.items())),
        "rule": choice.rule,
    }


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
