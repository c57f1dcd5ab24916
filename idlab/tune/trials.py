"""The trials of a study in its storage, and whom a study tells what it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import optuna
from optuna.trial import FrozenTrial, TrialState

from idlab.errors import BadInput

JOURNAL = "journal.log"
"""The file of a study's folder that holds its trials, an Optuna journal, unless another storage is named."""

MACHINE = "machine"
"""The user attribute of a trial that says which of several machines made it."""


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
    """The finished trials of a study, each written whole once it has ended.

    So a kill loses what was on its way and nothing else, and leaves no trial that seems to run.

    Args:
        study: In its storage.
        machine: Which of the machines that work on it this is.
    """

    def __init__(self, study: optuna.Study, machine: int = 0) -> None:
        self._study = study
        self._machine = machine
        self._finished = self._read()

    @property
    def finished(self) -> list[FrozenTrial]:
        """All that were known when a trial was added last, in order, those that were broken off included."""
        return self._finished

    @property
    def complete(self) -> list[FrozenTrial]:
        """Those that met all worlds."""
        return [trial for trial in self._finished if trial.state == TrialState.COMPLETE]

    def add(self, trial: FrozenTrial) -> list[FrozenTrial]:
        """Keeps a trial.

        Returns:
            What other machines added since the last time.

        Raises:
            BadInput: If another process added trials under this machine's number.
        """
        trial.set_user_attr(MACHINE, self._machine)
        self._study.add_trial(trial)
        before, self._finished = len(self._finished), self._read()
        new = self._finished[before:]
        others = [one for one in new if one.user_attrs.get(MACHINE) != self._machine]
        if len(new) - len(others) > 1:
            raise BadInput(
                f"another process works on this study as machine {self._machine}",
                where="--machine",
                hint="give each machine its own number; trials made so far are kept",
            )
        return others

    def _read(self) -> list[FrozenTrial]:
        return self._study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Leaves out Optuna's own log lines, one for every study and trial."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(max(before, optuna.logging.WARNING))
    try:
        yield
    finally:
        optuna.logging.set_verbosity(before)
