"""The evolution sampler: each trial changes a few numbers of the best one so far."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from idlab.tune.front import front_of, violation
from idlab.tune.seeds import seed_for


class EvolutionSampler(BaseSampler):
    """A (1+1) evolution strategy: the best trial so far, with some of its parameters changed.

    A number moves by a normal step in its range, on its scale, a choice is drawn anew; of equally good trials the
    latest is the parent, so that the search drifts over plateaus (Beyer & Schwefel 2002, "Evolution strategies: a
    comprehensive introduction"). Where bounds are missed by all trials, the parent is the one that misses them
    least (Deb 2000, "An efficient constraint handling method for genetic algorithms"). Where there are several
    values, the parent is drawn from the Pareto front (Knowles & Corne 2000, "Approximating the nondominated front
    using the Pareto archived evolution strategy"). Every draw is addressed by seed, trial and parameter.

    It suits studies of this kind: fifty parameters, a good start, some hundred trials, any number of values and
    bounds. ``benchmarks/samplers.py`` compares it with TPE and CMA-ES.

    Args:
        seed: Of the study.
        change: The chance of every parameter to be changed.
        step: The standard deviation of a step, as a share of the range.

    Example:
        >>> import optuna
        >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
        >>> study = optuna.create_study(sampler=EvolutionSampler(seed=1, change=0.5))
        >>> study.enqueue_trial({"x": 9.0})
        >>> study.optimize(lambda trial: trial.suggest_float("x", -10, 10) ** 2, n_trials=60)
        >>> study.best_value < 1
        True
    """

    def __init__(self, seed: int, change: float = 0.1, step: float = 0.2) -> None:
        self._seed = seed
        self._change = change
        self._step = step
        self._parent: Mapping[str, Any] = {}

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Finds the parent of the trial."""
        complete = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        parent = self._parent_of([one for one in complete if one.params], trial.number)
        self._parent = {} if parent is None else parent.params

    def _parent_of(self, trials: list[FrozenTrial], number: int) -> FrozenTrial | None:
        if not trials:
            return None
        if len(trials[0].values) == 1:
            return min(trials, key=lambda one: (violation(one), one.values[0], -one.number))
        front = front_of(trials)
        if not front:
            return min(trials, key=lambda one: (violation(one), -one.number))
        chance = np.random.default_rng(seed_for(self._seed, "parent", number))
        return front[int(chance.integers(len(front)))]

    def infer_relative_search_space(
        self,
        study: Study,  # noqa: ARG002 - the base class's signature
        trial: FrozenTrial,  # noqa: ARG002
    ) -> dict[str, BaseDistribution]:
        """Parameters are drawn one by one."""
        return {}

    def sample_relative(
        self,
        study: Study,  # noqa: ARG002 - the base class's signature
        trial: FrozenTrial,  # noqa: ARG002
        search_space: dict[str, BaseDistribution],  # noqa: ARG002
    ) -> dict[str, Any]:
        """Parameters are drawn one by one."""
        return {}

    def sample_independent(
        self,
        study: Study,  # noqa: ARG002 - the base class's signature
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """The parent's value of a parameter, or one near it; anywhere in its range where there is no parent."""
        chance = np.random.default_rng(seed_for(self._seed, "trial", trial.number, param_name))
        parent = self._parent.get(param_name)
        if param_name in self._parent and chance.random() >= self._change:
            return parent
        if isinstance(param_distribution, CategoricalDistribution):
            choices = param_distribution.choices
            return choices[int(chance.integers(len(choices)))]
        if not isinstance(param_distribution, FloatDistribution | IntDistribution):
            raise TypeError(f"no step is defined for {param_distribution!r}")
        return self._moved(chance, parent, param_distribution)

    def _moved(
        self, chance: np.random.Generator, parent: float | None, within: FloatDistribution | IntDistribution
    ) -> float:
        scale, back = (math.log, math.exp) if within.log else (float, float)
        low, high = scale(within.low), scale(within.high)
        if parent is None:
            moved = float(chance.uniform(low, high))
        else:
            moved = scale(parent) + float(chance.normal(0.0, self._step)) * (high - low)
        value = min(max(back(moved), within.low), within.high)
        return round(value) if isinstance(within, IntDistribution) else value
