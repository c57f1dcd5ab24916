"""The choice: the best trials meet worlds that no trial had seen, and the best of them there is taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from optuna.trial import FrozenTrial

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.tune.front import front_of
from idlab.tune.goal import Goal, rank
from idlab.tune.measured import COST, mean
from idlab.tune.objective import measured
from idlab.tune.search import config_of, reference_of, worlds_of
from idlab.tune.space import SearchSpace
from idlab.tune.tapes import Tapes
from idlab.tune.trials import Trials

FINALISTS = 10
"""How many of the best trials enter the choice, beside the study's first configs."""


class Finalist(NamedTuple):
    """A trial that entered the choice.

    Args:
        trial: The trial.
        config: What it tried.
        tuning: What it reached on the tuning worlds: bounds missed, then the value that the rule goes by.
        choice: The same on the choice worlds.
    """

    trial: FrozenTrial
    config: ScoringConfig
    tuning: tuple[float, float]
    choice: tuple[float, float]

    def document(self) -> dict[str, Any]:
        """The finalist as JSON."""
        return {
            "trial": self.trial.number,
            "tuning": self.tuning[1],
            "choice": self.choice[1],
            "bounds_missed": self.choice[0],
        }


class Choice(NamedTuple):
    """Who was chosen, and among whom.

    Args:
        best: Who was chosen.
        finalists: All that entered, the best of the tuning worlds first, then the study's first configs.
        rule: By what, in words.
    """

    best: Finalist
    finalists: tuple[Finalist, ...]
    rule: str


def choose(
    space: SearchSpace, goal: Goal, trials: Trials, tapes: Tapes, n_starts: int, take: int | None
) -> Choice:
    """Chooses the trial that a study ends with.

    Args:
        space: The study's.
        goal: What was searched for.
        trials: All of them.
        tapes: The choice worlds.
        n_starts: How many of the first trials were given.
        take: The trial to take whatever the worlds say; None for the best.

    Raises:
        BadInput: If there is no complete trial of the number to take.
    """
    complete, reference = trials.complete, reference_of(trials)
    taken = _taken(complete, take)
    tuning = {trial.number: rank(goal, worlds_of(trial), reference) for trial in complete}
    among = front_of(complete) if len(goal.values) > 1 else complete
    by_rank = sorted(among, key=lambda trial: (tuning[trial.number], trial.number))
    starts = [trial for trial in complete if trial.number < n_starts]
    entered = [*taken, *by_rank[:FINALISTS], *starts]
    first = config_of(space, complete[0])
    choice_reference = measured(tapes.of(first), first, goal)
    found: dict[str, Finalist] = {}
    for trial in entered:
        config = config_of(space, trial)
        if config.digest not in found:
            numbers = measured(tapes.of(config), config, goal)
            reached = rank(goal, numbers, choice_reference)
            found[config.digest] = Finalist(trial, config, tuning[trial.number], reached)
    finalists = tuple(found.values())
    if take is not None:
        return Choice(finalists[0], finalists, f"trial {take} was asked for")
    best = min(finalists, key=lambda one: (one.choice, one.trial.number))
    best_trials = "cheapest of the Pareto front" if len(goal.values) > 1 else "best trials"
    rule = f"{goal.rule()}, on the choice worlds, of the {best_trials} and the first configs"
    return Choice(best, finalists, rule)


def told_front(trials: Sequence[FrozenTrial], names: Sequence[str]) -> list[dict[str, Any]]:
    """The Pareto front as JSON, the cheapest first.

    Args:
        trials: Complete ones.
        names: What each value is.
    """
    points = [
        {
            "trial": trial.number,
            "values": dict(zip(names, trial.values, strict=True)),
            "cost_per_1000": mean(worlds_of(trial), COST),
        }
        for trial in front_of(trials)
    ]
    return sorted(points, key=lambda point: (point["cost_per_1000"], point["trial"]))


def _taken(complete: Sequence[FrozenTrial], take: int | None) -> list[FrozenTrial]:
    if take is None:
        return []
    found = [trial for trial in complete if trial.number == take]
    if not found:
        there = f"0 to {complete[-1].number}" if complete else "none yet"
        hint = f"complete are some of {there}; study.json names those on the front"
        raise BadInput(f"there is no complete trial {take}", where="--take", hint=hint)
    return found
