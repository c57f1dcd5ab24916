"""The board: every knob that a scoring config has, with its range or its choices."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from idlab.config import FieldConfig, ScoringConfig, When
from idlab.explore.knobs import MERGE_AT, PENDING_AT, Dial, Knob, Path, Pick, Value, document_of, value_at
from idlab.sweep.grid import AVERAGES, PROBABILITIES

THRESHOLDS, GUARDS, KEYS = "Thresholds", "Guards", "Keys"
"""The groups beside those of the fields."""

_MOST_NAMES = 20
_FANOUTS = (5, 20, 50, 100, 200, 500, 1000)
_FINER = 4
"""How many times a step is made finer at most, to reach what a config says."""


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
    document = document_of(config)
    return tuple(
        _holding(knob, value_at(document, knob.path))
        for knob in (*_thresholds(config), *_guards(config), *_weights(config), *_keys(config))
    )


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
