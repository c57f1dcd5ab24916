"""The Pareto front of a study: what fewer wrong unions cost in missing ones and in questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from idlab.report.display import Section
from idlab.report.drawing import WIDTH, legend_above, styled
from idlab.report.palette import light
from idlab.report.table import Cell, HtmlTable
from idlab.tune import Study

LISTED = 12
"""How many points of the front the table lists, the cheapest first."""


@dataclass(frozen=True, eq=False)
class Front(Section):
    """The trials of a study that no other trial beats in one value without losing in another.

    Args:
        points: ``front`` of ``study.json``: for each trial its number, values and cost, the cheapest first.
        chosen: The number of the trial that the study ended with; None to mark none.
    """

    points: Sequence[Mapping[str, Any]]
    chosen: int | None = None
    name = "front"
    title = "What can be had for what"

    @classmethod
    def of(cls, study: Study) -> Front:
        """The front of a study; empty unless it searched for several values at once."""
        return cls(study.report.get("front", ()), study.report["best"]["trial"])

    def is_empty(self) -> bool:
        """Whether the study searched for a single value."""
        return not self.points

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "The study searched for a single value, so there is no front; see idlab tune --objective pareto."
        chosen = (
            " The diamond is the one that was chosen, on worlds which no trial had seen."
            if self._marked
            else ""
        )
        return (
            f"{len(self.points)} trials that no other one beats in everything, each the best at some prices, on the"
            f" tuning worlds. Left and down is better: every point trades wrong unions for missing ones and"
            f" questions.{chosen}"
        )

    def alt(self) -> str:
        """What the figure shows."""
        ends = "; ".join(f"{name} from {low:.1f} to {high:.1f}" for name, (low, high) in self._ranges.items())
        return f"Points of {len(self.points)} trials in two panels over wrong unions: {ends}."

    @property
    def _ranges(self) -> dict[str, tuple[float, float]]:
        values = self.frame().drop(columns=["trial", "cost_per_1000"])
        return {str(name): (float(values[name].min()), float(values[name].max())) for name in values}

    @property
    def _marked(self) -> bool:
        return any(point["trial"] == self.chosen for point in self.points)

    def frame(self) -> pd.DataFrame:
        """A row for every point, the cheapest first."""
        return pd.DataFrame(
            [
                {"trial": one["trial"], **one["values"], "cost_per_1000": one["cost_per_1000"]}
                for one in self.points
            ]
        )

    def plot(self) -> Figure:
        """Every other value over the first, a panel for each."""
        with styled():
            values = self.frame().drop(columns="cost_per_1000").set_index("trial")
            over, *others = values.columns
            figure = Figure(figsize=(WIDTH, 3.0), layout="constrained")
            panels = figure.subplots(1, len(others), squeeze=False)[0]
            chosen = np.array(values.index == self.chosen)
            for axes, name in zip(panels, others, strict=True):
                for among, mark, ink, size, label in (
                    (~chosen, "o", "merge", 4.5, "a trial on the front"),
                    (chosen, "D", "wrong", 7.0, "chosen"),
                ):
                    shown = values[among]
                    if len(shown):
                        axes.plot(
                            shown[over], shown[name], mark, color=light(ink), markersize=size, label=label
                        )
                axes.set_xlabel(str(over))
                axes.set_ylabel(str(name))
                axes.margins(0.08)
            legend_above(panels[0], 2)
            return figure

    def table(self) -> HtmlTable:
        """The cheapest points."""
        frame = self.frame().head(LISTED)
        rows = [
            [
                Cell(f"{trial}", mark="chosen" if trial == self.chosen else ""),
                *(Cell(f"{value:.1f}", is_number=True) for value in rest),
            ]
            for trial, *rest in frame.itertuples(index=False)
        ]
        head = ["Trial", *(str(name) for name in frame.columns[1:-1]), "cost per 1,000"]
        more = len(self.points) - len(frame)
        rest_told = f"; {more} more in study.json" if more else ""
        return HtmlTable(head, rows, f"Means over the tuning worlds, the cheapest first{rest_told}.")
