"""The search: the study's first configs, then what the sampler proposes, until there are trials enough."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from optuna.trial import FrozenTrial, Trial, create_trial

from idlab.config import ScoringConfig
from idlab.tune.bars import NO_BAR, Bar
from idlab.tune.front import front_of
from idlab.tune.goal import Goal, rank
from idlab.tune.measured import Numbers
from idlab.tune.objective import measured
from idlab.tune.proposals import WORLDS, Proposals
from idlab.tune.space import SearchSpace
from idlab.tune.tapes import Tapes
from idlab.tune.trials import Progress, Trials
from idlab.tune.workers import Task, Workers, workers_for

CONFIG = "config"
"""The user attribute of a trial outside the space: the document of the config that was tried."""


@dataclass(frozen=True, eq=False)
class Search:
    """How trials are made.

    Args:
        space: Turns trials into configs.
        goal: What is searched for.
        tapes: The tuning worlds.
        trials: Where they are kept.
        proposals: What the sampler wants tried.
        progress: Told after every trial.
    """

    space: SearchSpace
    goal: Goal
    tapes: Tapes
    trials: Trials
    proposals: Proposals
    progress: Progress

    def run(self, starts: Sequence[ScoringConfig], wanted: int, workers: int) -> bool:
        """Makes trials until so many are finished.

        Args:
            starts: The configs of the first trials, whether they lie in the space or not.
            wanted: How many trials there shall be, those made before and broken off included.
            workers: How many processes try configs.

        Returns:
            Whether they were all made: False after an interruption, which loses what was on its way only.

        Raises:
            KeyboardInterrupt: If there was one before any trial was complete.
        """
        self.proposals.learn(self.trials.finished)
        try:
            for start in starts[len(self.trials.finished) : wanted]:
                self._start(start, wanted)
            with workers_for(workers, self.tapes.worlds, self.goal) as crew:
                self.go_on(crew, wanted)
        except KeyboardInterrupt:
            if not self.trials.complete:
                raise
            return False
        return True

    def go_on(self, crew: Workers, wanted: int) -> None:
        """Makes trials with a crew that is there, until so many are finished.

        Proposes and tells in turns, so that what is proposed does not depend on who is done first.

        Args:
            crew: Who tries configs.
            wanted: How many trials there shall be.
        """
        flight: deque[Trial] = deque()
        back: dict[int, list[Numbers]] = {}
        while True:
            while len(flight) < crew.window and len(self.trials.finished) + len(flight) < wanted:
                trial = self.proposals.ask()
                crew.send(Task(trial.number, self.space.suggest(trial), self._bar()))
                flight.append(trial)
            if not flight:
                return
            while flight[0].number not in back:
                number, numbers = crew.receive()
                back[number] = numbers
            trial = flight.popleft()
            self._end(trial, back.pop(trial.number))
            self._say(wanted)

    def _start(self, config: ScoringConfig, wanted: int) -> None:
        """Tries one of the first configs, in the space or as it is, on all worlds."""
        if self.space.holds(config):
            trial = self.proposals.ask(self.space.parameters_of(config))
            self._end(trial, measured(self.tapes.worlds, self.space.suggest(trial), self.goal))
        else:
            numbers = measured(self.tapes.of(config), config, self.goal)
            score = self.goal.score(numbers, self._reference or numbers)
            told = {WORLDS: numbers, CONFIG: json.loads(config.to_json())}
            self.trials.add(
                create_trial(values=list(score.values), constraints=dict(score.constraints), user_attrs=told)
            )
        self._say(wanted)

    def _end(self, trial: Trial, numbers: list[Numbers]) -> None:
        score = self.goal.score(numbers, self._reference or numbers)
        broken_off = len(numbers) < len(self.tapes.worlds)
        kept = self.proposals.tell(trial, numbers, score, broken_off=broken_off)
        self.proposals.learn(self.trials.add(kept))

    def _bar(self) -> Bar:
        if len(self.tapes.worlds) == 1:
            return NO_BAR
        complete = [worlds_of(trial) for trial in self.trials.complete if trial.params]
        return self.goal.bar(complete, self._reference)

    @property
    def _reference(self) -> list[Numbers]:
        """What the worlds say about the study's first config; nothing before it was tried."""
        return reference_of(self.trials)

    def _say(self, wanted: int) -> None:
        made = len(self.trials.finished)
        self.progress.count(f"trying configs, {best_told(self.goal, self.trials)}", made, wanted)


def worlds_of(trial: FrozenTrial) -> list[Numbers]:
    """What each world that a trial met said about it."""
    worlds: list[Numbers] = trial.user_attrs[WORLDS]
    return worlds


def reference_of(trials: Trials) -> list[Numbers]:
    """What the tuning worlds say about the study's first config; nothing before it was tried."""
    return worlds_of(trials.finished[0]) if trials.finished else []


def config_of(space: SearchSpace, trial: FrozenTrial) -> ScoringConfig:
    """The config that a trial tried, named as the space names configs.

    Args:
        space: The study's.
        trial: One of its trials.
    """
    if CONFIG not in trial.user_attrs:
        return space.suggest(trial)
    return ScoringConfig.parse({**trial.user_attrs[CONFIG], "name": space.name}, where="trial")


def best_told(goal: Goal, trials: Trials) -> str:
    """The best so far in words, for a line of progress."""
    complete, reference = trials.complete, reference_of(trials)
    ranks = [rank(goal, worlds_of(trial), reference) for trial in complete]
    missed, value = min(ranks, default=(0.0, math.nan))
    if missed > 0:
        return "none within the bounds yet"
    front = f"{len(front_of(complete))} on the Pareto front, " if len(goal.values) > 1 else ""
    return front + goal.told(value)
