"""Knobs: the numbers and choices of a scoring config that can be moved by hand without encoding anew."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from idlab.config import ScoringConfig
from idlab.errors import BadInput

Path = tuple[str | int, ...]
Value = bool | int | float | str | None
Settings = Mapping[str, Value]
"""The position of every knob, by its key."""

MERGE_AT, PENDING_AT = "decide.merge_at", "decide.pending_at"


@dataclass(frozen=True)
class Knob:
    """One number or choice of a scoring config.

    Args:
        key: Its place in the document, in words: unique.
        group: What it belongs to: thresholds, guards, a field, keys.
        name: What it is called in its group.
        path: Its place in the document.
    """

    key: str
    group: str
    name: str
    path: Path


@dataclass(frozen=True)
class Dial(Knob):
    """A number with decimals.

    Args:
        low, high: Its range, which holds what the config says.
        step: From one position to the next.
        grid: The positions that a curve along it has; spread evenly over the range if empty.
    """

    low: float
    high: float
    step: float
    grid: tuple[float, ...] = ()


@dataclass(frozen=True)
class Pick(Knob):
    """One of several values in their order; None is "off", or nothing of the kind.

    Args:
        options: The values.
    """

    options: tuple[Value, ...]

    @property
    def is_ordered(self) -> bool:
        """Whether the values are numbers, with "off" at the end."""
        return all(
            isinstance(one, int) and not isinstance(one, bool) for one in self.options if one is not None
        )


def settings_of(config: ScoringConfig, knobs: tuple[Knob, ...]) -> dict[str, Value]:
    """Where the knobs stand under a config.

    Args:
        config: One that differs from the one the knobs were made of in their positions only.
        knobs: The knobs.
    """
    document = document_of(config)
    return {knob.key: value_at(document, knob.path) for knob in knobs}


def config_of(start: ScoringConfig, knobs: tuple[Knob, ...], settings: Settings) -> ScoringConfig:
    """The config that settings stand for, checked like any other; the start itself where nothing was moved.

    Args:
        start: What the knobs were made of.
        knobs: The knobs.
        settings: A position for each.

    Raises:
        BadInput: If a setting is missing, or together they are no valid config.

    Example:
        >>> from pathlib import Path as File
        >>> from idlab.explore.board import knobs_of
        >>> start = ScoringConfig.load(File("configs/default.json"))
        >>> knobs = knobs_of(start)
        >>> config_of(start, knobs, settings_of(start, knobs) | {"decide.merge_at": 0.95}).decide.merge_at
        0.95
    """
    written = document_of(start)
    document = deepcopy(written)
    for knob in knobs:
        if knob.key not in settings:
            raise BadInput(
                f"there is no setting {knob.key}", where="settings", hint="give one for every knob"
            )
        value_at(document, knob.path[:-1])[knob.path[-1]] = settings[knob.key]
    if document == written:
        return start
    return ScoringConfig.parse(document, where="settings")


def moved(settings: Settings, key: str, value: Value) -> dict[str, Value]:
    """Settings with one knob at another position; of the two thresholds, one takes the other along.

    ``pending_at`` may not stand above ``merge_at``.

    Args:
        settings: Where the knobs stand.
        key: The one that is moved.
        value: Where to.

    Example:
        >>> moved({"decide.merge_at": 0.9, "decide.pending_at": 0.7}, "decide.merge_at", 0.6)
        {'decide.merge_at': 0.6, 'decide.pending_at': 0.6}
    """
    found = {**settings, key: value}
    high, low = found.get(MERGE_AT), found.get(PENDING_AT)
    if isinstance(high, float) and isinstance(low, float) and low > high:
        found[PENDING_AT if key == MERGE_AT else MERGE_AT] = value
    return found


def document_of(config: ScoringConfig) -> dict[str, Any]:
    """A config as the document that knobs have their places in."""
    document: dict[str, Any] = json.loads(config.to_json())
    return document


def value_at(document: Any, path: Path) -> Any:
    """What stands at a place of a document."""
    for step in path:
        document = document[step]
    return document
