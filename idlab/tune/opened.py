"""Rules applied to parameters: opened in a range of one's own, pinned at a value, tied to another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from idlab.errors import BadInput
from idlab.tune.parameter import Choice, Parameter, Path, Real, Whole, put
from idlab.tune.rules import AT_BASE, Range, Tie

Found = Mapping[str, tuple[str, Any]]
"""By parameter, the section of the rules it belongs to and what that says of it."""


@dataclass(frozen=True)
class Tied:
    """A parameter that follows another one.

    Args:
        parameter: What follows.
        to: Where what it follows stands in the document.
        rule: How.
    """

    parameter: Parameter
    to: Path
    rule: Tie

    def follow(self, written: Any) -> Any:
        """What is to be written, given what is written for the other; null and words follow as they are."""
        if isinstance(written, bool) or not isinstance(written, int | float):
            return written
        value = self.rule.times * written + self.rule.plus
        return round(value) if isinstance(self.parameter, Whole) else value


def opened(parameter: Parameter, rule: Range | Sequence[Any] | None, where: str = "space") -> Parameter:
    """A parameter in the range or with the choices that a rule gives it; as it is for None.

    Args:
        parameter: As it is by default.
        rule: What a user says of it.
        where: What an error message calls the rules.

    Raises:
        BadInput: If the rule does not fit the parameter.

    Example:
        >>> opened(Real("prior", ("model", "prior"), -12.0, -4.0), (-9, -7)).high
        -7.0
    """
    if rule is None:
        return parameter
    where = f"{where}: open: {parameter.name}"
    if isinstance(parameter, Choice):
        if isinstance(rule, Range):
            raise BadInput(
                f"it is a choice of {_listed(parameter.choices)}", where=where, hint="list choices"
            )
        return replace(parameter, choices=tuple(rule))
    if isinstance(rule, Range):
        low, high, log = rule.low, rule.high, rule.log
    elif len(rule) == 2:
        (low, high), log = rule, None
    else:
        raise BadInput(f"got {_listed(rule)}", where=where, hint="write [low, high]")
    assert isinstance(parameter, Real | Whole)
    return _in_range(parameter, low, high, log=parameter.log if log is None else log, where=where)


def _in_range(
    parameter: Real | Whole, low: float | None, high: float | None, *, log: bool, where: str
) -> Parameter:
    ends = (parameter.low if low is None else low, parameter.high if high is None else high)
    for end in ends:
        if isinstance(end, bool) or not isinstance(end, int | float):
            raise BadInput(f"{end!r} is no number", where=where, hint="write [low, high]")
        if isinstance(parameter, Whole) and end != int(end):
            raise BadInput(f"{end} is no whole number", where=where, hint="write whole numbers")
    if ends[0] > ends[1] or (log and ends[0] <= 0):
        above = "low must be above 0 on a logarithmic scale" if log and ends[0] <= 0 else "low is above high"
        raise BadInput(f"got {ends[0]} to {ends[1]}", where=where, hint=above)
    if isinstance(parameter, Whole):
        limit = parameter.limit and high is None
        return replace(parameter, low=int(ends[0]), high=int(ends[1]), log=log, limit=limit)
    exact = frozenset(number for number in parameter.exact if ends[0] <= number <= ends[1])
    return replace(parameter, low=float(ends[0]), high=float(ends[1]), log=log, exact=exact)


def pinned(document: Mapping[str, Any], parameters: Mapping[str, Parameter], found: Found) -> dict[str, Any]:
    """The document with every pinned number at the value that its rule names.

    Args:
        document: The base's.
        parameters: Every tunable parameter, by name.
        found: What the rules say of each.
    """
    made = deepcopy(dict(document))
    for name, (section, value) in found.items():
        if section == "pin" and value is not AT_BASE:
            put(made, parameters[name].path, value)
    return made


def tied(parameters: Mapping[str, Parameter], found: Found, where: str = "space") -> tuple[Tied, ...]:
    """The ties, in the order of the parameters.

    Args:
        parameters: Every tunable parameter, by name.
        found: What the rules say of each.
        where: What an error message calls the rules.

    Raises:
        BadInput: If one is tied to itself, to one that is tied, or to one of another kind.
    """
    ties = []
    for name, (section, rule) in found.items():
        if section != "tie":
            continue
        place = f"{where}: tie: {name}"
        if found[rule.to][0] == "tie":
            raise BadInput(
                f"{rule.to} is tied itself", where=place, hint="tie it to one that is open or pinned"
            )
        one, other = parameters[name], parameters[rule.to]
        if isinstance(one, Choice) != isinstance(other, Choice):
            raise BadInput(f"{rule.to} is of another kind", where=place, hint="tie numbers to numbers")
        ties.append(Tied(one, other.path, rule))
    return tuple(ties)


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(str, values))
