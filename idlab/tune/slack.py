"""Weight slack: how far each weight of a config can move before decisions flip."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

import numpy as np

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.replay import Replay, Tape, replay
from idlab.tune.movable import AVERAGE, BITS, Movable, movable, with_value
from idlab.tune.trials import SILENCE, Progress

SHARES = (0.001, 0.01)
"""The shares of decisions whose flipping is looked for, beside the first decision of all."""

_FURTHEST = {BITS: 16.0, AVERAGE: 1.0}

_STEPS = tuple(4.0**-rung for rung in range(5, -1, -1))
"""A number is first moved by 1/1024 of the way, then by four times as much each time."""

_PRECISION = 1.1
"""The search ends where the two values at hand are less than this factor apart, seen from the number."""


class Slack(NamedTuple):
    """How far a number can be moved to one side before so many decisions flip.

    Args:
        decisions: How many.
        safe: The furthest value tried short of ``reached``; the number itself if the first step flips so many.
        reached: The nearest value tried at which at least so many decisions flip; None if none did.
        by: How far ``safe`` is from the number, in its unit.
    """

    decisions: int
    safe: float
    reached: float | None
    by: float


@dataclass(frozen=True)
class NumberSlack:
    """The slack of one number.

    Args:
        name: Of the number.
        value: In the config.
        unit: What it is moved in: ``bits`` (probabilities by their log2 odds) or ``average``.
        down: The slack below it: for the first decision, then for each share.
        up: The slack above it.
    """

    name: str
    value: float
    unit: str
    down: tuple[Slack, ...]
    up: tuple[Slack, ...]

    def least(self, place: int) -> float:
        """The smaller of the slacks below and above; infinite where so few flip on either side.

        Args:
            place: 0 for the first decision, 1 for the first of the shares, and so on.
        """
        sides = (self.down[place], self.up[place])
        return min(math.inf if side.reached is None else side.by for side in sides)


@dataclass(frozen=True)
class WeightSlack:
    """The slack of every weight of a config.

    Args:
        interactions: How many decisions there are.
        shares: The shares of them whose flipping was looked for.
        replays: How many replays were made.
        numbers: The least slack first, by the largest share, then by the smaller ones.
    """

    interactions: int
    shares: tuple[float, ...]
    replays: int
    numbers: tuple[NumberSlack, ...]

    def document(self) -> dict[str, Any]:
        """As it stands in ``study.json``."""
        sides = ("down", "up")
        numbers = [
            {**asdict(one), **{side: [slack._asdict() for slack in getattr(one, side)] for side in sides}}
            for one in self.numbers
        ]
        return {**asdict(self), "numbers": numbers}

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """What ``document`` told."""
        numbers = tuple(
            NumberSlack(
                one["name"],
                one["value"],
                one["unit"],
                tuple(Slack(**slack) for slack in one["down"]),
                tuple(Slack(**slack) for slack in one["up"]),
            )
            for one in document["numbers"]
        )
        return cls(document["interactions"], tuple(document["shares"]), document["replays"], numbers)


def weight_slack(
    tape: Tape,
    config: ScoringConfig,
    *,
    shares: Sequence[float] = SHARES,
    names: Collection[str] | None = None,
    progress: Progress = SILENCE,
) -> WeightSlack:
    """How far each weight of a config can move, alone, before decisions of a log flip.

    A decision flips if its outcome or its customer_id is another one in the full replay of the moved config, what
    it inherits from earlier flips included. A number is moved to both sides by steps four times as long each
    time, up to 16 bits (1 for averages) or the last valid value, until the largest share flips; then the way
    between the last step before and the first one after is halved, on a logarithmic scale, until the two are
    within a tenth of each other. At most 6 + 4 x (1 + len(shares)) replays for each number and side. Thresholds
    and probabilities move by their log2 odds, so that all is in the same unit.

    Args:
        tape: The encoded log.
        config: What is moved.
        shares: Shares of the decisions, above 0 and at most 1, ascending.
        names: Which numbers of ``idlab.tune.movable.movable`` to move; all if None.
        progress: Told after every number.

    Returns:
        The slack of every number; the same for the same arguments.

    Raises:
        BadInput: If the shares are not valid, there is no number of a name, or the tape was encoded for other fields,
            normalisation or keys.

    Example:
        >>> from pathlib import Path
        >>> import pandas as pd
        >>> from idlab.data.dataset import in_memory
        >>> from idlab.evaluate import tape_of
        >>> moments = pd.to_datetime(["2026-01-05T09:30Z", "2026-01-06T09:30Z"])
        >>> calls = pd.DataFrame({"interaction_id": ["a", "b"], "occurred_at": moments, "channel": "sms"})
        >>> config = ScoringConfig.load(Path("configs/default.json"))
        >>> tape = tape_of(in_memory(calls.assign(phone="+12025550143")), config)
        >>> (number,) = weight_slack(tape, config, names=["phone/exact/weight"]).numbers
        >>> number.value > number.down[0].safe > number.down[0].reached
        True
    """
    if list(shares) != sorted(set(shares)) or not all(0 < share <= 1 for share in shares):
        given = ", ".join(map(str, shares))
        raise BadInput(f"shares are {given}", where="shares", hint="give them above 0, at most 1, ascending")
    targets = (1, *(max(1, math.ceil(share * tape.n_interactions)) for share in shares))
    before = replay(tape, config)
    numbers, replays = [], 1
    every = _asked_for(movable(config), names)
    for done, number in enumerate(every, start=1):
        sides = [_Side(tape, config, before, number, direction) for direction in (-1, 1)]
        down, up = (side.slacks(targets) for side in sides)
        numbers.append(NumberSlack(number.name, number.value, number.unit, down, up))
        replays += sum(side.replays for side in sides)
        progress.count(f"slack of {number.name}", done, len(every))
    places = range(len(targets) - 1, -1, -1)
    by_slack = sorted(numbers, key=lambda one: [one.least(place) for place in places])
    return WeightSlack(tape.n_interactions, tuple(shares), replays, tuple(by_slack))


def _asked_for(numbers: Sequence[Movable], names: Collection[str] | None) -> list[Movable]:
    unknown = sorted(set(names or ()) - {number.name for number in numbers})
    if unknown:
        valid = ", ".join(number.name for number in numbers)
        raise BadInput(
            f"'{unknown[0]}' is no number that can be moved", where="names", hint=f"valid: {valid}"
        )
    return [number for number in numbers if names is None or number.name in names]


def flipped(before: Replay, after: Replay) -> int:
    """How many decisions of two replays of one tape differ in outcome or customer_id."""
    one, other = before.results, after.results
    return int(np.count_nonzero((one.outcome != other.outcome) | (one.joined != other.joined)))


class _Side:
    """One number moved to one side: what was tried, and how many decisions flipped there."""

    def __init__(
        self, tape: Tape, config: ScoringConfig, before: Replay, number: Movable, direction: int
    ) -> None:
        self._tape, self._config, self._before = tape, config, before
        self._number, self._direction = number, direction
        self._furthest = min(_FURTHEST[number.unit], number.room(direction))
        self._flips = {0.0: 0}

    @property
    def replays(self) -> int:
        return len(self._flips) - 1

    def slacks(self, targets: Sequence[int]) -> tuple[Slack, ...]:
        for step in self._steps():
            if self._at(step) >= targets[-1]:
                break
        for decisions in targets:
            self._narrow(decisions)
        return tuple(self._slack(decisions) for decisions in targets)

    def _steps(self) -> list[float]:
        return [self._furthest * step for step in _STEPS] if self._furthest > 0 else []

    def _at(self, by: float) -> int:
        if by not in self._flips:
            moved = with_value(self._config, self._number, self._number.moved(self._direction * by))
            self._flips[by] = flipped(self._before, replay(self._tape, moved))
        return self._flips[by]

    def _between(self, decisions: int) -> tuple[float, float | None]:
        """The furthest step tried short of the nearest one that flips so many, and that one."""
        enough = [by for by, flips in self._flips.items() if flips >= decisions]
        nearest = min(enough, default=None)
        short = [by for by in self._flips if nearest is None or by < nearest]
        return max(short), nearest

    def _narrow(self, decisions: int) -> None:
        low, high = self._between(decisions)
        while high is not None and low > 0 and high > low * _PRECISION:
            self._at(math.sqrt(low * high))
            low, high = self._between(decisions)

    def _slack(self, decisions: int) -> Slack:
        low, high = self._between(decisions)
        safe = self._number.moved(self._direction * low) if low > 0 else self._number.value
        reached = None if high is None else self._number.moved(self._direction * high)
        return Slack(decisions, safe, reached, low)
