"""Profiles of worlds side by side, as one page."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from idlab.bundle.canonical import write_whole
from idlab.profile import Profile, distance
from idlab.profile.gathering import BINS
from idlab.report.display import Section, rendered
from idlab.report.drawing import canvas, legend_above, rows_on, styled
from idlab.report.page import inks
from idlab.report.palette import light
from idlab.report.table import Cell, HtmlTable

Profiles = Mapping[str, Profile]

_SIDE_BY_SIDE = 3
"""Of more worlds than these, tables take the whole width, and the title counts them."""

_MARKS = "oDs^vPX*"
_COLOURS = ("merge", "false", "pending", "review", "muted", "missed", "wrong", "plain")
_LINES = ("-", "--", ":", "-.")
_HOURS = tuple(f"{hour:02}" for hour in range(24))
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RANKS = ("1", "10", "100")


def write_worlds(path: Path, profiles: Profiles) -> None:
    """Write profiles side by side as one HTML file that loads nothing from anywhere.

    Args:
        path: The file, which appears whole or not at all.
        profiles: By name; the first is what the others are compared with.
    """
    write_whole(path, worlds_page(profiles))


def worlds_page(profiles: Profiles) -> str:
    """The page as text."""
    sections = [one for one in sections_of(profiles) if not one.is_empty()]
    first, *others = profiles
    facts = [(name, _facts(name, profiles)) for name in profiles]
    values = {
        "title": " beside ".join(profiles)
        if len(profiles) <= _SIDE_BY_SIDE
        else f"{first} and {len(others)} others",
        "facts": facts,
        "sections": [(one.name, one.title, one.html()) for one in sections],
        "inks": inks(),
    }
    return rendered("worlds.html.j2", values)


def _facts(name: str, profiles: Profiles) -> str:
    """How large a world is, and how far from the first."""
    profile, first = profiles[name], next(iter(profiles))
    people = "" if profile.people is None else f" of {profile.people:,} people"
    apart = f"; distance from {first} {distance(profiles[first], profile):.2f}" if name != first else ""
    return f"{profile.rows:,} interactions in {profile.days} days{people}{apart}"


def sections_of(profiles: Profiles) -> list[Section]:
    """The sections of the page."""
    identifiers = ("phone", "email", "cookie_id", "ip_address")
    return [
        Dots(profiles, "channels", "Channels", "channel.", "The share of interactions on each channel."),
        Dots(
            profiles, "fill", "What each channel carries", "fill.", "How often a field is filled and usable."
        ),
        Curves(
            profiles,
            "again",
            "How often identifiers come again",
            tuple(f"rows per value.{name}" for name in identifiers),
            BINS,
            "The share of interactions whose identifier is on so many interactions in all.",
            "rows per value.",
        ),
        Dots(
            profiles,
            "sharing",
            "Who shares an identifier",
            "with several",
            "The share of identifiers, of those seen at least twice, with several names or people.",
        ),
        Curves(
            profiles,
            "people",
            "How often people come",
            ("contacts per person", "rows per linked group"),
            BINS,
            "The share of people, and of groups that identifiers link, with so many interactions.",
        ),
        Dots(
            profiles,
            "names",
            "How names differ",
            "agreement.same ",
            "On which level the names of two neighbouring interactions agree that share an identifier.",
            holds=".full_name.",
        ),
        Curves(
            profiles,
            "frequent",
            "How frequent the frequent names are",
            ("most frequent.full_name first", "most frequent.full_name last", "most frequent.email domain"),
            _RANKS,
            "The share of linked groups that have one of the most frequent so many names or domains.",
            "most frequent.",
        ),
        Curves(
            profiles,
            "week",
            "Days of the week",
            ("weekday",),
            _DAYS,
            "The share of interactions on each day, UTC.",
            "weekday.",
        ),
        Curves(
            profiles,
            "day",
            "Hours of the day",
            ("hour",),
            _HOURS,
            "The share of interactions in each hour, UTC.",
            "hour.",
        ),
    ]


@dataclass(frozen=True, eq=False)
class Family(Section):
    """Statistics of one kind, for every profile.

    Args:
        profiles: By name.
        anchor, heading: Of the section.
        told: What the numbers are, in a sentence.
    """

    profiles: Profiles
    anchor: str
    heading: str

    @property
    def name(self) -> str:
        """Its anchor in the page."""
        return self.anchor

    @property
    def title(self) -> str:
        """Its heading."""
        return self.heading

    @abstractmethod
    def statistics(self) -> list[str]:
        """The names of its statistics, in the order shown."""

    @abstractmethod
    def label(self, statistic: str) -> str:
        """What a statistic is called in the figure and the table."""

    def is_empty(self) -> bool:
        """Whether no profile has any of its statistics."""
        return not self.statistics()

    def known(self, statistic: str) -> dict[str, float]:
        """The values of a statistic, by profile that has it."""
        return {
            name: profile.statistics[statistic].value
            for name, profile in self.profiles.items()
            if statistic in profile.statistics
        }

    def frame(self) -> pd.DataFrame:
        """A row for each statistic, a column for each profile."""
        rows = {self.label(one): self.known(one) for one in self.statistics()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=list(self.profiles))

    def table(self) -> HtmlTable | None:
        """The numbers in percent."""
        rows = []
        for one in self.statistics():
            known = self.known(one)
            cells = [
                Cell(f"{100 * known[name]:.1f} %", is_number=True) if name in known else Cell("too few")
                for name in self.profiles
            ]
            rows.append([Cell(self.label(one)), *cells])
        return HtmlTable(
            ["", *self.profiles], rows, self.heading, "compact", is_wide=len(self.profiles) > _SIDE_BY_SIDE
        )


@dataclass(frozen=True, eq=False)
class Dots(Family):
    """A row for each statistic, a mark for each profile.

    Args:
        prefix: How its statistics begin.
        told: What they are.
        holds: What they hold beside that.
    """

    prefix: str
    told: str
    holds: str = ""

    def statistics(self) -> list[str]:
        """Those that are above nothing in some profile."""
        names = dict.fromkeys(
            name
            for profile in self.profiles.values()
            for name, (value, _) in profile.statistics.items()
            if name.startswith(self.prefix) and self.holds in name and value > 0
        )
        return list(names)

    def label(self, statistic: str) -> str:
        """Its name without what all have in common."""
        short = statistic.removeprefix(self.prefix).strip(".").strip()
        return short.replace(self.holds, ": ") if self.holds else short.replace(".", ": ")

    def lead(self) -> str:
        """What is to be seen."""
        return self.told

    def alt(self) -> str:
        """The figure in words."""
        return (
            f"{self.told} {len(self.statistics())} rows with a mark for each of {', '.join(self.profiles)}."
        )

    def plot(self) -> Figure:
        """The figure."""
        names = self.statistics()
        with styled():
            figure, (axes,) = canvas(0.9 + 0.19 * len(names))
            rows_on(axes, [self.label(one) for one in names])
            for number, profile in enumerate(self.profiles):
                points = [
                    (100 * known[profile], row)
                    for row, one in enumerate(names)
                    if profile in (known := self.known(one))
                ]
                axes.plot(
                    [x for x, _ in points],
                    [y for _, y in points],
                    _MARKS[number % len(_MARKS)],
                    color=light(_COLOURS[number % len(_COLOURS)]),
                    markerfacecolor="none" if number % 2 else light(_COLOURS[number % len(_COLOURS)]),
                    markersize=4.5,
                    label=profile,
                )
            axes.xaxis.set_major_formatter("{x:g} %")
            axes.set_xlim(left=-2)
            legend_above(axes, 2)
        return figure


@dataclass(frozen=True, eq=False)
class Curves(Family):
    """A curve over ordered labels for each profile, one plot for each prefix.

    Args:
        prefixes: How its statistics begin.
        labels: How they end, in order.
        told: What they are.
        common: What is not worth repeating of their names.
    """

    prefixes: tuple[str, ...]
    labels: tuple[str, ...]
    told: str
    common: str = ""

    def statistics(self) -> list[str]:
        """Those that some profile has."""
        names = [f"{prefix}.{label}" for prefix in self.prefixes for label in self.labels]
        return [name for name in names if self.known(name)]

    def label(self, statistic: str) -> str:
        """Its name without what all have in common."""
        return statistic.removeprefix(self.common).replace(".", ": ")

    def lead(self) -> str:
        """What is to be seen."""
        return self.told

    def alt(self) -> str:
        """The figure in words."""
        shown = ", ".join(self._shown())
        return f"{self.told} Curves for {', '.join(self.profiles)}, of {shown}."

    def _shown(self) -> list[str]:
        return [
            prefix for prefix in self.prefixes if any(self.known(f"{prefix}.{one}") for one in self.labels)
        ]

    def plot(self) -> Figure:
        """The figure."""
        shown = self._shown()
        with styled():
            figure, every = canvas(0.5 + 1.25 * len(shown), len(shown))
            for axes, prefix in zip(every, shown, strict=True):
                self._draw(axes, prefix)
            legend_above(every[0], 2)
            if len(shown) > 1:
                for axes, prefix in zip(every, shown, strict=True):
                    axes.set_ylabel(prefix.rpartition(".")[2].replace("_", " "))
        return figure

    def _draw(self, axes: Axes, prefix: str) -> None:
        places = range(len(self.labels))
        for number, profile in enumerate(self.profiles):
            known = [self.known(f"{prefix}.{one}").get(profile) for one in self.labels]
            points = [
                (place, 100 * value) for place, value in zip(places, known, strict=True) if value is not None
            ]
            axes.plot(
                [x for x, _ in points],
                [y for _, y in points],
                _LINES[number % len(_LINES)],
                marker=_MARKS[number % len(_MARKS)],
                markersize=3,
                linewidth=1.2,
                color=light(_COLOURS[number % len(_COLOURS)]),
                label=profile,
            )
        every = 3 if len(self.labels) > 12 else 1
        axes.set_xticks(list(places)[::every], self.labels[::every])
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter("{x:g} %")
