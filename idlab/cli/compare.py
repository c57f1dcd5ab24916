"""``idlab compare``: what changes from one scoring config to another on one dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.options import AsJson, DatasetFolder, Prices, costs_of, scoring_config
from idlab.cli.showing import progress, remark, show, show_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from idlab.evaluate import Evaluation
    from idlab.evaluate.customers import Customers
    from idlab.evaluate.noninferiority import OnChannel
    from idlab.metrics import Rate
    from idlab.metrics.paired import Change


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab compare world configs/baseline.json configs/default.json --margin 0.02"
    app.command("compare", epilog=example)(compare)


def compare(
    dataset: DatasetFolder,
    a: Annotated[Path, typer.Argument(metavar="A", help="A scoring config or bundle.", show_default=False)],
    b: Annotated[Path, typer.Argument(metavar="B", help="What may replace it.", show_default=False)],
    margin: Annotated[
        float, typer.Option("--margin", help="By how much B's rates may be lower on a channel.")
    ] = 0.01,
    most: Annotated[int, typer.Option("--most", min=0, help="How many changed customers to list.")] = 20,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit code 1 unless B is non-inferior on every channel.")
    ] = False,
    costs: Prices = None,
    resamples: Annotated[int, typer.Option("--resamples", min=1, help="Worlds that intervals draw.")] = 400,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of those draws.")] = 0,
    json: AsJson = False,
) -> None:
    """Compare two configs on one dataset: paired differences, channels, customers who merge, split or move."""
    from idlab.evaluate import evaluate, read_known
    from idlab.evaluate.columns import column_of
    from idlab.evaluate.customers import customers
    from idlab.evaluate.difference import changes
    from idlab.evaluate.noninferiority import non_inferiority, passes

    configs, prices = (scoring_config(a), scoring_config(b)), costs_of(costs)
    with progress() as doing:
        doing(f"reading {dataset}")
        data = read_known(dataset)
        one, other = (evaluate(data, config, costs=prices, progress=doing) for config in configs)
        doing("comparing")
        drawn = {"resamples": resamples, "seed": seed}
        differences = changes(one, other, **drawn)
        channels = non_inferiority(one, other, column_of(data, "channel"), margin=margin, **drawn)
        moved = customers(one, other)
    remark(str(one.knowledge))
    if json:
        told = {
            "dataset_digest": data.digest,
            "reference": {"name": configs[0].name, "config_digest": configs[0].digest},
            "candidate": {"name": configs[1].name, "config_digest": configs[1].digest},
            "changes": _changes_json(one, other, differences),
            "margin": margin,
            "channels": [{**row._asdict(), "difference": row.difference._asdict()} for row in channels],
            "non_inferior": passes(channels),
            "customers": {**moved.counts(), "largest": moved.largest(most).to_dict("records")},
        }
        show_json(told)
    else:
        names = configs[0].name, configs[1].name
        show(_changes_table(names, one, other, differences))
        show(_channels_table(channels, margin))
        show(_customers_told(moved, most))
    if gate and not passes(channels):
        raise typer.Exit(1)


def _measured(evaluation: Evaluation, place: tuple[str, str]) -> Rate:
    section, key = place
    rate: Rate = evaluation.numbers[section][key] if key else evaluation.numbers[section]
    return rate


def _changes_json(
    one: Evaluation, other: Evaluation, differences: Mapping[tuple[str, str], Change]
) -> dict[str, Any]:
    """The changes by ``section.key``: both values, and the difference in both forms."""
    return {
        ".".join(filter(None, place)): {
            "reference": _measured(one, place).value,
            "candidate": _measured(other, place).value,
            "absolute": found.absolute._asdict(),
            "relative": found.relative._asdict(),
        }
        for place, found in differences.items()
    }


def _changes_table(
    names: tuple[str, str],
    one: Evaluation,
    other: Evaluation,
    differences: Mapping[tuple[str, str], Change],
) -> Table:
    from rich.table import Table

    from idlab.evaluate.evaluation import PER_1000, SECTIONS

    table = Table(title="differences with their 95 % intervals", title_justify="left", title_style="bold")
    for name in ("rate", *names, "difference", "low", "high", ""):
        left = name in ("rate", "")
        table.add_column(name, justify="left" if left else "right", no_wrap=name == "rate")
    shown = [(section, name) for section, names in SECTIONS.items() for name in names if section != "ceiling"]
    for place in (*shown, *((name, "") for name in PER_1000)):
        found = differences[place]
        share = "per_1000" not in place and not place[0].endswith("per_1000")
        values = (_measured(one, place).value, _measured(other, place).value)
        told = [_number(value, share=share) for value in values]
        told += [_number(value, share=share, signed=True) for value in found.absolute]
        way = {1: "higher", -1: "lower", 0: ""}[found.direction]
        table.add_row(" ".join(filter(None, place)).replace("_", " "), *told, way)
    return table


def _channels_table(channels: Sequence[OnChannel], margin: float) -> Table:
    from rich.table import Table

    title = f"channels, by a margin of {100 * margin:g} percentage points"
    table = Table(title=title, title_justify="left", title_style="bold")
    for name in ("channel", "rate", "difference", "low", "high", "verdict"):
        table.add_column(name, justify="right" if name in ("difference", "low", "high") else "left")
    for row in channels:
        told = [_number(value, share=True, signed=True) for value in row.difference]
        table.add_row(row.channel, row.measure.replace("_", " "), *told, row.verdict.value)
    return table


def _customers_told(moved: Customers, most: int) -> str:
    """How many customers change, and a line for each of the largest changes."""
    counts = moved.counts()
    kinds = f"{counts['merge']} merges, {counts['split']} splits, {counts['move']} moves"
    lines = [f"customers: {kinds}, in all {counts['interactions']} interactions"]
    lines += [
        f"  {row['kind']} of {row['interactions']} interactions, {row['before']} to {row['after']} customers,"
        f" wrong unions {row['wrong_unions']:+d}, missing unions {row['missing_unions']:+d}:"
        f" {row['customers_after'][0]}"
        for row in moved.largest(most).to_dict("records")
    ]
    return "\n".join(lines)


def _number(value: float | None, *, share: bool, signed: bool = False) -> str:
    """A number as a person reads it: shares in percent, their differences in percentage points."""
    if value is None:
        return ""
    if not share:
        return f"{value:+,.1f}" if signed else f"{value:,.1f}"
    return f"{100 * value:+.1f} pp" if signed else f"{100 * value:.1f} %"
