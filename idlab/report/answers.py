"""What answers to pending links do, and how long the queue grows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from idlab.metrics import Rate
from idlab.report.display import Section
from idlab.report.drawing import canvas, styled
from idlab.report.measures import BCUBED, COST, PRECISION, RECALL, Measure
from idlab.report.palette import light
from idlab.report.sweeps import Sweeps
from idlab.report.table import Cell, HtmlTable, cell_of
from idlab.sweep import queue_lengths

_DAY = 86_400_000_000
_NEVER = np.iinfo(np.int64).max
_SHOWN = (PRECISION, RECALL, BCUBED, COST)


@dataclass(frozen=True, eq=False)
class Answers(Section):
    """The stream with pending links answered as it goes on, beside the same stream without.

    Args:
        sweeps: What was found.
    """

    sweeps: Sweeps
    name = "answers"
    title = "If people answer"

    def is_empty(self) -> bool:
        """Whether no link was ever opened."""
        return not len(self.sweeps.consent.opened)

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "No link was ever opened, so nobody is asked."
        found, asked = self.sweeps.consent, self.sweeps.given.answering
        return (
            "Replayed with answers as the stream goes on: the customer answers "
            f"{100 * asked.customers:.0f} % of links after {asked.customer_days:g} days, reviewers the others after "
            f"{asked.reviewer_days:g}, right {100 * asked.sensitivity:.0f} % of the time. "
            f"{found.queue.mean_length:.1f} questions are open on average and {found.queue.longest} at most; "
            f"{found.queue.arrivals_per_day:.1f} a day wait {found.queue.mean_wait_days:.1f} days. Later decisions see the "
            f"answers: {found.agreement.clusters_changed:,} identities end otherwise."
        )

    def alt(self) -> str:
        """What the figure shows."""
        return (
            f"Open questions over time: {self.sweeps.consent.queue.mean_length:.1f} on average, "
            f"{self.sweeps.consent.queue.longest} at most."
        )

    def frame(self) -> pd.DataFrame:
        """The rates without and with answers, and their intervals."""
        rows = [(measure.name, *without, *answered) for measure, without, answered in self._rates()]
        ends = ("", "_low", "_high")
        names = [f"{which}{end}" for which in ("without", "with") for end in ends]
        return pd.DataFrame(rows, columns=["measure", *names])

    def _rates(self) -> list[tuple[Measure, Rate, Rate]]:
        """Each measure without and with answers."""
        own = self.sweeps.own_rates
        return [(one, own[_place(one)], one.rate(self.sweeps.answered)) for one in _SHOWN]

    def plot(self) -> Figure:
        """How many questions are open, by day."""
        found = self.sweeps.consent
        lengths = queue_lengths(found.opened, found.closed)
        lengths = lengths[lengths["at"] < _NEVER]
        with styled():
            figure, (axes,) = canvas(2.3)
            days = (lengths["at"] - lengths["at"].min()) / _DAY
            axes.step(days, lengths["waiting"], where="post", color=light("review"), linewidth=1)
            axes.set_xlabel("days")
            axes.set_ylabel("open questions")
            axes.set_ylim(bottom=0)
            return figure

    def table(self) -> HtmlTable:
        """What changes."""
        rows = [
            [Cell(measure.name), cell_of(without, measure.unit), cell_of(answered, measure.unit)]
            for measure, without, answered in self._rates()
        ]
        head = ["", "Nobody answers meanwhile", "Answered as it goes on"]
        return HtmlTable(head, rows, "The same stream twice, with 95 % intervals.", "compact")


def _place(measure: Measure) -> str:
    """What the rates of a band are called."""
    return " ".join(filter(None, (measure.section, measure.key)))
