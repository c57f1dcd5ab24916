"""Trials: asked of a sampler one after the other, and kept in a journal from which a study can go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import optuna
from optuna.storages import InMemoryStorage
from optuna.trial import FrozenTrial, TrialState

from idlab.tune.journal import open_journal
from idlab.tune.objective import Objective
from idlab.tune.sampler import EvolutionSampler

JOURNAL = "journal.log"
"""The file of a study's folder that holds its trials, an Optuna journal."""


class Progress(Protocol):
    """Whom a study tells what it does, such as the bar of the command line."""

    def __call__(self, doing: str, /) -> None:
        """What is being done now."""
        ...

    def count(self, doing: str, done: int, total: int, /) -> None:
        """What is being done now, and how much of it is done."""
        ...


class _Silence:
    def __call__(self, doing: str, /) -> None:
        pass

    def count(self, doing: str, done: int, total: int, /) -> None:
        pass


SILENCE: Progress = _Silence()
"""Progress that nobody looks at."""


class Trials:
    """The trials of a study, in memory for the sampler and in a journal on disk.

    A trial is written to the journal whole, once it is complete. What the sampler draws depends on the study's
    seed and the trials before, so that a study that was broken off and goes on makes the same trials as one
    that was not.

    Args:
        folder: The study's folder, which exists.
        seed: Of the study.
        purpose: What the study is about; one that is about something else cannot go on here.

    Raises:
        BadInput: If the folder holds a journal of another study, or one that cannot be read.
    """

    def __init__(self, folder: Path, seed: int, purpose: Mapping[str, Any]) -> None:
        self._journal = open_journal(folder / JOURNAL, dict(purpose))
        self._study = optuna.create_study(storage=InMemoryStorage(), sampler=EvolutionSampler(seed))
        self._study.add_trials(self._journal.get_trials(deepcopy=False))

    @property
    def complete(self) -> list[FrozenTrial]:
        """All complete trials, in order."""
        return self._study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))

    def run(
        self,
        objective: Objective,
        starts: Sequence[Mapping[str, Any]],
        wanted: int,
        progress: Progress,
    ) -> bool:
        """Makes trials until so many are complete; the starts are the first.

        Args:
            objective: What is minimised.
            starts: Parameters of the first trials.
            wanted: How many trials there shall be, those made before included.
            progress: Told after every trial.

        Returns:
            Whether they were all made: False after an interruption, which loses the trial at hand only.

        Raises:
            KeyboardInterrupt: If there was one before any trial was complete.
        """
        costs = [float(trial.values[0]) for trial in self.complete]
        try:
            while len(costs) < wanted:
                costs.append(self._one(objective, starts, len(costs)))
                progress.count(f"trying configs, least cost {min(costs):.1f} per 1,000", len(costs), wanted)
        except KeyboardInterrupt:
            if not costs:
                raise
            return False
        return True

    def _one(self, objective: Objective, starts: Sequence[Mapping[str, Any]], number: int) -> float:
        study = self._study
        if number < len(starts):
            study.enqueue_trial(dict(starts[number]))
        trial = study.ask()
        cost = objective(trial)
        self._journal.add_trial(study.tell(trial, cost))
        return cost


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Leaves out Optuna's own log lines, one for every study and trial."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(max(before, optuna.logging.WARNING))
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)
