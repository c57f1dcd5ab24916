"""Tables as the page shows them: cells of text, with a note below and words for what is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from idlab.metrics import Rate
from idlab.report.wording import NOTHING, interval_of, value_of


@dataclass(frozen=True)
class Cell:
    """One cell.

    Args:
        text: What it says.
        note: What stands below that, smaller: an interval, an explanation.
        mark: A word for how it compares: ``better``, ``worse`` or another.
        mark_note: What stands after that word.
        is_number: Whether it is put to the right.
    """

    text: str
    note: str = ""
    mark: str = ""
    mark_note: str = ""
    is_number: bool = False


@dataclass(frozen=True)
class HtmlTable:
    """A table.

    Args:
        head: The names of the columns.
        rows: As many cells in each; the first names the row.
        caption: What it shows.
        look: ``stacked`` if each row becomes a block of its own on narrow screens, else the table scrolls
            sideways; ``compact`` for low rows.
        is_wide: Whether it takes the whole width of the page.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    caption: str
    look: str = ""
    is_wide: bool = False


def cell_of(rate: Rate, unit: str) -> Cell:
    """A rate with its interval below.

    Example:
        >>> cell_of(Rate(0.5, 0.41, 0.59), "share").note
        '41.0 to 59.0 %'
    """
    if rate.value is None:
        return Cell(NOTHING)
    return Cell(value_of(rate, unit), note=interval_of(rate, unit), is_number=True)


def count(number: int) -> Cell:
    """A whole number.

    Example:
        >>> count(12345).text
        '12,345'
    """
    return Cell(f"{number:,}", is_number=True)
