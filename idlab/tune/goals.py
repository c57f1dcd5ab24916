"""The goals that there are: least cost, the worst world, most recall within bounds, and a Pareto front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from idlab.errors import BadInput
from idlab.metrics.costs import DEFAULT_COSTS, Costs
from idlab.replay import Replay
from idlab.tune.bars import NO_BAR, Bar, CostBar, LimitBar, RatioBar
from idlab.tune.encoded import EncodedWorld
from idlab.tune.goal import Score, Worlds
from idlab.tune.measured import (
    COST,
    PENDING_HIGH,
    PRECISION_LOW,
    RECALL,
    UNIONS,
    Numbers,
    decisions,
    mean,
    prices,
)


@dataclass(frozen=True)
class LeastCost:
    """The mean cost per 1,000 interactions over worlds, after every link was answered.

    Args:
        costs: The prices.
    """

    costs: Costs = DEFAULT_COSTS
    name: ClassVar[str] = "cost"
    values: ClassVar[tuple[str, ...]] = ("cost per 1,000",)

    def measure(self, done: Replay, world: EncodedWorld) -> Numbers:
        """The cost and what it is made of."""
        return prices(done, world, self.costs)

    def score(self, worlds: Worlds, reference: Worlds) -> Score:  # noqa: ARG002 - the protocol's signature
        """The mean cost."""
        return Score((mean(worlds, COST),))

    def bar(self, complete: Sequence[Worlds], reference: Worlds) -> Bar:  # noqa: ARG002
        """Where no trial so far made up in the other worlds what this one lacks."""
        return CostBar.of(complete)

    def document(self) -> dict[str, Any]:
        """Its name; prices are recorded beside."""
        return {"name": self.name}

    def told(self, value: float) -> str:
        """In words."""
        return f"least cost {value:.1f} per 1,000"

    def rule(self) -> str:
        """In words."""
        return "least mean cost per 1,000"


@dataclass(frozen=True)
class WorstWorld:
    """The cost in the worst world, as a share of what the first config of the study costs there.

    Worlds differ in what they cost at best; shares of the reference's cost make them comparable.

    Args:
        costs: The prices.
    """

    costs: Costs = DEFAULT_COSTS
    name: ClassVar[str] = "worst"
    values: ClassVar[tuple[str, ...]] = ("share of the reference's cost in the worst world",)

    def measure(self, done: Replay, world: EncodedWorld) -> Numbers:
        """The cost and what it is made of."""
        return prices(done, world, self.costs)

    def score(self, worlds: Worlds, reference: Worlds) -> Score:
        """The largest share."""
        return Score((max(_shares(worlds, reference)),))

    def bar(self, complete: Sequence[Worlds], reference: Worlds) -> Bar:
        """Where one world is worse already than the best trial's worst: the others cannot mend that."""
        if not complete:
            return NO_BAR
        best = min(max(_shares(worlds, reference)) for worlds in complete)
        return RatioBar(best, tuple(world[COST] for world in reference))

    def document(self) -> dict[str, Any]:
        """Its name; prices are recorded beside."""
        return {"name": self.name}

    def told(self, value: float) -> str:
        """In words."""
        return f"at most {100 * value:.1f} % of the reference's cost in any world"

    def rule(self) -> str:
        """In words."""
        return "least share of the reference's cost in the worst world"


