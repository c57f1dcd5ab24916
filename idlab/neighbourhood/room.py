"""Room in lists that are used again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any


def on_demand(make: Callable[[int], Any]) -> Any:
    """What the core reads by place, as it does a list, made when it first reads it: most of it never is.

    Args:
        make: What stands at a place.

    Example:
        >>> squares = on_demand(lambda place: place * place)
        >>> squares[3], dict(squares)
        (9, {3: 9})
    """
    return _OnDemand(make)


class _OnDemand(dict[int, Any]):
    __slots__ = ("_make",)

    def __init__(self, make: Callable[[int], Any]) -> None:
        self._make = make

    def __missing__(self, place: int) -> Any:
        made = self[place] = self._make(place)
        return made


def make_room(lists: Iterable[Any], size: int, blank: object = 0) -> None:
    """Let each of the lists have at least this many places, and twice as many as it had.

    Example:
        >>> cells = [7]
        >>> make_room([cells], 2)
        >>> cells
        [7, 0]
    """
    for cells in lists:
        more = max(size, 2 * len(cells)) - len(cells)
        cells.extend([blank] * more)


def by_slots(named: Any) -> Any:
    """The same names over slots, a named tuple within it too: the interpreter reads these three times as fast.

    Example:
        >>> from typing import NamedTuple
        >>> class Point(NamedTuple):
        ...     x: int
        ...     y: int
        >>> by_slots(Point(3, 4)).y
        4
    """
    if not hasattr(named, "_fields"):
        return named
    made = _slotted(type(named).__name__, named._fields)()
    for name, part in zip(named._fields, named, strict=True):
        setattr(made, name, by_slots(part))
    return made


@cache
def _slotted(name: str, fields: tuple[str, ...]) -> type[Any]:
    return type(name, (), {"__slots__": fields})
