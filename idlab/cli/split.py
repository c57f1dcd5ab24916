"""``idlab split``: undo a wrong merge."""

from __future__ import annotations

import typer

from idlab.cli.opened import StoreUrl, opened_resolver
from idlab.cli.options import AsJson
from idlab.cli.queue_options import By, Customer, Interactions, who
from idlab.cli.showing import show, show_json


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    example = (
        "Example: idlab split 5ed0e5f6-8d4f-5d0c-9c39-7a1f6f0f8a51 call-7 call-9 --store sqlite:///id.db"
    )
    app.command("split", epilog=example)(split)


def split(
    customer: Customer, interactions: Interactions, store: StoreUrl, by: By = None, json: AsJson = False
) -> None:
    """Undo a wrong merge: these interactions are another person's, and never linked with the rest again.

    Every customer_id that was ever handed out leads to one of both customers afterwards.
    """
    from idlab.queues import split as part

    with opened_resolver(store) as resolver:
        stays, named = part(resolver, customer, interactions, by=who(by))
    if json:
        show_json({"stays": stays, "split_off": named})
    else:
        show(f"those that stay: customer {stays}\nthose named: customer {named}")
