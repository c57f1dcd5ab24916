"""``idlab verify``: whether a bundle is what was exported, and decides as it did then."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idlab.cli.options import AsJson
from idlab.cli.showing import remark, show, show_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from idlab.bundle import Bundle, Difference, Verification


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("verify", epilog="Example: idlab verify bundle.json --card card.md")(verify)


def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="An exported bundle.", show_default=False)],
    card: Annotated[
        Path | None, typer.Option("--card", metavar="FILE", help="Write its model card, in Markdown.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Check a bundle's digest and make its golden decisions again; exit code 1 if it must not decide."""
    from idlab.bundle import Bundle, BundleRefused, write_whole
    from idlab.bundle import card as card_of

    try:
        read = Bundle.read(bundle)
        found = read.verify(where=str(bundle))
    except BundleRefused as refused:
        if json:
            show_json(
                {
                    "bundle": str(bundle),
                    "verified": False,
                    "because": str(refused),
                    "differences": [one._asdict() for one in refused.differences],
                }
            )
        elif refused.differences:
            show(_table(refused.differences))
        remark(f"idlab: refused: {refused}")
        raise typer.Exit(1) from None
    for warning in found.warnings:
        remark(f"idlab: {warning}")
    if card is not None:
        write_whole(card, card_of(read))
    if json:
        show_json(_told(bundle, read, found))
        return
    show(f"{bundle}: verified, {found.decisions} golden decisions made again")
    if read.forced:
        failed = ", ".join(f"{one.gate} (on {one.on})" for one in read.gates if not one.passed)
        show(f"exported by force: {failed} failed")


def _told(path: Path, bundle: Bundle, found: Verification) -> dict[str, Any]:
    return {
        "bundle": str(path),
        "verified": True,
        "decisions": found.decisions,
        "warnings": list(found.warnings),
        "config_digest": bundle.digests.config,
        "bundle_digest": bundle.digests.bundle,
        "forced": bundle.forced,
        "migrated_from": bundle.lineage.get("migrated_from"),
    }


def _table(differences: Sequence[Difference]) -> Table:
    """The first decision that differs, part by part."""
    from rich.table import Table

    table = Table("part", "must be", "is")
    for one in differences:
        table.add_row(one.part, one.wanted, one.got)
    return table
