"""What a switch from one config to another would do, as one page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from idlab.bundle.canonical import write_whole
from idlab.metrics import Rate
from idlab.report.display import Section, rendered
from idlab.report.drawing import canvas, points, styled
from idlab.report.joined import Merged, Parted
from idlab.report.page import inks
from idlab.report.palette import light
from idlab.report.table import Cell, HtmlTable, cell_of
from idlab.report.wording import change_of, shown
from idlab.rollout.movement import Moved
from idlab.rollout.planning import LISTED, Plan

_LOAD = {"links": "pending links opened", "reviews": "records sent to review"}


def write_plan(path: Path, plan: Plan, *, most: int = LISTED, show_identifiers: bool = False) -> None:
    """Write what a switch would do as one HTML file that loads nothing from anywhere.

    Args:
        path: The file, which appears whole or not at all.
        plan: What would change.
        most: How many customers of each kind to list.
        show_identifiers: Whether identifiers are shown as they are, also of real people.
    """
    write_whole(path, plan_page(plan, most=most, show_identifiers=show_identifiers))


def plan_page(plan: Plan, *, most: int = LISTED, show_identifiers: bool = False) -> str:
    """The page as text; see ``write_plan``."""
    masks = not (show_identifiers or plan.dataset.manifest.synthetic)
    sections = plan_sections(plan, most, masks=masks)
    before, after = plan.configs
    values = {
        "title": f"from {before.name} to {after.name}",
        "facts": _facts(plan, masks=masks),
        "summary": _summary(plan),
        "sections": [(one.name, one.title, one.html()) for one in sections],
        "digests": [(one.name, one.digest) for one in plan.configs],
        "dataset_digest": plan.dataset.digest,
        "inks": inks(),
    }
    return rendered("plan.html.j2", values)


def plan_sections(plan: Plan, most: int = LISTED, *, masks: bool = True) -> list[Section]:
    """The sections of the page.

    Args:
        plan: What would change.
        most: How many customers of each kind to list.
        masks: Whether identifiers are masked.
    """
    return [
        Merged(plan, most, masks),
        Parted(plan, most, masks),
        OutcomesMoved(plan),
        LoadMoved(plan),
    ]


def _facts(plan: Plan, *, masks: bool) -> list[tuple[str, str]]:
    synthetic = plan.dataset.manifest.synthetic
    ids = plan.customer_ids
    return [
        ("Dataset", "synthetic" if synthetic else "imported"),
        ("Interactions", f"{plan.before.tape.n_interactions:,}"),
        ("Customers", f"{ids.before:,} now, {ids.after:,} then"),
        ("Identifiers", "masked" if masks else "of nobody: synthetic" if synthetic else "shown"),
    ]


def _summary(plan: Plan) -> str:
    """What would change, in three sentences."""
    kinds, ids = plan.groups_by_kind, plan.customer_ids
    if not plan.interactions_affected:
        return "No customer would change: every identity would hold the same interactions."
    return (
        f"{plan.interactions_affected:,} interactions would lie with others than now: {kinds['merge']:,} groups of"
        f" customers merge, {kinds['split']:,} customers split, {kinds['move']:,} groups exchange interactions."
        f" {ids.gone:,} customer ids would name no customer of their own any more (they go on resolving to the one"
        f" that holds their interactions), {ids.appeared:,} would be new, and {ids.changed:,} would hold other"
        f" interactions. Nothing here says who is right: look at the riskiest first."
    )


@dataclass(frozen=True, eq=False)
class OutcomesMoved(Section):
    """How the outcomes of each channel would move.

    Args:
        plan: What would change.
    """

    plan: Plan
    name = "outcomes"
    title = "How decisions would move"

    def _rows(self) -> list[tuple[str, str, Moved]]:
        """Channel, outcome and what becomes of its share; those that are nothing on both sides left out."""
        return [
            (channel, outcome, moved)
            for (channel, outcome), moved in self.plan.movement.outcomes.items()
            if moved.before.value or moved.after.value
        ]

    def lead(self) -> str:
        """What is to be seen."""
        turned = sorted(self.plan.movement.turned.items(), key=lambda one: (-one[1], one[0]))
        if not turned:
            return "No decision would have another outcome."
        told = "; ".join(f"{count:,} {was} become {becomes}" for (was, becomes), count in turned[:4])
        return f"Of {self.plan.before.tape.n_interactions:,} decisions, {told}. Differences in percentage points."

    def alt(self) -> str:
        """The figure in words."""
        told = [
            f"{channel} {outcome}: {change_of(moved.difference, 'share')}"
            for channel, outcome, moved in self._rows()
        ]
        return "Differences of outcome shares with 95 % intervals. " + "; ".join(told) + "."

    def is_empty(self) -> bool:
        """Whether there is no decision."""
        return not self._rows()

    def frame(self) -> pd.DataFrame:
        """A row for each channel and outcome."""
        rows = [(channel, outcome, *_flat(moved)) for channel, outcome, moved in self._rows()]
        return pd.DataFrame(rows, columns=["channel", "outcome", *_FLAT])

    def plot(self) -> Figure:
        """The differences, a row for each."""
        rows = self._rows()
        with styled():
            figure, (axes,) = canvas(0.7 + 0.2 * len(rows))
            names = [f"{channel}: {outcome}" for channel, outcome, _ in rows]
            points(axes, names, [moved.difference for *_, moved in rows], percent=True, stress_last=False)
            axes.xaxis.set_major_locator(MaxNLocator(5))
            axes.axvline(0, color=light("muted"), linewidth=0.8)
            axes.set_xlabel("percentage points more of the channel's decisions than now")
        return figure

    def table(self) -> HtmlTable:
        """The shares under both configs."""
        rows = [
            [Cell(f"{channel}: {outcome}"), *_cells(moved, "share")]
            for channel, outcome, moved in self._rows()
        ]
        return HtmlTable(
            ["", *(one.name for one in self.plan.configs), "difference"],
            rows,
            "Share of a channel's decisions with each outcome.",
            "compact",
        )


@dataclass(frozen=True, eq=False)
class LoadMoved(Section):
    """How much people would be asked.

    Args:
        plan: What would change.
    """

    plan: Plan
    name = "load"
    title = "How much people would be asked"

    def lead(self) -> str:
        """What is to be seen."""
        told = [
            f"{_LOAD[name]} {change_of(moved.difference, 'per_1000')}"
            for name, moved in self.plan.movement.load.items()
        ]
        return f"Per 1,000 interactions: {', '.join(told)}."

    def alt(self) -> str:
        """The figure in words."""
        told = [
            f"{_LOAD[name]}: {shown(moved.before, 'per_1000')} now, {shown(moved.after, 'per_1000')} then"
            for name, moved in self.plan.movement.load.items()
        ]
        return "Points with 95 % intervals, per 1,000 interactions. " + "; ".join(told) + "."

    def is_empty(self) -> bool:
        """Whether there is no interaction."""
        return not self.plan.before.tape.n_interactions

    def frame(self) -> pd.DataFrame:
        """A row for each kind of work."""
        rows = [(name, *_flat(moved)) for name, moved in self.plan.movement.load.items()]
        return pd.DataFrame(rows, columns=["load", *_FLAT])

    def plot(self) -> Figure:
        """Both loads under both configs."""
        load = self.plan.movement.load
        names = [one.name for one in self.plan.configs]
        with styled():
            figure, axes = canvas(0.4 + 0.75 * len(load), len(load))
            for panel, (name, moved) in zip(axes, load.items(), strict=True):
                points(panel, names, [moved.before, moved.after], percent=False)
                panel.set_title(f"{_LOAD[name]} per 1,000 interactions")
                panel.set_xlim(left=-0.02 * panel.get_xlim()[1])
        return figure

    def table(self) -> HtmlTable:
        """Both loads under both configs."""
        rows = [
            [Cell(_LOAD[name]), *_cells(moved, "per_1000")] for name, moved in self.plan.movement.load.items()
        ]
        head = ["", *(one.name for one in self.plan.configs), "difference"]
        return HtmlTable(head, rows, "Per 1,000 interactions.")


_FLAT = [f"{name}_{part}".removesuffix("_value") for name in Moved._fields for part in Rate._fields]


def _flat(moved: Moved) -> list[float | None]:
    return [number for rate in moved for number in rate]


def _cells(moved: Moved, unit: str) -> list[Cell]:
    """Both numbers with their intervals, and how they differ."""
    difference = Cell(change_of(moved.difference, unit), is_number=True)
    return [cell_of(moved.before, unit), cell_of(moved.after, unit), difference]
