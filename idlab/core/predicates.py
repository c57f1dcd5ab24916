"""A user's own predicates: plain functions of two texts, registered by name and named in a scoring config."""

from __future__ import annotations

from collections.abc import Callable

from idlab.errors import BadInput

Predicate = Callable[[str, str], bool]

_registered: dict[str, Predicate] = {}


def predicate(name: str) -> Callable[[Predicate], Predicate]:
    """Register a function as a predicate that comparison levels can name.

    The function gets the same form of both sides, the record's first, and is never called where a side lacks it. It must
    depend on nothing but its arguments.

    Args:
        name: What levels call it: ``{"when": {"predicate": name, "form": "e164"}}``.

    Returns:
        A decorator that leaves the function as it is.

    Raises:
        BadInput: If another function is registered under this name.

    Example:
        >>> @predicate("same area code")
        ... def same_area_code(left: str, right: str) -> bool:
        ...     return left[:5] == right[:5]
        >>> same_area_code("+12025550143", "+12025550199")
        True
    """

    def register(function: Predicate) -> Predicate:
        known = _registered.setdefault(name, function)
        if known is not function and known.__code__ is not function.__code__:
            raise BadInput(f"a predicate named {name!r} is registered already", hint="choose another name")
        _registered[name] = function
        return function

    return register


def registered(name: str) -> Predicate:
    """The predicate of this name.

    Raises:
        BadInput: If none is registered under it.
    """
    if name not in _registered:
        known = ", ".join(sorted(_registered)) or "none"
        raise BadInput(
            f"predicate {name!r} is not registered; registered: {known}",
            hint="register it with @idlab.predicate before the config is used",
        )
    return _registered[name]
