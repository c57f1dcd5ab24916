"""What runs long in a notebook, told in a line and a bar that are gone when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle
from markupsafe import Markup

from idlab.explore.look import page

_SELDOM = 0.1
"""Seconds between two updates: a notebook's page takes longer to draw one than a trial may take."""


class Line:
    """A line and a bar in the output of a cell, as whatever takes the house's progress wants it.

    Args:
        output: The ``DisplayHandle`` of where it is shown; None if there is no notebook, then it is not.
    """

    def __init__(self, output: Any) -> None:
        self._output = output
        self._shown_at = float("-inf")
        self._doing = ""

    def __call__(self, doing: str, /) -> None:
        """What is being done now, for an unknown time."""
        self._show(doing, Markup("<progress></progress>"))

    def count(self, doing: str, done: int, total: int, /) -> None:
        """What is being done now, and how much of it is done."""
        bar = Markup('<progress value="{}" max="{}"></progress> {} of {}').format(done, total, done, total)
        self._show(doing, bar)

    def _show(self, doing: str, bar: Markup) -> None:
        now = perf_counter()
        if self._output is None or (doing == self._doing and now - self._shown_at < _SELDOM):
            return
        self._shown_at, self._doing = now, doing
        line = page(Markup('<p role="status">{} {}</p>').format(bar, doing))
        self._output.update({"text/html": line, "text/plain": doing}, raw=True)


@contextmanager
def progress() -> Iterator[Line]:
    """Progress of what runs inside the block, in the output of a notebook's cell; elsewhere it is silent.

    Example:
        >>> with progress() as doing:
        ...     doing.count("trying configs", 1, 24)
    """
    handle: Any = DisplayHandle  # IPython has no types here
    output = handle() if getattr(get_ipython(), "kernel", None) is not None else None
    if output is not None:
        output.display({"text/html": "", "text/plain": ""}, raw=True)
    try:
        yield Line(output)
    finally:
        if output is not None:
            output.update({"text/html": "", "text/plain": ""}, raw=True)
