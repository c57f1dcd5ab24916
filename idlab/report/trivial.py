"""The two trivial resolvers beside the judged ones: nobody is ever the same, and equal identifiers are one person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from idlab.metrics import summarise
from idlab.metrics.history import unsplit
from idlab.replay.components import columns, components_of
from idlab.report.display import Section
from idlab.report.drawing import canvas, points, styled
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, cell_of
from idlab.report.wording import shown

_KINDS = ("phone", "email", "cookie", "code")
_RATES = {
    ("bcubed", "precision"): "B-cubed precision",
    ("bcubed", "recall"): "B-cubed recall",
    ("bcubed", "f1"): "B-cubed F1",
}


@dataclass(frozen=True, eq=False)
class TrivialBaselines(Section):
    """What needs no tuning at all, judged by the same truth.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "trivial"
    title = "Beside resolvers that need no tuning"

    @cached_property
    def numbers(self) -> dict[str, dict[str, Any]]:
        """The numbers of both trivial resolvers, then of every judged config."""
        evaluation = self.subject.candidate.evaluation
        rows, keys = len(evaluation.person), np.full((len(evaluation.person), 1), -1, dtype=np.int64)
        found = {
            name: summarise(unsplit(identity), evaluation.person, keys, costs=evaluation.costs)
            for name, identity in (("all new", np.arange(rows)), ("equal identifiers", self._equal()))
        }
        return found | {one.name: dict(one.evaluation.numbers) for one in self.subject.judged}

    def _equal(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Identities by equal phones, e-mails, cookies and codes, however far that chain goes."""
        done = self.subject.candidate.evaluation.replay
        fields = done.compiled.normalizer.fields
        places = [place for place, field in enumerate(fields) if field.kind in _KINDS]
        table = done.tape.record.reshape(done.tape.n_interactions, -1)[:, places]
        return components_of(len(table), columns(table))

    def lead(self) -> str:
        """What is to be seen."""
        return (
            "\u201cAll new\u201d never unites anybody; \u201cequal identifiers\u201d unites all that share a phone, e-mail, "
            "cookie or code, along any chain. Whatever is tuned must beat both."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [
            f"{name}: cost {shown(one['cost_per_1000'], 'per_1000')}" for name, one in self.numbers.items()
        ]
        return "Cost per 1,000 interactions with 95 % intervals. " + "; ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every resolver and measure."""
        rows = [
            (name, told, *one[place[0]][place[1]])
            for name, one in self.numbers.items()
            for place, told in _RATES.items()
        ]
        rows += [(name, "cost per 1,000", *one["cost_per_1000"]) for name, one in self.numbers.items()]
        return pd.DataFrame(rows, columns=["resolver", "measure", "value", "low", "high"])

    def plot(self) -> Figure:
        """The cost of each."""
        with styled():
            names = list(self.numbers)
            figure, (axes,) = canvas(0.7 + 0.26 * len(names))
            points(axes, names, [self.numbers[name]["cost_per_1000"] for name in names], percent=False)
            axes.set_xlabel("cost per 1,000 interactions, in answers")
            return figure

    def table(self) -> HtmlTable:
        """Partition and cost of each."""
        rows = [
            [
                Cell(name),
                *(cell_of(one[section][key], "share") for section, key in _RATES),
                cell_of(one["cost_per_1000"], "per_1000"),
            ]
            for name, one in self.numbers.items()
        ]
        return HtmlTable(["Resolver", *_RATES.values(), "Cost per 1,000"], rows, "With 95 % intervals.")
