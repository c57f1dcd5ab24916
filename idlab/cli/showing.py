"""What commands show: results on standard output, progress and remarks on standard error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any

import typer
from rich.console import Console, RenderableType

_BETWEEN_LINES = 60.0
_PACE_AFTER = 2.0
_FEW_MINUTES, _FEW_HOURS = 100.0, 7000.0


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
    """What is being done and how far it is, on standard error: a running bar on a terminal, elsewhere a line each minute."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._task = bar.add_task("starting", total=None, far="")
        self._doing, self._done = "", 0
        self._since = self._told = monotonic()

    def __call__(self, doing: str) -> None:
        """What is being done now, for an unknown time."""
        self.told(doing, 0, 0)

    def count(self, doing: str, done: int, total: int) -> None:
        """What is being done now, and how much of it is done."""
        self.told(doing, done, total)

    def told(self, doing: str, done: int, total: int) -> None:
        """The same for work that does not always know how much there is: then ``total`` is 0."""
        now = monotonic()
        if doing != self._doing:
            self._doing, self._done, self._since = doing, done, now
        far = _far(done, total, done - self._done, now - self._since)
        self._bar.update(self._task, description=doing, completed=done, total=total or None, far=far)
        if self._bar.disable and now - self._told >= _BETWEEN_LINES:
            self._told = now
            remark(f"idlab: {doing} {far}".rstrip())


def _far(done: int, total: int, newly: int, seconds: float) -> str:
    """How far something is, and how long the rest takes at the pace of what was newly done.

    Example:
        >>> _far(250_000, 1_000_000, 250_000, 60.0)
        '250,000 of 1,000,000, about 3 min left'
    """
    if done == 0:
        return ""
    if total == 0:
        return f"{done:,}"
    far = f"{done:,} of {total:,}"
    left = seconds * (total - done) / newly if newly > 0 and seconds > _PACE_AFTER else 0.0
    return f"{far}, about {taking(left)} left" if left else far


def taking(seconds: float) -> str:
    """How long something takes, in words.

    Example:
        >>> taking(42.0), taking(400.0), taking(9000.0)
        ('42 s', '7 min', '2.5 h')
    """
    if seconds < _FEW_MINUTES:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < _FEW_HOURS else f"{seconds / 3600:.1f} h"


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar that is gone when the block ends."""
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    doing, far = (TextColumn(f"{{task.{one}}}", markup=False) for one in ("description", "fields[far]"))
    columns = (SpinnerColumn(), doing, BarColumn(), far, TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield Progress(bar)
