"""Proposals: what a sampler wants tried next, given the trials so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import optuna
from optuna.storages import InMemoryStorage
from optuna.trial import FrozenTrial, Trial, TrialState

from idlab.tune.goal import Score
from idlab.tune.measured import Numbers
from idlab.tune.samplers import sampler_for

WORLDS = "worlds"
"""The user attribute of a trial that holds what each world that it met said."""


class Proposals:
    """The trials of a study as its sampler knows them: those that have parameters, in memory.

    What is drawn depends on the seed, on the trials told before and on how many there are, so that a study that
    was broken off and goes on makes the same trials as one that was not.

    Args:
        sampler: One of ``idlab.tune.samplers.SAMPLERS``.
        seed: Of the study, and of the machine where several work on it.
        values: How many values are minimised.
        start: The parameters that the search starts around.
    """

    def __init__(self, sampler: str, seed: int, values: int, start: Mapping[str, Any]) -> None:
        self._sampler = sampler
        self._seed = seed
        self._start = start
        self._study = optuna.create_study(storage=InMemoryStorage(), directions=["minimize"] * values)

    def learn(self, trials: Sequence[FrozenTrial]) -> None:
        """Takes in finished trials that were made before, or elsewhere."""
        self._study.add_trials([trial for trial in trials if trial.params])

    def ask(self, given: Mapping[str, Any] | None = None) -> Trial:
        """The next trial.

        Args:
            given: Its parameters, where they are not the sampler's to propose.
        """
        study = self._study
        number = len(study.get_trials(deepcopy=False))
        study.sampler = sampler_for(self._sampler, self._seed, number, self._start)
        if given is not None:
            study.enqueue_trial(dict(given))
        return study.ask()

    def tell(
        self, trial: Trial, numbers: Sequence[Numbers], score: Score, *, broken_off: bool
    ) -> FrozenTrial:
        """Ends a trial.

        Args:
            trial: As asked for.
            numbers: What each world that it met said.
            score: How far it reaches the goal on these worlds.
            broken_off: Whether it met fewer worlds than there are.

        Returns:
            The trial as it is to be kept.
        """
        trial.set_user_attr(WORLDS, list(numbers))
        for name, missed in score.constraints.items():
            trial.set_constraint(name, missed)
        if not broken_off:
            return self._study.tell(trial, list(score.values))
        trial.report(score.values[0], len(numbers))
        return self._study.tell(trial, state=TrialState.PRUNED)
