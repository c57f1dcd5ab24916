"""Gathering statistics: shares and quantiles, and nothing about a handful of rows."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from idlab.profile.profile import Statistic

LEAST = 20
"""Of fewer rows, values or people nothing is said."""

BINS = ("1", "2", "3-4", "5-8", "9-16", "17-32", "33+")
"""Sizes, each bin twice as wide as the one before."""

_QUANTILES = (10, 25, 50, 75, 90)

Array = NDArray[Any]


class Gathering:
    """The statistics found so far, by name."""

    def __init__(self) -> None:
        self.found: dict[str, Statistic] = {}

    def share(self, name: str, part: float, whole: float) -> None:
        """The share that a part is of a whole.

        Source of the deviation: the binomial law, with half a case added on either side (Agresti and Coull 1998).
        """
        if whole >= LEAST:
            smooth = (part + 0.5) / (whole + 1)
            self.found[name] = Statistic(float(part / whole), sqrt(smooth * (1 - smooth) / whole))

    def shares(self, prefix: str, counts: Sequence[float] | Array, labels: Sequence[str]) -> None:
        """The share of each label."""
        whole = float(np.sum(counts))
        for label, count in zip(labels, counts, strict=True):
            self.share(f"{prefix}.{label}", float(count), whole)

    def sizes(self, prefix: str, sizes: Array, *, by_row: bool) -> None:
        """The shares of the size bins: of the groups, or of the rows in them."""
        places = np.minimum(np.ceil(np.log2(np.maximum(sizes, 1))).astype(np.int64), len(BINS) - 1)
        counts = np.bincount(places, weights=sizes if by_row else None, minlength=len(BINS))
        self.shares(prefix, counts, BINS)

    def mean(self, name: str, numbers: Array) -> None:
        """The mean of numbers."""
        if len(numbers) >= LEAST:
            self.found[name] = Statistic(float(np.mean(numbers)), float(np.std(numbers)) / sqrt(len(numbers)))

    def quantiles(self, prefix: str, numbers: Array) -> None:
        """Some quantiles of numbers; the deviation is that of a quantile of a normal law with their spread."""
        if len(numbers) < LEAST:
            return
        deviation = 1.25 * float(np.std(numbers)) / sqrt(len(numbers))
        for percent, value in zip(_QUANTILES, np.percentile(numbers, _QUANTILES), strict=True):
            self.found[f"{prefix}.p{percent}"] = Statistic(float(value), deviation)
