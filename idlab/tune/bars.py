"""Bars: when a trial is broken off because the worlds that are left cannot make it the best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, Self

import numpy as np

from idlab.tune.measured import COST, PENDING_HIGH, PRECISION_LOW, Numbers

_ENOUGH = 10
"""So many complete trials say how much the later worlds can make up."""


class Bar(Protocol):
    """What a trial must not exceed to go on to the next world."""

    def stops(self, worlds: Sequence[Numbers]) -> bool:
        """Whether a trial of which these worlds said this is broken off."""
        ...


class NoBar(NamedTuple):
    """Nothing is broken off."""

    def stops(self, worlds: Sequence[Numbers]) -> bool:  # noqa: ARG002 - the protocol's signature
        """Never."""
        return False


NO_BAR = NoBar()


class CostBar(NamedTuple):
    """Breaks a trial off where no trial so far made up in the other worlds what this one lacks.

    Args:
        most: After 1, 2, ... worlds the greatest mean cost with which it goes on.

    Example:
        >>> bar = CostBar((400.0,))
        >>> bar.stops([{"cost_per_1000": 401.0}]), bar.stops([{"cost_per_1000": 399.0}])
        (True, False)
    """

    most: tuple[float, ...]

    @classmethod
    def of(cls, complete: Sequence[Sequence[Numbers]]) -> Self:
        """The bar that complete trials set.

        The mean cost of trial t over its first k worlds, as a multiple of the best trial's over the same, is p;
        over all worlds it is f. The smallest f / p of all trials is how much the later worlds ever made up. Where
        even with that a trial would end above the best one, it stops. Below ten trials, nothing stops.

        Args:
            complete: What each world said about each complete trial.
        """
        if len(complete) < _ENOUGH:
            return cls(())
        costs = np.array([[world[COST] for world in trial] for trial in complete], dtype=np.float64)
        so_far = np.cumsum(costs, axis=1) / np.arange(1, costs.shape[1] + 1)
        best = so_far[np.argmin(so_far[:, -1])]
        if not (best > 0).all():
            return cls(())
        multiple = so_far / best
        made_up = (multiple[:, -1:] / multiple).min(axis=0)
        return cls(tuple((best / made_up)[:-1].tolist()))

    def stops(self, worlds: Sequence[Numbers]) -> bool:
        """Whether the mean cost so far is above the bar."""
        if not 0 < len(worlds) <= len(self.most):
            return False
        return sum(world[COST] for world in worlds) / len(worlds) > self.most[len(worlds) - 1]


class RatioBar(NamedTuple):
    """Breaks a trial off where a world costs a larger share of the reference than the best trial's worst world.

    Args:
        most: That share.
        reference: What each world costs under the reference.
    """

    most: float
    reference: tuple[float, ...]

    def stops(self, worlds: Sequence[Numbers]) -> bool:
        """Whether one world is above the bar."""
        pairs = zip(worlds, self.reference, strict=False)
        return any(world[COST] > self.most * reference for world, reference in pairs)


class LimitBar(NamedTuple):
    """Breaks a trial off where a bound is missed in some world.

    Args:
        least_precision: The floor of merge precision.
        most_pending: The ceiling of the pending load, per 1,000.
    """

    least_precision: float
    most_pending: float

    def stops(self, worlds: Sequence[Numbers]) -> bool:
        """Whether one world misses a bound."""
        return any(
            world[PRECISION_LOW] < self.least_precision or world[PENDING_HIGH] > self.most_pending
            for world in worlds
        )
