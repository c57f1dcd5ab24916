"""``idlab profile``: what datasets look like, without a single identifier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.options import AsJson, scoring_config
from idlab.cli.shipped import shipped_config
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.data.dataset import Dataset

FieldsOf = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The scoring config that says how fields are read and compared.",
        show_default="configs/default.json",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("profile", epilog="Example: idlab profile calls --out calls.profile.json")(profile)


def profile(
    datasets: Annotated[
        list[Path], typer.Argument(metavar="DATASET", help="Dataset folders.", show_default=False)
    ],
    config: FieldsOf = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the profile here, for idlab fit-world."),
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--report", metavar="HTML", help="Draw all profiles side by side here.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Summarise datasets: fill rates, sharing of identifiers, rhythm, names and errors, and no identifier at all.

    A profile may leave the house: it says shares and means over at least 20 rows each. With truth or labels it
    says more.
    """
    from idlab.bundle.canonical import write_whole
    from idlab.profile import profile_of

    if len(datasets) > 1 and (out is not None or json):
        hint = "name one dataset, or draw several with --report HTML"
        raise BadInput("one profile is written or printed at a time", where="DATASET", hint=hint)
    scoring = scoring_config(config or shipped_config("default"))
    found = {}
    with progress() as doing:
        for folder in datasets:
            doing(f"reading {folder}")
            found[folder.name] = profile_of(read_as_known(folder), scoring, progress=doing)
        if page is not None:
            from idlab.report.worlds import write_worlds

            doing(f"writing {page}")
            write_worlds(page, found)
    only = next(iter(found.values()))
    if out is not None:
        write_whole(out, only.to_json())
    if json:
        show_json(only.document())
    elif page is not None:
        show(f"{page}: {' and '.join(found)}")
    elif out is not None:
        show(f"{out}: {len(only.statistics)} statistics of {only.rows} interactions")
    else:
        for one in found.values():
            show(one.table())


def read_as_known(folder: Path) -> Dataset:
    """A dataset with its truth or labels, if it has any.

    Raises:
        BadInput: If it cannot be read.
    """
    from idlab.data.dataset import read_dataset
    from idlab.data.manifest import LABELS_FILE, TRUTH_FILE, read_manifest

    files = read_manifest(folder).files
    return read_dataset(
        folder, truth=TRUTH_FILE in files, labels=TRUTH_FILE not in files and LABELS_FILE in files
    )
