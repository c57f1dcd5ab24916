"""``idlab outbox``: messages to customers, for whatever sends them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idlab.cli.durations import duration
from idlab.cli.opened import StoreUrl, opened_resolver, opened_rows
from idlab.cli.options import AsJson
from idlab.cli.queue_options import After, By, KeyFile, Limit, who
from idlab.cli.showing import show, show_json

MessageIds = Annotated[
    list[str], typer.Argument(metavar="ID", help="The ids of messages.", show_default=False)
]


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    group = typer.Typer(name="outbox", help="Send requests to customers.", no_args_is_help=True)
    for name, function, example in (
        (
            "next",
            next_,
            "idlab outbox next --store sqlite:///id.db --company Acme --key-file keys.txt --json",
        ),
        ("sent", sent, "idlab outbox sent 0b5c1f.1.other --store sqlite:///id.db"),
        ("failed", failed, "idlab outbox failed 0b5c1f.1.other --store sqlite:///id.db"),
        ("list", list_, "idlab outbox list --store sqlite:///id.db --state waiting"),
    ):
        group.command(name, epilog=f"Example: {example}")(function)
    app.add_typer(group)


def next_(
    store: StoreUrl,
    company: Annotated[
        str,
        typer.Option(
            "--company",
            metavar="NAME",
            envvar="IDLAB_COMPANY",
            help="Who asks, as customers know it.",
            show_default=False,
        ),
    ],
    answer_url: Annotated[
        str,
        typer.Option(
            "--answer-url",
            metavar="URL",
            help="The page that takes answers, called with token and answer. It must ask for one more click.",
            show_default="answers by reply",
        ),
    ] = "",
    template: Annotated[
        Path | None,
        typer.Option(
            "--template",
            metavar="FILE",
            help="A text of your own, with $company, $yes, $no, $until.",
            show_default="the shipped texts",
        ),
    ] = None,
    key_file: KeyFile = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=1000, help="At most so many.")
    ] = 20,
    lease: Annotated[
        str, typer.Option("--lease", metavar="5m", help="How long nobody else gets these messages.")
    ] = "5m",
    json: AsJson = False,
) -> None:
    """Fetch messages that are due. What is not reported as sent or failed comes again, with the same token.

    Messages hold addresses and tokens of real people: hand them to what sends them, and keep them nowhere.
    """
    from idlab.cli.queue_shown import document
    from idlab.queues import Sender, TokenKeys, fetch, text_of

    text = None if template is None else text_of(template)
    sender = Sender(TokenKeys.found(key_file), company, answer_url, text)
    with opened_resolver(store) as resolver:
        messages = fetch(resolver, sender, limit=limit, lease=duration(lease, "--lease"))
    if json:
        show_json({"messages": document(messages)})
        return
    for one in messages:
        show(f"{one.id} by {one.channel} to {one.address}\n{one.subject}\n{one.text}")
    if not messages:
        show("nothing is due")


def sent(ids: MessageIds, store: StoreUrl, by: By = None, json: AsJson = False) -> None:
    """Report that messages were sent."""
    from idlab.queues import sent as report

    with opened_resolver(store) as resolver:
        states = {one: report(resolver, one, by=who(by)) for one in ids}
    _reported(states, json=json)


def failed(ids: MessageIds, store: StoreUrl, json: AsJson = False) -> None:
    """Report that messages could not be sent: they are due again after a pause that grows each time."""
    from idlab.queues import failed as report

    with opened_resolver(store) as resolver:
        states = {one: report(resolver, one) for one in ids}
    _reported(states, json=json)


def list_(
    store: StoreUrl,
    state: Annotated[
        str | None,
        typer.Option(
            "--state",
            metavar="waiting|sent|accepted|declined|expired|cancelled",
            help="Only these.",
            show_default="all",
        ),
    ] = None,
    after: After = 0,
    limit: Limit = 50,
    json: AsJson = False,
) -> None:
    """List requests to customers, the one first about which something is next to be done; no addresses, no tokens."""
    from idlab.cli.queue_shown import document, request_table, show_page
    from idlab.queues import requests

    with opened_rows(store) as rows:
        page = requests(rows, state=state, after=after, limit=limit)
    if json:
        found = [{**document(one), "state": one.state, "request": one.name} for one in page.items]
        show_json({"requests": found, "after": page.after})
        return
    show_page(page, request_table, "no such request")


def _reported(states: dict[str, str], *, json: bool) -> None:
    if json:
        show_json({"requests": states})
    else:
        show("\n".join(f"{one}: the request is {state}" for one, state in states.items()))
