"""What a sensitivity map holds: every number of a config with its moves, as it stands in ``study.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

from idlab.metrics.intervals import Rate


class Move(NamedTuple):
    """One number moved, everything else as it is.

    Args:
        value: Where to, as the study's parameters hold it.
        cost: The mean cost per 1,000 interactions there.
        rise: How much dearer that is than the config as it is, with its paired 95 % interval.
    """

    value: Any
    cost: float
    rise: Rate


@dataclass(frozen=True)
class Moved:
    """What moving one number does.

    Args:
        name: Of the parameter.
        value: Its value in the config.
        range: Least and greatest value in the search space; None of a choice among words.
        moves: From the least value to the greatest, or in the order of the choices.
        flat: From where to where, around ``value``, the cost rises by no more than the tolerance; between values
            tried it is taken to run straight, and it ends at the last one tried. None of a choice.
        off: The value that stands for "no limit"; None where none does.
    """

    name: str
    value: Any
    range: tuple[float, float] | None
    moves: tuple[Move, ...]
    flat: tuple[float, float] | None
    off: int | None = None

    @property
    def dearest(self) -> Move | None:
        """The move that costs most; None where there was none."""
        return max(self.moves, key=lambda move: move.cost, default=None)

    @property
    def rise(self) -> float:
        """What the dearest move costs more, per 1,000; 0 where there was none."""
        return 0.0 if self.dearest is None else self.dearest.rise.value or 0.0

    @property
    def cheapest(self) -> Move | None:
        """The move that costs least, if the whole interval of its rise lies below 0; else None."""
        least = min(self.moves, key=lambda move: move.cost, default=None)
        return None if least is None or least.rise.high is None or least.rise.high >= 0 else least

    @property
    def is_felt(self) -> bool:
        """Whether the whole interval of some move's rise lies above 0."""
        return any(move.rise.low is not None and move.rise.low > 0 for move in self.moves)


@dataclass(frozen=True)
class Sensitivity:
    """Every number of a config moved, one at a time.

    Args:
        cost: Of the config as it is, per 1,000 interactions.
        tolerance: What rise is called flat, as a share of that cost.
        interactions: How many there are in each world.
        replays: How many moves were replayed, each on every world.
        numbers: What matters most first: by what the dearest move costs.
    """

    cost: float
    tolerance: float
    interactions: tuple[int, ...]
    replays: int
    numbers: tuple[Moved, ...]

    def document(self) -> dict[str, Any]:
        """As it stands in ``study.json``."""
        numbers = [{**asdict(one), "moves": [_told(move) for move in one.moves]} for one in self.numbers]
        return {**asdict(self), "numbers": numbers}

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """What ``document`` told."""
        numbers = tuple(
            Moved(
                one["name"],
                one["value"],
                _pair(one["range"]),
                tuple(Move(move["value"], move["cost"], Rate(**move["rise"])) for move in one["moves"]),
                _pair(one["flat"]),
                one["off"],
            )
            for one in document["numbers"]
        )
        whole = {name: document[name] for name in ("cost", "tolerance", "replays")}
        return cls(**whole, interactions=tuple(document["interactions"]), numbers=numbers)


def _told(move: Move) -> dict[str, Any]:
    return {"value": move.value, "cost": move.cost, "rise": move.rise._asdict()}


def _pair(two: Sequence[float] | None) -> tuple[float, float] | None:
    return None if two is None else (two[0], two[1])
