"""``idlab label``: plan, draw and take in few labels, and estimate from them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.options import (
    AsJson,
    ConfigFile,
    DatasetFolder,
    Overwrite,
    Prices,
    ShowIdentifiers,
    costs_of,
    scoring_config,
)
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from idlab.data.dataset import Dataset
    from idlab.metrics.estimates import Estimate

Seed = Annotated[int, typer.Option("--seed", min=0, help="Of the draw.")]
People = Annotated[
    int | None, typer.Option("--people", help="How many people to draw, by an interaction each.")
]


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    group = typer.Typer(
        name="label", help="Measure with few labels: plan, draw, take in, estimate.", no_args_is_help=True
    )
    group.command("plan", epilog="Example: idlab label plan --half-width 0.02 --share 0.9")(plan)
    group.command(
        "sample", epilog="Example: idlab label sample crm --config c.json --people 200 --out sheet.csv"
    )(sample)
    group.command("take", epilog="Example: idlab label take crm sheet.csv --out crm-labelled")(take)
    group.command("estimate", epilog="Example: idlab label estimate crm-labelled --config c.json")(estimate)
    app.add_typer(group)


def plan(
    half_width: Annotated[
        float, typer.Option("--half-width", help="How far the interval shall reach to either side.")
    ] = 0.02,
    share: Annotated[float, typer.Option("--share", help="What the metric is expected to be.")] = 0.9,
    spread: Annotated[
        float | None,
        typer.Option(
            "--spread",
            help="Standard deviation between people, from a pilot.",
            show_default="the largest possible",
        ),
    ] = None,
    level: Annotated[float, typer.Option("--level", help="Of the interval.")] = 0.95,
    json: AsJson = False,
) -> None:
    """Tell how many people to label for a B-cubed interval as narrow as wanted."""
    from idlab.metrics.label_plan import people_needed

    people = people_needed(half_width, share, spread=spread, level=level)
    if json:
        show_json({"people": people, "half_width": half_width, "share": share, "level": level})
    else:
        show(f"{people} people: {share:.1%} +- {half_width:.1%} at {level:.0%}")


def sample(
    dataset: DatasetFolder,
    config: ConfigFile,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="PATH", help="The worksheet, or the dataset with --by-truth.", show_default=False
        ),
    ],
    people: People = None,
    pairs: Annotated[int | None, typer.Option("--pairs", help="How many pairs to draw, by score.")] = None,
    seed: Seed = 0,
    by_truth: Annotated[
        bool, typer.Option("--by-truth", help="Answer by the truth: writes a labelled dataset instead.")
    ] = False,
    show_identifiers: ShowIdentifiers = False,
    overwrite: Overwrite = False,
    json: AsJson = False,
) -> None:
    """Draw people to label whole (--people), or pairs to judge (--pairs), and write a worksheet.

    A person is drawn by one interaction, so with a chance proportional to the number of interactions; the
    worksheet lists what else may be that person's. Pairs are drawn evenly over scores.
    """
    from idlab.data.dataset import check_target, read_dataset
    from idlab.sweep.labelling import pairs_to_judge, people_to_label, true_labels

    if (people is None) == (pairs is None):
        raise BadInput("give either --people or --pairs", where="idlab label sample")
    if by_truth:
        check_target(out, overwrite=overwrite)
    elif out.exists() and not overwrite:
        raise BadInput("exists already", where=str(out), hint="allow overwriting, or name another file")
    with progress() as doing:
        doing(f"reading {dataset}")
        data = read_dataset(dataset, truth=by_truth)
        scoring = scoring_config(config)
        if by_truth:
            labels = true_labels(data, scoring, people=people, pairs=pairs, seed=seed, progress=doing)
            _write_labelled(data, labels, out, overwrite=overwrite)
        else:
            draw = people_to_label if people is not None else pairs_to_judge
            shown = show_identifiers or data.manifest.synthetic
            wanted = people or pairs or 0
            labels = draw(data, scoring, wanted, seed=seed, show_identifiers=shown, progress=doing)
            _write_csv(labels, out)
    if json:
        show_json({"out": str(out), "rows": len(labels), "people": people, "pairs": pairs, "seed": seed})
    else:
        show(
            f"{out}: {len(labels)} rows"
            + ("" if by_truth else f" to fill in, then: idlab label take {dataset} {out}")
        )


def take(
    dataset: DatasetFolder,
    worksheet: Annotated[
        Path, typer.Argument(metavar="WORKSHEET", help="The CSV file, filled in.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DATASET", help="The folder to write.", show_default=False)
    ],
    overwrite: Overwrite = False,
    json: AsJson = False,
) -> None:
    """Take in a worksheet that was filled in: the same interactions with the labels beside them."""
    from idlab.data.dataset import check_target, read_dataset
    from idlab.data.worksheet import labels_of_worksheet

    check_target(out, overwrite=overwrite)
    data = read_dataset(dataset)
    labels = labels_of_worksheet(worksheet, data)
    _write_labelled(data, labels, out, overwrite=overwrite)
    if json:
        show_json({"out": str(out), "labels": len(labels)})
    else:
        show(f"{out}: {len(labels)} labels")


def estimate(dataset: DatasetFolder, config: ConfigFile, costs: Prices = None, json: AsJson = False) -> None:
    """Estimate how a scoring config does on all interactions from the labels of a sample, weights included.

    Labelled people tell of decisions, of the final identities and of cost before answers; judged pairs tell how
    right united pairs are and how many right ones are united. Each estimate stands with its 95 % interval.
    """
    from idlab.data.dataset import read_dataset
    from idlab.sweep.labelling import estimated

    with progress() as doing:
        doing(f"reading {dataset}")
        labelled = read_dataset(dataset, labels=True)
        found = estimated(labelled, scoring_config(config), costs=costs_of(costs), progress=doing)
    if json:
        show_json({name: one._asdict() for name, one in found.items()})
    else:
        show(_table(found))


def _table(found: Mapping[str, Estimate]) -> Table:
    """The estimates as people read them: shares in percent."""
    from rich.table import Table

    table = Table("rate")
    for column in ("value", "low", "high", "standard error"):
        table.add_column(column, justify="right")
    for name, one in found.items():
        numbers = (one.value, one.low, one.high, one.error)
        table.add_row(name.replace("_", " "), *(_told(number, name) for number in numbers))
    return table


def _told(number: float | None, name: str) -> str:
    if number is None:
        return "no case"
    return f"{number:,.1f}" if name.endswith("per_1000") else f"{100 * number:.1f} %"


def _write_labelled(data: Dataset, labels: pd.DataFrame, out: Path, *, overwrite: bool) -> None:
    """The same interactions with these labels, and without the truth."""
    from dataclasses import replace

    from idlab.data.dataset import write_dataset

    manifest = replace(data.manifest, recipe={**data.manifest.recipe, "labels": "sampled"})
    write_dataset(out, data.table, labels=labels, manifest=manifest, overwrite=overwrite)


def _write_csv(sheet: pd.DataFrame, out: Path) -> None:
    beside = out.with_name(f".{out.name}.part")
    try:
        sheet.to_csv(beside, index=False)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
