"""How weights are spread, right and wrong decisions apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from idlab.core.codes import FELLEGI_SUNTER, MISSING
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.report.display import Section
from idlab.report.dispositions import KINDS
from idlab.report.drawing import canvas, legend_above, styled
from idlab.report.palette import light
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, count
from idlab.report.wording import number

BINS = 40
"""How many bars a histogram has."""


class Histogram(NamedTuple):
    """Decisions by weight.

    Args:
        edges: [bins + 1] of the weight.
        counts: [kinds, bins] decisions of each of ``KINDS``.
    """

    edges: Floats
    counts: Ints


@dataclass(frozen=True, eq=False)
class Scores(Section):
    """The weights of the candidate's decisions, by how these turned out.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "scores"
    title = "Scores, right and wrong"

    @cached_property
    def histogram(self) -> Histogram:
        """The decisions that had a candidate, by the weight of the best one."""
        evaluation = self.subject.candidate.evaluation
        results = evaluation.replay.results
        weighed: Flags = evaluation.history.counted.astype(np.bool_) & (results.subject != MISSING)
        weight, how = results.weight[weighed], evaluation.disposition[weighed]
        if not weight.size:
            return Histogram(np.zeros(2), np.zeros((len(KINDS), 1), dtype=np.int64))
        edges = np.histogram_bin_edges(weight, bins=BINS)
        counts = [np.histogram(weight[how == kind.disposition], bins=edges)[0] for kind in KINDS]
        return Histogram(edges, np.array(counts, dtype=np.int64))

    @property
    def in_bits(self) -> bool:
        """Whether weights are bits of evidence; else they are the weighted average."""
        return self.subject.candidate.evaluation.replay.compiled.rules.model == FELLEGI_SUNTER

    def is_empty(self) -> bool:
        """Whether no decision had a candidate."""
        return not self.histogram.counts.any()

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "No decision had a candidate to compare with."
        unit = (
            "in bits of evidence: one bit more doubles the odds, and at 0 the score is 50 %"
            if self.in_bits
            else "which is the score, from 0 to 1"
        )
        return (
            f"Every decision that had a candidate, by the weight of the best one, {unit}. Right"
            " decisions above, wrong ones"
            " below. Merging starts at the solid line, pending at the dashed one; a good config keeps"
            " right and wrong apart."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [
            f"{kind.told}: {row.sum():,}, median weight {self._median(row):.1f}"
            for kind, row in zip(KINDS, self.histogram.counts, strict=True)
            if row.any()
        ]
        return "Two histograms of decisions by weight, right above and wrong below. " + "; ".join(told) + "."

    def _median(self, row: Ints) -> float:
        """About the median weight: the middle of the bar that holds it."""
        edges = self.histogram.edges
        place = int(np.searchsorted(np.cumsum(row), row.sum() / 2))
        return float(edges[place] + edges[place + 1]) / 2

    def frame(self) -> pd.DataFrame:
        """A row for every bar."""
        edges, counts = self.histogram
        columns = {kind.told: row for kind, row in zip(KINDS, counts, strict=True)}
        return pd.DataFrame({"weight_from": edges[:-1], "weight_to": edges[1:], **columns})

    def plot(self) -> Figure:
        """Stacked histograms, right above and wrong below, with the thresholds."""
        with styled():
            figure, axes = canvas(3.9, 2, share_x=True)
            for axis, wrong in zip(axes, (False, True), strict=True):
                self._stack(axis, wrong=wrong)
                axis.set_ylabel("decisions")
                axis.yaxis.set_major_formatter("{x:,.0f}")
                legend_above(axis, 2)
            rules = self.subject.candidate.evaluation.replay.compiled.rules
            for threshold, dashes in ((rules.merge_at, "-"), (rules.pending_at, "--")):
                for axis in axes:
                    axis.axvline(threshold, color=light("ink"), linestyle=dashes, linewidth=1)
            axes[1].set_xlabel("weight of the best candidate (bits)" if self.in_bits else "weighted average")
            return figure

    def _stack(self, axes: Axes, *, wrong: bool) -> None:
        edges, counts = self.histogram
        below = np.zeros(counts.shape[1])
        for kind, row in zip(KINDS, counts, strict=True):
            if bool(kind.hatch) != wrong or not row.any():
                continue
            axes.stairs(
                below + row,
                edges,
                baseline=below,
                fill=True,
                facecolor=light(kind.ink),
                edgecolor=light("ink"),
                linewidth=0.4,
                hatch=kind.hatch,
                label=kind.told,
            )
            below = below + row

    def table(self) -> HtmlTable:
        """How many decisions of each kind, and their weights in the middle."""
        rows = [
            [Cell(kind.told), count(int(row.sum())), Cell(number(self._median(row), "bits"), is_number=True)]
            for kind, row in zip(KINDS, self.histogram.counts, strict=True)
            if row.any()
        ]
        return HtmlTable(["Decision", "How many", "Median weight"], rows, "Decisions that had a candidate.")
