"""The pending band: how much is asked, and whether that is worth it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from idlab.metrics import Disposition, OutcomeCode, Rate
from idlab.report.display import Section
from idlab.report.drawing import canvas, points, styled
from idlab.report.measures import PENDING, REVIEW, YIELD
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, cell_of, count
from idlab.report.wording import number, shown

PARTS = 4
"""Into how many parts of about the same size the pending decisions are cut, by score."""


class BandPart(NamedTuple):
    """Some of the pending decisions, by score.

    Args:
        low, high: The least and the greatest score.
        decisions: How many are judged.
        worth: The share of them that was worth asking.
    """

    low: float
    high: float
    decisions: int
    worth: Rate


@dataclass(frozen=True, eq=False)
class PendingBand(Section):
    """The load of pending links and reviews, and the yield of asking along the band.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "pending"
    title = "Pending band and review load"

    @cached_property
    def parts(self) -> list[BandPart]:
        """The candidate's pending decisions by ascending score, in parts of about one size."""
        evaluation = self.subject.candidate.evaluation
        history, how = evaluation.history, evaluation.disposition
        pending = history.counted.astype(np.bool_) & (history.outcome == OutcomeCode.PENDING)
        judged = np.flatnonzero(pending & (how != Disposition.UNJUDGED))
        if not judged.size:
            return []
        weight, score = evaluation.replay.results.weight, evaluation.replay.score
        edges = np.unique(np.quantile(weight[judged], np.linspace(0, 1, PARTS + 1)[1:-1]))
        part = np.searchsorted(edges, weight[judged], side="left")
        components = evaluation.components
        found = []
        for one in np.unique(part):
            rows = judged[part == one]
            among = np.zeros(how.size, dtype=np.bool_)
            among[rows] = True
            worth = components.share(how == Disposition.PENDING_RIGHT, among)
            found.append(BandPart(float(score[rows].min()), float(score[rows].max()), rows.size, worth))
        return found

    def lead(self) -> str:
        """What is to be seen."""
        counts = self.subject.candidate.evaluation.numbers["counts"]
        told = (
            f"\u201c{self.subject.candidate.name}\u201d asks people {counts['questions']:,} questions over"
            f" {counts['known']:,} interactions (links ever opened and records ever sent to review)."
        )
        if not self.parts:
            return f"{told} Nothing was left pending, so there is no band to look into."
        return (
            f"{told} Below, its pending decisions by score: where asking is nearly always worth it,"
            " merging could start"
            " lower; where it hardly ever is, the band could start higher."
        )

    def alt(self) -> str:
        """What the figure shows."""
        load = [
            f"{one.name}: pending {shown(PENDING.rate(one.evaluation.numbers), 'per_1000')},"
            f" review {shown(REVIEW.rate(one.evaluation.numbers), 'per_1000')} per 1,000 interactions"
            for one in self.subject.judged
        ]
        band = [f"score {_range(part)}: {shown(part.worth, 'share')} worth asking" for part in self.parts]
        return "Points with 95 % intervals. " + "; ".join([*load, *band]) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every part of the band."""
        rows = [(part.low, part.high, part.decisions, *part.worth) for part in self.parts]
        return pd.DataFrame(
            rows, columns=["score_low", "score_high", "decisions", "worth", "worth_low", "worth_high"]
        )

    def plot(self) -> Figure:
        """The load of every config, and the yield along the candidate's band."""
        with styled():
            judged = self.subject.judged
            heights = [len(judged), len(judged), *([len(self.parts)] if self.parts else [])]
            figure, axes = canvas(0.4 * len(heights) + 0.21 * sum(heights), len(heights), ratios=heights)
            names = [one.name for one in judged]
            for panel, measure in zip(axes, (PENDING, REVIEW), strict=False):
                points(panel, names, [measure.rate(one.evaluation.numbers) for one in judged], percent=False)
                panel.set_title(f"{measure.name} interactions")
                panel.set_xlim(left=-0.02 * panel.get_xlim()[1])
            if self.parts:
                ranges = [_range(part) for part in self.parts]
                points(axes[2], ranges, [part.worth for part in self.parts], percent=True, stress_last=False)
                axes[2].set_title("Worth asking, by score")
            return figure

    def table(self) -> HtmlTable | None:
        """The band, part by part; None where nothing was pending."""
        if not self.parts:
            return None
        rows = [
            [Cell(_range(part)), count(part.decisions), cell_of(part.worth, "share")] for part in self.parts
        ]
        total = cell_of(YIELD.rate(self.subject.candidate.evaluation.numbers), "share")
        rows.append([Cell("all"), count(sum(part.decisions for part in self.parts)), total])
        caption = (
            f"Pending decisions of \u201c{self.subject.candidate.name}\u201d by score, with 95 % intervals."
        )
        return HtmlTable(["Score", "Decisions", "Worth asking"], rows, caption)


def _range(part: BandPart) -> str:
    """A range of scores, in percent."""
    return f"{number(part.low, 'share')} to {number(part.high, 'share')} %"
