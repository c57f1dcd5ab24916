"""How far scores can be taken for probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from matplotlib.figure import Figure

from idlab.metrics import Rate
from idlab.metrics.calibration import Bin, reliability_bins
from idlab.report.display import Section
from idlab.report.drawing import canvas, styled
from idlab.report.palette import light
from idlab.report.sweeps import Sweeps
from idlab.report.table import Cell, HtmlTable, cell_of, count

SHOWN = 10
"""How many groups the page's table shows; the frame holds all."""


@dataclass(frozen=True, eq=False)
class Reliability(Section):
    """The candidate's scores against how often the top candidate is right.

    Args:
        sweeps: What was found.
    """

    sweeps: Sweeps
    name = "reliability"
    title = "Are scores probabilities?"

    @cached_property
    def bins(self) -> list[Bin]:
        """Bins of equally many decisions."""
        found = self.sweeps.scored
        return list(reliability_bins(found.score, found.right, found.component))

    def is_empty(self) -> bool:
        """Whether no decision can be judged."""
        return not len(self.sweeps.scored.row)

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "No decision had a candidate whose person is known."
        whole = self.sweeps.calibration.iloc[0]
        return (
            f"Over {int(whole['decisions']):,} decisions a score misses the truth by {100 * whole['ece']:.1f} points on average "
            f"(ECE), and by {100 * whole['band_ece']:.1f} points between 0.70 and 0.90, where people are asked. "
            "Thresholds mean what they say only as far as these are small."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [f"score {one.score:.2f}: right {100 * (one.right.value or 0):.0f} %" for one in self.bins]
        return (
            "How often the top candidate is right, by score, against the diagonal. " + "; ".join(told) + "."
        )

    def frame(self) -> pd.DataFrame:
        """Calibration of all decisions, by channel pair and by profile size."""
        return self.sweeps.calibration

    def plot(self) -> Figure:
        """The reliability diagram."""
        with styled():
            figure, (axes,) = canvas(3.4)
            axes.plot([0, 1], [0, 100], color=light("muted"), linewidth=0.8, linestyle=":")
            axes.axvspan(0.7, 0.9, color=light("line"), alpha=0.6)
            for one in self.bins:
                rate = one.right
                if rate.value is None or rate.low is None or rate.high is None:
                    continue
                reach = [[100 * (rate.value - rate.low)], [100 * (rate.high - rate.value)]]
                axes.errorbar(
                    one.score,
                    100 * rate.value,
                    yerr=reach,
                    fmt="o",
                    color=light("merge"),
                    markersize=4.5,
                    capsize=3,
                )
            axes.set_xlabel("score; the shade is where people are asked")
            axes.set_ylabel("top candidate is right")
            axes.yaxis.set_major_formatter("{x:g} %")
            axes.set_xlim(-0.02, 1.02)
            axes.set_ylim(-2, 103)
            return figure

    def table(self) -> HtmlTable:
        """Calibration of the largest groups."""
        largest = self.frame().sort_values("decisions", ascending=False, kind="stable").head(SHOWN)
        rows = [
            [
                Cell(
                    one["group"] if one["by"] != "all" else "all decisions",
                    note="" if one["by"] == "all" else one["by"],
                ),
                count(int(one["decisions"])),
                cell_of(Rate(one["right"], one["right_low"], one["right_high"]), "share"),
                *(
                    Cell("none there" if pd.isna(one[name]) else f"{one[name]:.3f}", is_number=True)
                    for name in ("score", "ece", "band_ece", "brier", "log_loss")
                ),
            ]
            for one in largest.to_dict("records")
        ]
        head = [
            "Decisions",
            "How many",
            "Right",
            "Mean score",
            "ECE",
            "ECE 0.70 to 0.90",
            "Brier",
            "Log loss",
        ]
        return HtmlTable(
            head, rows, "The largest groups, with 95 % intervals of being right.", "compact", is_wide=True
        )
