"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Telling = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is: 0 if that is not known."""

EVERY = 2000
"""So much is done of many small things between two times that they tell."""


def untold(doing: str, done: int, total: int) -> None:
    """Where nobody is told.

    Example:
        >>> untold("deciding again", 2_000, 10_000)
    """
