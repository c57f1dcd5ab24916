"""Rules of a search space: what a user opens, pins and ties, read from a YAML file or given in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from idlab.errors import BadInput, why_unread

AT_BASE = object()
"""Pins a parameter at what the base says."""

_SECTIONS = ("rest", "open", "pin", "tie")
_RESTS = ("open", "pinned")
_RANGE = ("low", "high", "log")


@dataclass(frozen=True)
class Range:
    """The range that a number is opened with; what is None stays as it is by default.

    Args:
        low: Least value.
        high: Greatest value.
        log: Whether to search on a logarithmic scale.
    """

    low: float | None = None
    high: float | None = None
    log: bool | None = None


class Tie(NamedTuple):
    """A parameter that follows another one: ``times`` x the other + ``plus``.

    Args:
        to: The name of the other, which is not tied itself.
        times: A factor.
        plus: What is added.
    """

    to: str
    times: float = 1.0
    plus: float = 0.0


@dataclass(frozen=True)
class SpaceRules:
    """What is opened, pinned and tied; names may hold ``*`` except in ties, and an exact name beats a pattern.

    Args:
        rest: Whether what no rule names is ``open``, in a range around the base, or ``pinned`` at the base.
        open: By name a ``Range``, the choices of a word, or None for the range that it has by default.
        pin: By name a value as it stands in the config, or ``AT_BASE``.
        tie: By name a ``Tie``.
        where: What error messages call the rules, such as the file they come from.

    Example:
        >>> rules = SpaceRules.parse({"pin": ["guards/*"], "open": {"decide/margin": [0, 6]}})
        >>> rules.open["decide/margin"], list(rules.pin)
        ((0, 6), ['guards/*'])
    """

    rest: str = "open"
    open: Mapping[str, Range | Sequence[Any] | None] = field(default_factory=dict)
    pin: Mapping[str, Any] = field(default_factory=dict)
    tie: Mapping[str, Tie] = field(default_factory=dict)
    where: str = field(default="space", compare=False)

    @classmethod
    def load(cls, path: Path | str) -> SpaceRules:
        """Reads a YAML file of rules.

        Raises:
            BadInput: If it cannot be read, is no YAML, or holds a rule that cannot be understood.
        """
        try:
            document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(why_unread(error), where=str(path), hint="check the path") from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f" in line {mark.line + 1}" if mark else ""
            raise BadInput(f"is no YAML{line}", where=str(path)) from None
        return cls.parse({} if document is None else document, where=str(path))

    @classmethod
    def parse(cls, document: object, *, where: str = "space") -> SpaceRules:
        """Rules from a document of plain values, as YAML gives it.

        Args:
            document: A mapping with the keys ``rest``, ``open``, ``pin`` and ``tie``, each optional.
            where: What an error message calls it.

        Raises:
            BadInput: On the first rule that cannot be understood.
        """
        if not isinstance(document, Mapping):
            raise BadInput("is no mapping", where=where, hint=f"write it with {', '.join(_SECTIONS)}")
        _check_keys(document, _SECTIONS, where)
        rest = document.get("rest", "open")
        if rest not in _RESTS:
            raise BadInput(f"rest is {rest!r}", where=where, hint=f"valid are {' and '.join(_RESTS)}")
        opened = {
            name: _opened(rule, f"{where}: open: {name}") for name, rule in _rules(document, "open", where)
        }
        pinned = dict(_rules(document, "pin", where, AT_BASE))
        tied = {name: _tied(rule, f"{where}: tie: {name}") for name, rule in _rules(document, "tie", where)}
        return cls(rest, opened, pinned, tied, where)

    def document(self) -> dict[str, Any]:
        """The rules as JSON, for the record of a study."""
        return {
            "rest": self.rest,
            "open": {name: _told(rule) for name, rule in sorted(self.open.items())},
            "pin": {
                name: "at the base" if value is AT_BASE else value for name, value in sorted(self.pin.items())
            },
            "tie": {name: list(tie) for name, tie in sorted(self.tie.items())},
        }

    def rule_of(self, name: str) -> tuple[str, Any]:
        """Which section a parameter belongs to, and what that says of it.

        Args:
            name: The parameter.

        Returns:
            ``open``, ``pin`` or ``tie`` with the rule, or ``rest`` with None.

        Raises:
            BadInput: If two sections name it, neither or both exactly.
        """
        for matches in (lambda pattern: pattern == name, lambda pattern: fnmatchcase(name, pattern)):
            found = [
                (section, rule)
                for section in _SECTIONS[1:]
                for pattern, rule in getattr(self, section).items()
                if matches(pattern)
            ]
            if len({section for section, _ in found}) > 1:
                sections = " and ".join(dict.fromkeys(section for section, _ in found))
                raise BadInput(f"{name} stands under {sections}", where=self.where, hint="name it under one")
            if found:
                return found[-1]
        return "rest", None

    def check_names(self, names: Sequence[str]) -> None:
        """Refuses a rule that is about no parameter.

        Args:
            names: The parameters there are.

        Raises:
            BadInput: Naming the valid names.
        """
        patterns = (*self.open, *self.pin)
        for pattern in patterns:
            if not any(fnmatchcase(name, pattern) for name in names):
                raise _no_parameter(pattern, names, self.where)
        for name in (*self.tie, *(tie.to for tie in self.tie.values())):
            if name not in names:
                raise _no_parameter(name, names, self.where)


def _told(rule: Range | Sequence[Any] | None) -> Any:
    return asdict(rule) if isinstance(rule, Range) else rule if rule is None else list(rule)


def _no_parameter(name: str, names: Sequence[str], where: str) -> BadInput:
    near = get_close_matches(name, names, 1, 0.6)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return BadInput(f"{name!r} is no parameter", where=where, hint=f"{meant}valid are {', '.join(names)}")


def _rules(
    document: Mapping[Any, Any], section: str, where: str, alone: object = None
) -> list[tuple[str, Any]]:
    """The rules of a section by name: a list names parameters only."""
    rules = document.get(section) or {}
    if isinstance(rules, list):
        rules = dict.fromkeys(map(str, rules), alone)
    if not isinstance(rules, Mapping):
        hint = "write a list of names, or names with what is said of each"
        raise BadInput(f"{section} is {rules!r}", where=where, hint=hint)
    return [(str(name), rule) for name, rule in rules.items()]


def _opened(rule: object, where: str) -> Range | Sequence[Any] | None:
    if rule is None:
        return None
    if isinstance(rule, list) and rule:
        return tuple(rule)
    if isinstance(rule, Mapping):
        _check_keys(rule, _RANGE, where)
        if isinstance(rule.get("log", False), bool):
            return Range(*(rule.get(name) for name in _RANGE))
    raise BadInput(
        f"got {rule!r}", where=where, hint="write [low, high], a list of choices, or low, high and log"
    )


def _tied(rule: object, where: str) -> Tie:
    if isinstance(rule, str):
        return Tie(rule)
    if isinstance(rule, Mapping) and isinstance(rule.get("to"), str):
        _check_keys(rule, Tie._fields, where)
        numbers = [rule.get("times", 1.0), rule.get("plus", 0.0)]
        if all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
            return Tie(rule["to"], *map(float, numbers))
    raise BadInput(f"got {rule!r}", where=where, hint="write the other's name, or to, times and plus")


def _check_keys(mapping: Mapping[Any, Any], valid: Sequence[str], where: str) -> None:
    for key in mapping:
        if key not in valid:
            raise BadInput(f"{key!r} is no key here", where=where, hint=f"valid are {', '.join(valid)}")
