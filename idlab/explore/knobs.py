"""Knobs: the numbers and choices of a scoring config that can be moved by hand without encoding anew."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from idlab.config import FieldConfig, ScoringConfig, When
from idlab.errors import BadInput
from idlab.sweep.grid import AVERAGES, PROBABILITIES

Path = tuple[str | int, ...]
Value = bool | int | float | str | None
Settings = Mapping[str, Value]
"""The position of every knob, by its key."""

THRESHOLDS, GUARDS, KEYS = "Thresholds", "Guards", "Keys"
MERGE_AT, PENDING_AT = "decide.merge_at", "decide.pending_at"

_MOST_NAMES = 20
_FINER = 4
"""How many times a step is made finer at most, to reach what a config says."""

_FANOUTS = (5, 20, 50, 100, 200, 500, 1000)


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


def knobs_of(config: ScoringConfig) -> tuple[Knob, ...]:
    """Every knob of a config: thresholds, guards, then the weights field by field, then keys.

    What needs a new tape (normalisation, fields, the forms of keys) has none.

    Args:
        config: The config to start from.

    Example:
        >>> from pathlib import Path as File
        >>> knobs = knobs_of(ScoringConfig.load(File("configs/default.json")))
        >>> [knob.key for knob in knobs[:3]], len({knob.key for knob in knobs}) == len(knobs)
        (['decide.merge_at', 'decide.pending_at', 'decide.margin'], True)
    """
    document = _document(config)
    return tuple(
        _holding(knob, _at(document, knob.path))
        for knob in (*_thresholds(config), *_guards(config), *_weights(config), *_keys(config))
    )


def settings_of(config: ScoringConfig, knobs: tuple[Knob, ...]) -> dict[str, Value]:
    """Where the knobs stand under a config.

    Args:
        config: One that differs from the one the knobs were made of in their positions only.
        knobs: The knobs.
    """
    document = _document(config)
    return {knob.key: _at(document, knob.path) for knob in knobs}


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
        >>> start = ScoringConfig.load(File("configs/default.json"))
        >>> knobs = knobs_of(start)
        >>> config_of(start, knobs, settings_of(start, knobs) | {"decide.merge_at": 0.95}).decide.merge_at
        0.95
    """
    written = _document(start)
    document = deepcopy(written)
    for knob in knobs:
        if knob.key not in settings:
            raise BadInput(
                f"there is no setting {knob.key}", where="settings", hint="give one for every knob"
            )
        _at(document, knob.path[:-1])[knob.path[-1]] = settings[knob.key]
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


def _document(config: ScoringConfig) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(config.to_json())
    return document


def _at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def _holding(knob: Knob, written: Value) -> Knob:
    """A knob whose range or options hold what is written."""
    if isinstance(knob, Dial) and isinstance(written, int | float):
        low, high = min(knob.low, written), max(knob.high, written)
        return replace(knob, low=low, high=high, step=_step_to(written, low, knob.step))
    if isinstance(knob, Pick) and written not in knob.options:
        numbers = [one for one in (*knob.options, written) if isinstance(one, int | float)]
        others = [one for one in (*knob.options, written) if not isinstance(one, int | float)]
        return replace(knob, options=(*sorted(numbers), *others))
    return knob


def _step_to(written: float, low: float, step: float) -> float:
    """The coarsest step, a tenth at a time, by which a position can be reached."""
    for _ in range(_FINER):
        if math.isclose((written - low) / step, round((written - low) / step), abs_tol=1e-6):
            break
        step /= 10
    return step


