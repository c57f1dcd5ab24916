"""Rates over any part of the interactions, with intervals that resample components."""

from __future__ import annotations

import numpy as np

from idlab.evaluate import Evaluation
from idlab.metrics import Rate
from idlab.metrics.arrays import Flags, group_sums
from idlab.metrics.contingency import components
from idlab.metrics.costs import answered
from idlab.metrics.intervals import Ratio, interval, resample


class Slices:
    """The rates of an evaluation over chosen interactions.

    Args:
        evaluation: The evaluation; its components are those of persons and of the identities after the
        answers.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        _, _, afterwards = answered(
            evaluation.person, evaluation.history.identity, evaluation.history.links, evaluation.costs
        )
        self._component, self._count = components(evaluation.person, afterwards)

    def rate(self, hits: Flags, among: Flags, *, scale: float = 1.0) -> Rate:
        """The share of interactions that are hits.

        Args:
            hits: [n] whether it is one.
            among: [n] whether it counts at all.
            scale: 1000 for "per 1,000".

        Returns:
            The rate with its 95 % interval; nothing if none counts.
        """
        totals = {
            name: group_sums(flags.astype(np.float64), self._component, self._count)
            for name, flags in (("hits", hits & among), ("among", among))
        }
        return interval(resample(totals, resamples=1, seed=0), Ratio("hits", "among"), scale=scale)
