"""Where in a user's files something was found, in the user's own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Place:
    """Names a file, row and column for a message.

    Args:
        file: The file, or another name for where the rows came from.
        columns: What the user calls a column, by idlab's name for it; idlab's own name otherwise.
        rows_before: How many data rows came before the first one at hand.

    Example:
        >>> Place("calls.csv", {"phone": "tel"}).at("phone", row=0)
        "calls.csv, row 1, column 'tel'"
    """

    file: str
    columns: Mapping[str, str] = field(default_factory=dict)
    rows_before: int = 0

    def at(self, column: str | None = None, row: int | None = None) -> str:
        """The place as text; ``row`` counts from 0 here and from 1 in the text."""
        text = self.file
        if row is not None:
            text += f", row {self.rows_before + row + 1}"
        if column is not None:
            text += f", column '{self.columns.get(column, column)}'"
        return text

    def after(self, rows: int) -> Place:
        """The same place for rows that follow after ``rows`` more."""
        return replace(self, rows_before=self.rows_before + rows)
