"""Where false merges come from: the patterns of comparison levels that they rest on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from idlab.core.codes import MISSING
from idlab.evaluate import flips
from idlab.metrics import Disposition, Rate
from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, rows_on, styled
from idlab.report.palette import light
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable, cell_of, count
from idlab.report.wording import MINUS

SHOWN = 8
"""How many patterns the page shows; the frame holds all."""


class Pattern(NamedTuple):
    """The levels that a merge rested on.

    Args:
        levels: ``field level`` of every field that spoke for or against.
        wrong: How many merges on it were wrong.
        merges: How many merges there were on it.
        rate: The share that was wrong.
        undone_by: The smallest change of one field that would have undone the most of the wrong ones.
        distance: From not merging, of the wrong ones in the middle; in the weight's unit.
    """

    levels: tuple[str, ...]
    wrong: int
    merges: int
    rate: Rate
    undone_by: str
    distance: float


@dataclass(frozen=True, eq=False)
class FalseMerges(Section):
    """The level patterns of the candidate's wrong merges, the most frequent first.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "false-merges"
    title = "Where false merges come from"

    @cached_property
    def patterns(self) -> list[Pattern]:
        """Every pattern on which a merge was wrong."""
        evaluation = self.subject.candidate.evaluation
        replay, how = evaluation.replay, evaluation.disposition
        counted = evaluation.history.counted.astype(np.bool_)
        right, wrong = (
            (how == code) & counted for code in (Disposition.MERGE_RIGHT, Disposition.MERGE_WRONG)
        )
        rows = np.flatnonzero(right | wrong)
        level = replay.results.level.reshape(how.size, -1)[rows]
        spoke = replay.results.contribution.reshape(how.size, -1)[rows] != 0
        kinds, kind = np.unique(np.where(spoke, level, MISSING), axis=0, return_inverse=True)
        of_row = np.full(how.size, -1)
        of_row[rows] = kind.reshape(-1)
        wrong_kind = of_row[wrong]
        wrongs = np.bincount(wrong_kind, minlength=len(kinds))
        turns = flips(replay, np.flatnonzero(wrong))
        told = np.array([turns.told(replay.compiled, place) for place in range(wrong_kind.size)])
        parts = evaluation.components
        found = [
            Pattern(
                self._told(kinds[number].tolist()),
                int(wrongs[number]),
                int((of_row == number).sum()),
                parts.share(wrong, of_row == number),
                _most_frequent(told[wrong_kind == number].tolist()),
                float(np.median(turns.distance[wrong_kind == number])),
            )
            for number in np.flatnonzero(wrongs).tolist()
        ]
        return sorted(found, key=lambda one: (-one.wrong, one.merges, one.levels))

    def _told(self, levels: list[int]) -> tuple[str, ...]:
        ready = self.subject.candidate.evaluation.replay.compiled
        return tuple(
            f"{name} {ready.level_names[place][level]}"
            for place, (name, level) in enumerate(zip(ready.field_names, levels, strict=True))
            if level != MISSING
        )

    def is_empty(self) -> bool:
        """Whether no merge was wrong."""
        return not self.patterns

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "No automatic merge turned out wrong."
        total = sum(one.wrong for one in self.patterns)
        first = self.patterns[0]
        return (
            f"{total:,} automatic merges were wrong, on {len(self.patterns)} patterns of agreement. The"
            " most frequent,"
            f" {_joined(first)}, accounts for {first.wrong:,} of them. A pattern that is often wrong"
            " deserves a lower weight;"
            " one that is rarely wrong but frequent needs better data. The smallest change of evidence that would"
            " have undone a merge says on what it hangs."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [f"{_joined(one)}: {one.wrong:,} of {one.merges:,} wrong" for one in self.patterns[:SHOWN]]
        return "Bars of wrong merges by pattern of agreement. " + "; ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every pattern."""
        rows = [
            (_joined(one), one.wrong, one.merges, *one.rate, one.undone_by, one.distance)
            for one in self.patterns
        ]
        names = ["pattern", "wrong", "merges", "rate", "low", "high", "undone_by", "distance"]
        return pd.DataFrame(rows, columns=names)

    def plot(self) -> Figure:
        """Wrong merges by pattern."""
        with styled():
            top = self.patterns[:SHOWN]
            figure, (axes,) = canvas(0.9 + 0.32 * len(top))
            rows_on(axes, [str(number + 1) for number in range(len(top))])
            axes.barh(
                range(len(top)),
                [one.wrong for one in top],
                height=0.66,
                color=light("wrong"),
                hatch="/////",
                edgecolor=light("surface"),
                linewidth=0.5,
                label="wrong merges",
            )
            axes.set_xlabel("wrong merges")
            axes.set_ylabel("pattern number")
            axes.xaxis.set_major_formatter("{x:,.0f}")
            legend_above(axes, 1)
            return figure

    def table(self) -> HtmlTable:
        """The most frequent patterns."""
        rows = [
            [
                Cell(str(number)),
                Cell(_joined(one)),
                count(one.wrong),
                count(one.merges),
                cell_of(one.rate, "share"),
                Cell(
                    one.undone_by.replace("-", MINUS),
                    note=f"{one.distance:.2f} above the bound at the median",
                ),
            ]
            for number, one in enumerate(self.patterns[:SHOWN], start=1)
        ]
        head = ["", "Agreement", "Wrong", "Merges on it", "Share wrong", "Undone most easily by"]
        caption = "Patterns with the most wrong merges, with 95 % intervals."
        return HtmlTable(head, rows, caption, is_wide=True)


def _most_frequent(changes: list[str]) -> str:
    """The change named most often; of those named as often, the first by the alphabet."""
    return min(Counter(changes).items(), key=lambda pair: (-pair[1], pair[0]))[0]


def _joined(one: Pattern) -> str:
    return ", ".join(one.levels) or "nothing that weighs"
