"""``idlab report``: how a scoring config does on a dataset, as one page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.options import (
    ConfigFile,
    DatasetFolder,
    Prices,
    ShowIdentifiers,
    costs_of,
    scoring_config,
)
from idlab.cli.showing import progress, show

if TYPE_CHECKING:
    from idlab.config import ScoringConfig


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = (
        "Example: idlab report world --config tuned.json --against configs/baseline.json --out report.html"
    )
    app.command("report", epilog=example)(report)


def report(
    dataset: DatasetFolder,
    config: ConfigFile,
    out: Annotated[
        Path, typer.Option("--out", metavar="HTML", help="The file to write.", show_default=False)
    ],
    against: Annotated[
        list[Path] | None,
        typer.Option(
            "--against", metavar="FILE", help="What to compare with, the most important first; repeatable."
        ),
    ] = None,
    study: Annotated[
        Path | None,
        typer.Option("--study", metavar="DIR", help="The study that found --config, to show how it went."),
    ] = None,
    costs: Prices = None,
    show_identifiers: ShowIdentifiers = False,
    resamples: Annotated[int, typer.Option("--resamples", help="Worlds that bootstraps draw.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Of those draws.")] = 0,
) -> None:
    """Report how a scoring config does on a dataset, and what changes from others to it, as one HTML page."""
    from idlab.evaluate import evaluate, read_known
    from idlab.report import course_of, write_report

    prices = costs_of(costs)
    configs = named([*(against or ()), config])
    with progress() as doing:
        course = None if study is None else course_of(study)
        doing(f"reading {dataset}")
        data = read_known(dataset)
        evaluations = {
            name: evaluate(data, one, resamples=resamples, seed=seed, costs=prices, progress=doing)
            for name, one in configs.items()
        }
        doing(f"writing {out}")
        write_report(
            out, evaluations, dataset=data, configs=configs, study=course, show_identifiers=show_identifiers
        )
    show(f"{out}: {' and '.join(configs)} on {len(data)} interactions")


def named(files: Sequence[Path]) -> dict[str, ScoringConfig]:
    """The scoring configs of files, by names that tell them apart: their own, else with that of the file.

    Args:
        files: Scoring configs or bundles, in order.

    Raises:
        BadInput: If one cannot be read or is not valid.
    """
    read = [(file, scoring_config(file)) for file in files]
    names = [config.name for _, config in read]
    found: dict[str, ScoringConfig] = {}
    for number, (file, config) in enumerate(read, start=1):
        name = config.name if names.count(config.name) == 1 else f"{config.name} ({file.stem})"
        found[name if name not in found else f"{name} {number}"] = config
    return found
