"""``idlab tune``: search the scoring config that costs least."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.options import AsJson, DatasetFolder, Prices, costs_of, scoring_config
from idlab.cli.shipped import shipped_config
from idlab.cli.showing import progress, show, show_json

if TYPE_CHECKING:
    from rich.table import Table

    from idlab.tune import Study

_SHOWN = ("merge", "precision"), ("merge", "recall"), ("bcubed", "f1")


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("tune", epilog="Example: idlab tune world --trials 90 --seed 1 --out study")(tune)


def tune(
    dataset: DatasetFolder,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="The study's folder; one that is there goes on.")
    ],
    trials: Annotated[int, typer.Option("--trials", help="How many trials there shall be in all.")] = 90,
    seed: Annotated[
        int, typer.Option("--seed", help="Of the sampler, and of the worlds made or parted.")
    ] = 1,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE", help="What to start from.", show_default="configs/default.json"
        ),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(
            "--baseline", metavar="FILE", help="What to compare with.", show_default="configs/baseline.json"
        ),
    ] = None,
    costs: Prices = None,
    json: AsJson = False,
) -> None:
    """Search weights, cut-offs, thresholds, guards and keys that cost least.

    Tuned on DATASET, chosen on a second world and reported on a third: of the same recipe if DATASET is
    synthetic, else parts of it that share no person and, where possible, no identifier.
    """
    from functools import partial

    from idlab.cli.worlds import generated_again
    from idlab.evaluate import read_known
    from idlab.tune import tune as search
    from idlab.tune import worlds_of

    prices = costs_of(costs)
    base = scoring_config(config or shipped_config("default"))
    others = {
        "baseline": scoring_config(baseline or shipped_config("baseline")),
        "default": scoring_config(shipped_config("default")),
    }
    with progress() as doing:
        doing(f"reading {dataset}")
        data = read_known(dataset)
        worlds = partial(worlds_of, data, base, seed, generated_again)
        study = search(
            worlds, base, out, trials=trials, seed=seed, others=others, costs=prices, progress=doing
        )
    if json:
        show_json({"out": str(out), **_told(study)})
    else:
        show(hold_out_table(study.report["hold_out"]["numbers"]))
        show(_summary(study))


def hold_out_table(numbers: Mapping[str, Any]) -> Table:
    """What each config did on the hold-out world, each rate with its interval, to be printed by rich.

    Args:
        numbers: ``report["hold_out"]["numbers"]`` of a study.
    """
    from rich.table import Table

    table = Table(title="on the hold-out world, with 95 % intervals", title_justify="left", show_lines=True)
    table.add_column("config")
    for name in ("cost per 1,000", *(" ".join(path) for path in _SHOWN)):
        table.add_column(name.replace("per_1000", "per 1,000"), justify="right")
    for name in {found["config_digest"]: name for name, found in numbers.items()}.values():
        found = numbers[name]
        rates = (found["cost_per_1000"], *(found[section][rate] for section, rate in _SHOWN))
        scales = ("per_1000", *(rate for _, rate in _SHOWN))
        table.add_row(name, *(_shown(rate, scale) for rate, scale in zip(rates, scales, strict=True)))
    return table


def _shown(rate: Mapping[str, float | None], scale: str) -> str:
    value, low, high = (rate[name] for name in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return "nothing to judge"
    if scale == "per_1000":
        return f"{value:.1f}\n{low:.1f} to {high:.1f}"
    return f"{100 * value:.1f} %\n{100 * low:.1f} to {100 * high:.1f}"


def _told(study: Study) -> dict[str, Any]:
    names = ("trials", "best", "cost_per_1000", "optimism", "hold_out")
    return {name: study.report[name] for name in names}


def _summary(study: Study) -> str:
    done, best = study.report["trials"], study.report["best"]
    broken_off = "; broken off, go on with the same command" if done["interrupted"] else ""
    return (
        f"{study.folder / 'best.json'}: trial {best['trial']} of {done['complete']} ({best['origin']}), "
        f"optimism {study.report['optimism']:.1f} per 1,000{broken_off}"
    )