@dataclass(frozen=True)
class MostRecall:
    """The share of returning people that are merged rightly, while two bounds are kept in every world.

    Bounds hold at the bad end of the 95 % interval: the lower one of merge precision, the upper one of the
    pending load. What is minimised is the share that is missed, the mean over worlds.

    Args:
        least_precision: What merge precision must reach, 0 to 1.
        most_pending: How many of 1,000 interactions may wait for an answer.
        costs: The prices, which say what else a trial costs.

    Raises:
        BadInput: If a bound is out of range.
    """

    least_precision: float
    most_pending: float
    costs: Costs = DEFAULT_COSTS
    name: ClassVar[str] = "recall"
    values: ClassVar[tuple[str, ...]] = ("share of returning people not merged rightly",)

    def __post_init__(self) -> None:
        """Checks the bounds."""
        if not 0 <= self.least_precision < 1:
            hint = "give a share of at least 0 and below 1, such as 0.95"
            raise BadInput(f"the floor of merge precision is {self.least_precision}", hint=hint)
        if not 0 <= self.most_pending <= 1000:
            hint = "give a number of 0 to 1000 interactions in 1,000"
            raise BadInput(f"the ceiling of the pending load is {self.most_pending}", hint=hint)

    def measure(self, done: Replay, world: EncodedWorld) -> Numbers:
        """The cost, and how decisions turned out."""
        return prices(done, world, self.costs) | decisions(done, world, self.costs)

    def score(self, worlds: Worlds, reference: Worlds) -> Score:  # noqa: ARG002 - the protocol's signature
        """The share missed, and by how much each bound is missed in the world that misses it most."""
        pending = max(world[PENDING_HIGH] for world in worlds) - self.most_pending
        return Score(
            (1 - mean(worlds, RECALL),),
            {
                "merge precision": self.least_precision - min(world[PRECISION_LOW] for world in worlds),
                "pending per 1,000": pending / 1000,
            },
        )

    def bar(self, complete: Sequence[Worlds], reference: Worlds) -> Bar:
        """Where a bound is missed in one world and some trial keeps both: no other world can mend that."""
        if any(self.score(worlds, reference).violation == 0 for worlds in complete):
            return LimitBar(self.least_precision, self.most_pending)
        return NO_BAR

    def document(self) -> dict[str, Any]:
        """Its name and bounds."""
        return {
            "name": self.name,
            "least_precision": self.least_precision,
            "most_pending": self.most_pending,
        }

    def told(self, value: float) -> str:
        """In words."""
        return f"{100 * (1 - value):.1f} % of returning people recognised"

    def rule(self) -> str:
        """In words."""
        return (
            f"most merge recall with merge precision at least {self.least_precision:g} and at most "
            f"{self.most_pending:g} of 1,000 pending, at the bad ends of the 95 % intervals in every world"
        )


@dataclass(frozen=True)
class ParetoFront:
    """What a cost is made of, whatever the prices: wrong unions, missing unions and questions.

    Each per 1,000 known interactions after every link was answered, the mean over worlds. The front holds the
    best config for every set of prices; the study ends with the one that is best at its own.

    Args:
        costs: The prices by which one point of the front is chosen.
    """

    costs: Costs = DEFAULT_COSTS
    name: ClassVar[str] = "pareto"
    values: ClassVar[tuple[str, ...]] = (
        "wrong unions per 1,000",
        "missing unions per 1,000",
        "questions per 1,000",
    )

    def measure(self, done: Replay, world: EncodedWorld) -> Numbers:
        """The cost and what it is made of."""
        return prices(done, world, self.costs)

    def score(self, worlds: Worlds, reference: Worlds) -> Score:  # noqa: ARG002 - the protocol's signature
        """The three means."""
        return Score(tuple(mean(worlds, name) for name in UNIONS))

    def bar(self, complete: Sequence[Worlds], reference: Worlds) -> Bar:  # noqa: ARG002
        """Every trial meets all worlds: what is dear at some prices may be best at others."""
        return NO_BAR

    def document(self) -> dict[str, Any]:
        """Its name; prices are recorded beside."""
        return {"name": self.name}

    def told(self, value: float) -> str:
        """In words."""
        return f"least cost {value:.1f} per 1,000"

    def rule(self) -> str:
        """In words."""
        return "least mean cost per 1,000 at the study's prices"


def _shares(worlds: Worlds, reference: Worlds) -> list[float]:
    return [one[COST] / max(other[COST], 1e-9) for one, other in zip(worlds, reference, strict=False)]
