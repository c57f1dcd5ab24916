"""Decisions that went wrong most clearly, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from idlab.core.codes import MERGE, MISSING
from idlab.evaluate import flips
from idlab.evaluate.flips import NO_FIELD
from idlab.masking import masked
from idlab.metrics import Disposition
from idlab.model import Decision
from idlab.report.display import Section, rendered
from idlab.report.drawing import canvas, rows_on, styled
from idlab.report.palette import light
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable
from idlab.report.wording import MINUS
from idlab.why.past import before, entry_of

VALUES = 3
"""How many values of a profile are shown."""

LONGEST = 32
"""Values with more characters are shortened."""


class Case(NamedTuple):
    """A kind of example: which decisions, how many, and what is said of them."""

    disposition: Disposition
    most: int
    told: str


CASES = (
    Case(Disposition.MERGE_WRONG, 3, "merged into another person\u2019s identity"),
    Case(Disposition.NEW_MISSED, 2, "opened a new identity, though the person was known"),
    Case(Disposition.PENDING_WRONG, 1, "asked about another person\u2019s identity"),
)
"""What is shown: of each kind those with the greatest weight, which were decided most firmly or nearly
merged."""


@dataclass(frozen=True, eq=False)
class Example(Section):
    """One decision: what the record said, what the best candidate had, and what each field contributed.

    Args:
        subject: What the report is about.
        number: The interaction, in the order handled.
        case: Why it is shown.
    """

    subject: Subject
    number: int
    case: Case

    @property
    def name(self) -> str:
        """Its anchor."""
        return f"example-{self.number}"

    @property
    def title(self) -> str:
        """Its heading."""
        return f"{self._decision.interaction_id}: {self.case.told}"

    @property
    def _decision(self) -> Decision:
        return self.subject.candidate.evaluation.replay.decision(self.number)

    def lead(self) -> str:
        """What was decided, and why, and what would have turned it."""
        decision = self._decision
        channel = self.subject.channels[self.subject.channel[self.number]]
        score = float(self.subject.candidate.evaluation.replay.score[self.number])
        return (
            f"{decision.outcome.value} on {channel}, score {100 * score:.1f} %"
            f" ({', '.join(reason.lower().replace('_', ' ') for reason in decision.reasons)}). {self._turned_by()}"
        )

    def _turned_by(self) -> str:
        """The smallest change of one field that would have made another decision."""
        replay = self.subject.candidate.evaluation.replay
        found = flips(replay, np.array([self.number]))
        merged = replay.results.outcome[self.number] == MERGE
        other = "have kept it from merging" if merged else "have merged it with this candidate"
        if found.field[0] == NO_FIELD:
            return f"No change of one field alone would {other}."
        change = found.told(replay.compiled, 0).replace("-", MINUS)
        bound = "what keeps it ahead of its rival" if found.by_margin[0] else "what merging asks for"
        side = "above" if found.weight[0] >= found.bound[0] else "below"
        return f"The smallest change that would {other}: {change}; its weight lies {found.distance[0]:.2f} {side} {bound}."

    def alt(self) -> str:
        """What the figure shows."""
        told = [
            f"{one.field} {one.level or 'not compared'} {_signed(one.contribution)}"
            for one in self._decision.evidence
        ]
        return "Bars of what each field contributed to the weight: " + ", ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every field: both sides, level and contribution."""
        return pd.DataFrame(self._fields(), columns=["field", "record", "candidate", "level", "contribution"])

    def _fields(self) -> Iterator[tuple[str, str, str, str, float]]:
        replay = self.subject.candidate.evaluation.replay
        past = before(replay, entry_of(replay.tape, self.number))
        members = past.members(int(replay.results.subject[self.number]))
        records = replay.tape.record.reshape(replay.tape.n_interactions, -1)
        for place, one in enumerate(self._decision.evidence):
            kind = replay.compiled.normalizer.fields[place].kind
            mine = self._shown(kind, records[[self.number], place])
            theirs = self._shown(kind, records[members, place])
            yield one.field, mine, theirs, one.level or "", one.contribution

    def _shown(self, kind: str, numbers: Any) -> str:
        """The distinct values, in the order in which they were first handled."""
        tape = self.subject.candidate.evaluation.replay.tape
        distinct = [tape.values[number] for number in dict.fromkeys(numbers.tolist()) if number != MISSING]
        told = [
            masked(kind, value) if self.subject.masks else _shortened(value) for value in distinct[:VALUES]
        ]
        more = len(distinct) - len(told)
        return ", ".join(told) + (f" and {more} more" if more > 0 else "")

    def plot(self) -> Figure:
        """What each compared field contributed."""
        with styled():
            compared = [one for one in self._decision.evidence if one.level is not None]
            figure, (axes,) = canvas(0.75 + 0.26 * len(compared))
            rows_on(axes, [f"{one.field}: {one.level}" for one in compared])
            for row, one in enumerate(compared):
                against = one.contribution < 0
                axes.barh(
                    row,
                    one.contribution,
                    height=0.62,
                    color=light("wrong" if against else "right"),
                    hatch="/////" if against else "",
                    edgecolor=light("surface"),
                    linewidth=0.5,
                )
            axes.axvline(0, color=light("muted"), linewidth=0.8)
            axes.margins(x=0.06)
            axes.set_xlabel("contribution to the weight; hatched speaks against")
            return figure

    def table(self) -> HtmlTable:
        """Both sides, field by field."""
        rows = [
            [
                Cell(field),
                Cell(mine or "none"),
                Cell(theirs or "none"),
                Cell(level or "not compared"),
                Cell(_signed(contribution) if level else "", is_number=True),
            ]
            for field, mine, theirs, level, contribution in self._fields()
        ]
        head = ["Field", "This record", "The candidate had", "Level", "Contribution"]
        return HtmlTable(head, rows, "Normalised values of both sides, as they were then.")


@dataclass(frozen=True, eq=False)
class Examples:
    """The decisions of the candidate that went wrong most clearly.

    Args:
        subject: What the report is about.
    """

    subject: Subject

    def examples(self) -> list[Example]:
        """The decisions shown, kind after kind."""
        evaluation = self.subject.candidate.evaluation
        results = evaluation.replay.results
        usable = evaluation.history.counted.astype(np.bool_) & (results.subject != MISSING)
        found = []
        for case in CASES:
            rows = np.flatnonzero(usable & (evaluation.disposition == case.disposition))
            strongest = rows[np.argsort(-results.weight[rows], kind="stable")][: case.most]
            found += [Example(self.subject, number, case) for number in strongest.tolist()]
        return found

    def frame(self) -> pd.DataFrame:
        """A row for every field of every example."""
        frames = [one.frame().assign(interaction_id=one.title.partition(":")[0]) for one in self.examples()]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def plot(self) -> Figure:
        """The figure of the first example; nothing drawn if there is none."""
        found = self.examples()
        return found[0].plot() if found else Figure()

    def html(self) -> str:
        """The examples, one below the other."""
        found = self.examples()
        return rendered(
            "examples.html.j2",
            {"examples": [one.html() for one in found], "identifiers": _told(self.subject)},
        )


def _told(subject: Subject) -> str:
    """What is said of the identifiers shown."""
    if subject.masks:
        return "Identifiers are masked."
    if subject.dataset.manifest.synthetic:
        return "The dataset is synthetic: nobody in it is real."
    return "Identifiers are those of real people: keep this page as safe as their data."


def _shortened(value: str) -> str:
    """A value of which, if it is long, only both ends are shown."""
    return value if len(value) <= LONGEST else f"{value[:12]}\u2026{value[-8:]}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", MINUS)
