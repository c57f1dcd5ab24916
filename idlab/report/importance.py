"""What explained the cost of a study's trials."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from idlab.metrics import Rate
from idlab.report.display import Section
from idlab.report.drawing import canvas, points, styled
from idlab.report.parameters import label_of, name_of, quoted
from idlab.report.table import HtmlTable
from idlab.report.wording import shown
from idlab.tune.importance import Importance

SHOWN = 12
"""How many parameters the figure shows; the CSV has all."""


@dataclass(frozen=True, eq=False)
class TrialImportance(Section):
    """The share of the trials' variance that each parameter explains.

    Args:
        importance: What the study found.
    """

    importance: Importance
    name = "importance"
    title = "What made the difference among the trials"

    def is_empty(self) -> bool:
        """Whether nothing could be said."""
        return not self.importance.shares

    def lead(self) -> str:
        """What is to be seen."""
        found = self.importance
        if found.refused is not None:
            return f"Which numbers made trials cheap cannot be said: {found.refused}."
        first = next(iter(found.shares), "")
        return (
            f"No number explains more of what {found.trials} trials cost than {quoted(first)}, by itself"
            f" {shown(found.shares[first], 'share')} of it (functional ANOVA over a random forest, 90 % intervals"
            f" from resampled trials, costs above {found.cap:,.0f} counted as that). Trials are steps from the best"
            " one before, not an even sample: this says what mattered on the way of this search. Where intervals"
            " begin near 0, read the section before instead, which moved every number."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [f"{name_of(name)} {shown(rate, 'share')}" for name, rate in self._first()]
        return (
            "Shares of the variance of trials' costs by parameter, with intervals. " + "; ".join(told) + "."
        )

    def frame(self) -> pd.DataFrame:
        """A row for every parameter."""
        rows = [(name, *rate) for name, rate in self.importance.shares.items()]
        return pd.DataFrame(rows, columns=["parameter", "share", "low", "high"])

    def plot(self) -> Figure:
        """The shares as points with whiskers."""
        with styled():
            first = self._first()
            figure, (axes,) = canvas(0.8 + 0.26 * len(first))
            names, rates = [label_of(name) for name, _ in first], [rate for _, rate in first]
            points(axes, names, rates, percent=True, stress_last=False)
            axes.tick_params(axis="y", labelsize=7)
            axes.set_xlim(left=0)
            axes.set_xlabel("of the variance among trials")
            return figure

    def table(self) -> HtmlTable | None:
        """None: the figure says it, and the CSV has all."""
        return None

    def _first(self) -> list[tuple[str, Rate]]:
        return list(self.importance.shares.items())[:SHOWN]