def _thresholds(config: ScoringConfig) -> Iterator[Knob]:
    bits = config.model.kind == "fellegi_sunter"
    grid = PROBABILITIES if bits else AVERAGES
    for key, name, path in (
        (MERGE_AT, "merge at", ("decide", "merge_at")),
        (PENDING_AT, "pending at", ("decide", "pending_at")),
    ):
        yield Dial(key, THRESHOLDS, name, path, grid[0], 0.999, 0.001, grid)
    most, step = (16.0, 0.1) if bits else (0.5, 0.005)
    yield Dial("decide.margin", THRESHOLDS, "margin", ("decide", "margin"), 0.0, most, step)
    rivals: tuple[Value, ...] = ("bridge", "pending") if bits else ("bridge", "pending", "oldest")
    yield Pick("decide.on_rivals", THRESHOLDS, "on rivals", ("decide", "on_rivals"), rivals)
    most, step = (-20.0, 0.1) if bits else (-1.0, 0.005)
    yield Dial("decide.bridge_at", THRESHOLDS, "bridge at", ("decide", "bridge_at"), most, 0.0, step)
    yield Pick(
        "decide.link_on_merge", THRESHOLDS, "link on merge", ("decide", "link_on_merge"), (False, True)
    )
    if bits:
        yield Dial("model.prior", THRESHOLDS, "prior", ("model", "prior"), -20.0, 10.0, 0.1)


def _guards(config: ScoringConfig) -> Iterator[Knob]:
    guards = config.guards
    names = next((field for field in config.fields if field.name == guards.name_field), None)
    if names is None:
        return
    limit: tuple[Value, ...] = (*range(1, _MOST_NAMES + 1), None)
    rules: list[tuple[str, tuple[Value, ...]]] = [("max_distinct_names", limit)]
    if guards.count_names_on:
        rules.append(("max_names_per_identifier", limit))
    rules += [
        ("same_name_level", (*(level.name for level in names.levels[:-1]), None)),
        ("name_min_count", (1, 2, 3, 4, 5)),
        ("guard_when", ("after", "before")),
    ]
    for name, options in rules:
        yield Pick(f"guards.{name}", GUARDS, name.replace("_", " "), ("guards", name), options)


def _weights(config: ScoringConfig) -> Iterator[Knob]:
    for place, field in enumerate(config.fields):
        if field.weight is not None:
            path: Path = ("fields", place, "weight")
            yield Dial(f"{field.name}.weight", field.name, "weight", path, 0.01, 1.0, 0.01)
        yield from _levels(place, field)


def _levels(place: int, field: FieldConfig) -> Iterator[Knob]:
    for rung, level in enumerate(field.levels):
        key, path = f"{field.name}.{level.name}", ("fields", place, "levels", rung)
        if level.weight is not None:
            yield Dial(f"{key}.weight", field.name, level.name, (*path, "weight"), -20.0, 20.0, 0.1)
        elif isinstance(level.credit, float):
            yield Dial(f"{key}.credit", field.name, level.name, (*path, "credit"), 0.0, 1.0, 0.01)
        if level.when is not None:
            yield from _cut_offs(key, field.name, level.name, (*path, "when"), level.when)


def _cut_offs(key: str, group: str, name: str, path: Path, when: When) -> Iterator[Knob]:
    for place, part in enumerate(when.all or ()):
        yield from _cut_offs(f"{key}.{place}", group, name, (*path, "all", place), part)
    if when.at_least is not None:
        told = f"{name}, similar from"
        yield Dial(f"{key}.at_least", group, told, (*path, "at_least"), 0.5, 1.0, 0.005)
    if when.above is not None:
        yield Dial(f"{key}.above", group, f"{name}, similar above", (*path, "above"), 0.5, 0.995, 0.005)
    if when.at_most is not None:
        yield Pick(f"{key}.at_most", group, f"{name}, edits", (*path, "at_most"), (0, 1, 2, 3, 4, 5))
    if when.days is not None:
        yield Dial(f"{key}.days", group, f"{name}, days", (*path, "days"), 0.0, 1500.0, 5.0)


def _keys(config: ScoringConfig) -> Iterator[Knob]:
    for place, rule in enumerate(config.keys):
        name = " + ".join(rule.on)
        yield Pick(f"keys.{name}.enabled", KEYS, name, ("keys", place, "enabled"), (True, False))
        path: Path = ("keys", place, "max_fanout")
        yield Pick(f"keys.{name}.max_fanout", KEYS, f"{name}, most identities", path, _FANOUTS)
