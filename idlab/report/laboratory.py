"""What each guard prevents, and what it gives up."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from idlab.report.display import Section
from idlab.report.drawing import canvas, styled
from idlab.report.palette import light
from idlab.report.sweeps import Sweeps
from idlab.report.table import Cell, HtmlTable
from idlab.report.wording import signed
from idlab.sweep.situations import SITUATIONS

_TOLD = {
    "prevented": "false merges prevented",
    "given_up": "true merges given up",
    "more_questions": "more questions",
}


@dataclass(frozen=True, eq=False)
class GuardLaboratory(Section):
    """One guard at a time at other values, against the config as it is.

    Args:
        sweeps: What was found.
    """

    sweeps: Sweeps
    name = "guards"
    title = "What each guard prevents and costs"

    def lead(self) -> str:
        """What is to be seen."""
        cheapest = self.frame().sort_values("costlier_per_1000", kind="stable").iloc[0]
        saved = -float(cheapest["costlier_per_1000"])
        if saved <= 0:
            return "Every guard was replayed at other values; none of these would have been cheaper than the config as it is."
        return (
            f"Every guard was replayed at other values, everything else as it is. {cheapest['guard']} at "
            f"{_value(cheapest['value'])} would have cost {saved:.1f} per 1,000 less on this data ("
            f"{signed(cheapest['costlier_low'], 'per_1000')} to {signed(cheapest['costlier_high'], 'per_1000')})."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [
            f"{guard}: {part['costlier_per_1000'].min():+.1f} to {part['costlier_per_1000'].max():+.1f}"
            for guard, part in self.frame().groupby("guard", sort=False)
        ]
        return "Cost per 1,000 against the config as it is, by guard and value. " + "; ".join(told) + "."

    def frame(self) -> pd.DataFrame:
        """A row for every guard and value."""
        return self.sweeps.guards

    def plot(self) -> Figure:
        """Cost against the config as it is, a plot for each guard."""
        with styled():
            parts = [(str(guard), part) for guard, part in self.frame().groupby("guard", sort=False)]
            figure, every = canvas(0.4 + 1.05 * len(parts), len(parts))
            for axes, (guard, part) in zip(every, parts, strict=True):
                places = range(len(part))
                axes.axhline(0, color=light("muted"), linewidth=0.8)
                cost = part["costlier_per_1000"].to_numpy()
                reach = [cost - part["costlier_low"].to_numpy(), part["costlier_high"].to_numpy() - cost]
                axes.errorbar(
                    places, cost, yerr=reach, fmt="o-", color=light("merge"), markersize=3.5, elinewidth=0.7
                )
                own = [place for place, is_own in zip(places, part["is_current"], strict=True) if is_own]
                axes.plot(
                    own,
                    part["costlier_per_1000"].to_numpy()[own],
                    "s",
                    color=light("false"),
                    markerfacecolor="none",
                    markersize=8,
                )
                names = [_value(value) for value in part["value"]]
                axes.set_xticks(list(places), names, fontsize=6 if max(map(len, names)) > 6 else None)
                axes.set_title(guard)
            every[len(every) // 2].set_ylabel("cost per 1,000 against the config as it is")
            return figure

    def table(self) -> HtmlTable:
        """Every guard and value."""
        rows = [
            [
                Cell(f"{one['guard']} {_value(one['value'])}", note="as it is" if one["is_current"] else ""),
                *(
                    Cell(
                        _whole(one[name]),
                        note=_situations(one) if name == "prevented" else "",
                        is_number=True,
                    )
                    for name in _TOLD
                ),
                _costlier(one),
            ]
            for one in self.frame().to_dict("records")
        ]
        head = ["Guard at", *(told.capitalize() for told in _TOLD.values()), "Cost per 1,000"]
        return HtmlTable(
            head,
            rows,
            "Against the config as it is, costs with paired 95 % intervals; squares in the figure mark that.",
            "compact",
            is_wide=True,
        )


def _situations(one: Mapping[Hashable, Any]) -> str:
    """Among whom the prevented false merges were: families, front desks, recycled numbers and others."""
    counts = ((name, one[f"prevented ({name})"]) for name in SITUATIONS)
    return ", ".join(f"{name} {_whole(count)}" for name, count in counts if count)


def _costlier(one: Mapping[Hashable, Any]) -> Cell:
    """How much more a guard at a value costs, with its interval."""
    if one["is_current"]:
        return Cell("")
    ends = f"{signed(one['costlier_low'], 'per_1000')} to {signed(one['costlier_high'], 'per_1000')}"
    return Cell(signed(one["costlier_per_1000"], "per_1000"), note=ends, is_number=True)


def _value(value: Any) -> str:
    """A guard's value; what is switched off has none."""
    if pd.isna(value):
        return "off"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _whole(value: float) -> str:
    return signed(value, "count")
