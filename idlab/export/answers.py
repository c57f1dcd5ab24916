"""Answers: what one gate says about one dataset, and in what words."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from idlab.export.gate_parts import Bounded
from idlab.export.measured import Measured

NOTHING = "nothing to judge"


class Answer(NamedTuple):
    """What a gate says.

    Args:
        passed: Whether it lets the config pass.
        got: What was measured.
        wanted: What it asks for.
    """

    passed: bool
    got: str
    wanted: str


class Gate(NamedTuple):
    """A question.

    Args:
        name: What verdicts call it.
        asked: Given the config and production's on one dataset, the answer; None if it cannot be asked there.
    """

    name: str
    asked: Callable[[Measured], Answer | None]


def within(gate: Bounded, limit: float | None, low: float | None, high: float | None) -> bool:
    """Whether the bad end of an interval keeps a limit; where there was nothing to judge, nothing was shown.

    Args:
        gate: Says whether the limit is a floor or a ceiling.
        limit: The limit, as a number.
        low: The lower end.
        high: The upper end.
    """
    if limit is None or low is None or high is None:
        return False
    return low >= limit if gate.is_floor else high <= limit


def bound(gate: Bounded) -> str:
    """How a limit is spoken of.

    Example:
        >>> from idlab.export.gate_parts import Limit
        >>> bound(Bounded(at_most=Limit(value=3)))
        'upper end at most'
    """
    return "lower end at least" if gate.is_floor else "upper end at most"


def shown(number: float | None) -> str:
    """A number as a person reads it.

    Example:
        >>> shown(0.123456), shown(None)
        ('0.1235', 'nothing to judge')
    """
    return NOTHING if number is None else f"{number:.4g}"
