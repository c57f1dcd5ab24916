"""Displays: sections of the report as objects that give their numbers, figure and piece of the page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from idlab.report.drawing import as_svg
from idlab.report.table import HtmlTable


class Display(Protocol):
    """A section of the report."""

    def frame(self) -> pd.DataFrame:
        """Its numbers."""
        ...

    def plot(self) -> Figure:
        """Its figure."""
        ...

    def html(self) -> str:
        """Its piece of the page."""
        ...


@cache
def templates() -> Environment:
    """The templates of the page, which escape what is put into them."""
    loader = PackageLoader("idlab.report", "templates")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """A template filled in."""
    return templates().get_template(template).render(values)


@dataclass(frozen=True, eq=False)
class Section(ABC):
    """A display with a heading, a sentence that says what is to be seen, a figure and a table."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Its anchor in the page."""

    @property
    @abstractmethod
    def title(self) -> str:
        """Its heading."""

    @abstractmethod
    def lead(self) -> str:
        """What is to be seen, in a sentence or two."""

    @abstractmethod
    def alt(self) -> str:
        """What the figure shows, for those who do not see it."""

    @abstractmethod
    def frame(self) -> pd.DataFrame:
        """Its numbers."""

    @abstractmethod
    def plot(self) -> Figure:
        """Its figure."""

    @abstractmethod
    def table(self) -> HtmlTable | None:
        """Its numbers as the page shows them."""

    def is_empty(self) -> bool:
        """Whether there is nothing to draw; the lead then says so."""
        return False

    def html(self) -> str:
        """Its piece of the page."""
        empty = self.is_empty()
        return rendered(
            "section.html.j2",
            {
                "name": self.name,
                "title": self.title,
                "lead": self.lead(),
                "figure": None if empty else as_svg(self.plot(), self.name, self.alt()),
                "table": None if empty else self.table(),
            },
        )
