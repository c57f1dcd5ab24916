"""The numbers of the scoring configs, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from idlab.config import ScoringConfig
from idlab.report.display import Section
from idlab.report.drawing import canvas, rows_on, styled
from idlab.report.palette import light
from idlab.report.subject import Subject
from idlab.report.table import Cell, HtmlTable
from idlab.report.wording import MINUS

Setting = tuple[str, str]
"""What a number belongs to, and its name."""


@dataclass(frozen=True, eq=False)
class Weights(Section):
    """Every weight, threshold, guard and key of the configs.

    Args:
        subject: What the report is about.
    """

    subject: Subject
    name = "weights"
    title = "The scoring config in numbers"

    def lead(self) -> str:
        """What is to be seen."""
        kind = self.subject.candidate.config.model.kind
        told = (
            "bits of evidence: positive speaks for one person, negative against"
            if kind == "fellegi_sunter"
            else "credits"
        )
        return (
            f"What \u201c{self.subject.candidate.name}\u201d counts each level of agreement for, in"
            f" {told}. Beside it, every"
            " number of every config."
        )

    def alt(self) -> str:
        """What the figure shows."""
        told = [f"{group} {name} {_text(value)}" for (group, name), value in self._levels()]
        return "Bars of weights by field and level: " + ", ".join(told) + "."

    def _levels(self) -> list[tuple[Setting, float]]:
        """The candidate's weights, level by level."""
        return [
            ((field.name, level.name), _worth(level.weight, level.credit))
            for field in self.subject.candidate.config.fields
            for level in field.levels
        ]

    def frame(self) -> pd.DataFrame:
        """A row for every setting, a column for every config; missing where a config has no such setting."""
        of_config = {one.name: dict(settings_of(one.config)) for one in self.subject.judged}
        settings = list(
            dict.fromkeys(key for one in reversed(self.subject.judged) for key in of_config[one.name])
        )
        rows = [
            {
                "of": group,
                "setting": name,
                **{config: found.get((group, name)) for config, found in of_config.items()},
            }
            for group, name in settings
        ]
        return pd.DataFrame(rows, dtype=object)

    def plot(self) -> Figure:
        """The candidate's weights as bars."""
        with styled():
            levels = self._levels()
            figure, (axes,) = canvas(0.8 + 0.175 * len(levels))
            rows_on(axes, [f"{group}: {name}" for (group, name), _ in levels])
            axes.tick_params(axis="y", labelsize=7.5)
            for row, (_, value) in enumerate(levels):
                axes.barh(
                    row,
                    value,
                    height=0.66,
                    color=light("wrong" if value < 0 else "right"),
                    hatch="/////" if value < 0 else "",
                    edgecolor=light("surface"),
                    linewidth=0.4,
                )
            axes.axvline(0, color=light("muted"), linewidth=0.8)
            axes.margins(x=0.05)
            bits = self.subject.candidate.config.model.kind == "fellegi_sunter"
            axes.set_xlabel("weight (bits); hatched speaks against" if bits else "credit, 0 to 1")
            return figure

    def table(self) -> HtmlTable:
        """Every setting, a column for each config."""
        names = [one.name for one in self.subject.judged]
        rows = []
        for row in self.frame().to_dict("records"):
            cells = [Cell(_text(row[name]), is_number=isinstance(row[name], int | float)) for name in names]
            rows.append([Cell(f"{row['of']}: {row['setting']}"), *cells])
        return HtmlTable(
            ["Setting", *names], rows, "Every number that a decision depends on.", look="compact"
        )


def settings_of(config: ScoringConfig) -> Iterator[tuple[Setting, Any]]:
    """Everything that a report says of a scoring config, as (what it belongs to, its name) and value.

    Args:
        config: The config.
    """
    for field in config.fields:
        if field.weight is not None:
            yield (field.name, "weight of the field"), field.weight
        for level in field.levels:
            yield (field.name, level.name), level.credit if level.weight is None else level.weight
            for part in level.when.parts() if level.when else ():
                for name in ("at_least", "above", "at_most", "days"):
                    if getattr(part, name) is not None:
                        yield (field.name, f"{level.name}, {name.replace('_', ' ')}"), getattr(part, name)
    yield ("model", "kind"), config.model.kind
    if config.model.prior is not None:
        yield ("model", "prior"), config.model.prior
    for group in ("decide", "guards"):
        for name, value in getattr(config, group).model_dump(mode="json").items():
            yield (group, name.replace("_", " ")), "off" if value is None else value
    for rule in config.keys:
        yield ("key", " + ".join(rule.on)), f"up to {rule.max_fanout:,}" if rule.enabled else "off"


def _worth(weight: float | None, credit: float | str | None) -> float:
    """The number that stands for a level: its weight, or its credit, whole for ``similarity``."""
    if weight is not None:
        return weight
    return 1.0 if isinstance(credit, str) else credit or 0.0


def _text(value: Any) -> str:
    """A setting as it is read."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, float):
        return f"{value:.4g}".replace("-", MINUS)
    return str(value)
