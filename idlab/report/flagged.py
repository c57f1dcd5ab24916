"""Slices that differ from the rest by more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from matplotlib.figure import Figure

from idlab.evaluate.slices import Sliced, sliced, slices_frame, slices_of
from idlab.report.display import Section
from idlab.report.drawing import canvas, points, styled
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, cell_of, count
from idlab.report.wording import signed

SHOWN = 12
"""How many slices the page shows; the frame holds all."""

_TOLD = {
    "merge_precision": "merges right",
    "merge_recall": "returning recognised",
    "pending_yield": "pending worth asking",
    "wrong_profile": "served with a wrong profile",
    "incomplete_profile": "served with an incomplete profile",
}


@dataclass(frozen=True, eq=False)
class FlaggedSlices(Section):
    """The slices over which a rate of the candidate differs from that of all other interactions.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "slices"
    title = "Who is served otherwise than the rest"

    @cached_property
    def found(self) -> list[Sliced]:
        """Every measure over every slice."""
        evaluation = self.subject.candidate.evaluation
        return sliced(evaluation, slices_of(evaluation, self.subject.dataset))

    @cached_property
    def flagged(self) -> list[Sliced]:
        """Those that chance does not explain, the largest shrunken difference first."""
        marked = [one for one in self.found if one.flagged and one.found.difference is not None]
        return sorted(marked, key=lambda one: -abs(one.found.difference or 0.0))

    def is_empty(self) -> bool:
        """Whether nothing is flagged."""
        return not self.flagged

    def lead(self) -> str:
        """What is to be seen."""
        looked = f"{len(self.found):,} rates over slices by channel, channel pair, identity age and what truth tells"
        if self.is_empty():
            return f"Of {looked}, none differs from the rest by more than chance."
        return (
            f"Of {looked}, {len(self.flagged):,} differ from the rest by more than chance: at most one in twenty of "
            "these flags is chance itself (Benjamini and Hochberg). Small slices are drawn towards the mean."
        )

    def _told(self, one: Sliced) -> str:
        return f"{one.slice.by} {one.slice.name}: {_TOLD[one.measure]}"

    def alt(self) -> str:
        """What the figure shows."""
        told = [self._told(one) for one in self.flagged[:SHOWN]]
        return "Rates over flagged slices with 95 % intervals: " + "; ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every measure over every slice."""
        return slices_frame(self.found)

    def plot(self) -> Figure:
        """The rates of the slices that differ most."""
        with styled():
            top = self.flagged[:SHOWN]
            figure, (axes,) = canvas(0.6 + 0.42 * len(top))
            points(
                axes,
                [self._told(one).replace(": ", ":\n") for one in top],
                [one.found.rate for one in top],
                percent=True,
                stress_last=False,
            )
            return figure

    def table(self) -> HtmlTable:
        """The slices that differ most."""
        rows = [
            [
                Cell(f"{one.slice.by} {one.slice.name}"),
                Cell(_TOLD[one.measure]),
                count(one.found.cases),
                cell_of(one.found.rate, "share"),
                Cell(f"{signed(one.found.difference, 'share')} points", is_number=True),
            ]
            for one in self.flagged[:SHOWN]
        ]
        head = ["Slice", "Rate", "Cases", "Value", "Against the rest"]
        return HtmlTable(head, rows, "The slices that differ most, with 95 % intervals.", is_wide=True)
