"""What commands show: results on standard output, progress and remarks on standard error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console, RenderableType


def show_json(document: Mapping[str, Any]) -> None:
    """Prints one JSON object on standard output, in ASCII, so that every terminal and pipe can take it."""
    typer.echo(json.dumps(document, ensure_ascii=True, allow_nan=False))


def show(thing: RenderableType) -> None:
    """Prints text or a table on standard output; brackets in it are no markup."""
    Console(markup=False, highlight=False, soft_wrap=isinstance(thing, str)).print(thing)


def remark(text: str) -> None:
    """Prints a line on standard error."""
    typer.echo(text, err=True)


class Progress:
    """A running bar on standard error, seen where that is a terminal; called with what is being done."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._task = bar.add_task("starting", total=None)

    def __call__(self, doing: str) -> None:
        """What is being done now, for an unknown time."""
        self._bar.update(self._task, description=doing, total=None)

    def count(self, doing: str, done: int, total: int) -> None:
        """What is being done now, and how much of it is done."""
        self._bar.update(self._task, description=doing, completed=done, total=total)

    def told(self, doing: str, done: int, total: int) -> None:
        """The same for work that does not always know how much there is: then ``total`` is 0."""
        self._bar.update(self._task, description=doing, completed=done, total=total or None)


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar that is gone when the block ends."""
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    doing = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), doing, BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield Progress(bar)
