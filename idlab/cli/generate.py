"""``idlab generate``: a labelled synthetic world as a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idlab.cli.options import AsJson, Overwrite, named_numbers
from idlab.cli.showing import progress, show, show_json


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab generate retail --like dirty --interactions 50000 --out world"
    app.command("generate", epilog=example)(generate)


def generate(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A scenario's name, or a YAML file.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DATASET", help="The folder to write.", show_default=False)
    ],
    interactions: Annotated[int, typer.Option("--interactions", help="How many interactions.")] = 50_000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Which world of that kind.")] = 1,
    rates: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=NUMBER", help="Replace a rate, as in noise.keyboard=0.1."),
    ] = None,
    like: Annotated[
        list[str] | None,
        typer.Option(
            "--like", metavar="NAME", help="Vary the scenario, as in dirty or clean; or a YAML file."
        ),
    ] = None,
    workers: Annotated[
        int, typer.Option("--workers", help="How many processes; the files are the same.")
    ] = 1,
    overwrite: Overwrite = False,
    json: AsJson = False,
) -> None:
    """Generate a labelled synthetic world: interactions of a contact centre, and who was behind them."""
    import synthetic

    overrides = named_numbers(rates or (), "--set")
    with progress() as doing:
        manifest = synthetic.generate_to(
            out,
            scenario,
            interactions,
            seed,
            overrides,
            like or (),
            workers=workers,
            progress=doing.count,
            overwrite=overwrite,
        )
    persons = _persons(out)
    if json:
        show_json(
            {
                "dataset": str(out),
                "interactions": manifest.rows,
                "persons": persons,
                "seed": seed,
                "dataset_digest": manifest.digest,
            }
        )
    else:
        show(f"{out}: {manifest.rows} interactions of {persons} persons, with truth")


def _persons(dataset: Path) -> int:
    """How many people there are; read in pieces, since a dataset may be larger than memory."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from idlab.data.manifest import TRUTH_FILE

    last = -1
    for batch in pq.ParquetFile(dataset / TRUTH_FILE).iter_batches(columns=["person_id"]):
        last = max(last, int(pc.max(batch["person_id"]).as_py().removeprefix("p-")))
    return last + 1
