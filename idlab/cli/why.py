"""``idlab why``: why two interactions are, or are not, one customer."""

from __future__ import annotations

from typing import Annotated

import typer

from idlab.cli.options import AsJson, ConfigFile, DatasetFolder, ShowIdentifiers, scoring_config
from idlab.cli.showing import progress, show


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab why world --config configs/default.json i-00000012 i-00000857"
    app.command("why", epilog=example)(why)


def why(
    dataset: DatasetFolder,
    config: ConfigFile,
    a: Annotated[str, typer.Argument(metavar="A", help="The interaction_id of one.", show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help="And of the other.", show_default=False)],
    show_identifiers: ShowIdentifiers = False,
    json: AsJson = False,
) -> None:
    """Explain why two interactions are, or are not, one customer: keys, evidence, links, the way between."""
    from idlab.data.dataset import read_dataset
    from idlab.evaluate import replayed
    from idlab.why import why as explain

    scoring = scoring_config(config)
    with progress() as doing:
        doing(f"reading {dataset}")
        data = read_dataset(dataset)
        done = replayed(data, scoring, progress=doing)
        doing("looking back")
        found = explain(done, a, b, show_identifiers=show_identifiers or data.manifest.synthetic)
    if json:
        typer.echo(found.to_json())
    else:
        show("\n".join(found.lines()))
