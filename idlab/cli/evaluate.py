"""``idlab evaluate``: how a scoring config does on a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idlab.cli.options import AsJson, ConfigFile, DatasetFolder, Prices, costs_of, scoring_config
from idlab.cli.showing import progress, remark, show


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("evaluate", epilog="Example: idlab evaluate world --config configs/default.json")(evaluate)


def evaluate(
    dataset: DatasetFolder,
    config: ConfigFile,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write metrics.json, decisions and identities here."),
    ] = None,
    costs: Prices = None,
    resamples: Annotated[int, typer.Option("--resamples", min=1, help="Worlds that bootstraps draw.")] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of those draws.")] = 0,
    json: AsJson = False,
) -> None:
    """Measure a scoring config on a dataset by its truth or labels: every rate with its 95 % interval."""
    import idlab.evaluate as judging
    from idlab.results import RunFacts, check_results_target, tables_of_replay, with_context, write_results

    scoring, prices = scoring_config(config), costs_of(costs)
    if out is not None:
        check_results_target(out)
    with progress() as doing:
        doing(f"reading {dataset}")
        facts = RunFacts.start("replay")
        data = judging.read_known(dataset)
        found = judging.evaluate(data, scoring, resamples=resamples, seed=seed, costs=prices, progress=doing)
        if out is not None:
            doing(f"writing {out}")
            tables = with_context(tables_of_replay(found.replay), data)
            write_results(
                out, tables, scoring.digest, data.digest, facts, metrics=judging.full_document(found)
            )
    if json:
        remark(str(found.knowledge))
        typer.echo(found.to_json())
    else:
        show(found.table())
