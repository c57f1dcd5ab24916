"""What a study finds out about the config that it ends with, once the search is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from optuna.trial import FrozenTrial

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.metrics.costs import DEFAULT_COSTS, Costs
from idlab.tune.importance import first_value, importance
from idlab.tune.moved import Moved, Sensitivity
from idlab.tune.objective import encoded
from idlab.tune.sensitivity import sensitivity
from idlab.tune.slack import weight_slack
from idlab.tune.smaller import smaller
from idlab.tune.space import SearchSpace
from idlab.tune.trials import SILENCE, Progress

FINDINGS = SENSITIVITY, SLACK, IMPORTANCE = "sensitivity", "slack", "importance"
"""What ``study.json`` calls them."""

_MOVED_ON = 10_000
_SLACK_ON = 5_000


def findings(
    best: ScoringConfig,
    space: SearchSpace,
    tuning: Sequence[Dataset],
    trials: Sequence[FrozenTrial],
    costs: Costs = DEFAULT_COSTS,
    *,
    seed: int = 0,
    cost: Callable[[FrozenTrial], float] = first_value,
    progress: Progress = SILENCE,
) -> dict[str, Any]:
    """Which numbers of a tuned config matter, how far each can move, and what explained the cost of trials.

    On ``smaller`` worlds, so that the work is bounded whatever was tuned on: every number is moved on 10,000
    interactions of all tuning worlds together, the slack is measured on 5,000 of the first one.

    Args:
        best: The config; if it lies outside the space, the space around it is taken.
        space: What the study searched.
        tuning: The worlds tuned on.
        trials: All trials of the study.
        costs: The prices.
        seed: Of the study.
        cost: What a trial cost.
        progress: Told what is being done.

    Returns:
        The documents of ``sensitivity`` (None if the config's model has no search space), ``slack`` and
        ``importance``, as they stand in ``study.json``.
    """
    limit = max(1, _MOVED_ON // len(tuning))
    parts = [smaller(world, best, limit, seed) for world in tuning]
    around = _around(best, space)
    moved = None
    if around is not None:
        worlds = [encoded(part, best) for part in parts]
        moved = sensitivity(around, best, worlds, costs, seed=seed, progress=progress).document()
    slack_on = encoded(smaller(tuning[0], best, _SLACK_ON, seed), best)
    return {
        SENSITIVITY: moved,
        SLACK: weight_slack(slack_on.tape, best, progress=progress).document(),
        IMPORTANCE: importance(trials, seed=seed, of=cost, progress=progress).document(),
    }


def what_matters(report: Mapping[str, Any], most: int = 3) -> str:
    """The numbers that matter most, in a line.

    Args:
        report: What ``findings`` found, or all of ``study.json``.
        most: How many numbers.

    Example:
        >>> what_matters({"sensitivity": None})
        'which numbers matter was not looked at'
    """
    document = report.get(SENSITIVITY)
    if document is None:
        return "which numbers matter was not looked at"
    found = Sensitivity.parse(document)
    felt = [one for one in found.numbers if one.is_felt][:most]
    if not felt:
        return f"no number of {len(found.numbers)}, moved alone, costs more than chance explains"
    return f"what matters most: {'; '.join(_told(one) for one in felt)}"


def _around(best: ScoringConfig, space: SearchSpace) -> SearchSpace | None:
    if space.holds(best):
        return space
    return SearchSpace(best) if best.model.kind == space.base.model.kind else None


def _told(number: Moved) -> str:
    dearest = number.dearest
    if dearest is None or dearest.rise.low is None or dearest.rise.high is None:
        return number.name
    low, high = dearest.rise.low, dearest.rise.high
    to = f"{dearest.value:.4g}" if isinstance(dearest.value, float) else str(dearest.value)
    return f"{number.name} (at {to} {dearest.rise.value:+.1f} per 1,000, {low:+.1f} to {high:+.1f})"
