"""A labelling desk without a screen: one question at a time, saved after every answer, taken up again later."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from idlab.bundle.canonical import write_whole
from idlab.errors import BadInput
from idlab.explore.sheets import NO, OPEN, UNSURE, YES, Sheet, Side
from idlab.metrics.estimates import Estimate

ANSWERED = "answered"
"""The column of a saved worksheet that holds the order in which questions were answered."""

_VALID = (YES, NO, UNSURE)


class Question(NamedTuple):
    """Two interactions: are they of one person?

    Args:
        row: Of the worksheet.
        left, right: Their interaction ids.
        sides: Every field that either has.
        score: What the config gave; None if it gave none, or if the desk is blind.
    """

    row: int
    left: str
    right: str
    sides: tuple[Side, ...]
    score: float | None


class Progress(NamedTuple):
    """How far the work is.

    Args:
        judged: How many questions have a yes or a no.
        unsure: How many were given up.
        questions: How many there are.
    """

    judged: int
    unsure: int
    questions: int


class Desk:
    """Questions asked one by one; the worksheet is saved whole after every answer.

    Args:
        sheet: What is asked.
        path: Where the worksheet is saved, as CSV; one that lies there is taken up again.
        blind: Whether scores are kept back, so that they sway nobody.

    Raises:
        BadInput: If another worksheet lies there.
    """

    def __init__(self, sheet: Sheet, path: Path | str, *, blind: bool = True) -> None:
        self.sheet, self.path, self.blind = sheet, Path(path), blind
        self.answers = sheet.frame[sheet.column].astype(object)
        self._given: list[int] = []
        if self.path.exists():
            self._take_up()
        self._current = self._next()

    @property
    def question(self) -> Question | None:
        """What is asked now; None if everything is answered."""
        if self._current is None:
            return None
        left, right, sides = self.sheet.sides(self._current)
        score = None if self.blind else self.sheet.score(self._current)
        return Question(self._current, left, right, sides, score)

    @property
    def progress(self) -> Progress:
        """How far the work is."""
        given = self.answers.iloc[list(self.sheet.order)]
        return Progress(int(given.isin([YES, NO]).sum()), int((given == UNSURE).sum()), len(self.sheet.order))

    def answer(self, answer: str) -> None:
        """Answer the question asked now, save, and go on to the next.

        Args:
            answer: ``yes`` (one person), ``no`` or ``unsure``.

        Raises:
            BadInput: On another answer, if nothing is asked, or if the worksheet cannot be written.
        """
        if answer not in _VALID:
            raise BadInput(f"{answer!r} is no answer", hint=f"valid are {', '.join(_VALID)}")
        if self._current is None:
            raise BadInput("everything is answered", hint="undo an answer first")
        self.answers.iloc[self._current] = answer
        self._given.append(self._current)
        self._save()
        self._current = self._next()

    def undo(self) -> bool:
        """Take back the last answer and ask again. Whether there was one."""
        if not self._given:
            return False
        self._current = self._given.pop()
        self.answers.iloc[self._current] = OPEN
        self._save()
        return True

    def ask_informative(self) -> bool:
        """Ask the open question that would narrow the interval most. Whether there is one."""
        row = self.sheet.informative(self.answers)
        self._current = self._current if row is None else row
        return row is not None

    def labels(self) -> pd.DataFrame:
        """The labels that the answers so far are, to be written beside a dataset."""
        return self.sheet.labels(self.answers)

    def reached(self) -> dict[str, Estimate]:
        """What the answers so far tell of all interactions, each number with its interval."""
        return self.sheet.reached(self.answers)

    def _next(self) -> int | None:
        return next((row for row in self.sheet.order if self.answers.iloc[row] == OPEN), None)

    def _save(self) -> None:
        place = {row: str(number) for number, row in enumerate(self._given, start=1)}
        order = [place.get(row, "") for row in range(len(self.answers))]
        saved = self.sheet.frame.copy()
        saved[self.sheet.column], saved[ANSWERED] = self.answers, order
        try:
            write_whole(self.path, saved.to_csv(index=False))
        except OSError as error:
            raise BadInput(f"cannot be written ({type(error).__name__})", where=str(self.path)) from None

    def _take_up(self) -> None:
        """Go on with the worksheet that lies there."""
        try:
            saved = pd.read_csv(self.path, dtype=str, keep_default_na=False)
        except (OSError, ValueError) as error:
            raise BadInput(f"cannot be read ({type(error).__name__})", where=str(self.path)) from None
        known = list(self.sheet.same_sample)
        columns = {*known, self.sheet.column, ANSWERED}
        same = columns <= set(saved.columns) and saved[known].equals(self.sheet.frame[known].astype(str))
        answers = saved[self.sheet.column].str.strip().str.lower() if same else pd.Series(dtype=object)
        if not same or not answers.isin([OPEN, *_VALID]).all():
            hint = "name another file, or ask for the sample that it was made for"
            raise BadInput("is a worksheet of another sample", where=str(self.path), hint=hint)
        self.answers = answers.astype(object)
        given = [(int(number or 0), row) for row, number in enumerate(saved[ANSWERED])]
        order = set(self.sheet.order)
        self._given = [row for number, row in sorted(given) if row in order and answers.iloc[row] != OPEN]
