"""Arguments and options that the commands for human work share."""

from __future__ import annotations

from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="NAME",
        envvar="IDLAB_BY",
        help="Who says so.",
        show_default="the user of this machine",
    ),
]
OlderThan = Annotated[
    str | None,
    typer.Option(
        "--older-than", metavar="30d", help="Only what waits longer; units m, h, d, w.", show_default=False
    ),
]
NewerThan = Annotated[
    str | None,
    typer.Option("--newer-than", metavar="12h", help="Only what waits less long.", show_default=False),
]
AssignedTo = Annotated[
    str | None,
    typer.Option("--assigned-to", metavar="NAME", help="Only what this agent works on.", show_default=False),
]
Unassigned = Annotated[bool, typer.Option("--unassigned", help="Only what nobody works on.")]
OfCustomer = Annotated[
    str | None, typer.Option("--customer", metavar="ID", help="Only this customer's.", show_default=False)
]
After = Annotated[
    int, typer.Option("--after", metavar="N", min=0, help="The page after this number.", show_default=False)
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000, help="How many to list.")]
KeyFile = Annotated[
    Path | None,
    typer.Option(
        "--key-file",
        metavar="FILE",
        help="Keys that answers are signed with, one a line, the newest last.",
        show_default="the variable IDLAB_TOKEN_KEY",
    ),
]
Link = Annotated[
    str, typer.Argument(metavar="LINK", help="Its number in the list, or its link_id.", show_default=False)
]
Review = Annotated[
    str,
    typer.Argument(metavar="REVIEW", help="Its number in the list, or its review_id.", show_default=False),
]
Agent = Annotated[str, typer.Argument(metavar="AGENT", help="Who is to work on it.", show_default=False)]
TakeOver = Annotated[bool, typer.Option("--take-over", help="Also from another agent.")]
Interactions = Annotated[
    list[str],
    typer.Argument(
        metavar="INTERACTION", help="Some of its interactions: another person's.", show_default=False
    ),
]
Customer = Annotated[
    str, typer.Argument(metavar="CUSTOMER", help="A customer_id, of now or of before.", show_default=False)
]


def who(by: str | None) -> str:
    """Who the log says it was: ``--by``, the variable ``IDLAB_BY``, or the user of this machine."""
    if by:
        return by
    try:
        return getuser()
    except (KeyError, OSError):  # a user without a name, as in a container
        return ""
