"""What normalisation could not use, counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from idlab.core.codes import MISSING
from idlab.normalize.problems import Problem
from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, rows_on, styled
from idlab.report.palette import light
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, count

_HATCHES = ("", "/////", "-----", "xxxxx", "\\\\\\\\\\", "|||||", "+++++")


@dataclass(frozen=True, eq=False)
class Problems(Section):
    """How often values could not be used as they came, under the candidate's normalisation.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "normalisation"
    title = "Values that could not be used"

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """How often each reason occurred, by (field, reason), in the order of fields and reasons."""
        replay = self.subject.candidate.evaluation.replay
        found = {(field, str(reason)): n for (field, reason), n in replay.tape.problems.items()}
        fields, reasons = list(replay.compiled.field_names), [str(reason) for reason in Problem]
        return {
            (field, reason): found[field, reason]
            for field in fields
            for reason in reasons
            if found.get((field, reason))
        }

    @cached_property
    def usable(self) -> dict[str, int]:
        """How many interactions have a usable value, by field."""
        replay = self.subject.candidate.evaluation.replay
        records = replay.tape.record.reshape(replay.tape.n_interactions, -1)
        there = (records != MISSING).sum(axis=0).tolist()
        return dict(zip(replay.compiled.field_names, there, strict=True))

    def is_empty(self) -> bool:
        """Whether every value could be used as it came."""
        return not self.counts

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "Every value could be used as it came."
        return (
            "What cannot be used counts as missing, never as a guess; values that were only cleaned or"
            " cut are used. A field"
            " with many problems is worth mending at its source."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [f"{field} {_told(reason)} {n:,}" for (field, reason), n in self.counts.items()]
        return "Stacked bars of values by field and reason: " + ", ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every field and reason."""
        rows = [(field, reason, n, self.usable[field]) for (field, reason), n in self.counts.items()]
        return pd.DataFrame(rows, columns=["field", "reason", "values", "usable_in_field"])

    def plot(self) -> Figure:
        """Stacked bars by reason, a row for each field."""
        with styled():
            fields = list(dict.fromkeys(field for field, _ in self.counts))
            reasons = [str(one) for one in Problem if any(reason == one for _, reason in self.counts)]
            figure, (axes,) = canvas(1.1 + 0.34 * len(fields) + 0.15 * len(reasons))
            rows_on(axes, fields)
            left = np.zeros(len(fields))
            inks = ("missed", "merge", "pending", "new", "review", "wrong", "plain")
            for place, reason in enumerate(reasons):
                width = np.array([self.counts.get((field, reason), 0) for field in fields])
                axes.barh(
                    range(left.size),
                    width,
                    left=left,
                    height=0.64,
                    color=light(inks[place % len(inks)]),
                    edgecolor=light("ink"),
                    linewidth=0.4,
                    hatch=_HATCHES[place % len(_HATCHES)],
                    label=_told(reason),
                )
                left += width
            axes.set_xlabel("values")
            axes.xaxis.set_major_formatter("{x:,.0f}")
            legend_above(axes, 3)
            return figure

    def table(self) -> HtmlTable:
        """The counts."""
        rows = [
            [Cell(field), Cell(_told(reason)), count(n), count(self.usable[field])]
            for (field, reason), n in self.counts.items()
        ]
        caption = f"Counts of values under the normalisation of \u201c{self.subject.candidate.name}\u201d."
        return HtmlTable(["Field", "Reason", "Values", "Usable in the field"], rows, caption)


def _told(reason: str) -> str:
    return reason.replace("_", " ")
