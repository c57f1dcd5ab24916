"""How a study went: the cost of every trial, and the best so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from idlab.errors import BadInput
from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, styled
from idlab.report.palette import light
from idlab.report.table import HtmlTable
from idlab.tune import read_study
from idlab.tune.findings import FINDINGS


@dataclass(frozen=True)
class StudyCourse:
    """What the report shows of a study.

    Args:
        costs: Of every trial that was not broken off, in the order tried, on the tuning worlds.
        starts: The names of the configs that the first trials were.
        chosen: The place among them of the trial that was chosen on the second world.
        findings: What ``study.json`` holds of ``idlab.tune.findings``.
        front: What it holds of the Pareto front, if the study searched for several values at once.
        ended_with: The number of the trial that it ended with.
    """

    costs: tuple[float, ...]
    starts: tuple[str, ...] = ()
    chosen: int | None = None
    findings: Mapping[str, Any] = field(default_factory=dict)
    front: tuple[Mapping[str, Any], ...] = ()
    ended_with: int | None = None


def course_of(folder: Path | str) -> StudyCourse:
    """How a finished study went.

    Args:
        folder: The study's folder.

    Raises:
        BadInput: If there is no finished study, or its files do not belong together.
    """
    _, report = read_study(folder)
    course = report.get("course")
    if course is None:
        hint = "tune again into a new folder"
        raise BadInput(
            "an older release made this study and did not write its course", where=str(folder), hint=hint
        )
    met_all = [trial for trial, complete in enumerate(course["complete"]) if complete]
    costs = tuple(float(course["cost_per_1000"][trial]) for trial in met_all)
    findings = {name: report[name] for name in FINDINGS if name in report}
    ended_with = report["best"]["trial"]
    return StudyCourse(
        costs,
        tuple(report["starts"]),
        met_all.index(ended_with),
        findings,
        tuple(report.get("front", ())),
        ended_with,
    )


@dataclass(frozen=True, eq=False)
class Search(Section):
    """The course of a study.

    Args:
        course: The trials.
    """

    course: StudyCourse
    name = "study"
    title = "How the search went"

    @property
    def best_so_far(self) -> list[float]:
        """The least cost up to each trial."""
        return list(accumulate(self.course.costs, min))

    def is_empty(self) -> bool:
        """Whether there was no trial."""
        return not self.course.costs

    def lead(self) -> str:
        """What is to be seen."""
        costs = self.course.costs
        if self.is_empty():
            return "The study made no trial."
        chosen = ""
        if self.course.chosen is not None:
            chosen = " The one that is marked was then chosen on worlds which no trial had seen."
        return (
            f"{len(costs)} trials on the tuning world; the first started from"
            f" {' and '.join(self.course.starts) or 'the base'}."
            f"{chosen} If the line still falls at the right, more trials are worth their time. These"
            " costs are what the search"
            " minimised and flatter what was tuned on it; the numbers above are from a world that no"
            " trial had seen."
        )

    def alt(self) -> str:
        """What the figure shows."""
        costs, best = self.course.costs, self.best_so_far
        return (
            f"Points of cost by trial, and the best so far as a falling line, from {costs[0]:.0f} at"
            " the first of"
            f" {len(costs)} trials to {best[-1]:.0f} at the last."
        )

    def frame(self) -> pd.DataFrame:
        """A row for every trial."""
        return pd.DataFrame(
            {
                "trial": range(len(self.course.costs)),
                "cost_per_1000": self.course.costs,
                "best_so_far": self.best_so_far,
            }
        )

    def plot(self) -> Figure:
        """Cost by trial, and the best so far."""
        with styled():
            figure, (axes,) = canvas(2.9)
            costs = np.array(self.course.costs)
            trials = np.arange(costs.size)
            axes.plot(
                trials,
                costs,
                "o",
                color=light("plain"),
                markersize=3.2,
                markerfacecolor=light("surface"),
                label="a trial",
            )
            axes.step(
                trials,
                self.best_so_far,
                where="post",
                color=light("merge"),
                linewidth=1.8,
                label="best so far",
            )
            if self.course.chosen is not None:
                chosen = self.course.chosen
                axes.plot([chosen], [costs[chosen]], "D", color=light("wrong"), markersize=6, label="chosen")
            low, high = float(costs.min()), float(np.quantile(costs, 0.95))
            top = max(high, float(costs[0]))
            above = int((costs > top).sum())
            axes.set_ylim(low - 0.08 * (top - low) - 1, top + 0.08 * (top - low) + 1)
            axes.set_xlabel("trial" + (f"; {above} dearer ones lie above" if above else ""))
            axes.set_ylabel("cost per 1,000, tuning world")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            legend_above(axes, 3)
            return figure

    def table(self) -> HtmlTable | None:
        """None: what trials minimised has no interval, and flatters what was tuned on it."""
        return None
