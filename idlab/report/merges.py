"""Precision and recall of merges and unions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from idlab.metrics import Rate
from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, styled
from idlab.report.measures import PRECISION, RECALL, UNION
from idlab.report.palette import light
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, cell_of, count
from idlab.report.wording import shown

MARKERS = ("o", "s", "^", "v")
"""What tells configs apart without colour, the candidate's diamond aside."""

_MEASURES = (PRECISION, RECALL, UNION)
_COUNTS = (("merges", "Merges"), ("linkable", "Returning"), ("unions", "Unions"))


@dataclass(frozen=True, eq=False)
class Merges(Section):
    """Precision and recall of automatic merges, and precision of unions of identities.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "merges"
    title = "Automatic merges"

    def is_empty(self) -> bool:
        """Whether no config has a merge and a returning customer to be judged by."""
        rates = ((RECALL.rate(numbers), PRECISION.rate(numbers)) for numbers in self._numbers())
        return all(recall.value is None or precision.value is None for recall, precision in rates)

    def _numbers(self) -> Iterator[Mapping[str, Any]]:
        return (one.evaluation.numbers for one in self.subject.judged)

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "No merge and no returning customer can be judged."
        return (
            "A merge that is wrong shows one customer another one\u2019s history; a returning customer"
            " not recognised starts"
            " from nothing. A union joins two identities when an interaction carries the identifiers of both."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [
            f"{measure.name}: "
            + ", ".join(
                f"{one.name} {shown(measure.rate(one.evaluation.numbers), 'share')}"
                for one in self.subject.judged
            )
            for measure in _MEASURES
        ]
        return "Precision against recall of merges, with 95 % intervals. " + ". ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every measure and config."""
        rows = [
            (measure.name, one.name, *measure.rate(one.evaluation.numbers))
            for measure in _MEASURES
            for one in self.subject.judged
        ]
        return pd.DataFrame(rows, columns=["measure", "config", "value", "low", "high"])

    def plot(self) -> Figure:
        """Precision against recall of merges, a cross of intervals for each config."""
        with styled():
            figure, (axes,) = canvas(3.3)
            for place, one in enumerate(self.subject.judged):
                numbers = one.evaluation.numbers
                recall, precision = (_in_percent(measure.rate(numbers)) for measure in (RECALL, PRECISION))
                if recall is None or precision is None:
                    continue
                strong = one is self.subject.candidate
                ink = light("merge" if strong else "plain")
                axes.errorbar(
                    recall.middle,
                    precision.middle,
                    xerr=recall.reach,
                    yerr=precision.reach,
                    fmt="none",
                    ecolor=ink,
                    elinewidth=1.3,
                    capsize=3,
                )
                axes.plot(
                    recall.middle,
                    precision.middle,
                    "D" if strong else MARKERS[place % len(MARKERS)],
                    color=ink,
                    markersize=6.5,
                    markerfacecolor=light("merge" if strong else "surface"),
                    label=one.name,
                )
            axes.set_xlabel("returning customers recognised (recall)")
            axes.set_ylabel("merges that are right (precision)")
            axes.xaxis.set_major_formatter("{x:g} %")
            axes.yaxis.set_major_formatter("{x:g} %")
            legend_above(axes, 4)
            return figure

    def table(self) -> HtmlTable:
        """How many decisions stand behind the rates."""
        rows = []
        for one in self.subject.judged:
            numbers = one.evaluation.numbers
            rates = [cell_of(measure.rate(numbers), "share") for measure in _MEASURES]
            numbered = [count(numbers["counts"][key]) for key, _ in _COUNTS]
            rows.append(
                [Cell(one.name), *(cell for pair in zip(numbered, rates, strict=True) for cell in pair)]
            )
        names = ("right", "recognised", "right")
        head = [
            label
            for (_, what), told in zip(_COUNTS, names, strict=True)
            for label in (what, f"of these {told}")
        ]
        return HtmlTable(["Config", *head], rows, "Decisions behind the rates, with 95 % intervals.")


class _Whisker(NamedTuple):
    """A point with what reaches below and above it, in percent."""

    middle: float
    reach: tuple[list[float], list[float]]


def _in_percent(rate: Rate) -> _Whisker | None:
    if rate.value is None or rate.low is None or rate.high is None:
        return None
    return _Whisker(100 * rate.value, ([100 * (rate.value - rate.low)], [100 * (rate.high - rate.value)]))
