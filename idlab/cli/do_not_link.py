"""``idlab do-not-link``: a customer objects to being linked."""

from __future__ import annotations

import typer

from idlab.cli.opened import StoreUrl, opened_resolver
from idlab.cli.options import AsJson
from idlab.cli.queue_options import By, Customer, who
from idlab.cli.showing import show, show_json


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = "Example: idlab do-not-link 5ed0e5f6-8d4f-5d0c-9c39-7a1f6f0f8a51 --store sqlite:///id.db"
    app.command("do-not-link", epilog=example)(do_not_link)


def do_not_link(customer: Customer, store: StoreUrl, by: By = None, json: AsJson = False) -> None:
    """Take an objection down: nothing is merged into this customer or linked with it from now on."""
    from idlab.queues import do_not_link as object_to

    with opened_resolver(store) as resolver:
        state = object_to(resolver, customer, by=who(by))
    if json:
        show_json({"state": state})
    elif state == "erased":
        show("this customer was erased before; nothing was done")
    else:
        show(
            "done: this customer is no candidate from now on; links that are open wait for an answer as before"
        )
