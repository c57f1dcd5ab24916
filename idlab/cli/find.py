"""``idlab find``: which customers have an identifier."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from idlab.cli.opened import StoreUrl, opened_rows
from idlab.cli.options import AsJson
from idlab.cli.showing import progress, show, show_json
from idlab.errors import BadInput, why_unread

_MOST = 10_000


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab find --field phone --value-file number.txt --store sqlite:///id.db"
    app.command("find", epilog=example)(find)


def find(
    store: StoreUrl,
    field: Annotated[
        str,
        typer.Option(
            "--field", metavar="NAME", help="The field, as the store's config calls it.", show_default=False
        ),
    ],
    value_file: Annotated[
        Path,
        typer.Option(
            "--value-file",
            metavar="FILE|-",
            help="A file that holds the value and nothing else, as somebody writes it; - is standard input. "
            "On the command line others could see it.",
            show_default=False,
        ),
    ],
    json: AsJson = False,
) -> None:
    """Find the customers whose profile has an identifier. The identifier is not shown; leaves with 1 if nobody has it."""
    from idlab.subject import customers_with

    raw = _value_in(value_file)
    with progress() as doing, opened_rows(store) as rows:
        found = customers_with(rows, field, raw, doing.told)
    if json:
        show_json({"customers": found})
    else:
        show("\n".join(found) if found else "Nobody has it.")
    if not found:
        raise typer.Exit(1)


def _value_in(file: Path) -> str:
    """The value in a file.

    Raises:
        BadInput: If it cannot be read, or holds none or more than one. The message quotes nothing of it.
    """
    try:
        text = sys.stdin.read(_MOST) if str(file) == "-" else file.read_text("utf-8")[:_MOST]
    except (OSError, UnicodeError) as failure:
        hint = "name a text file in UTF-8"
        raise BadInput(why_unread(failure), where="--value-file", hint=hint) from None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) != 1:
        hint = "write the value on a line of its own, and nothing else"
        raise BadInput(f"holds {len(lines)} lines", where="--value-file", hint=hint)
    return lines[0]
