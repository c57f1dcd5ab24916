"""Parameters: one opened number or choice of a scoring config, its place in the document and its range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from optuna.trial import BaseTrial

DIGITS = 3
"""Decimals of a proposed number: more could not be argued about, and moves no decision worth having."""

Path = tuple[str | int, ...]
Word = str | bool | None


class Parameter(Protocol):
    """One opened number or choice of a scoring config.

    Args:
        name: How studies call it.
        path: Where it stands in the document of the config.
    """

    @property
    def name(self) -> str:
        """How studies call it."""
        ...

    @property
    def path(self) -> Path:
        """Where it stands in the document of the config."""
        ...

    def suggest(self, trial: BaseTrial) -> Any:
        """What a trial proposes, as it stands in the document."""
        ...

    def of(self, written: Any) -> Any:
        """The parameter's value for what is written in a document: ``suggest`` turns it into that again."""
        ...

    def holds(self, value: Any) -> bool:
        """Whether a value lies in its range or among its choices."""
        ...

    def ends(self) -> tuple[Any, ...]:
        """What stands in the document at either end of its range, or for each of its choices."""
        ...


@dataclass(frozen=True)
class Real:
    """A number with decimals.

    What is proposed is rounded to ``DIGITS`` decimals, so that a person can read the config that comes out;
    the numbers of the configs that the search starts from stay as they are.

    Args:
        name: How studies call it.
        path: Where it stands in the document.
        low: Least value.
        high: Greatest value.
        exact: Numbers that are not rounded.
        log: Whether to search on a logarithmic scale.

    Example:
        >>> from optuna.trial import FixedTrial
        >>> Real("prior", ("model", "prior"), -12.0, -4.0).suggest(FixedTrial({"prior": -7.12345}))
        -7.123
    """

    name: str
    path: Path
    low: float
    high: float
    exact: frozenset[float] = frozenset()
    log: bool = False

    def suggest(self, trial: BaseTrial) -> float:
        """What a trial proposes."""
        value = trial.suggest_float(self.name, self.low, self.high, log=self.log)
        return value if value in self.exact else min(max(round(value, DIGITS), self.low), self.high)

    def of(self, written: float) -> float:
        """The number as it is."""
        return float(written)

    def holds(self, value: float) -> bool:
        """Whether a number lies in the range."""
        return self.low <= value <= self.high

    def ends(self) -> tuple[float, ...]:
        """The least and the greatest value, as they stand in the document."""
        return self.low, self.high


@dataclass(frozen=True)
class Whole:
    """A whole number, or a limit that can be switched off.

    Args:
        name: How studies call it.
        path: Where it stands in the document.
        low: Least value.
        high: Greatest value.
        log: Whether to search on a logarithmic scale.
        limit: Whether ``high`` stands for "no limit", which is null in the document.

    Example:
        >>> from optuna.trial import FixedTrial
        >>> limit = Whole("names", ("guards", "max_distinct_names"), 1, 13, limit=True)
        >>> limit.suggest(FixedTrial({"names": 13})) is None, limit.of(None)
        (True, 13)
    """

    name: str
    path: Path
    low: int
    high: int
    log: bool = False
    limit: bool = False

    def suggest(self, trial: BaseTrial) -> int | None:
        """What a trial proposes."""
        value = trial.suggest_int(self.name, self.low, self.high, log=self.log)
        return None if self.limit and value == self.high else value

    def of(self, written: int | None) -> int:
        """The number; ``high`` for null."""
        return self.high if written is None else written

    def holds(self, value: int) -> bool:
        """Whether a number lies in the range."""
        return self.low <= value <= self.high

    def ends(self) -> tuple[int | None, ...]:
        """The least and the greatest value, as they stand in the document."""
        return self.low, None if self.limit else self.high


@dataclass(frozen=True)
class Choice:
    """One of several words, or a switch.

    Args:
        name: How studies call it.
        path: Where it stands in the document.
        choices: What is valid.

    Example:
        >>> from optuna.trial import FixedTrial
        >>> rivals = Choice("rivals", ("decide", "on_rivals"), ("bridge", "pending"))
        >>> rivals.suggest(FixedTrial({"rivals": "bridge"}))
        'bridge'
    """

    name: str
    path: Path
    choices: tuple[Word, ...]

    def suggest(self, trial: BaseTrial) -> Word:
        """What a trial proposes."""
        value = trial.suggest_categorical(self.name, self.choices)
        return next(choice for choice in self.choices if choice == value)

    def of(self, written: Word) -> Word:
        """The word as it is."""
        return written

    def holds(self, value: Word) -> bool:
        """Whether a word is among the choices."""
        return any(
            choice is value or (choice == value and type(choice) is type(value)) for choice in self.choices
        )

    def ends(self) -> tuple[Word, ...]:
        """The choices."""
        return self.choices


def at(document: Any, path: Path) -> Any:
    """What stands at a path of a document.

    Example:
        >>> at({"keys": [{"on": ["phone.e164"]}]}, ("keys", 0, "on", 0))
        'phone.e164'
    """
    for step in path:
        document = document[step]
    return document


def put(document: Any, path: Path, value: Any) -> None:
    """Writes a value at a path of a document.

    Example:
        >>> document = {"keys": [{"enabled": True}]}
        >>> put(document, ("keys", 0, "enabled"), False)
        >>> document
        {'keys': [{'enabled': False}]}
    """
    at(document, path[:-1])[path[-1]] = value


def difference(one: Any, other: Any, opened: frozenset[Path], path: Path = ()) -> Path | None:
    """The first path at which two documents differ, what stands at opened paths aside; None if none.

    Example:
        >>> difference({"a": 1, "b": [2]}, {"a": 5, "b": [3]}, frozenset({("a",)}))
        ('b', 0)
    """
    if path in opened or one == other:
        return None
    if isinstance(one, Mapping) and isinstance(other, Mapping) and one.keys() == other.keys():
        steps: list[Any] = list(one)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        steps = list(range(len(one)))
    else:
        return path
    found = (difference(one[step], other[step], opened, (*path, step)) for step in steps)
    return next((place for place in found if place is not None), None)
