"""The objective: what a scoring config reaches on worlds that were encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optuna.trial import BaseTrial

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.evaluate import cost_of
from idlab.metrics.costs import DEFAULT_COSTS, Costs
from idlab.replay import replay
from idlab.tune.bars import NO_BAR, Bar
from idlab.tune.encoded import EncodedWorld, encoded
from idlab.tune.goal import Goal
from idlab.tune.measured import Numbers
from idlab.tune.space import SearchSpace

__all__ = ["EncodedWorld", "Objective", "encoded", "mean_cost", "measured"]


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


def measured(
    worlds: Sequence[EncodedWorld], config: ScoringConfig, goal: Goal, bar: Bar = NO_BAR
) -> list[Numbers]:
    """What worlds say about a config, one after the other, until a bar stops it.

    Args:
        worlds: Encoded for it.
        config: What is tried.
        goal: Says what is measured.
        bar: When it is broken off.

    Returns:
        The numbers of each world that it met: of fewer than all where it was broken off.
    """
    ready = compiled(config)
    found: list[Numbers] = []
    for world in worlds:
        if bar.stops(found):
            break
        found.append(goal.measure(replay(world.tape, ready), world))
    return found


@dataclass(frozen=True, eq=False)
class Objective:
    """The mean cost of what a trial proposes: a function of a trial for studies of one's own.

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
