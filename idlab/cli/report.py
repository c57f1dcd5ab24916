"""``idlab report``: how a scoring config does on a dataset, as one page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from idlab.cli.options import (
    Capacity,
    Prices,
    ShowIdentifiers,
    costs_of,
    named_numbers,
    scoring_config,
)
from idlab.cli.showing import progress, remark, show
from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.config import ScoringConfig
    from idlab.evaluate import Evaluation
    from idlab.report.recipe import ReportRecipe
    from idlab.sweep import Answering


class Asked(NamedTuple):
    """What a report is asked for.

    Args:
        dataset: A dataset folder.
        configs: Scoring configs or bundles, the candidate last.
        study: The study that found the candidate.
        costs, show_identifiers, resamples, seed, sweeps, capacity, answering, promise: As the options of those
            names.
    """

    dataset: Path
    configs: tuple[Path, ...]
    study: Path | None
    costs: str | None
    show_identifiers: bool
    resamples: int
    seed: int
    sweeps: bool
    capacity: float | None
    answering: str | None
    promise: float


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
        float, typer.Option("--promise", help="The false-merge rate for which a threshold is certified.")
    ] = 0.01,
    show_identifiers: ShowIdentifiers = False,
    resamples: Annotated[int, typer.Option("--resamples", help="Worlds that bootstraps draw.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Of those draws.")] = 0,
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


def write(asked: Asked, out: Path, figures: Path | None = None) -> tuple[list[str], int]:
    """Writes a report with its numbers and manifest; returns the names of its configs and how many interactions."""
    from idlab.bundle.canonical import write_whole
    from idlab.evaluate import evaluate, read_known
    from idlab.report import course_of, run_sweeps, write_report
    from idlab.report.recipe import manifest_of
    from idlab.report.sweeps import Circumstances

    prices, configs = costs_of(asked.costs), named(asked.configs)
    given = Circumstances(answering_of(asked.answering), asked.capacity, asked.promise)
    with progress() as doing:
        course = None if asked.study is None else course_of(asked.study)
        doing(f"reading {asked.dataset}")
        data = read_known(asked.dataset)
        found = {
            name: evaluate(
                data, one, resamples=asked.resamples, seed=asked.seed, costs=prices, progress=doing
            )
            for name, one in configs.items()
        }
        candidate = list(configs.values())[-1]
        swept = (
            run_sweeps(
                data,
                candidate,
                costs=prices,
                given=given,
                resamples=asked.resamples,
                seed=asked.seed,
                progress=doing,
            )
            if asked.sweeps
            else None
        )
        doing(f"writing {out}")
        digest = write_report(
            out,
            found,
            dataset=data,
            configs=configs,
            study=course,
            sweeps=swept,
            figures=figures,
            show_identifiers=asked.show_identifiers,
        )
        write_whole(out.with_suffix(".metrics.json"), numbers_of(found))
        recipe = recipe_of(asked, out.parent, data.digest, list(configs.values()), digest)
        write_whole(manifest_of(out), recipe.to_json())
    return list(configs), len(data)


def numbers_of(evaluations: dict[str, Evaluation]) -> str:
    """The numbers of every config as JSON."""
    import json

    from idlab.evaluate import full_document

    documents = {name: full_document(one) for name, one in evaluations.items()}
    return json.dumps(documents, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def recipe_of(
    asked: Asked, folder: Path, dataset_digest: str, configs: Sequence[ScoringConfig], sha256: str
) -> ReportRecipe:
    """What a report in this folder was made from."""
    from idlab.report.recipe import ReportRecipe, Source, seen_from, versions

    files = zip(asked.configs, configs, strict=True)
    return ReportRecipe(
        Source(seen_from(folder, asked.dataset), dataset_digest),
        tuple(Source(seen_from(folder, file), config.digest) for file, config in files),
        None if asked.study is None else seen_from(folder, asked.study),
        asked.costs,
        asked.resamples,
        asked.seed,
        asked.sweeps,
        asked.show_identifiers,
        versions(),
        sha256,
        asked.capacity,
        asked.answering,
        asked.promise,
    )


def answering_of(text: str | None) -> Answering:
    """Who answers links as ``--answering`` names it, the rest as usual.

    Raises:
        BadInput: On an unknown name, or a number out of range.

    Example:
        >>> answering_of("customers=0.2,reviewer_days=3").reviewer_days
        3.0
    """
    from idlab.report.sweeps import USUAL_ANSWERING
    from idlab.sweep import Answering, check_answering

    given = named_numbers(text.split(",") if text else (), "--answering")
    valid = [name for name in USUAL_ANSWERING._fields if name != "seed"]
    for name in given:
        if name not in valid:
            hint = f"valid are {', '.join(valid)}"
            raise BadInput(f"'{name}' says nothing about answers", where="--answering", hint=hint)
    found = Answering(**{**USUAL_ANSWERING._asdict(), **given})
    check_answering(found)
    return found


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
