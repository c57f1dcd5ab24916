"""``idlab generate``: a labelled synthetic world as a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idlab.cli.options import AsJson, Overwrite, named_numbers
from idlab.cli.showing import progress, show, show_json


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("generate", epilog="Example: idlab generate retail --interactions 50000 --out world")(
        generate
    )


def generate(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A scenario's name, or a YAML file.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DATASET", help="The folder to write.", show_default=False)
    ],
    interactions: Annotated[int, typer.Option("--interactions", help="How many interactions.")] = 50_000,
    seed: Annotated[int, typer.Option("--seed", help="Which world of that kind.")] = 1,
    rates: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=NUMBER", help="Replace a rate, as in noise.keyboard=0.1."),
    ] = None,
    overwrite: Overwrite = False,
    json: AsJson = False,
) -> None:
    """Generate a labelled synthetic world: interactions of a contact centre, and who was behind them."""
    import synthetic
    from idlab.data.dataset import check_target

    overrides = named_numbers(rates or (), "--set")
    check_target(out, overwrite=overwrite)
    with progress() as doing:
        doing(f"generating {interactions} interactions")
        world = synthetic.generate(scenario, interactions, seed, overrides)
        doing(f"writing {out}")
        manifest = world.write(out, overwrite=overwrite)
    persons = int(world.truth["person_id"].nunique())
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
