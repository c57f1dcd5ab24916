"""``idlab band``: which band of thresholds is cheapest within what reviewers can do, and what a band implies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.options import (
    AsJson,
    Capacity,
    ConfigFile,
    DatasetFolder,
    Prices,
    costs_of,
    scoring_config,
)
from idlab.cli.showing import progress, remark, show, show_json

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd
    from rich.table import Table

    from idlab.metrics.chow import Band

_SHOWN = 10
_NUMBERS = (
    "pending_at",
    "merge_at",
    "cost_per_1000",
    "difference",
    "low",
    "high",
    "questions_per_day",
    "busiest_day",
    "affordable",
    "as_good",
    "implied_false",
    "implied_missed",
)


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("band", epilog="Example: idlab band world --config tuned.json --capacity 40")(band)


def band(
    dataset: DatasetFolder,
    config: ConfigFile,
    capacity: Capacity = None,
    costs: Prices = None,
    resamples: Annotated[int, typer.Option("--resamples", min=1, help="Worlds that intervals draw.")] = 400,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of those draws.")] = 0,
    json: AsJson = False,
) -> None:
    """Choose the cheapest band (pending_at to merge_at) that reviewers can keep up with, by full replays.

    Every band of a grid is replayed. Those that may be as good as the cheapest are marked; each says what a false
    merge and a missed one would have to cost for it to be right, were scores calibrated (Chow 1970). Exit code 1 if
    reviewers can keep up with none.
    """
    from idlab.evaluate import read_known
    from idlab.metrics.chow import optimal_band
    from idlab.sweep import bands_frame, best_band, leading_bands, prepare, threshold_grid

    scoring, prices = scoring_config(config), costs_of(costs)
    implied = optimal_band(prices)
    with progress() as doing:
        doing(f"reading {dataset}")
        prepared = prepare(read_known(dataset), scoring, progress=doing)
        grid = threshold_grid(prepared, scoring, costs=prices, progress=doing)
        doing("comparing bands")
        choice = best_band(grid, per_day=capacity, resamples=resamples, seed=seed)
    frame = bands_frame(grid, choice)
    remark(str(prepared.knowledge))
    if json:
        bands = [_as_json(row) for row in frame.to_dict("records")]
        show_json(
            {
                "best": None if choice.best is None else bands[choice.best],
                "own": bands[grid.current],
                "saved_per_1000": choice.saved_per_1000,
                "capacity": capacity,
                "costs": prices._asdict(),
                "band_of_costs": implied._asdict(),
                "bands": bands,
            }
        )
    else:
        rows = leading_bands(grid, choice, _SHOWN)
        show(_table(frame.loc[rows]))
        show(_told(implied, frame, capacity))
    if choice.best is None:
        raise typer.Exit(1)


def _as_json(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    """A band as JSON: what was not compared is null."""
    return {name: None if row[name] != row[name] else row[name] for name in _NUMBERS}


def _table(bands: pd.DataFrame) -> Table:
    """The cheapest bands within capacity, and the config's own."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    title = "cost per 1,000, how far above the best (95 %), questions, prices implied"
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, show_edge=False)
    for name in ("band", "cost", "above best", "a day", "false", "missed", ""):
        table.add_column(name, justify="left" if name in ("band", "") else "right", no_wrap=True)
    for one in bands.to_dict("records"):
        table.add_row(
            f"{one['pending_at']:g} to {one['merge_at']:g}",
            f"{one['cost_per_1000']:,.1f}",
            _difference(one),
            f"{one['questions_per_day']:,.1f}",
            f"{one['implied_false']:.1f}",
            f"{one['implied_missed']:.2f}",
            _remark(one),
        )
    return table


def _difference(one: Mapping[Hashable, Any]) -> str:
    """How much dearer than the best a band is; empty where reviewers cannot keep up with it."""
    if not one["affordable"]:
        return ""
    return f"{one['low']:+.1f} to {one['high']:+.1f}" if one["difference"] else "the best"


def _remark(one: Mapping[Hashable, Any]) -> str:
    remarks = {"own": one["is_current"], "as good": one["as_good"], "too many": not one["affordable"]}
    return ", ".join(told for told, holds in remarks.items() if holds)


def _told(implied: Band, frame: pd.DataFrame, capacity: float | None) -> str:
    """What the prices imply, and with how many bands reviewers can keep up."""
    told = (
        f"were scores calibrated, these prices would ask from {implied.pending_at:.3f} and merge from"
        f" {implied.merge_at:.3f}"
    )
    if capacity is None:
        return told
    return f"{told}\n{capacity:g} answers a day keep up with {int(frame['affordable'].sum())} of {len(frame)} bands"
