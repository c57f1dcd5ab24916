"""``idlab draft``: a first scoring config for a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.bundle import write_whole
from idlab.cli.options import AsJson, DatasetFolder
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.replay import Tape


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
    """Draft a first scoring config from a dataset's fields; fit or tune it, or edit it by hand.

    Says as well which values this config cannot use, and why: a phone without its country code, read as of the
    wrong region, is most of them.
    """
    from idlab.data.dataset import read_dataset
    from idlab.draft import draft as drafted
    from idlab.evaluate import tape_of

    if out.exists() and not overwrite:
        raise BadInput("exists already", where=str(out), hint="allow --overwrite, or name another file")
    with progress() as doing:
        doing(f"reading {dataset}")
        data = read_dataset(dataset)
        config = drafted(data, name=out.stem[:100], region=region, day_first=day_first)
        unusable = unusable_values(tape_of(data, config, progress=doing))
    write_whole(out, config.to_json())
    fields, keys = [field.name for field in config.fields], ["+".join(rule.on) for rule in config.keys]
    if json:
        show_json(
            {
                "config": str(out),
                "fields": fields,
                "keys": keys,
                "unusable": unusable,
                "config_digest": config.digest,
            }
        )
    else:
        show(f"{out}: fields {', '.join(fields)}; keys {', '.join(keys)}")
        for field, reasons in unusable.items():
            told = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in reasons.items())
            show(f"{field} that cannot be used: {told}")


def unusable_values(tape: Tape) -> dict[str, dict[str, int]]:
    """How many values of each field cannot be used, by reason.

    Args:
        tape: The dataset, encoded under the config.
    """
    from idlab.normalize.problems import Problem

    found: dict[str, dict[str, int]] = {}
    for (field, reason), count in sorted(tape.problems.items()):
        if not Problem(reason).usable:
            found.setdefault(field, {})[str(reason)] = count
    return found
