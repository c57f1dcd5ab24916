"""Sections of the report in a notebook: heading, what is to be seen, figure, and the numbers to unfold."""

from __future__ import annotations

from itertools import count

from markupsafe import Markup

from idlab.explore.look import page, table
from idlab.report.display import Section
from idlab.report.drawing import as_svg
from idlab.report.table import Cell, HtmlTable

_WIDE = 620
"""Pixels that a figure takes at most."""

_SHORT = 12
"""Rows of a table that need not be unfolded."""

_NUMBER = count(1)


def section_html(section: Section) -> str:
    """A section of the report: what its page shows, in the style of the workbench."""
    head = Markup("<h3>{}</h3><p>{}</p>").format(section.title, section.lead())
    if section.is_empty():
        return page(head)
    name = f"{section.name}-{next(_NUMBER)}"
    drawn = Markup(as_svg(section.plot(), name, section.alt()))  # noqa: S704 - matplotlib's own SVG
    figure = Markup('<figure style="max-width:{}px">{}</figure>').format(_WIDE, drawn)
    return page(head, figure, _numbers(section.table()))


def section_text(section: Section) -> str:
    """The same as plain text: its heading and what is to be seen.

    Example:
        >>> from idlab.report import Search, StudyCourse
        >>> print(section_text(Search(StudyCourse(()))))
        How the search went
          The study made no trial.
    """
    return f"{section.title}\n  {section.lead()}"


def _numbers(numbers: HtmlTable | None) -> Markup:
    """A table, to unfold if it is long; nothing where the section has none."""
    if numbers is None or not numbers.rows:
        return Markup("")
    columns = zip(*numbers.rows, strict=True)
    head = [
        f"#{name}" if place and any(cell.is_number for cell in column) else name
        for place, (name, column) in enumerate(zip(numbers.head, columns, strict=True))
    ]
    body = table(head, ([_cell(one) for one in row] for row in numbers.rows))
    unfolded = Markup(" open") if len(numbers.rows) <= _SHORT else Markup("")
    return Markup("<details{}><summary>The numbers</summary><p class='muted'>{}</p>{}</details>").format(
        unfolded, numbers.caption, body
    )


def _cell(cell: Cell) -> Markup:
    """A cell with its note below and its mark behind."""
    note = Markup("<br><small class='muted'>{}</small>").format(cell.note) if cell.note else Markup("")
    told = " ".join(part for part in (cell.mark, cell.mark_note) if part)
    mark = Markup(" <small><b>{}</b></small>").format(told) if told else Markup("")
    return Markup("{}{}{}").format(cell.text, mark, note)
