"""``idlab draft``: a first scoring config for a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idlab.bundle import write_whole
from idlab.cli.options import AsJson, DatasetFolder
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("draft", epilog="Example: idlab draft crm --region DE --day-first --out crm.json")(draft)


def draft(
    dataset: DatasetFolder,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The scoring config to write.", show_default=False)
    ],
    region: Annotated[str, typer.Option("--region", help="Of phones without a country code.")] = "US",
    day_first: Annotated[bool, typer.Option("--day-first", help="Read 05/01/1980 as 5 January.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file at --out.")] = False,
    json: AsJson = False,
) -> None:
    """Draft a first scoring config from a dataset's fields; fit or tune it, or edit it by hand."""
    from idlab.data.dataset import read_dataset
    from idlab.draft import draft as drafted

    if out.exists() and not overwrite:
        raise BadInput("exists already", where=str(out), hint="allow --overwrite, or name another file")
    with progress() as doing:
        doing(f"reading {dataset}")
        config = drafted(read_dataset(dataset), name=out.stem[:100], region=region, day_first=day_first)
    write_whole(out, config.to_json())
    fields, keys = [field.name for field in config.fields], ["+".join(rule.on) for rule in config.keys]
    if json:
        show_json({"config": str(out), "fields": fields, "keys": keys, "config_digest": config.digest})
    else:
        show(f"{out}: fields {', '.join(fields)}; keys {', '.join(keys)}")
