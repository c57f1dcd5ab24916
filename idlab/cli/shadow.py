"""``idlab shadow``: how far a candidate config agreed with the one that serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.options import AsJson
from idlab.cli.showing import show, show_json

if TYPE_CHECKING:
    from rich.table import Table

    from idlab.switch.agreement import Agreement, Share


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("shadow", epilog="Example: idlab shadow shadow.jsonl --json")(shadow)


def shadow(
    log: Annotated[
        Path,
        typer.Argument(metavar="LOG", help="What resolve --shadow-log wrote.", show_default=False),
    ],
    json: AsJson = False,
) -> None:
    """Sum up a shadow log: how often the candidate decided as the config that serves, and in what it differed."""
    from idlab.switch.agreement import agreement

    found = agreement(log)
    if json:
        show_json(found.document())
        return
    show(_table(found))
    if found.dropped or found.failed:
        failed = ", ".join(f"{count} {name}" for name, count in found.failed.items()) or "none"
        show(f"not compared: {found.dropped} dropped; failed: {failed}")


def _table(found: Agreement) -> Table:
    from rich.table import Table

    shown = Table(title=f"{found.compared} decisions compared", title_justify="left", title_style="bold")
    for heading in ("", "decisions", "share", "low", "high"):
        shown.add_column(heading, justify="right" if heading else "left")
    shown.add_row("no difference", *_cells(found.agreed))
    for kind, share in found.differences.items():
        shown.add_row(f"another {kind}" if kind != "links" else "other links", *_cells(share))
    for pair, count in found.outcomes.items():
        shown.add_row(f"  {pair}", str(count), "", "", "")
    return shown


def _cells(share: Share) -> list[str]:
    rates = (share.value, share.low, share.high)
    return [str(share.cases), *("" if one is None else f"{100 * one:.2f} %" for one in rates)]
