"""Shares of interactions, with intervals that resample the components these lie in."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from idlab.metrics.arrays import Flags, Ints, group_sums
from idlab.metrics.intervals import Rate, Ratio, Sample, interval, resample

_RATIO = Ratio("sum", "among")


class Components(NamedTuple):
    """The component of every interaction: what is resampled together.

    Args:
        of_row: [n] component of each interaction, from 0.
        number: How many there are.
    """

    of_row: Ints
    number: int

    def share(self, hits: ArrayLike, among: Flags, *, scale: float = 1.0) -> Rate:
        """The share of some interactions that are hits.

        Args:
            hits: [n] whether it is one, or how much of one from 0 to 1.
            among: [n] whether it counts at all.
            scale: 1000 for "per 1,000".

        Returns:
            The rate with its 95 % interval by the delta method; nothing if none counts.

        Example:
            >>> alone = Components(np.arange(4), 4)
            >>> alone.share([True, True, False, False], np.array([True, True, True, False])).value
            0.6666666666666666
        """
        return interval(self._sums(hits, among), _RATIO, scale=scale)

    def mean(self, values: ArrayLike, among: Flags, *, most: float) -> Rate:
        """The mean of a number per interaction, which has no upper bound.

        Args:
            values: [n] at least 0.
            among: [n] whether it counts at all.
            most: What an interaction of a kind not yet seen is taken to bring at most.

        Returns:
            The mean with its 95 % interval by the delta method; nothing if none counts.

        Example:
            >>> Components(np.arange(2), 2).mean([1.0, 3.0], np.array([True, True]), most=3).value
            2.0
        """
        return interval(self._sums(values, among), _RATIO, unit=most)

    def _sums(self, values: ArrayLike, among: Flags) -> Sample:
        """The values of what counts and how many these are, per component."""
        rows = np.flatnonzero(among)
        worth, of_row = np.asarray(values, dtype=np.float64)[rows], self.of_row[rows]
        totals = {
            "sum": group_sums(worth, of_row, self.number),
            "among": group_sums(np.ones(rows.size), of_row, self.number),
        }
        return resample(totals, resamples=1, seed=0)
