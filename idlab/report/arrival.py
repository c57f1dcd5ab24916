"""How much the order of arrival matters."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from idlab.metrics import Rate
from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, rows_on, styled
from idlab.report.palette import light
from idlab.report.sweeps import Sweeps
from idlab.report.table import Cell, HtmlTable, cell_of
from idlab.report.wording import shown, signed


@dataclass(frozen=True, eq=False)
class Arrival(Section):
    """Decisions and identities when interactions come in another order.

    Args:
        sweeps: What was found.
    """

    sweeps: Sweeps
    name = "arrival"
    title = "If interactions came in another order"

    def _others(self) -> pd.DataFrame:
        return self.frame().iloc[1:]

    def is_empty(self) -> bool:
        """Whether no other order was tried."""
        return self._others().empty

    def lead(self) -> str:
        """What is to be seen."""
        if self.is_empty():
            return "No other order was tried."
        worst = self._others().sort_values("outcomes_changed", ascending=False, kind="stable").iloc[0]
        return (
            f"At worst ({worst['order']}), {shown(_changed(worst), 'share')} of decisions come out otherwise, and the "
            f"final identities agree with those as it came to a B-cubed F1 of {worst['bcubed']:.3f}."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [
            f"{one['order']}: {100 * one['outcomes_changed']:.1f} %"
            for one in self._others().to_dict("records")
        ]
        return "The share of decisions that come out otherwise, by order. " + "; ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every order."""
        return self.sweeps.orders

    def plot(self) -> Figure:
        """The share of interactions that moved, and of decisions that changed."""
        with styled():
            others = self._others()
            figure, (axes,) = canvas(0.9 + 0.28 * len(others))
            rows_on(axes, others["order"].tolist())
            for name, mark, told in (
                ("moved", "o", "come after another one"),
                ("outcomes_changed", "D", "are decided otherwise"),
            ):
                filled = light("merge") if mark == "D" else "none"
                axes.plot(
                    100 * others[name],
                    range(len(others)),
                    mark,
                    color=light("merge"),
                    markerfacecolor=filled,
                    markersize=5,
                    label=told,
                )
            axes.set_xlim(left=0)
            axes.set_xlabel("of interactions")
            axes.xaxis.set_major_formatter("{x:g} %")
            legend_above(axes, 2)
            return figure

    def table(self) -> HtmlTable:
        """Every order."""
        rows = [
            [
                Cell(one["order"]),
                cell_of(_changed(one), "share"),
                Cell(f"{one['identities_changed']:,.0f}", is_number=True),
                Cell(f"{one['bcubed']:.4f}", is_number=True),
                Cell(
                    signed(one["costlier_per_1000"], "per_1000"),
                    note=f"{signed(one['costlier_low'], 'per_1000')} to {signed(one['costlier_high'], 'per_1000')}",
                    is_number=True,
                ),
            ]
            for one in self._others().to_dict("records")
        ]
        head = [
            "Order",
            "Decisions changed",
            "Identities changed",
            "B-cubed with as it came",
            "Cost per 1,000",
        ]
        caption = "Against the stream as it came, with 95 % intervals."
        return HtmlTable(head, rows, caption, "compact")


def _changed(one: Mapping[Hashable, Any] | pd.Series) -> Rate:
    """The share of decisions that come out otherwise in an order."""
    return Rate(one["outcomes_changed"], one["changed_low"], one["changed_high"])
