"""A profile: named statistics of a dataset, none of which says anything about a single person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table

from idlab.errors import BadInput

SCHEMA = "idlab.profile/1"
_KEYS = {"schema", "rows", "days", "people", "statistics"}


class Statistic(NamedTuple):
    """One number, and how far chance alone moves it: one standard deviation, as if rows were drawn one by one."""

    value: float
    deviation: float


@dataclass(frozen=True)
class Profile:
    """What a dataset looks like.

    Args:
        rows: How many interactions it has.
        days: From the first to the last of them.
        people: How many persons its truth or labels know; None if it has none.
        statistics: By dotted name, such as ``fill.voice.phone``; every value is a share between 0 and 1, or says its
            unit in its name.

    Example:
        >>> profile = Profile(100, 180, None, {"fill.voice.phone": Statistic(0.9, 0.03)})
        >>> Profile.parse(json.loads(profile.to_json()), "here") == profile
        True
    """

    rows: int
    days: int
    people: int | None
    statistics: Mapping[str, Statistic]

    def document(self) -> dict[str, Any]:
        """The profile as one JSON object."""
        numbers = {name: [round(x, 6) for x in statistic] for name, statistic in self.statistics.items()}
        about = {"schema": SCHEMA, "rows": self.rows, "days": self.days, "people": self.people}
        return {**about, "statistics": numbers}

    def to_json(self) -> str:
        """The document as indented JSON."""
        return json.dumps(self.document(), indent=1, allow_nan=False) + "\n"

    def table(self) -> Table:
        """The statistics as a table for a terminal."""
        people = "no truth or labels" if self.people is None else f"{self.people:,} known people"
        table = Table(
            "statistic",
            title=f"{self.rows:,} interactions in {self.days} days, {people}",
            title_justify="left",
            caption=None
            if self.statistics
            else "nothing to tell: every share and mean stands on at least 20 rows",
            caption_justify="left",
        )
        table.add_column("value", justify="right")
        table.add_column("± by chance", justify="right")
        for name, (value, deviation) in self.statistics.items():
            table.add_row(name, f"{value:.4f}", f"{deviation:.4f}")
        return table

    @classmethod
    def load(cls, path: Path) -> Profile:
        """Read a profile from its file.

        Raises:
            BadInput: If it cannot be read, or is no profile.
        """
        try:
            document = json.loads(path.read_bytes())
        except (OSError, ValueError) as wrong:
            hint = "make one with idlab profile DATASET --out FILE"
            raise BadInput(
                f"cannot be read as JSON ({type(wrong).__name__})", where=str(path), hint=hint
            ) from None
        return cls.parse(document, str(path))

    @classmethod
    def parse(cls, document: object, where: str) -> Profile:
        """The profile that a JSON object says.

        Raises:
            BadInput: If it is none.
        """
        if not isinstance(document, dict) or document.get("schema") != SCHEMA or set(document) != _KEYS:
            hint = "make one with idlab profile DATASET --out FILE"
            raise BadInput(
                f"is no profile: an object of {', '.join(sorted(_KEYS))} is needed", where=where, hint=hint
            )
        for name, least in (("rows", 1), ("days", 1), ("people", 0)):
            count = document[name]
            if (not isinstance(count, int) and not (count is None and name == "people")) or (
                count or least
            ) < least:
                raise BadInput(f"got {count!r}", where=f"{where}: {name}", hint="write a whole number")
        statistics = document["statistics"]
        if not isinstance(statistics, dict):
            raise BadInput("is no object", where=f"{where}: statistics")
        parsed = {
            str(name): _statistic(pair, f"{where}: statistics.{name}") for name, pair in statistics.items()
        }
        return cls(document["rows"], document["days"], document["people"], parsed)


def _statistic(pair: object, where: str) -> Statistic:
    numbers = pair if isinstance(pair, list) else []
    if len(numbers) != 2 or not all(isinstance(x, int | float) and isfinite(x) for x in numbers):
        raise BadInput(f"got {pair!r}", where=where, hint="write [value, standard deviation]")
    return Statistic(float(numbers[0]), float(numbers[1]))
