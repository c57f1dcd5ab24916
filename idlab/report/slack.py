"""How far each weight of a tuned config can move before decisions flip."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, rows_on, styled
from idlab.report.palette import light
from idlab.report.parameters import label_of, name_of, quoted, value_text
from idlab.report.table import Cell, HtmlTable
from idlab.tune.slack import NumberSlack, Slack, WeightSlack

SHOWN = 20
"""How many numbers the figure and the table show; the CSV has all."""

_BARS = (("new", 0.8), ("missed", 0.54), ("merge", 0.28))
"""Ink and height of a bar, the widest slack first: told apart by lightness and by height."""

_FURTHEST_DRAWN = 6.0
"""Where bars end that would be longer, in the numbers' unit: nobody moves a weight that far by mistake."""


@dataclass(frozen=True, eq=False)
class SlackMap(Section):
    """The slack of every weight, threshold and margin.

    Args:
        slack: What the study found.
    """

    slack: WeightSlack
    name = "slack"
    title = "How far each weight can move"

    @property
    def unit(self) -> str:
        """What numbers are moved in."""
        return self.slack.numbers[0].unit if self.slack.numbers else ""

    def is_empty(self) -> bool:
        """Whether there is no number."""
        return not self.slack.numbers

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "No number of this config can be moved."
        last, found = len(self.slack.shares), self.slack
        first = found.numbers[0]
        share = f"{100 * found.shares[-1]:g} %" if found.shares else "one"
        firm = sum(one.least(last) == float("inf") for one in found.numbers)
        return (
            f"The config stands least firmly on {quoted(first.name)}: {_told(first, last)} before {share} of"
            f" {found.interactions:,} decisions change. {firm} of {len(found.numbers)} weights can move as far"
            " as they were tried without that. A decision flips if its outcome or its customer differs in"
            " a whole replay; each number was moved alone, thresholds by their log2 odds. Little slack is no fault:"
            " it says where the next config has to be compared with care."
        )

    def alt(self) -> str:
        """What the figure shows."""
        last = len(self.slack.shares)
        told = [f"{name_of(one.name)}: {_told(one, last)}" for one in self._shown()]
        return f"Bars of how far each number can move, in {self.unit}. " + "; ".join(told) + "."

    def _shown(self) -> tuple[NumberSlack, ...]:
        return self.slack.numbers[:SHOWN]

    def frame(self) -> pd.DataFrame:
        """A row for every number, side and count of decisions; ``reached`` is missing where so many never flip."""
        rows = [
            (one.name, one.value, one.unit, side, *slack)
            for one in self.slack.numbers
            for side in ("down", "up")
            for slack in getattr(one, side)
        ]
        columns = ["number", "value", "unit", "side", "decisions", "safe", "reached", "by"]
        return pd.DataFrame(rows, columns=columns)

    def plot(self) -> Figure:
        """Bars to both sides: until the first decision flips, and until each share does."""
        with styled():
            shown = self._shown()
            figure, (axes,) = canvas(1.1 + 0.24 * len(shown))
            rows_on(axes, [label_of(one.name) for one in shown])
            axes.tick_params(axis="y", labelsize=7)
            for place, (ink, height) in self._bars():
                for row, one in enumerate(shown):
                    _draw(axes, row, one, place, light(ink), height)
                axes.barh(0, 0, color=light(ink), label=self._until(place))
            axes.axvline(0, color=light("ink"), linewidth=0.9)
            axes.margins(x=0.02)
            axes.set_xlabel(f"moved by, {self.unit}, until so many flip; bars end at {_FURTHEST_DRAWN:g}")
            legend_above(axes, 3)
            return figure

    def _bars(self) -> list[tuple[int, tuple[str, float]]]:
        """What each bar stands for, the longest first."""
        return list(zip(range(len(self.slack.shares), -1, -1), _BARS, strict=False))

    def _until(self, place: int) -> str:
        return "one decision" if place == 0 else f"{100 * self.slack.shares[place - 1]:g} %"

    def table(self) -> HtmlTable:
        """The numbers with the least slack, and how far each can go down and up."""
        places = range(len(self.slack.shares) + 1)
        rows = [
            [
                Cell(name_of(one.name)),
                Cell(value_text(one.value), is_number=True),
                *(Cell(f"{_end(one.down[place])} to {_end(one.up[place])}") for place in places),
            ]
            for one in self._shown()
        ]
        head = ["Number", "As it is", *(f"Until {self._until(place)} flips" for place in places)]
        caption = (
            f"The {len(rows)} of {len(self.slack.numbers)} numbers with the least slack: the furthest values tried short"
            " of so many flips, on a grid whose neighbours are within a tenth of each other's distance."
        )
        return HtmlTable(head, rows, caption, "compact", is_wide=True)


def _told(number: NumberSlack, place: int) -> str:
    """How far a number can move, in words."""
    far = "as far as it was tried"
    down, up = (
        far if slack.reached is None else f"to {value_text(slack.safe)}"
        for slack in (number.down[place], number.up[place])
    )
    return f"from {value_text(number.value)} it can go down {down} and up {up}"


def _end(slack: Slack) -> str:
    """The furthest value, or that there is none within reach."""
    return value_text(slack.safe) if slack.reached is not None else "any"


def _draw(axes: Axes, row: int, number: NumberSlack, place: int, colour: str, height: float) -> None:
    """How far a number can go to both sides, as one bar."""
    down, up = (
        _FURTHEST_DRAWN if slack.reached is None else min(slack.by, _FURTHEST_DRAWN)
        for slack in (number.down[place], number.up[place])
    )
    axes.barh(
        row, down + up, left=-down, height=height, color=colour, edgecolor=light("muted"), linewidth=0.4
    )
