"""The colours of the report: for light and dark screens, told apart without colour by lightness and hatch."""

from __future__ import annotations

from typing import NamedTuple


class Ink(NamedTuple):
    """A colour by its use.

    Args:
        light: On white.
        dark: On black.
    """

    light: str
    dark: str


INKS = {
    "ink": Ink("#1c2127", "#e7eaee"),
    "muted": Ink("#59626d", "#a6afba"),
    "line": Ink("#d5dae0", "#3b434d"),
    "surface": Ink("#fefefe", "#14171b"),
    "merge": Ink("#1d5c92", "#5b9fd8"),
    "pending": Ink("#f1b94e", "#d9a03c"),
    "review": Ink("#9b5fa8", "#b987c4"),
    "new": Ink("#c3ccd6", "#6e7a87"),
    "false": Ink("#a33a14", "#e07a4f"),
    "missed": Ink("#7fb0d6", "#4f83ab"),
    "right": Ink("#1d5c93", "#5b9fd9"),
    "wrong": Ink("#c75a2a", "#e58a5c"),
    "plain": Ink("#8a95a1", "#8d98a4"),
}
"""Every colour, by use; no two are equal, since a figure's colours become variables of the page."""


def light(use: str) -> str:
    """The colour of a use on white, which figures are drawn in.

    Example:
        >>> light("ink")
        '#1c2127'
    """
    return INKS[use].light
