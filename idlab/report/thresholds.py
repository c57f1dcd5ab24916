"""What every band of thresholds would have done."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from idlab.metrics.chow import Band, implied_costs
from idlab.report.display import Section
from idlab.report.drawing import canvas, legend_above, styled
from idlab.report.palette import light
from idlab.report.sweeps import Sweeps
from idlab.report.table import Cell, HtmlTable, cell_of
from idlab.report.wording import number, signed
from idlab.sweep import bands_frame

_CURVES = (
    ("merge precision", "merges right", "o-"),
    ("merge recall", "returning recognised", "s--"),
    ("bcubed f1", "B-cubed F1", "^:"),
)


@dataclass(frozen=True, eq=False)
class Thresholds(Section):
    """Cost, precision, recall and pending load over a grid of bands, each a replay of its own.

    Args:
        sweeps: What was found.
    """

    sweeps: Sweeps
    name = "thresholds"
    title = "What other thresholds would do"

    def lead(self) -> str:
        """What is to be seen."""
        frame, choice = self.sweeps.choice.frame, self.sweeps.choice
        told = f"{len(frame)} bands were replayed in full, for every merge changes what comes after it. "
        if self.sweeps.given.per_day is not None:
            told += (
                f"Reviewers who answer {self.sweeps.given.per_day:g} questions a day can keep up with"
                f" {int(frame['affordable'].sum())} of them. "
            )
        if choice.best is None:
            return f"{told}{self._implied()}"
        best = frame.iloc[choice.best]
        as_good = int(frame["as_good"].sum())
        others = f"; {as_good - 1} others may be as good" if as_good > 1 else ""
        return (
            f"{told}The cheapest pends from {best['pending_at']:g} and merges from {best['merge_at']:g}, "
            f"{self._saved()}{others}. Chosen on the data shown here, so it will do "
            f"a little worse elsewhere: tune on one world and report on another. {self._implied()}"
        )

    def _saved(self) -> str:
        """How the best band's cost compares with the own one's, which may be more than reviewers can keep up with."""
        saved = self.sweeps.choice.saved_per_1000 or 0.0
        if not saved:
            return "which is the config\u2019s own band"
        side = "below" if saved > 0 else "above"
        return f"{number(abs(saved), 'per_1000')} per 1,000 {side} the config\u2019s own band"

    def _implied(self) -> str:
        """The prices that the config's own band stands for."""
        decide = self.sweeps.config.decide
        costs = implied_costs(Band(decide.pending_at, decide.merge_at))
        return (
            f"Were scores calibrated, the config\u2019s own band would be right where a false merge costs "
            f"{costs.c_false:.1f} answers and a missed one {costs.c_missed:.2f} (Chow 1970); the table says it of "
            "every band."
        )

    def alt(self) -> str:
        """What the figure shows."""
        grid = self.sweeps.grid
        own = grid.frame.iloc[grid.current]
        costs = grid.frame["cost_per_1000"]
        return (
            f"A heat map of cost per 1,000 interactions by pending and merge threshold, from {costs.min():.0f} to "
            f"{costs.max():.0f}; {own['cost_per_1000']:.0f} at the config\u2019s own band. Below it precision, recall and "
            "pending load along the merge threshold."
        )

    def frame(self) -> pd.DataFrame:
        """A row for every band."""
        return bands_frame(self.sweeps.grid, self.sweeps.choice)

    def plot(self) -> Figure:
        """The heat map, and curves along the merge threshold."""
        with styled():
            figure, (heat, curves, load) = canvas(7.4, 3, ratios=[1.5, 1.1, 0.7])
            self._heat(heat)
            for name, told, style in _CURVES:
                self._curve(curves, name, told, style)
            questions = self.sweeps.grid.curve("pending_per_1000")
            load.plot(
                range(len(questions)),
                questions["pending_per_1000"],
                "D-",
                color=light("review"),
                markersize=3.5,
            )
            for axes in (curves, load):
                axes.set_xticks(range(len(questions)), [f"{at:g}" for at in questions["merge_at"]])
                own = np.flatnonzero(np.isclose(questions["merge_at"], self.sweeps.config.decide.merge_at))
                axes.axvline(float(own[0]), color=light("muted"), linewidth=0.8)
            curves.yaxis.set_major_formatter("{x:g} %")
            legend_above(curves, 3)
            load.set_xlabel("merge_at, pending_at as it is; the line marks the config's own")
            load.set_ylabel("pending\nper 1,000")
            load.set_ylim(bottom=0)
            return figure

    def _curve(self, axes: Axes, name: str, told: str, style: str) -> None:
        """A rate along the merge threshold with its intervals."""
        own = self.sweeps.config.decide.pending_at
        along = [at for pending, at in sorted(self.sweeps.rates_by_band) if pending == own]
        rates = [self.sweeps.rates_by_band[own, at][name] for at in along]
        there = [(place, rate) for place, rate in enumerate(rates) if rate.value is not None]
        if not there:
            return
        places, found = (
            [place for place, _ in there],
            100 * np.array([rate for _, rate in there], dtype=float),
        )
        reach = [found[:, 0] - found[:, 1], found[:, 2] - found[:, 0]]
        ink = light("merge")
        axes.errorbar(
            places, found[:, 0], yerr=reach, fmt=style, color=ink, markersize=3.5, elinewidth=0.7, label=told
        )

    def _heat(self, axes: Axes) -> None:
        """Cost by band, lighter is cheaper; a square marks the config's own band, dots those as good as the best."""
        table = self.sweeps.grid.heat("cost_per_1000")
        ramp = LinearSegmentedColormap.from_list("cost", [light("surface"), light("merge")])
        costs = table.to_numpy()
        axes.pcolormesh(costs, cmap=ramp, edgecolors=light("line"), linewidth=0.4)
        middle = (np.nanmin(costs) + np.nanmax(costs)) / 2
        for (row, column), cost in np.ndenumerate(costs):
            if np.isfinite(cost):
                ink = light("surface" if cost > middle else "ink")
                place = column + 0.5, row + 0.28
                axes.text(*place, f"{cost:.0f}", ha="center", va="center", fontsize=5, color=ink)
        axes.set_xticks(np.arange(table.shape[1]) + 0.5, [f"{at:g}" for at in table.columns])
        axes.set_yticks(np.arange(table.shape[0]) + 0.5, [f"{at:g}" for at in table.index])
        axes.grid(visible=False)
        own, good = self.sweeps.grid.frame.iloc[self.sweeps.grid.current], self.sweeps.choice.frame
        good = good[good["as_good"].astype(bool)]
        for rows, mark, told in (
            (good, ".", "may be the cheapest"),
            (own.to_frame().T, "s", "the config\u2019s own"),
        ):
            axes.plot(
                np.searchsorted(table.columns, rows["merge_at"]) + 0.5,
                np.searchsorted(table.index, rows["pending_at"]) + (0.5 if mark == "s" else 0.72),
                mark,
                color=light("false"),
                markerfacecolor="none" if mark == "s" else light("false"),
                markersize=9 if mark == "s" else 5,
                linestyle="none",
                label=told,
            )
        axes.set_xlabel("merge_at")
        axes.set_ylabel("pending_at")
        axes.set_title("Cost per 1,000 interactions", pad=22)
        legend_above(axes, 2)

    def table(self) -> HtmlTable:
        """The cheapest bands that reviewers can keep up with, and the config's own."""
        shown = self.frame().loc[list(self.sweeps.leading)]
        rows = [
            [
                Cell(
                    f"{one['pending_at']:g} to {one['merge_at']:g}",
                    note="the config's own" if one["is_current"] else "",
                ),
                Cell(f"{one['cost_per_1000']:.1f}", note=_against(one), is_number=True),
                *(
                    cell_of(self.sweeps.rates_by_band[one["pending_at"], one["merge_at"]][name], "share")
                    for name in ("merge precision", "merge recall")
                ),
                Cell(
                    f"{one['questions_per_day']:.1f}",
                    note=f"{one['busiest_day']:.0f} on the busiest"
                    + ("" if one["affordable"] else "; too many"),
                    is_number=True,
                ),
                Cell(
                    f"{one['implied_false']:.1f}",
                    note=f"missed {one['implied_missed']:.2f}",
                    is_number=True,
                ),
            ]
            for one in shown.to_dict("records")
        ]
        head = [
            "Band",
            "Cost per 1,000",
            "Merges right",
            "Returning recognised",
            "Questions a day",
            "Right where a false merge costs",
        ]
        caption = (
            "The cheapest bands with 95 % intervals; differences to the best are paired. The prices in the last column "
            "are in answers."
        )
        return HtmlTable(head, rows, caption, is_wide=True)


def _against(one: Mapping[Hashable, Any]) -> str:
    if not np.isfinite(one["difference"]) or one["difference"] == 0:
        return "the best" if one["difference"] == 0 else ""
    ends = f"{signed(one['low'], 'per_1000')} to {signed(one['high'], 'per_1000')}"
    return f"{signed(one['difference'], 'per_1000')} ({ends})"
