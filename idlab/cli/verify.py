"""``idlab verify``: whether a bundle is what was exported, and decides as it did then."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idlab.cli.options import AsJson
from idlab.cli.showing import remark, show, show_json


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command("verify", epilog="Example: idlab verify bundle.json")(verify)


def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="An exported bundle.", show_default=False)],
    json: AsJson = False,
) -> None:
    """Check a bundle's digest and make its golden decisions again; exit code 1 if it must not decide."""
    from idlab.bundle import Bundle, BundleRefused

    try:
        read = Bundle.read(bundle)
        found = read.verify(where=str(bundle))
    except BundleRefused as refused:
        if json:
            show_json({"bundle": str(bundle), "verified": False, "because": str(refused)})
        remark(f"idlab: refused: {refused}")
        raise typer.Exit(1) from None
    for warning in found.warnings:
        remark(f"idlab: {warning}")
    if json:
        show_json(
            {
                "bundle": str(bundle),
                "verified": True,
                "decisions": found.decisions,
                "warnings": list(found.warnings),
                "config_digest": read.digests.config,
                "bundle_digest": read.digests.bundle,
                "forced": read.forced,
            }
        )
    else:
        show(f"{bundle}: verified, {found.decisions} golden decisions made again")
        if read.forced:
            show(
                "exported by force: "
                + ", ".join(one.gate for one in read.gates if not one.passed)
                + " failed"
            )
