"""``idlab report``: how a scoring config does on a dataset, as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idlab.cli.options import Capacity, Prices, ShowIdentifiers
from idlab.cli.report_files import Asked, write
from idlab.cli.showing import remark, show
from idlab.errors import BadInput


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = (
        "Example: idlab report world --config tuned.json --against configs/baseline.json --out report.html"
    )
    app.command("report", epilog=example)(report)


def report(
    dataset: Annotated[
        Path | None, typer.Argument(metavar="DATASET", help="A dataset folder.", show_default=False)
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="A scoring config or a bundle.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="HTML", help="The file to write.", show_default=False)
    ] = None,
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
    sweeps: Annotated[
        bool, typer.Option(help="Replay other thresholds, guards and orders too; half a minute for 100,000.")
    ] = True,
    figures: Annotated[
        Path | None, typer.Option("--figures", metavar="DIR", help="Write every figure as PNG and CSV here.")
    ] = None,
    reproduce: Annotated[
        Path | None,
        typer.Option(
            "--reproduce", metavar="MANIFEST", help="Make a report again and compare it byte for byte."
        ),
    ] = None,
    costs: Prices = None,
    capacity: Capacity = None,
    answering: Annotated[
        str | None,
        typer.Option(
            "--answering",
            metavar="NAME=NUMBER,...",
            help="Who answers pending links: customers (share), customer_days, reviewers (share of the other links), "
            "reviewer_days, sensitivity, specificity.",
            show_default="half by customers after a day, the others by reviewers after two, right 95 % of the time",
        ),
    ] = None,
    promise: Annotated[
        float,
        typer.Option(
            "--promise", min=0, max=1, help="The false-merge rate for which a threshold is certified."
        ),
    ] = 0.01,
    show_identifiers: ShowIdentifiers = False,
    resamples: Annotated[int, typer.Option("--resamples", min=1, help="Worlds that bootstraps draw.")] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of those draws.")] = 0,
) -> None:
    """Report how a scoring config does on a dataset, and what changes from others to it, as one HTML page.

    Beside it stand its numbers (.metrics.json) and what it was made from (.manifest.json).
    """
    if reproduce is not None:
        again(reproduce, out)
        return
    if dataset is None or config is None or out is None:
        hint = "name them, or a manifest with --reproduce"
        raise BadInput("DATASET, --config and --out are needed", where="idlab report", hint=hint)
    asked = Asked(
        dataset,
        (*(against or ()), config),
        study,
        costs,
        show_identifiers,
        resamples,
        seed,
        sweeps,
        capacity,
        answering,
        promise,
    )
    if capacity is not None and not sweeps:
        hint = "leave one of them out"
        raise BadInput(
            "a capacity chooses among sweeps, which --no-sweeps leaves out", where="--capacity", hint=hint
        )
    names, rows = write(asked, out, figures)
    show(f"{out}: {' and '.join(names)} on {rows} interactions")


def again(manifest: Path, out: Path | None) -> None:
    """Makes a report again from its manifest; leaves with 1 if it is another one.

    Args:
        manifest: What ``idlab report`` wrote beside a report.
        out: Where to keep what is made; None to keep nothing.

    Raises:
        BadInput: If the manifest cannot be read, or what it names has changed.
    """
    from tempfile import TemporaryDirectory

    from idlab.report.recipe import ReportRecipe, manifest_of, versions

    recipe, folder = ReportRecipe.load(manifest), manifest.parent
    asked = Asked(
        folder / recipe.dataset.path,
        tuple(folder / one.path for one in recipe.configs),
        None if recipe.study is None else folder / recipe.study,
        recipe.costs,
        recipe.show_identifiers,
        recipe.resamples,
        recipe.seed,
        recipe.sweeps,
        recipe.capacity,
        recipe.answering,
        recipe.promise,
    )
    with TemporaryDirectory(prefix="idlab-report-") as room:
        made = out or Path(room) / "report.html"
        write(asked, made)
        found = ReportRecipe.load(manifest_of(made))
    for before, now in zip((recipe.dataset, *recipe.configs), (found.dataset, *found.configs), strict=True):
        if before.digest != now.digest:
            hint = "put back what the report was made from"
            raise BadInput(
                "has changed since the report was made", where=str(folder / before.path), hint=hint
            )
    if found.sha256 == recipe.sha256:
        show(f"{manifest}: reproduced byte for byte, sha256 {found.sha256}")
        return
    differ = [name for name, one in versions().items() if recipe.versions.get(name) != one]
    remark(f"idlab: another page came out; other versions now: {', '.join(differ) or 'none'}")
    raise typer.Exit(1)
