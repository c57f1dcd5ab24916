"""Every decision when it was made and in the end, and the profiles that interactions were served with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from matplotlib.figure import Figure

from idlab.evaluate import Dispositions, dispositions
from idlab.metrics import Rate
from idlab.metrics.matrix import MatrixCell
from idlab.report.display import Section
from idlab.report.drawing import canvas, points, styled
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, cell_of
from idlab.report.wording import shown

_TOLD = {
    "merge_precision": "Merges right",
    "merge_recall": "Returning recognised",
    "union_precision": "Unions right",
    "pending_yield": "Pending worth asking",
    "review_yield": "Reviews worth asking",
    "wrong_profile": "Profiles that hold others",
    "incomplete_profile": "Profiles that lack one\u2019s own",
    "faulty_profile": "Profiles with either fault",
}
_WHEN = ("When decided", "In the end")


@dataclass(frozen=True, eq=False)
class Hindsight(Section):
    """The rates and the disposition matrix of the candidate at both moments.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "hindsight"
    title = "What the agent saw, and what became of it"

    @cached_property
    def found(self) -> Dispositions:
        """How the candidate's decisions turned out, at both moments."""
        return dispositions(self.subject.candidate.evaluation)

    def lead(self) -> str:
        """What is to be seen."""
        then = self.found.then.rates
        return (
            f"When it was handled, {shown(then['faulty_profile'], 'share')} of interactions were served with a profile"
            f" that held somebody else\u2019s interactions ({shown(then['wrong_profile'], 'share')}) or lacked some of"
            f" the person\u2019s own ({shown(then['incomplete_profile'], 'share')}). \u201cIn the end\u201d judges the"
            " same decisions by the identities as they are now, later interactions included."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [
            f"{name.lower()}, {when.lower()}: {shown(rate, 'share')}"
            for name, pair in self._pairs()
            for when, rate in pair
        ]
        return "Rates when decided and in the end, with 95 % intervals. " + "; ".join(told) + "."

    def _pairs(self) -> list[tuple[str, list[tuple[str, Rate]]]]:
        """Each rate at both moments."""
        return [
            (told, [(when, turned.rates[name]) for when, turned in zip(_WHEN, self.found, strict=True)])
            for name, told in _TOLD.items()
        ]

    def frame(self) -> pd.DataFrame:
        """A row for every rate and every cell of the matrix, at both moments."""
        rows: list[tuple[object, ...]] = []
        for when, turned in zip(self.found._fields, self.found, strict=True):
            rows += [(when, name, None, *rate) for name, rate in turned.rates.items()]
            rows += [(when, _named(cell), cell.decisions, *cell.share) for cell in turned.matrix]
        return pd.DataFrame(rows, columns=["when", "what", "decisions", "value", "low", "high"])

    def plot(self) -> Figure:
        """Each rate at both moments."""
        with styled():
            rows = [
                (told if when == _WHEN[0] else when.lower(), rate)
                for told, pair in self._pairs()
                for when, rate in pair
                if rate.value is not None
            ]
            figure, (axes,) = canvas(0.6 + 0.24 * len(rows))
            names, rates = [name for name, _ in rows], [rate for _, rate in rows]
            points(axes, names, rates, percent=True, stress_last=False)
            return figure

    def table(self) -> HtmlTable:
        """The rates, then every decision by outcome, right or wrong, and whether the person was known."""
        rates = [[Cell(name), *(cell_of(rate, "share") for _, rate in pair)] for name, pair in self._pairs()]
        matrix = [
            [
                Cell(_named(then), note=_counted(then, end)),
                cell_of(then.share, "share"),
                cell_of(end.share, "share"),
            ]
            for then, end in zip(self.found.then.matrix, self.found.in_the_end.matrix, strict=True)
            if then.decisions or end.decisions
        ]
        caption = "Rates, then all judged decisions by how they turned out, with 95 % intervals."
        return HtmlTable(["", *_WHEN], [*rates, *matrix], caption)


def _named(cell: MatrixCell) -> str:
    """A cell of the matrix in words."""
    right = "right" if cell.right else "wrong"
    return f"{cell.outcome}, {right}, person {'seen before' if cell.seen_before else 'first seen'}"


def _counted(then: MatrixCell, end: MatrixCell) -> str:
    """How many decisions are in a cell at both moments."""
    return f"{then.decisions:,} of all judged decisions, in the end {end.decisions:,}"
