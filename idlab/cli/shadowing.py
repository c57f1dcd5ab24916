"""A candidate config beside the one that decides: what ``--shadow`` asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.options import scoring_config
from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.switch.shadow import Deciding

ShadowConfig = Annotated[
    Path | None,
    typer.Option(
        "--shadow",
        metavar="FILE",
        help="A candidate config or bundle: the online engine lets it decide as well, and logs where it differs.",
        show_default=False,
    ),
]
ShadowTo = Annotated[
    Path | None,
    typer.Option(
        "--shadow-log",
        metavar="FILE",
        help="Where the candidate's lines of JSON go; idlab shadow FILE sums them up.",
        show_default=False,
    ),
]
ShadowStore = Annotated[
    str | None,
    typer.Option(
        "--shadow-store",
        metavar="URL",
        help="Where the candidate keeps identities, as filled by idlab migrate-config --shadow.",
        show_default="memory://",
    ),
]

_ROOM = 100_000
"""How many entries may wait for the candidate: a data set comes in faster than people call."""


def check_shadow(
    engine: str, store: str | None, config: Path | None, log: Path | None, kept: str | None
) -> None:
    """Refuses options that do not belong together.

    Raises:
        BadInput: Naming the option.
    """
    if config is None:
        for option, value in (("--shadow-log", log), ("--shadow-store", kept)):
            if value is not None:
                raise BadInput("there is no candidate", where=option, hint="name one with --shadow FILE")
        return
    if engine != "online":
        hint = "leave it out, or take --engine online"
        raise BadInput(f"the engine '{engine}' has no shadow", where="--shadow", hint=hint)
    if log is None:
        raise BadInput("nothing would be told", where="--shadow", hint="name a file with --shadow-log FILE")
    if kept is not None and kept == store:
        hint = "name another one, as idlab migrate-config --shadow fills"
        raise BadInput("the candidate cannot share the store that serves", where="--shadow-store", hint=hint)


@contextmanager
def shadowed(live: Deciding, config: Path | None, log: Path | None, url: str | None) -> Iterator[Deciding]:
    """The resolver, with a candidate beside it as the options say, for as long as the block lasts.

    Raises:
        BadInput: If the candidate's config is not valid, or not that of its store.
        OSError: If the log cannot be opened.
    """
    from idlab.resolver import Resolver
    from idlab.stores import open_store
    from idlab.switch.shadow import Shadow, ShadowLog

    if config is None or log is None:
        yield live
        return
    with closing(open_store(url or "memory://")) as store, closing(ShadowLog(log)) as lines:
        shadow = Shadow(live, Resolver(scoring_config(config), store), lines, room=_ROOM)
        try:
            yield shadow
        finally:
            shadow.close()
