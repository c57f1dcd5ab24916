"""A curve: the numbers along one knob while all others stay, every point an exact replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from idlab.errors import BadInput
from idlab.explore.knobs import Dial, Knob, Settings, Value, moved
from idlab.metrics import Rate

POINTS = 9
"""How many positions of a knob without a grid a curve has at most, beside the one it stands at."""


class CurvePoint(NamedTuple):
    """The numbers at one position of a knob.

    Args:
        value: The position.
        rates: The numbers there.
    """

    value: Value
    rates: Mapping[str, Rate]


class Curve(NamedTuple):
    """The numbers along one knob, by its positions.

    Args:
        knob: The knob.
        points: In the order of its positions.
    """

    knob: Knob
    points: tuple[CurvePoint, ...]

    def with_point(self, point: CurvePoint) -> Curve:
        """The same with one point more, or another one at its position."""
        others = [one for one in self.points if one.value != point.value]
        return Curve(
            self.knob, tuple(sorted((*others, point), key=lambda one: place_of(self.knob, one.value)))
        )


def place_of(knob: Knob, value: Value) -> float:
    """Where a position stands along its knob: the number itself, or its place among the options.

    Raises:
        BadInput: If a choice has no such option.

    Example:
        >>> from idlab.explore.knobs import Pick
        >>> place_of(Pick("k", "g", "n", (), (1, 2, None)), None)
        2.0
    """
    if isinstance(knob, Dial) and isinstance(value, int | float):
        return float(value)
    options = getattr(knob, "options", ())
    if value not in options:
        raise BadInput(f"{value!r} is no position of {knob.key}", hint=f"valid are {options}")
    return float(options.index(value))


def positions(knob: Knob, settings: Settings, *, most: int = POINTS) -> list[Value]:
    """The positions that a curve along a knob has, those nearest to where it stands first.

    Args:
        knob: The knob.
        settings: Where the knobs stand.
        most: How many positions at most, beside the one where it stands, which is not among them.

    Example:
        >>> positions(Dial("k", "g", "n", (), 0.0, 10.0, 0.5), {"k": 5.0}, most=3)
        [0.0, 10.0]
    """
    found = [value for value in _spread(knob, most) if value != settings[knob.key]]
    here = place_of(knob, settings[knob.key])
    return sorted(found, key=lambda value: (abs(place_of(knob, value) - here), place_of(knob, value)))


def along(knob: Knob, settings: Settings, *, most: int = POINTS) -> Iterator[tuple[Value, dict[str, Value]]]:
    """The positions of a curve with the settings of each.

    Args:
        knob: The knob.
        settings: Where the knobs stand.
        most: How many positions at most.
    """
    for value in positions(knob, settings, most=most):
        yield value, moved(settings, knob.key, value)


def _spread(knob: Knob, most: int) -> list[Value]:
    """Positions over the whole range of a knob: its grid, if it has one."""
    if not isinstance(knob, Dial):
        options = getattr(knob, "options", ())
        step = max(1.0, (len(options) - 1) / max(most - 1, 1))
        return [options[round(place * step)] for place in range(int((len(options) - 1) / step) + 1)]
    if knob.grid:
        return list(knob.grid)
    steps = round((knob.high - knob.low) / knob.step)
    places = [round(steps * place / (most - 1)) for place in range(most)]
    return [round(knob.low + place * knob.step, 6) for place in places]
