"""What changes from one config to another: the summary, and the identities at the end."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from idlab.metrics import Rate
from idlab.metrics.paired import NO_CHANGE, Change
from idlab.report.display import Section
from idlab.report.drawing import canvas, points, styled
from idlab.report.measures import (
    ATTAINED_BCUBED,
    ATTAINED_RECALL,
    BCUBED,
    COST,
    DECISIONS,
    EXACT,
    IN_FULL,
    PARTITIONS,
    PRECISION,
    RECALL,
    Measure,
)
from idlab.report.subject import Judged, Subject
from idlab.report.table import Cell, HtmlTable, cell_of
from idlab.report.wording import change_of, shown

UNCLEAR = "no clear difference"
"""What is said of a difference whose interval holds 0."""


@dataclass(frozen=True, eq=False)
class MeasureTable(Section):
    """Measures of every config, each with its interval and how it differs from the reference's.

    Args:
        subject: What the report is about.
    """

    subject: Subject

    @property
    @abstractmethod
    def measures(self) -> tuple[Measure, ...]:
        """What the table holds."""

    @property
    @abstractmethod
    def plotted(self) -> tuple[Measure, ...]:
        """What the figure holds."""

    def alt(self) -> str:
        """What the figure shows."""
        told = []
        for one in self.subject.judged:
            rates = [f"{measure.name.lower()} {_shown(one, measure)}" for measure in self.plotted]
            told.append(f"{one.name}: {', '.join(rates)}")
        return f"Points with 95 % intervals. {'; '.join(told)}."

    def frame(self) -> pd.DataFrame:
        """A row for every measure and config: its value and its difference, both with intervals."""
        rows = [
            (
                measure.name,
                one.name,
                *_rate(one, measure),
                *self._change(one, measure).absolute,
                self._word(one, measure),
            )
            for measure in self.measures
            for one in self.subject.judged
        ]
        numbers = ("value", "low", "high", "change", "change_low", "change_high")
        return pd.DataFrame(rows, columns=["measure", "config", *numbers, "verdict"])

    def plot(self) -> Figure:
        """Points with their intervals."""
        with styled():
            names = [one.name for one in self.subject.judged]
            figure, axes = canvas(len(self.plotted) * (0.55 + 0.18 * len(names)), len(self.plotted))
            for panel, measure in zip(axes, self.plotted, strict=True):
                rates = [_rate(one, measure) for one in self.subject.judged]
                points(panel, names, rates, percent=measure.unit == "share")
                panel.set_title(measure.name + (" (in answers)" if measure is COST else ""))
            return figure

    def table(self) -> HtmlTable:
        """Every measure: a column for each config."""
        return self._table(is_wide=False)

    def _table(self, *, is_wide: bool) -> HtmlTable:
        rows = [
            [
                Cell(measure.name, note=measure.told),
                *(self._cell(one, measure) for one in self.subject.judged),
            ]
            for measure in self.measures
        ]
        words = f" Words compare with {self.subject.reference.name}." if self.subject.compares else ""
        caption = f"Every rate with its 95 % interval.{words}"
        head = ["Measure", *(one.name for one in self.subject.judged)]
        return HtmlTable(head, rows, caption, look="stacked", is_wide=is_wide)

    def _cell(self, one: Judged, measure: Measure) -> Cell:
        plain = cell_of(_rate(one, measure), measure.unit)
        word = self._word(one, measure)
        told = "" if word in ("", UNCLEAR) else change_of(self._change(one, measure).absolute, measure.unit)
        return Cell(plain.text, plain.note, word, told, is_number=plain.is_number)

    def _change(self, one: Judged, measure: Measure) -> Change:
        if one is self.subject.reference:
            return NO_CHANGE
        return self.subject.changes[one.name].get((measure.section, measure.key), NO_CHANGE)

    def _word(self, one: Judged, measure: Measure) -> str:
        """How a config compares, in a word; empty where there is nothing to compare."""
        change = self._change(one, measure)
        if change.absolute.value is None:
            return ""
        if not change.direction:
            return UNCLEAR
        way = "higher" if change.direction > 0 else "lower"
        if not measure.better:
            return way
        return "better" if way == measure.better else "worse"


@dataclass(frozen=True, eq=False)
class Comparison(MeasureTable):
    """The summary: cost, decisions and work under every config.

    Args:
        subject: What the report is about.
    """

    name = "comparison"
    title = "What changes if we deploy this"
    measures = DECISIONS
    plotted = (COST, RECALL, PRECISION)

    def table(self) -> HtmlTable:
        """Every measure: a column for each config, over the whole width of the page."""
        return self._table(is_wide=True)

    def lead(self) -> str:
        """One sentence for who decides, with numbers and intervals."""
        candidate, reference = self.subject.candidate, self.subject.reference
        if not self.subject.compares:
            return (
                f"With \u201c{candidate.name}\u201d, mistakes and the work of people cost"
                f" {_shown(candidate, COST)} per 1,000"
                f" interactions; {_shown(candidate, RECALL)} of returning customers are recognised"
                " automatically, and"
                f" {_shown(candidate, PRECISION)} of automatic merges are right."
            )
        change = self.subject.changes[candidate.name][COST.section, COST.key]
        return (
            f"Deploying \u201c{candidate.name}\u201d instead of \u201c{reference.name}\u201d"
            f" {_cost_told(change)}, from"
            f" {_shown(reference, COST)} to {_shown(candidate, COST)} per 1,000 interactions; it recognises"
            f" {_shown(candidate, RECALL)} of returning customers automatically instead of"
            f" {_shown(reference, RECALL)}, and"
            f" {_shown(candidate, PRECISION)} of its merges are right instead of"
            f" {_shown(reference, PRECISION)}."
        )


@dataclass(frozen=True, eq=False)
class EndResult(MeasureTable):
    """The identities at the end, against the persons.

    Args:
        subject: What the report is about.
    """

    name = "identities"
    title = "Identities at the end"
    measures = PARTITIONS
    plotted = (BCUBED, EXACT)

    def lead(self) -> str:
        """What is to be seen."""
        counts = self.subject.candidate.evaluation.numbers["counts"]
        return (
            f"\u201c{self.subject.candidate.name}\u201d ends with {counts['identities']:,} identities for"
            f" {counts['persons']:,} persons, before any pending link is answered. B-cubed weighs every"
            " interaction the same."
        )


@dataclass(frozen=True, eq=False)
class InFull(MeasureTable):
    """The identities at the end by every other measure, and as a share of what was attainable.

    Args:
        subject: What the report is about.
    """

    name = "in-full"
    title = "How much of the attainable is attained"
    measures = IN_FULL
    plotted = (ATTAINED_RECALL, ATTAINED_BCUBED)

    def lead(self) -> str:
        """What is to be seen."""
        candidate = self.subject.candidate
        return (
            "What no key brings together, no decision can unite. Of what the keys of"
            f" \u201c{candidate.name}\u201d allow, it attains {_shown(candidate, ATTAINED_RECALL)} of the returning"
            f" customers and {_shown(candidate, ATTAINED_BCUBED)} of B-cubed F1. Below it every other measure of the"
            " identities at the end; those by person weigh a person with one interaction like one with a hundred."
        )


def _rate(one: Judged, measure: Measure) -> Rate:
    return measure.rate(one.evaluation.numbers)


def _shown(one: Judged, measure: Measure) -> str:
    return shown(_rate(one, measure), measure.unit)


def _cost_told(change: Change) -> str:
    """How the cost changes, as the verb of a sentence."""
    relative = change.relative
    if relative.value is None or relative.low is None or relative.high is None or not change.direction:
        return "does not clearly change the cost of mistakes and of the work of people"
    falls = change.direction < 0
    low, high = sorted((abs(relative.low), abs(relative.high)))
    size = shown(Rate(abs(relative.value), low, high), "share")
    return f"{'lowers' if falls else 'raises'} the cost of mistakes and of the work of people by {size}"
