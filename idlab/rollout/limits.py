"""Control limits: how far a share may lie from another before chance is no explanation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.stats import hypergeom

from idlab.metrics.arrays import Flags, Floats, Ints


class Counts(NamedTuple):
    """A live share and the expected one, as whole numbers of decisions that stand alone.

    Args:
        live, live_among: [k] how many decisions are so, and of how many.
        expected, expected_among: [k] the same where the expectation was measured.
    """

    live: Ints
    live_among: Ints
    expected: Ints
    expected_among: Ints

    def effective(self, effect: Floats) -> Counts:
        """Clustered counts divided by their design effects, which makes them so.

        Args:
            effect: [k] design effects, at least 1.

        Source: Rao and Scott 1992, Biometrics 48:577.

        Example:
            >>> Counts(np.array([10]), np.array([21]), np.array([6]), np.array([12])).effective(np.array([2.0]))
            Counts(live=array([5]), live_among=array([10]), expected=array([3]), expected_among=array([6]))
        """
        among = [
            np.floor(whole / effect).astype(np.int64) for whole in (self.live_among, self.expected_among)
        ]
        hits = [np.round(part / effect).astype(np.int64) for part in (self.live, self.expected)]
        return Counts(np.minimum(hits[0], among[0]), among[0], np.minimum(hits[1], among[1]), among[1])

    def at(self, places: Ints) -> Counts:
        """Some of them."""
        return Counts(*(one[places] for one in self))

    @property
    def can_differ(self) -> Flags:
        """[k] whether chance leaves the live count any room: it is the same whatever happens where not."""
        both, of = self.live + self.expected, self.live_among + self.expected_among
        found: Flags = (both > 0) & (both < of) & (self.live_among > 0) & (self.expected_among > 0)
        return found

    def probability(self) -> Floats:
        """How likely a live count at least as far out is, if both shares are one: Fisher's exact test.

        The smaller tail, doubled. Nothing is taken for known of the share itself, and few counts make it cautious.

        Returns:
            [k] probabilities.

        Example:
            >>> Counts(np.array([0]), np.array([100]), np.array([20]), np.array([100])).probability() < 1e-5
            array([ True])
        """
        low, high = self._tails(self.live)
        found: Floats = np.minimum(1.0, 2 * np.minimum(low, high))
        return found

    def _tails(self, live: Ints) -> tuple[Floats, Floats]:
        """How likely so few are, and how likely so many."""
        law = (self.live_among + self.expected_among, self.expected + live, self.live_among)
        return hypergeom.cdf(live, *law), hypergeom.sf(live - 1, *law)

    def limits(self, level: float) -> tuple[Floats, Floats]:
        """The least and the greatest live share that is not less likely than a level.

        Args:
            level: Between 0 and 1.

        Returns:
            [k] shares; a live share outside them has a ``probability`` below the level.

        Example:
            >>> Counts(np.array([50]), np.array([100]), np.array([200]), np.array([400])).limits(0.01)
            (array([0.36]), array([0.64]))
        """
        least = self._first(lambda live: 2 * self._tails(live)[0] >= level)
        beyond = self._first(lambda live: 2 * self._tails(live)[1] < level)
        among = np.maximum(self.live_among, 1)
        return least / among, np.minimum(beyond - 1, self.live_among) / among

    def _first(self, holds: Callable[[Ints], Flags]) -> Ints:
        """The least live count for which something holds that, once it does, goes on holding; one more than all if none."""
        low, high = np.zeros_like(self.live_among), self.live_among + 1
        while (low < high).any():
            middle = (low + high) // 2
            true = holds(np.minimum(middle, self.live_among)) & (middle <= self.live_among)
            high = np.where((low < high) & true, middle, high)
            low = np.where((low < high) & ~true, middle + 1, low)
        return low
