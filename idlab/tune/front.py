"""The Pareto front: the trials that no other one beats in one value without losing in another."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from optuna.trial import FrozenTrial


def violation(trial: FrozenTrial) -> float:
    """By how much a trial misses its bounds, summed; 0 if it keeps all."""
    return sum(max(0.0, missed) for missed in trial.constraints.values())


def front_of(trials: Iterable[FrozenTrial]) -> list[FrozenTrial]:
    """The trials that keep all bounds and are not dominated, in their order; equal ones all count.

    Args:
        trials: Complete ones.

    Example:
        >>> from optuna.trial import create_trial
        >>> trials = [create_trial(values=values) for values in ([1.0, 3.0], [2.0, 2.0], [2.0, 3.0])]
        >>> [trial.values for trial in front_of(trials)]
        [[1.0, 3.0], [2.0, 2.0]]
    """
    kept = [trial for trial in trials if violation(trial) == 0]
    if not kept:
        return []
    values = np.array([trial.values for trial in kept], dtype=np.float64)
    at_most = np.ones((len(kept), len(kept)), dtype=np.bool_)  # [one, other]: one is nowhere above the other
    for value in values.T:
        at_most &= value[:, None] <= value[None, :]
    beaten = (at_most & ~at_most.T).any(axis=0)
    return [kept[place] for place in np.flatnonzero(~beaten).tolist()]
