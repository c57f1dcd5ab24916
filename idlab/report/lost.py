"""Where recall is lost: why returning customers were not merged rightly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
from matplotlib.figure import Figure

from idlab.evaluate.columns import column_of
from idlab.evaluate.losses import LossCause, Losses, losses
from idlab.metrics import Rate
from idlab.report.display import Section
from idlab.report.drawing import canvas, points, styled
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, cell_of, count
from idlab.report.wording import shown

SHOWN = 12
"""How many rows the page shows; the frame holds all."""


@dataclass(frozen=True, eq=False)
class LostRecall(Section):
    """Every returning customer's interaction that the candidate did not merge rightly, by one cause each.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "lost-recall"
    title = "Where returning customers are lost"

    @cached_property
    def losses(self) -> Losses:
        """The losses of the candidate."""
        return losses(self.subject.candidate.evaluation)

    @cached_property
    def causes(self) -> dict[LossCause, Rate]:
        """The share of linkable interactions lost to each cause, the largest first; causes without a loss left out."""
        found = self.losses.by_cause()
        kept = {cause: rate for cause, rate in found.items() if rate.value}
        return dict(sorted(kept.items(), key=lambda pair: -(pair[1].value or 0.0)))

    def is_empty(self) -> bool:
        """Whether nothing was lost."""
        return not self.causes

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "Every returning customer that can be judged was merged rightly."
        cause, rate = next(iter(self.causes.items()))
        return (
            f"{len(self.losses.row):,} interactions of people seen before were not merged rightly, each for one cause. "
            f"The most frequent is \u201c{cause}\u201d, {shown(rate, 'share')} of all returning. A cause that is no "
            "evidence needs other data, never a candidate another key, below the band other weights."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [f"{cause}: {shown(rate, 'share')}" for cause, rate in self.causes.items()]
        return "Shares of returning interactions lost to each cause. " + "; ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every channel pair, cause and key rule."""
        return self.losses.frame(column_of(self.subject.dataset, "channel"))

    def plot(self) -> Figure:
        """The share lost to each cause, with its interval."""
        with styled():
            names = [str(cause) for cause in self.causes]
            figure, (axes,) = canvas(0.7 + 0.3 * len(names))
            points(axes, names, list(self.causes.values()), percent=True, stress_last=False)
            axes.set_xlim(left=0)
            axes.set_xlabel("of returning interactions")
            return figure

    def table(self) -> HtmlTable:
        """The largest rows by channel pair."""
        rows = [
            [
                Cell(one["channels"], note=_hint(one["rule"])),
                Cell(one["cause"]),
                count(one["interactions"]),
                cell_of(Rate(one["share"], one["low"], one["high"]), "share"),
            ]
            for one in self.frame().head(SHOWN).to_dict("records")
        ]
        head = ["Channel after that of the last contact", "Cause", "Lost", "Of the pair's returning"]
        return HtmlTable(head, rows, "Where most is lost, with 95 % intervals.")


def _hint(rule: str) -> str:
    """Which key rule would have found it, if any would."""
    if not rule:
        return ""
    return (
        "no shipped key rule would have found it" if rule == "no key rule" else f"{rule} would have found it"
    )
