"""The weights of a scoring config, each as a number that can be moved: level weights, the prior and thresholds."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from idlab.compiled import score_of
from idlab.config import ScoringConfig
from idlab.core.codes import FELLEGI_SUNTER
from idlab.tune.parameter import Path, at, put

BITS = "bits"
"""Weights of ``fellegi_sunter``, and probabilities by their log2 odds."""

AVERAGE = "average"
"""Shares, credits and thresholds of ``weighted_average``."""

_LEAST, _MOST = math.nextafter(0.0, 1.0), math.nextafter(1.0, 0.0)


@dataclass(frozen=True)
class Movable:
    """A weight of a scoring config.

    Args:
        name: How it is called, as the search space does.
        path: Where it stands in the document.
        value: What stands there.
        low: The least value that is valid, everything else as it is.
        high: The greatest.
        unit: What it is moved in, ``BITS`` or ``AVERAGE``.
        is_probability: Whether it is a probability that is moved by its log2 odds.
    """

    name: str
    path: Path
    value: float
    low: float
    high: float
    unit: str = BITS
    is_probability: bool = False

    def moved(self, by: float) -> float:
        """The value so far from here, or the last valid one.

        Args:
            by: In the unit, negative for down.

        Example:
            >>> threshold = Movable("merge_at", ("decide", "merge_at"), 0.5, 0.25, 0.9, is_probability=True)
            >>> threshold.moved(2.0), threshold.moved(-4.0)
            (0.8, 0.25)
        """
        to = score_of(FELLEGI_SUNTER, _bits(self.value) + by) if self.is_probability else self.value + by
        return min(max(to, self.low), self.high)

    def room(self, direction: int) -> float:
        """How far it can be moved down (-1) or up (1) until it meets the last valid value, in the unit."""
        end = self.low if direction < 0 else self.high
        return abs(_bits(end) - _bits(self.value)) if self.is_probability else abs(end - self.value)


def movable(config: ScoringConfig) -> tuple[Movable, ...]:
    """Every weight of a config: of levels, the prior, the thresholds, ``margin`` and ``bridge_at``.

    Of ``weighted_average`` these are the shares of fields, the credits that are numbers, the thresholds and
    ``margin``.

    Example:
        >>> from pathlib import Path
        >>> [one.name for one in movable(ScoringConfig.load(Path("configs/baseline.json")))][-3:]
        ['decide/pending_at', 'decide/merge_at', 'decide/margin']
    """
    average = config.model.kind == "weighted_average"
    document = json.loads(config.to_json())
    levels = _of_average(config) if average else _of_levels(config)
    return tuple(
        Movable(name, path, float(at(document, path)), low, high, AVERAGE if average else BITS, odds)
        for name, path, low, high, odds in (*levels, *_of_decide(config))
    )


def with_value(config: ScoringConfig, number: Movable, value: float) -> ScoringConfig:
    """A config with one of its weights replaced, checked like any other."""
    document: dict[str, Any] = json.loads(config.to_json())
    put(document, number.path, value)
    return ScoringConfig.parse(document, where=number.name)


_Place = tuple[str, Path, float, float, bool]
"""Name, path, least and greatest value, and whether it is moved by its odds."""


def _of_levels(config: ScoringConfig) -> Iterator[_Place]:
    for place, field in enumerate(config.fields):
        for rung, level in enumerate(field.levels):
            path: Path = ("fields", place, "levels", rung, "weight")
            yield f"{field.name}/{level.name}/weight", path, -100.0, 100.0, False
    yield "model/prior", ("model", "prior"), -100.0, 100.0, False


def _of_average(config: ScoringConfig) -> Iterator[_Place]:
    for place, field in enumerate(config.fields):
        yield f"{field.name}/weight", ("fields", place, "weight"), _LEAST, 100.0, False
        for rung, level in enumerate(field.levels):
            if isinstance(level.credit, float):
                path: Path = ("fields", place, "levels", rung, "credit")
                yield f"{field.name}/{level.name}/credit", path, 0.0, 1.0, False


def _of_decide(config: ScoringConfig) -> Iterator[_Place]:
    decide, odds = config.decide, config.model.kind == "fellegi_sunter"
    yield "decide/pending_at", ("decide", "pending_at"), _LEAST, decide.merge_at, odds
    yield "decide/merge_at", ("decide", "merge_at"), decide.pending_at, _MOST, odds
    yield "decide/margin", ("decide", "margin"), 0.0, 1000.0, False
    if decide.on_rivals == "bridge":
        yield "decide/bridge_at", ("decide", "bridge_at"), -1000.0, 0.0, False


def _bits(probability: float) -> float:
    return math.log2(probability) - math.log2(1.0 - probability)
