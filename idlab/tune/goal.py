"""A goal: what a study searches for, and when a trial cannot reach it any more.

Everything is minimised. Trials meet the same worlds with the same people (common random numbers), so that two
configs are compared world by world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Protocol

from idlab.metrics.costs import Costs
from idlab.replay import Replay
from idlab.tune.bars import Bar
from idlab.tune.encoded import EncodedWorld
from idlab.tune.measured import (
    COST,
    Numbers,
    mean,
)

Worlds = Sequence[Numbers]
"""What the worlds of a study say about one config, world by world."""


class Score(NamedTuple):
    """How far a config reaches a goal.

    Args:
        values: What is minimised.
        constraints: By name, by how much a bound is missed; at most 0 if it is kept.
    """

    values: tuple[float, ...]
    constraints: Mapping[str, float] = MappingProxyType({})

    @property
    def violation(self) -> float:
        """By how much bounds are missed, summed; 0 if all are kept."""
        return sum(max(0.0, missed) for missed in self.constraints.values())


class Goal(Protocol):
    """What a study searches for.

    Args:
        name: As on the command line.
        values: What each of the minimised values is.
        costs: The prices.
    """

    name: ClassVar[str]
    values: ClassVar[tuple[str, ...]]

    @property
    def costs(self) -> Costs:
        """The prices."""
        ...

    def measure(self, done: Replay, world: EncodedWorld) -> Numbers:
        """What one world says about the config that was replayed; the cost is always among it."""
        ...

    def score(self, worlds: Worlds, reference: Worlds) -> Score:
        """How far a config reaches the goal, given what the same worlds say about the reference."""
        ...

    def bar(self, complete: Sequence[Worlds], reference: Worlds) -> Bar:
        """When a trial is broken off before it met all worlds, given the complete ones."""
        ...

    def document(self) -> dict[str, Any]:
        """The goal as JSON, for the record of a study."""
        ...

    def rule(self) -> str:
        """By what the config that a study ends with is chosen, in words."""
        ...

    def told(self, value: float) -> str:
        """What the best trial reaches by that rule, in words, for a line of progress."""
        ...


def rank(goal: Goal, worlds: Worlds, reference: Worlds) -> tuple[float, float]:
    """By what configs are put in order: bounds missed first, then the value, or the cost where there are several.

    Args:
        goal: What is searched for.
        worlds: What worlds say about a config.
        reference: What they say about the study's first config.
    """
    found = goal.score(worlds, reference)
    value = found.values[0] if len(found.values) == 1 else mean(worlds, COST)
    return found.violation, value
