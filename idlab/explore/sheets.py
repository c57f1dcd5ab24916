"""What a labelling desk asks, whatever it is: questions of a worksheet, and what the answers tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import pandas as pd

from idlab.metrics.estimates import Estimate

YES, NO, UNSURE, OPEN = "yes", "no", "unsure", ""
"""The answers that a worksheet holds; what is unsure or open is no label."""


class Side(NamedTuple):
    """One field of the two interactions of a question.

    Args:
        field: Its name.
        left, right: The two values, empty where missing.
    """

    field: str
    left: str
    right: str


class Sheet(Protocol):
    """What is asked, row by row of a worksheet.

    Args:
        frame: The worksheet: what identifies a question, and what was known of both sides.
        column: The one that holds the answers.
        same_sample: The columns by which a saved worksheet is known to be of the same sample.
        order: The rows that are questions, in the order in which they are asked.
    """

    frame: pd.DataFrame
    column: str
    same_sample: tuple[str, ...]
    order: Sequence[int]

    def sides(self, row: int) -> tuple[str, str, tuple[Side, ...]]:
        """Both interaction ids, and every field that either has."""
        ...

    def score(self, row: int) -> float | None:
        """The score that the config gave; None where it gave none."""
        ...

    def informative(self, answers: pd.Series) -> int | None:
        """The open question whose answer would narrow the interval most; None if none is open."""
        ...

    def labels(self, answers: pd.Series) -> pd.DataFrame:
        """The labels that the answers so far are, with the weights that they have so far."""
        ...

    def reached(self, answers: pd.Series) -> dict[str, Estimate]:
        """What the answers so far tell of all interactions, each number with its interval."""
        ...


def cell_text(line: pd.Series, name: str) -> str:
    """A cell as it is read, empty where there is no such column; moments to the second."""
    text = str(line.get(name, ""))
    return text.partition(".")[0] if name.endswith("occurred_at") else text
