"""What mistakes and work cost, split, against the best that the keys allow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from idlab.evaluate import Evaluation, enabled_keys
from idlab.metrics import Rate
from idlab.metrics.intervals import Ratio, interval, resample
from idlab.metrics.totals import component_totals
from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, rows_on, styled
from idlab.report.palette import light
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, cell_of
from idlab.report.wording import shown


class Part(NamedTuple):
    """A part of the cost as it is drawn."""

    total: str
    price: str
    told: str
    ink: str
    hatch: str


PARTS = (
    Part("wrong_unions", "c_false", "wrong unions", "false", "/////"),
    Part("missing_unions", "c_missed", "missing unions", "missed", ""),
    Part("questions", "c_review", "answers", "pending", "----"),
)


class Split(NamedTuple):
    """The cost per 1,000 interactions of one config.

    Args:
        parts: Each of ``PARTS``.
        whole: All of it.
        ceiling: What perfect decisions with the same keys would cost.
    """

    parts: tuple[Rate, ...]
    whole: Rate
    ceiling: Rate


@dataclass(frozen=True, eq=False)
class CostSplit(Section):
    """What the cost of every config is made of.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "costs"
    title = "What it costs"

    @cached_property
    def splits(self) -> dict[str, Split]:
        """The cost of every config, split."""
        return {one.name: _split(one.evaluation) for one in self.subject.judged}

    def lead(self) -> str:
        """What is to be seen."""
        costs = self.subject.candidate.evaluation.costs
        return (
            f"In units of one answer: a wrong union counts {costs.c_false:g}, a missing union"
            f" {costs.c_missed:g}, an answer"
            f" {costs.c_review:g}, with every pending link answered. The thick upright mark is the"
            " ceiling: what would still be"
            " missing if every decision among the same keys were perfect."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = []
        for name, split in self.splits.items():
            parts = [
                f"{part.told} {shown(rate, 'per_1000')}"
                for part, rate in zip(PARTS, split.parts, strict=True)
            ]
            told.append(f"{name}: {', '.join(parts)}, ceiling {shown(split.ceiling, 'per_1000')}")
        return "Stacked bars of cost per 1,000 interactions. " + "; ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every config and part of its cost per 1,000 interactions."""
        rows = []
        for name, split in self.splits.items():
            rates = (*split.parts, split.whole, split.ceiling)
            labels = (*(part.told for part in PARTS), "all", "ceiling")
            rows += [(name, label, *rate) for label, rate in zip(labels, rates, strict=True)]
        return pd.DataFrame(rows, columns=["config", "part", "value", "low", "high"])

    def plot(self) -> Figure:
        """Stacked bars, with the interval of the whole and a mark for the ceiling."""
        with styled():
            figure, (axes,) = canvas(1.3 + 0.42 * len(self.splits))
            rows_on(axes, list(self.splits))
            left = np.zeros(len(self.splits))
            for place, part in enumerate(PARTS):
                width = np.array([split.parts[place].value or 0.0 for split in self.splits.values()])
                edge = light("ink" if part.ink == "pending" else "surface")
                axes.barh(
                    range(left.size),
                    width,
                    left=left,
                    height=0.62,
                    color=light(part.ink),
                    edgecolor=edge,
                    linewidth=0.5,
                    hatch=part.hatch,
                    label=part.told,
                )
                left += width
            for row, split in enumerate(self.splits.values()):
                _whole(axes, row, split)
            axes.plot([], [], color=light("ink"), linewidth=2.4, label="ceiling")
            axes.set_xlabel("cost per 1,000 interactions, in answers")
            axes.set_xlim(left=0)
            legend_above(axes, 4)
            return figure

    def table(self) -> HtmlTable:
        """The split in numbers."""
        head = ["Config", *(part.told.capitalize() for part in PARTS), "All", "Ceiling"]
        rows = [
            [Cell(name), *(cell_of(rate, "per_1000") for rate in (*split.parts, split.whole, split.ceiling))]
            for name, split in self.splits.items()
        ]
        return HtmlTable(head, rows, "Cost per 1,000 interactions, in answers, with 95 % intervals.")


def _whole(axes: Axes, row: int, split: Split) -> None:
    """The interval of the whole cost as a whisker, and the ceiling as a mark."""
    whole, ceiling = split.whole, split.ceiling
    if whole.value is not None and whole.low is not None and whole.high is not None:
        reach = [[whole.value - whole.low], [whole.high - whole.value]]
        axes.errorbar(whole.value, row, xerr=reach, fmt="none", ecolor=light("ink"), capsize=3, linewidth=1.1)
    if ceiling.value is not None:
        axes.plot([ceiling.value] * 2, [row - 0.42, row + 0.42], color=light("ink"), linewidth=2.4)


def _split(evaluation: Evaluation) -> Split:
    costs = evaluation.costs
    totals = component_totals(evaluation.history, evaluation.person, enabled_keys(evaluation.replay), costs)
    sample = resample({part.total: totals[part.total] for part in PARTS} | {"known": totals["known"]}, 1, 0)
    parts = []
    for part in PARTS:
        price = getattr(costs, part.price)
        parts.append(interval(sample, Ratio(part.total, "known"), scale=1000 * price, unit=1.0))
    numbers = evaluation.numbers
    return Split(tuple(parts), numbers["cost_per_1000"], numbers["ceiling"]["cost_per_1000"])
