"""``idlab subject-report``: everything that a store holds about one person."""

from __future__ import annotations

import json as _json
from pathlib import Path
from typing import Annotated

import typer

from idlab.cli.opened import StoreUrl, opened_rows
from idlab.cli.options import AsJson
from idlab.cli.showing import progress, show, show_json


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab subject-report 5f3a1c2e-... --store sqlite:///id.db --out subject.html"
    app.command("subject-report", epilog=example)(subject_report)


def subject_report(
    customer: Annotated[
        str,
        typer.Argument(
            metavar="CUSTOMER", help="A customer_id, of now or of before; see idlab find.", show_default=False
        ),
    ],
    store: StoreUrl,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="The file: a page, or a JSON document if its name ends in .json. Only you may read it.",
            show_default=False,
        ),
    ],
    agents: Annotated[
        bool, typer.Option("--agents", help="Name the agents who worked on it and decided.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Write down everything held about one person, for whoever asks what is known of them.

    Other customers are named by their ids only. The file holds identifiers: hand it to nobody but that person.
    """
    from idlab.subject import held_about, page_of
    from idlab.subject.private import write_private

    with progress() as doing, opened_rows(store) as rows:
        doing("gathering what is held")
        held = held_about(rows, customer, agents=agents)
    text = _json.dumps(held, ensure_ascii=True, indent=1) if out.suffix == ".json" else page_of(held)
    write_private(out, text)
    if json:
        counts = {part: len(held[part]) for part in ("records", "links", "review_items", "log")}
        show_json({"customer_id": held["customer_id"], "erased": held["erased"], **counts, "file": str(out)})
    else:
        show(
            f"{out}: customer {held['customer_id']}; interactions: {len(held['records']):,}, links: {len(held['links']):,}, "
            f"review items: {len(held['review_items']):,}, entries of the log: {len(held['log']):,}"
        )
