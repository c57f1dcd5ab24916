"""Which threshold can be promised, and with what confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, styled
from idlab.report.palette import light
from idlab.report.sweeps import Sweeps
from idlab.report.table import Cell, HtmlTable, cell_of, count
from idlab.report.wording import shown


@dataclass(frozen=True, eq=False)
class Guaranteed(Section):
    """The lowest ``merge_at`` whose false-merge rate can be certified.

    Args:
        sweeps: What was found.
    """

    sweeps: Sweeps
    name = "guarantee"
    title = "What can be promised"

    def is_empty(self) -> bool:
        """Whether no threshold could be tested."""
        return not self.sweeps.guarantee.tested

    def lead(self) -> str:
        """What is to be seen."""
        return (
            f"By what is known here, {self.sweeps.guarantee}. Thresholds are tested from the top down, and testing stops at "
            "the first that fails (Learn then Test), over people and not over decisions. A promise holds for people that "
            "the config was not tuned on."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [
            f"{one.threshold:g}: {shown(one.rate, 'share')}, {'passed' if one.certified else 'failed'}"
            for one in self.sweeps.guarantee.tested
        ]
        return "False-merge rate by merge threshold, as far as tested. " + "; ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every threshold tested."""
        rows = [
            (one.threshold, one.components, *one.rate, *one.pooled_rate, one.p_value, one.certified)
            for one in self.sweeps.guarantee.tested
        ]
        rates = [f"{name}{end}" for name in ("rate", "pooled_rate") for end in ("", "_low", "_high")]
        return pd.DataFrame(rows, columns=["threshold", "components", *rates, "p_value", "certified"])

    def plot(self) -> Figure:
        """The rate at each threshold beside the one to promise."""
        found = self.sweeps.guarantee
        with styled():
            figure, (axes,) = canvas(2.4)
            places = range(len(found.tested))
            axes.axhline(
                100 * found.alpha, color=light("false"), linestyle="--", linewidth=1, label="to be promised"
            )
            for rates, style, ink, told in (
                ([one.rate for one in found.tested], "o-", "merge", "mean over components"),
                ([one.pooled_rate for one in found.tested], "s:", "plain", "of all merges"),
            ):
                value, low, high = 100 * np.array(rates, dtype=float).T
                reach = [value - low, high - value]
                axes.errorbar(
                    places, value, yerr=reach, fmt=style, color=light(ink), elinewidth=0.7, label=told
                )
            axes.set_xticks(list(places), [f"{one.threshold:g}" for one in found.tested])
            axes.set_xlabel("merge_at, as far as tested")
            axes.set_ylabel("false merges")
            axes.yaxis.set_major_formatter("{x:g} %")
            axes.set_ylim(bottom=0)
            legend_above(axes, 3)
            return figure

    def table(self) -> HtmlTable:
        """Every threshold tested."""
        rows = [
            [
                Cell(f"{one.threshold:g}", note="certified" if one.certified else "not certified"),
                count(one.components),
                cell_of(one.rate, "share"),
                cell_of(one.pooled_rate, "share"),
                Cell(f"{one.p_value:.2g}", is_number=True),
            ]
            for one in self.sweeps.guarantee.tested
        ]
        head = ["merge_at", "Components", "False, mean over these", "False of all merges", "p"]
        return HtmlTable(
            head, rows, f"Tested by {self.sweeps.guarantee.method}; rates with 95 % intervals.", "compact"
        )
