"""Which numbers of a tuned config matter, and how flat the optimum is."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, rows_on, styled
from idlab.report.palette import light
from idlab.report.parameters import label_of, listed, name_of, quoted, value_text
from idlab.report.table import Cell, HtmlTable
from idlab.report.wording import change_of, interval_of, signed
from idlab.tune.moved import Move, Moved, Sensitivity

SHOWN = 20
"""How many numbers the figure and the table show; the CSV has all."""

_MARKS = {"below": ("<", "surface"), "above": (">", "merge"), "choice": ("D", "pending")}

_TICKS = (-1000, -100, -10, 0, 10, 100, 1000)


@dataclass(frozen=True, eq=False)
class SensitivityMap(Section):
    """One number of the config moved at a time.

    Args:
        sensitivity: What the study found.
    """

    sensitivity: Sensitivity
    name = "sensitivity"
    title = "Which numbers matter"

    @property
    def felt(self) -> list[Moved]:
        """The numbers of which some move is dearer beyond its interval, the dearest first."""
        return [one for one in self.sensitivity.numbers if one.is_felt]

    def is_empty(self) -> bool:
        """Whether nothing was moved."""
        return self.sensitivity.replays == 0

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "No number of this config could be moved."
        found = self.sensitivity
        size = sum(found.interactions)
        return (
            f"{self._who_matters()} {self._what_is_cheaper()} Each number was moved alone, to both sides, by"
            f" fixed shares of its range: {found.replays} whole replays of {size:,} interactions tuned on."
            f" Flat is where the cost rises by no more than {100 * found.tolerance:g} %."
        )

    def _who_matters(self) -> str:
        felt, count = self.felt, len(self.sensitivity.numbers)
        if not felt:
            return f"None of {count} numbers costs more than chance explains where it was moved."
        names = listed([quoted(one.name) for one in felt[:3]])
        dearest = "" if felt[0].dearest is None else f" {_told(felt[0], felt[0].dearest)}."
        rest = count - len(felt)
        left = f" {rest} of {count} numbers are not felt wherever they were moved." if rest else ""
        return f"Take most care with {names}.{dearest}{left}"

    def _what_is_cheaper(self) -> str:
        cheaper = [(one.cheapest, one) for one in self.sensitivity.numbers if one.cheapest is not None]
        if not cheaper:
            return "No move alone is cheaper beyond its interval."
        move, best = min(cheaper, key=lambda one: one[0].cost)
        return f"{_told(best, move)}: the search may not have settled there."

    def alt(self) -> str:
        """What the figure shows."""
        told = [
            f"{name_of(one.name)} {value_text(move.value, one.off)}: {signed(move.rise.value, 'per_1000')}"
            for one in self._shown()
            for move in one.moves
        ]
        return (
            "Cost per 1,000 against the config as it is, by number and where it was moved. "
            + "; ".join(told)
            + "."
        )

    def _shown(self) -> list[Moved]:
        return [one for one in self.sensitivity.numbers if one.moves][:SHOWN]

    def frame(self) -> pd.DataFrame:
        """A row for every move, of all numbers."""
        rows = [
            (one.name, one.value, move.value, move.cost, *move.rise, *(one.flat or (None, None)))
            for one in self.sensitivity.numbers
            for move in one.moves
        ]
        columns = [
            "number",
            "value",
            "moved_to",
            "cost_per_1000",
            "rise",
            "low",
            "high",
            "flat_from",
            "flat_to",
        ]
        return pd.DataFrame(rows, columns=columns)

    def plot(self) -> Figure:
        """The rise of every move, a row for each number, on a scale that is straight where the cost is flat."""
        flat = self.sensitivity.tolerance * self.sensitivity.cost
        with styled():
            shown = self._shown()
            figure, (axes,) = canvas(1.1 + 0.24 * len(shown))
            rows_on(axes, [label_of(one.name) for one in shown])
            axes.tick_params(axis="y", labelsize=7)
            axes.axvspan(-flat, flat, color=light("line"), linewidth=0, label="flat")
            axes.axvline(0, color=light("muted"), linewidth=0.8)
            for row, one in enumerate(shown):
                _draw(axes, row, one)
            for side, (marker, fill) in _MARKS.items():
                axes.plot([], [], marker, color=light("ink"), markerfacecolor=light(fill), label=side)
            axes.set_xscale("symlog", linthresh=max(2 * flat, 1.0))
            axes.set_xticks([tick for tick in _TICKS if axes.get_xlim()[0] <= tick <= axes.get_xlim()[1]])
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_locator(NullLocator())
            axes.set_xlabel("cost per 1,000 against the config as it is")
            legend_above(axes, 4)
            return figure

    def table(self) -> HtmlTable:
        """The numbers that matter most, where they are flat and what the dearest move costs."""
        rows = [
            [
                Cell(name_of(one.name)),
                Cell(value_text(one.value, one.off), is_number=one.range is not None),
                Cell(_flat(one)),
                Cell(value_text(move.value, one.off), is_number=one.range is not None),
                Cell(
                    signed(move.rise.value, "per_1000"),
                    note=interval_of(move.rise, "per_1000"),
                    is_number=True,
                ),
            ]
            for one in self._shown()
            if (move := one.dearest) is not None
        ]
        head = ["Number", "As it is", "Flat", "Dearest at", "Cost per 1,000"]
        most = len(self.sensitivity.numbers)
        caption = (
            f"The {len(rows)} of {most} numbers whose dearest move costs most, with paired 95 % intervals."
        )
        return HtmlTable(head, rows, caption, "compact", is_wide=True)


def _told(number: Moved, move: Move) -> str:
    """What a move does, in words."""
    change = change_of(move.rise, "per_1000")
    to, own = (value_text(value, number.off) for value in (move.value, number.value))
    return f"{quoted(number.name)} at {to} instead of {own} would cost {change} per 1,000"


def _flat(number: Moved) -> str:
    """From where to where the cost stays, in words."""
    if number.flat is None:
        return "a choice"
    return " to ".join(value_text(value, number.off) for value in number.flat)


def _side(number: Moved, move: Move) -> str:
    if number.range is None:
        return "choice"
    return "below" if move.value < number.value else "above"


def _draw(axes: Axes, row: int, number: Moved) -> None:
    """The moves of a number in its row."""
    rises = [move.rise.value or 0.0 for move in number.moves]
    axes.hlines(row, min(0.0, *rises), max(0.0, *rises), color=light("plain"), linewidth=1.2)
    for move, rise in zip(number.moves, rises, strict=True):
        marker, fill = _MARKS[_side(number, move)]
        axes.plot(
            rise,
            row,
            marker,
            color=light("ink"),
            markerfacecolor=light(fill),
            markersize=5,
            markeredgewidth=0.8,
        )
