"""The sensitivity map: one number of a config moved at a time, and how far it may go before it costs more."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import FixedTrial

from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.metrics.costs import DEFAULT_COSTS, Costs, check_costs
from idlab.replay import replay
from idlab.tune.moved import Move, Moved, Sensitivity
from idlab.tune.objective import EncodedWorld, mean_cost
from idlab.tune.paired import Priced, cost_rise, priced
from idlab.tune.parameter import Whole
from idlab.tune.space import SearchSpace
from idlab.tune.trials import SILENCE, Progress

STEPS = (0.05, 0.2)
"""How far a number is moved to either side, as shares of its range in the search space: four replays each."""

TOLERANCE = 0.01
"""The optimum is flat where the cost rises by no more than this share of itself."""

_RESAMPLES = 200


def sensitivity(
    space: SearchSpace,
    config: ScoringConfig,
    worlds: Sequence[EncodedWorld],
    costs: Costs = DEFAULT_COSTS,
    *,
    steps: Sequence[float] = STEPS,
    tolerance: float = TOLERANCE,
    seed: int = 0,
    progress: Progress = SILENCE,
) -> Sensitivity:
    """Move every number of a config, one at a time, and replay each move whole.

    A number is moved by each step to both sides, on the scale and within the range that the search space gives
    it, a whole number by at least 1; a choice is replaced by each of the others. Moves that leave the config as
    it is are not replayed. So ``steps`` bound the work: two of them are at most four replays for every number,
    on every world.

    Args:
        space: Says which numbers there are, and their ranges.
        config: What is moved; it lies in the space.
        worlds: What is replayed, such as ``smaller`` worlds of those tuned on.
        costs: The prices.
        steps: Shares of the range, above 0 and at most 1.
        tolerance: Which rise is called flat, as a share of the cost.
        seed: Of the draws of intervals.
        progress: Told after every move.

    Returns:
        The map, the same for the same arguments.

    Raises:
        BadInput: If the config does not lie in the space, or a step or the tolerance is out of range.

    Example:
        >>> from pathlib import Path
        >>> import pandas as pd
        >>> from idlab.data.dataset import in_memory
        >>> from idlab.tune import encoded
        >>> truth = pd.DataFrame({"interaction_id": ["a", "b"], "person_id": ["p", "p"]})
        >>> calls = truth[["interaction_id"]].assign(
        ...     occurred_at=pd.Timestamp("2026-01-05T09:30Z"), channel="sms", phone="+12025550143"
        ... )
        >>> config = ScoringConfig.load(Path("configs/default.json"))
        >>> world = encoded(in_memory(calls, truth=truth), config)
        >>> found = sensitivity(SearchSpace(config), config, [world], steps=[0.5])
        >>> found.cost, max(one.rise for one in found.numbers) > 0
        (0.0, True)
    """
    _check(steps, tolerance)
    check_costs(costs)
    own = space.suggest(FixedTrial(space.parameters_of(config)))
    plan = _plan(space, own, sorted(steps))
    todo = sum(map(len, plan.values()))
    before, cost = _priced(worlds, own, costs), mean_cost(worlds, own, costs)
    found: dict[str, list[Move]] = {}
    done = 0
    for name, configs in plan.items():
        found[name] = []
        for there in configs:
            pairs = list(zip(before, _priced(worlds, there, costs), strict=True))
            rise = cost_rise(pairs, resamples=_RESAMPLES, seed=seed)
            found[name].append(Move(space.parameters_of(there)[name], cost + (rise.value or 0.0), rise))
            done += 1
            progress.count(f"moving {name}", done, todo)
    sizes = tuple(world.tape.n_interactions for world in worlds)
    numbers = _numbers(space, own, found, tolerance * cost)
    by_rise = sorted(numbers, key=lambda one: -one.rise)
    return Sensitivity(cost, tolerance, sizes, todo, tuple(by_rise))


def _plan(
    space: SearchSpace, own: ScoringConfig, steps: Sequence[float]
) -> dict[str, tuple[ScoringConfig, ...]]:
    """The configs that moving each number leads to, each once."""
    parameters = space.parameters_of(own)
    plan = {}
    for name, distribution in _distributions(space, own).items():
        moved = {own.digest: own}
        for value in _values(distribution, parameters[name], steps):
            there = space.suggest(FixedTrial({**parameters, name: value}))
            moved.setdefault(there.digest, there)
        plan[name] = tuple(moved.values())[1:]
    return plan


def _distributions(space: SearchSpace, own: ScoringConfig) -> dict[str, BaseDistribution]:
    """The range of every number, by its name."""
    trial = FixedTrial(space.parameters_of(own))
    space.suggest(trial)
    return trial.distributions


def _check(steps: Sequence[float], tolerance: float) -> None:
    if not steps or not all(0 < step <= 1 for step in steps):
        given = ", ".join(map(str, steps)) or "none"
        raise BadInput(f"steps are {given}", where="steps", hint="give shares above 0 and at most 1")
    if not 0 <= tolerance < math.inf:
        raise BadInput(
            f"tolerance is {tolerance} and must be a finite share of at least 0", where="tolerance"
        )


def _priced(worlds: Sequence[EncodedWorld], config: ScoringConfig, costs: Costs) -> list[Priced]:
    ready = compiled(config)
    return [priced(replay(world.tape, ready), world.person, costs) for world in worlds]


def _values(distribution: BaseDistribution, value: Any, steps: Sequence[float]) -> Iterator[Any]:
    """Where a number is moved to, from the least to the greatest."""
    if isinstance(distribution, CategoricalDistribution):
        yield from (choice for choice in distribution.choices if choice != value)
        return
    if not isinstance(distribution, FloatDistribution | IntDistribution):
        raise TypeError(f"no step is defined for {distribution!r}")
    low, high, log = distribution.low, distribution.high, distribution.log
    scale, back = (math.log, math.exp) if log else (float, float)
    reach = scale(high) - scale(low)
    whole = isinstance(distribution, IntDistribution)
    moved = []
    for step in (*(-step for step in steps), *steps):
        to = back(scale(value) + step * reach)
        if whole:
            to = math.floor(min(to, value - 1)) if step < 0 else math.ceil(max(to, value + 1))
        moved.append(min(max(to, low), high))
    yield from sorted({to for to in moved if to != value})


def _numbers(
    space: SearchSpace, own: ScoringConfig, found: Mapping[str, Sequence[Move]], rise: float
) -> Iterator[Moved]:
    """Every number with its moves, and how far the rise stays within bounds."""
    off = {one.name: one.high for one in space.parameters if isinstance(one, Whole) and one.limit}
    parameters = space.parameters_of(own)
    for name, distribution in _distributions(space, own).items():
        value, moves = parameters[name], tuple(found[name])
        if not isinstance(distribution, FloatDistribution | IntDistribution):
            yield Moved(name, value, None, moves, None)
            continue
        line = sorted([(value, 0.0), *((move.value, move.rise.value or 0.0) for move in moves)])
        place = next(k for k, (at, _) in enumerate(line) if at == value)
        flat = _flat_until(line[place::-1], rise), _flat_until(line[place:], rise)
        yield Moved(name, value, (distribution.low, distribution.high), moves, flat, off.get(name))


def _flat_until(line: Sequence[tuple[float, float]], rise: float) -> float:
    """How far along (value, rise) the rise stays within bounds, straight between points; the first has none."""
    for (at, low), (to, high) in pairwise(line):
        if high > rise:
            return float(at + (to - at) * (rise - low) / (high - low))
    return float(line[-1][0])
