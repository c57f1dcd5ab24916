"""Importance: how much of the variation of cost among a study's trials each parameter explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState, create_trial

from idlab.metrics.intervals import Rate
from idlab.tune.holdout import seed_for
from idlab.tune.trials import SILENCE, Progress, quiet_optuna

CAP = 0.75
"""Costs above this quantile count as that quantile."""

RESAMPLES = 20
"""How many resampled sets of trials an interval stands on."""

_TREES = 40
_TREES_OF_RESAMPLE = 5
_LEVEL = 0.9


@dataclass(frozen=True)
class Importance:
    """What explains the cost of a study's trials.

    Args:
        trials: How many complete trials of the search space there are.
        cap: Costs above this one count as this one; None if nothing could be said.
        shares: By parameter the share of the variance that it alone explains, with a 90 % interval from
            resampled trials; the most important first. Parameters that no trial changed are left out.
        refused: Why nothing could be said; None if something could.
    """

    trials: int
    cap: float | None
    shares: Mapping[str, Rate]
    refused: str | None = None

    def document(self) -> dict[str, Any]:
        """As it stands in ``study.json``."""
        return {**asdict(self), "shares": {name: rate._asdict() for name, rate in self.shares.items()}}

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """What ``document`` told."""
        shares = {name: Rate(**rate) for name, rate in document["shares"].items()}
        return cls(document["trials"], document["cap"], shares, document["refused"])


def first_value(trial: FrozenTrial) -> float:
    """What a trial came to; of several objectives the first."""
    return float(trial.values[0])


def importance(
    trials: Sequence[FrozenTrial],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    of: Callable[[FrozenTrial], float] = first_value,
    progress: Progress = SILENCE,
) -> Importance:
    """How much of the variation of cost among trials each parameter explains: functional ANOVA over a forest.

    The share of one parameter is the variance of the cost's mean over everything else, as a share of the whole
    (Hutter, Hoos and Leyton-Brown 2014, "An efficient approach for assessing hyperparameter importance"), by
    Optuna's ``FanovaImportanceEvaluator``. Costs above their 75 % quantile count as that: otherwise the few trials
    that switched off a key that is needed explain everything. Intervals refit the forest to resampled trials.

    A study's trials are not spread evenly over the space: each is a few steps from the best before it. So this
    says what made the difference on the way that the search took, not what would anywhere; a number that was
    right from the start and hardly tried explains little, however much it matters. ``sensitivity`` moves every
    number and does not have that fault.

    Args:
        trials: Of one study; only complete ones that lie in its search space are used.
        seed: Of the forests and resamples.
        resamples: How many resampled sets of trials intervals stand on.
        of: What is explained.
        progress: Told after every forest.

    Returns:
        The shares; none, and a reason, with fewer trials than parameters that they changed, or where capped
        costs are all the same.

    Example:
        >>> import optuna
        >>> optuna.logging.set_verbosity(optuna.logging.WARNING)
        >>> study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
        >>> def cost(trial):
        ...     return 10 * trial.suggest_float("x", 0, 1) + trial.suggest_float("y", 0, 1)
        >>> study.optimize(cost, n_trials=40)
        >>> found = importance(study.trials, resamples=4)
        >>> list(found.shares), found.shares["x"].value > 0.8
        (['x', 'y'], True)
        >>> importance(study.trials[:1]).refused
        '1 trial changed no parameter; nothing can be told apart'
    """
    complete = _of_the_space(trials)
    changed = _changed(complete)
    refused = _refusal(len(complete), len(changed))
    if refused is not None:
        return Importance(len(complete), None, {}, refused)
    cap = float(np.quantile([of(trial) for trial in complete], CAP))
    plain = [_reduced(trial, changed, min(of(trial), cap)) for trial in complete]
    if len({trial.values[0] for trial in plain}) == 1:
        return Importance(len(complete), None, {}, f"{len(complete)} trials all cost the same")
    with quiet_optuna():
        shares = _shares(plain, changed, _TREES, seed_for(seed, "importance"))
        drawn = []
        for number in range(resamples):
            chance = np.random.default_rng(seed_for(seed, "importance", number))
            again = [plain[place] for place in chance.integers(len(plain), size=len(plain)).tolist()]
            drawn.append(_shares(again, changed, _TREES_OF_RESAMPLE, seed_for(seed, "forest", number)))
            progress.count("which parameters explain the cost", number + 1, resamples)
    rates = {name: _rate(share, [one[name] for one in drawn]) for name, share in shares.items()}
    most_first = sorted(rates, key=lambda name: (-(rates[name].value or 0.0), name))
    return Importance(len(complete), cap, {name: rates[name] for name in most_first})


def _of_the_space(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The complete trials that have a value for every parameter; a config from outside the space has none."""
    complete = [trial for trial in trials if trial.state is TrialState.COMPLETE]
    names = {name for trial in complete for name in trial.params}
    return [trial for trial in complete if names and trial.params.keys() == names]


def _changed(trials: Sequence[FrozenTrial]) -> list[str]:
    """The parameters that do not have one value in all trials."""
    names = dict.fromkeys(name for trial in trials for name in trial.params)
    return [name for name in names if len({trial.params.get(name) for trial in trials}) > 1]


def _refusal(trials: int, changed: int) -> str | None:
    told = f"{trials} trial{'' if trials == 1 else 's'}"
    if not changed:
        return f"{told} changed no parameter; nothing can be told apart"
    if trials < changed:
        return f"{told} changed {changed} parameters; at least as many trials as parameters are needed"
    return None


def _reduced(trial: FrozenTrial, names: Sequence[str], cost: float) -> FrozenTrial:
    """A trial of these parameters alone, with one value."""
    return create_trial(
        params={name: trial.params[name] for name in names},
        distributions={name: trial.distributions[name] for name in names},
        value=cost,
    )


def _shares(trials: Sequence[FrozenTrial], names: Sequence[str], trees: int, seed: int) -> dict[str, float]:
    """The share of every parameter; 0 where these trials leave nothing to explain."""
    if len({trial.values[0] for trial in trials}) == 1:
        return dict.fromkeys(names, 0.0)
    from optuna.importance import FanovaImportanceEvaluator  # scikit-learn behind it takes a second to load

    study = optuna.create_study()
    study.add_trials(trials)
    found = FanovaImportanceEvaluator(n_trees=trees, seed=seed).evaluate(study)
    return {name: float(found.get(name, 0.0)) for name in names}


def _rate(share: float, drawn: Sequence[float]) -> Rate:
    low, high = np.quantile(drawn, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]) if drawn else (share, share)
    return Rate(share, min(share, float(low)), max(share, float(high)))
