"""``idlab pending ask`` and ``answer``: the customers of a link say whether it joins what is theirs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from idlab.cli.durations import duration
from idlab.cli.opened import StoreUrl, opened_resolver
from idlab.cli.options import AsJson
from idlab.cli.queue_options import By, KeyFile, Link, who
from idlab.cli.showing import show, show_json

_STANDARD_INPUT = "-"
_SIDES = {"both": ("at_hand", "other"), "at_hand": ("at_hand",), "other": ("other",)}


def add_to(group: typer.Typer) -> None:
    """Registers the commands."""
    example = "Example: idlab pending ask 1042 --store sqlite:///id.db --valid 14d"
    group.command("ask", epilog=example)(ask)
    example = "Example: idlab pending answer TOKEN yes --store sqlite:///id.db --key-file keys.txt"
    group.command("answer", epilog=example)(answer)


def ask(
    link: Link,
    store: StoreUrl,
    sides: Annotated[
        str,
        typer.Option(
            "--side",
            metavar="both|at_hand|other",
            help="Who is asked; one side alone only where you have the other's consent.",
        ),
    ] = "both",
    valid: Annotated[str, typer.Option("--valid", metavar="14d", help="How long answers are taken.")] = "14d",
    by: By = None,
    json: AsJson = False,
) -> None:
    """Ask the customers of a link whether their records may be joined.

    The link is accepted once every side that is asked said yes, and declined on the first no: a yes from one side alone
    would let somebody who shares a phone take over another's records. Messages wait in the outbox: idlab outbox next.
    """
    from idlab.cli.queue_shown import document
    from idlab.errors import BadInput
    from idlab.queues import ask as put
    from idlab.queues import link_id_called

    if sides not in _SIDES:
        raise BadInput(f"there is no side '{sides}'", where="--side", hint=f"valid are {', '.join(_SIDES)}")
    with opened_resolver(store) as resolver:
        with resolver.store.reading() as rows:
            name = link_id_called(rows, link)
        done = put(resolver, name, by=who(by), sides=_SIDES[sides], valid=duration(valid, "--valid"))
    if json:
        show_json({"link_id": name, **document(done)})
    elif done.link != "open":
        show(f"link {link} was closed before: {done.link}; nobody was asked")
    elif done.request is not None:
        asked = " and ".join(one.side for one in done.request.sides)
        how = (
            "asked now, messages wait in the outbox" if done.is_new else f"asked before, {done.request.state}"
        )
        show(f"link {link}: {asked} {how}")


def answer(
    token: Annotated[
        str,
        typer.Argument(
            metavar="TOKEN",
            help="The token that came back; - reads it from standard input.",
            show_default=False,
        ),
    ],
    said: Annotated[
        str, typer.Argument(metavar="yes|no", help="What the customer said.", show_default=False)
    ],
    store: StoreUrl,
    key_file: KeyFile = None,
    json: AsJson = False,
) -> None:
    """Take a customer's answer to a request, and do what follows from it."""
    from idlab.queues import TokenKeys
    from idlab.queues import answer as take

    keys = TokenKeys.found(key_file)
    given = token if token != _STANDARD_INPUT else sys.stdin.readline().strip()
    with opened_resolver(store) as resolver:
        state = take(resolver, keys, given, said)
    if json:
        show_json({"request": state})
    else:
        show(f"{said} was taken; the request is {state}")
