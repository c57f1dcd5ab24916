"""``idlab tune``: search the scoring config that is best on labelled worlds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.options import AsJson, Prices, costs_of, scoring_config
from idlab.cli.shipped import shipped_config
from idlab.cli.showing import progress, show, show_json
from idlab.cli.study_shown import show_study, told_study
from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.metrics.costs import Costs
    from idlab.tune import Goal

_OBJECTIVES = ("cost", "recall", "pareto", "worst")


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    examples = (
        "Example: idlab tune world --trials 90 --seed 1 --out study; "
        "idlab tune --scenarios retail,household_telecom --seeds 2 --trials 300 --workers 2 --out study"
    )
    app.command("tune", epilog=examples)(tune)


def tune(
    datasets: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DATASET", help="Dataset folders to tune on.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The study's folder; one that is there goes on."),
    ] = None,
    scenarios: Annotated[
        str | None,
        typer.Option(
            "--scenarios", metavar="NAME,...", help="Generate worlds of these scenarios to tune on."
        ),
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", help="How many worlds of each scenario.")] = 1,
    interactions: Annotated[int, typer.Option("--interactions", help="How large each of them is.")] = 50_000,
    trials: Annotated[int, typer.Option("--trials", help="How many trials there shall be in all.")] = 90,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Of the sampler, and of the worlds made or parted.")
    ] = 1,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="What to start from, such as what idlab fit wrote.",
            show_default="configs/default.json",
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="What to compare with: trial 0.",
            show_default="configs/baseline.json",
        ),
    ] = None,
    production: Annotated[
        Path | None,
        typer.Option(
            "--production",
            metavar="FILE",
            help="What runs now, a config or a bundle: trial 1. Without it that is what to start from.",
        ),
    ] = None,
    space: Annotated[
        Path | None,
        typer.Option("--space", metavar="FILE", help="A YAML file that opens, pins and ties parameters."),
    ] = None,
    objective: Annotated[
        str,
        typer.Option(
            "--objective",
            help="cost: the mean cost per 1,000. recall: the most people recognised within two bounds. pareto: "
            "wrong unions, missing unions and questions at once. worst: the worst world's cost as a share of "
            "the baseline's.",
        ),
    ] = "cost",
    min_precision: Annotated[
        float | None,
        typer.Option("--min-precision", help="For recall: the floor of merge precision, at its lower bound."),
    ] = None,
    max_pending: Annotated[
        float | None,
        typer.Option("--max-pending", help="For recall: the most of 1,000 pending, at their upper bound."),
    ] = None,
    split: Annotated[
        str, typer.Option("--split", help="How your own data are parted: by people, or by time as well.")
    ] = "people",
    sampler: Annotated[
        str, typer.Option("--sampler", help="es (evolution strategy), tpe or cmaes (needs cmaes).")
    ] = "es",
    workers: Annotated[
        int, typer.Option("--workers", help="Processes that try configs; they share the encoded worlds.")
    ] = 1,
    storage: Annotated[
        str | None,
        typer.Option(
            "--storage",
            metavar="URL",
            help="Keep trials in a storage that Optuna knows, or a journal file.",
            show_default="DIR/journal.log",
        ),
    ] = None,
    machine: Annotated[
        int,
        typer.Option(
            "--machine",
            help="Which of several machines on one --storage this is; 0 begins, chooses and reports, the "
            "others make trials.",
        ),
    ] = 0,
    take: Annotated[
        int | None,
        typer.Option("--take", metavar="TRIAL", help="End with this trial, such as one of the front."),
    ] = None,
    findings: Annotated[
        bool,
        typer.Option(
            help="After the search, find out which numbers matter and how far each weight can move; about 20 "
            "seconds."
        ),
    ] = True,
    costs: Prices = None,
    json: AsJson = False,
) -> None:
    """Search weights, cut-offs, thresholds, guards and keys that are best on labelled worlds.

    Tuned on the DATASETs and scenarios, chosen on second worlds and reported on third ones: of the same recipe
    where they are synthetic, else parts that share no person and, where possible, no identifier. Interrupted with
    Ctrl-C or killed, it goes on with the same command.
    """
    from idlab.cli.study_worlds import study_worlds, tuned_on
    from idlab.tune import Method, SpaceRules, assist
    from idlab.tune import tune as search

    method = Method(
        goal=_goal(objective, costs_of(costs), min_precision, max_pending),
        rules=SpaceRules.load(space) if space else SpaceRules(),
        sampler=sampler,
        workers=workers,
        storage=storage,
        machine=machine,
        take=take,
        findings=findings,
    )
    if out is None and machine == 0:
        raise BadInput("the study needs a folder", where="--out", hint="name one, as in --out study")
    base = scoring_config(config or shipped_config("default"))
    named = {"baseline": baseline or shipped_config("baseline"), "production": production}
    others = {name: scoring_config(path) for name, path in named.items() if path}
    others["default"] = scoring_config(shipped_config("default"))
    with progress() as doing:
        data = tuned_on(datasets or (), scenarios, seeds, interactions, seed, doing)
        worlds = study_worlds(data, base, seed, split)
        if out is None or machine > 0:
            made = assist(
                worlds, base, trials=trials, seed=seed, others=others, method=method, progress=doing
            )
        else:
            study = search(
                worlds, base, out, trials=trials, seed=seed, others=others, method=method, progress=doing
            )
    if out is None or machine > 0:
        _show_assisted(made, machine, json=json)
    elif json:
        show_json({"out": str(out), **told_study(study)})
    else:
        show_study(study)


def _goal(objective: str, costs: Costs, min_precision: float | None, max_pending: float | None) -> Goal:
    from idlab.tune import LeastCost, MostRecall, ParetoFront, WorstWorld

    if objective == "recall":
        if min_precision is None or max_pending is None:
            hint = "give both, as in --min-precision 0.95 --max-pending 60"
            raise BadInput("recall needs --min-precision and --max-pending", where="--objective", hint=hint)
        return MostRecall(min_precision, max_pending, costs)
    if min_precision is not None or max_pending is not None:
        raise BadInput(
            "--min-precision and --max-pending are for --objective recall", hint="leave them out, or add that"
        )
    goals = {goal.name: goal for goal in (LeastCost, ParetoFront, WorstWorld)}
    if objective not in goals:
        raise BadInput(
            f"'{objective}' is no objective", where="--objective", hint=f"valid are {', '.join(_OBJECTIVES)}"
        )
    return goals[objective](costs)


def _show_assisted(made: int, machine: int, *, json: bool) -> None:
    if json:
        show_json({"machine": machine, "trials": made})
    else:
        show(f"machine {machine}: the study has {made} trials; machine 0 chooses and reports")
