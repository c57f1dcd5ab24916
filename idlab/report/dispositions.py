"""How decisions turned out, channel by channel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from idlab.metrics import Disposition, Rate
from idlab.metrics.arrays import Flags
from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, rows_on, styled
from idlab.report.palette import light
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, cell_of, count

WRONG_HATCH = "/////"
"""Drawn over what turned out wrong, so that it is told without colour."""


class Kind(NamedTuple):
    """A disposition as it is drawn."""

    disposition: Disposition
    told: str
    ink: str
    hatch: str


KINDS = (
    Kind(Disposition.MERGE_RIGHT, "merged, right", "merge", ""),
    Kind(Disposition.MERGE_WRONG, "merged, wrong", "merge", WRONG_HATCH),
    Kind(Disposition.PENDING_RIGHT, "pending, right", "pending", ""),
    Kind(Disposition.PENDING_WRONG, "pending, wrong", "pending", WRONG_HATCH),
    Kind(Disposition.REVIEW_RIGHT, "review, right", "review", ""),
    Kind(Disposition.REVIEW_WRONG, "review, wrong", "review", WRONG_HATCH),
    Kind(Disposition.NEW_RIGHT, "new, right", "new", ""),
    Kind(Disposition.NEW_MISSED, "new, but known before", "new", WRONG_HATCH),
    Kind(Disposition.UNJUDGED, "person unknown", "surface", ""),
)


class ChannelRates(NamedTuple):
    """The rates of one channel."""

    precision: Rate
    recall: Rate
    wrong: Rate
    missed: Rate
    asked: Rate


@dataclass(frozen=True, eq=False)
class Dispositions(Section):
    """How the candidate's decisions turned out, channel by channel.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "dispositions"
    title = "Decisions by channel"

    @cached_property
    def counts(self) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
        """[channels, dispositions] how many decisions turned out how."""
        evaluation = self.subject.candidate.evaluation
        width = len(Disposition)
        codes = self.subject.channel * width + evaluation.disposition
        cells = len(self.subject.channels) * width
        found = np.bincount(codes[evaluation.history.counted], minlength=cells)
        return found.reshape(len(self.subject.channels), width)

    @cached_property
    def rates(self) -> dict[str, ChannelRates]:
        """The rates of each channel."""
        evaluation = self.subject.candidate.evaluation
        components, how = evaluation.components, evaluation.disposition
        counted = evaluation.history.counted.astype(np.bool_)
        judged = counted & (how != Disposition.UNJUDGED)

        def among(*codes: Disposition) -> Flags:
            return np.isin(how, [int(code) for code in codes])

        right, wrong = among(Disposition.MERGE_RIGHT), among(Disposition.MERGE_WRONG)
        asked = np.isin(evaluation.history.outcome, [2, 3])
        found = {}
        for number, name in enumerate(self.subject.channels):
            here = self.subject.channel == number
            found[name] = ChannelRates(
                components.share(right, judged & here & (right | wrong)),
                components.share(right, judged & here & evaluation.judgements.linkable),
                components.share(wrong, judged & here, scale=1000),
                components.share(among(Disposition.NEW_MISSED), judged & here, scale=1000),
                components.share(asked, counted & here, scale=1000),
            )
        return found

    def lead(self) -> str:
        """What is to be seen."""
        return (
            f"What \u201c{self.subject.candidate.name}\u201d decided on each channel, and how that"
            " turned out. Hatched parts"
            " are wrong: merged into another person\u2019s identity, asked in vain, or a new identity"
            " for someone known."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = []
        for name, row in zip(self.subject.channels, self.counts, strict=True):
            parts = [f"{row[kind.disposition]:,} {kind.told}" for kind in KINDS if row[kind.disposition]]
            told.append(f"{name}: {'; '.join(parts)}")
        return "Stacked bars, one for each channel, in numbers of interactions. " + ". ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every channel: how many decisions turned out how, and its rates with their intervals."""
        rows = []
        for name, row in zip(self.subject.channels, self.counts, strict=True):
            told = {kind.told: int(row[kind.disposition]) for kind in KINDS}
            for label, rate in self.rates[name]._asdict().items():
                told |= {label: rate.value, f"{label}_low": rate.low, f"{label}_high": rate.high}
            rows.append({"channel": name, **told})
        return pd.DataFrame(rows)

    def plot(self) -> Figure:
        """Stacked bars of interactions by disposition, a row for each channel."""
        with styled():
            figure, (axes,) = canvas(1.5 + 0.34 * len(self.subject.channels))
            rows_on(axes, self.subject.channels)
            left = np.zeros(len(self.subject.channels))
            for kind in KINDS:
                width = self.counts[:, kind.disposition]
                if not width.any():
                    continue
                axes.barh(
                    range(len(left)),
                    width,
                    left=left,
                    height=0.68,
                    color=light(kind.ink),
                    edgecolor=light("ink" if kind.ink in ("pending", "new", "surface") else "surface"),
                    linewidth=0.5,
                    hatch=kind.hatch,
                    label=kind.told,
                )
                left += width
            axes.set_xlabel("interactions")
            axes.xaxis.set_major_formatter("{x:,.0f}")
            legend_above(axes, 2)
            return figure

    def table(self) -> HtmlTable:
        """The rates of every channel."""
        head = [
            "Channel",
            "Decisions",
            "Merges right",
            "Returning recognised",
            "Wrong merges per 1,000",
            "Missed per 1,000",
            "Questions per 1,000",
        ]
        units = ("share", "share", "per_1000", "per_1000", "per_1000")
        rows = [
            [
                Cell(name),
                count(int(row.sum())),
                *(cell_of(rate, unit) for rate, unit in zip(self.rates[name], units, strict=True)),
            ]
            for name, row in zip(self.subject.channels, self.counts, strict=True)
        ]
        return HtmlTable(head, rows, "Decisions and rates by channel, with 95 % intervals.")
