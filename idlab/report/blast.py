"""The blast radius of wrong merges: what they laid open to other people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from idlab.evaluate.exposure import BlastRadius as Radius
from idlab.evaluate.exposure import blast_radius
from idlab.report.display import Section
from idlab.report.drawing import canvas, styled
from idlab.report.palette import light
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable
from idlab.report.wording import shown

_TOLD = {"interactions": "interactions of others", "identifiers": "identifiers of others", "days": "days"}


@dataclass(frozen=True, eq=False)
class BlastRadius(Section):
    """How much of other people's data each wrong merge of the candidate showed, and for how long.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "blast-radius"
    title = "What wrong merges laid open"

    @cached_property
    def radius(self) -> Radius:
        """What the candidate's wrong merges laid open."""
        return blast_radius(self.subject.candidate.evaluation)

    def is_empty(self) -> bool:
        """Whether no merge was wrong."""
        return not len(self.radius.days)

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "No automatic merge turned out wrong."
        mean = self.radius.mean()
        return (
            f"A wrong merge showed one customer {shown(mean['identifiers'], 'count')} identifiers and "
            f"{shown(mean['interactions'], 'count')} interactions of other people on average, for "
            f"{shown(mean['days'], 'count')} days until a split or the end of the data. The tail is what makes news."
        )

    def alt(self) -> str:
        """What the figure shows."""
        tail = self.radius.tail().set_index("share")
        told = [
            f"{told}: median {tail[name][0.5]:.0f}, worst {tail[name][1.0]:.0f}"
            for name, told in _TOLD.items()
        ]
        return "The share of wrong merges that laid open more than so much. " + "; ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """The quantiles of every measure over wrong merges."""
        return self.radius.tail()

    def plot(self) -> Figure:
        """For each measure the share of wrong merges above it."""
        found = self.radius.exposures
        values = {
            "interactions": found.interactions,
            "identifiers": found.identifiers,
            "days": self.radius.days,
        }
        with styled():
            figure, every = canvas(3.6, len(values))
            for axes, (name, of) in zip(every, values.items(), strict=True):
                ordered = np.sort(np.asarray(of, dtype=np.float64))
                above = 100 * (1 - np.arange(len(ordered)) / len(ordered))
                axes.step(ordered, above, where="pre", color=light("wrong"), linewidth=1.4)
                axes.set_xlabel(_TOLD[name])
                axes.set_xscale("symlog", linthresh=1)
                axes.set_xlim(left=0)
                axes.set_ylim(0, 104)
                axes.yaxis.set_major_formatter("{x:g} %")
                axes.xaxis.set_major_formatter("{x:g}")
            every[1].set_ylabel("of wrong merges, at least so much")
            return figure

    def table(self) -> HtmlTable:
        """The quantiles."""
        rows = [
            [
                Cell(
                    "the worst"
                    if one["share"] == 1
                    else f"{100 * one['share']:.0f} % of wrong merges at most"
                ),
                *(Cell(f"{one[name]:,.0f}", is_number=True) for name in _TOLD),
            ]
            for one in self.frame().to_dict("records")
        ]
        return HtmlTable(
            ["", *(told.capitalize() for told in _TOLD.values())], rows, "The tail of what was laid open."
        )
