"""The objective: what a scoring config costs per 1,000 interactions on worlds that were encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optuna.trial import BaseTrial

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import cost_of, persons_of, tape_of
from idlab.metrics.arrays import Ints
from idlab.metrics.costs import DEFAULT_COSTS, Costs
from idlab.replay import Tape, replay
from idlab.replay.encode import Progress
from idlab.tune.space import SearchSpace


@dataclass(frozen=True, eq=False)
class EncodedWorld:
    """A dataset ready for any number of replays, with what is known of its persons.

    Args:
        tape: The interactions in the order handled.
        person: [n] the person of each, -1 where unknown.
    """

    tape: Tape
    person: Ints


def encoded(dataset: Dataset, config: ScoringConfig, *, progress: Progress | None = None) -> EncodedWorld:
    """Encode a dataset for every config that a search space on this one suggests.

    Args:
        dataset: Read with truth or labels.
        config: The base of the search space.
        progress: Called with what is being done.

    Raises:
        BadInput: If nothing is known of the dataset's persons, or it lacks a field that the config declares.
    """
    person, _ = persons_of(dataset)
    return EncodedWorld(tape_of(dataset, config, progress=progress), person)


def mean_cost(worlds: Sequence[EncodedWorld], config: ScoringConfig, costs: Costs = DEFAULT_COSTS) -> float:
    """What a config costs per 1,000 interactions, after every link was answered: the mean over worlds.

    Args:
        worlds: One or more, each counting the same whatever its size.
        config: A config with the fields, normalisation and keys they were encoded with.
        costs: The prices.

    Returns:
        The cost, as ``idlab.evaluate.cost_of`` defines it.
    """
    ready = compiled(config)
    return sum(cost_of(replay(world.tape, ready), world.person, costs) for world in worlds) / len(worlds)


@dataclass(frozen=True, eq=False)
class Objective:
    """What a study minimises, a function of a trial.

    Args:
        space: Turns trials into configs.
        worlds: What the configs are tried on.
        costs: The prices.
    """

    space: SearchSpace
    worlds: Sequence[EncodedWorld]
    costs: Costs = DEFAULT_COSTS

    def __call__(self, trial: BaseTrial) -> float:
        """The cost per 1,000 interactions of the config that the trial proposes."""
        return mean_cost(self.worlds, self.space.suggest(trial), self.costs)
