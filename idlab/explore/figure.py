"""The explorer's figure: a small panel for each number, with its curve along a knob and where it stands now.

Drawn as SVG by hand, since it is drawn anew at every move; colours are those of the page's theme, and what
they tell apart differs in shape as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from idlab.explore.curve import Curve, place_of
from idlab.explore.knobs import Dial, Knob, Pick, Value
from idlab.explore.look import joined
from idlab.explore.readings import SHOWN, UNITS
from idlab.metrics import Rate
from idlab.report.wording import number

WIDTH, HEIGHT = 300, 168
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 24, 26
_TICKS = 4


class Scale(NamedTuple):
    """From numbers to places on the screen.

    Args:
        low, high: The numbers at its ends.
        start, stop: The places of these.
    """

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """The place of a number, to a tenth."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(self.start + share * (self.stop - self.start), 1)


def figure(
    curve: Curve, value: Value, rates: Mapping[str, Rate], pinned: Mapping[str, Mapping[str, Rate]]
) -> Markup:
    """The four panels.

    Args:
        curve: The numbers along a knob, as far as they are known.
        value: Where the knob stands.
        rates: The numbers there.
        pinned: Numbers to compare with, by name: dashed lines.
    """
    panels = joined(
        _panel(name, curve, value, rates[name], {one: found[name] for one, found in pinned.items()})
        for name in SHOWN
    )
    caption = (
        f"along {curve.knob.group.lower()}: {curve.knob.name}; every point a full replay, bands and whiskers are "
        "95 % intervals; the diamond is where it stands, dashes are pinned"
    )
    return Markup('<figure><div class="panels">{}</div><figcaption>{}</figcaption></figure>').format(
        panels, caption
    )


def along_axis(knob: Knob, value: Value) -> float:
    """Where a position stands along the horizontal axis: thresholds by their log odds.

    Example:
        >>> along_axis(Dial("k", "g", "n", (), 0.1, 0.9, 0.1, (0.5,)), 0.5)
        0.0
    """
    place = place_of(knob, value)
    if isinstance(knob, Dial) and knob.grid:
        return math.log2(place / (1 - place))
    return place


def ticks(low: float, high: float, most: int = _TICKS) -> list[float]:
    """Round numbers between two: steps of 1, 2 or 5 times a power of ten.

    Example:
        >>> ticks(0.0, 1.0), ticks(383.0, 612.0)
        ([0.0, 0.5, 1.0], [400.0, 500.0, 600.0])
    """
    span = high - low
    if span <= 0:
        return [low]
    rough = span / (most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in (1, 2, 5, 10) if power * one >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(step * place, 10) for place in range(first, math.floor(high / step + 1e-9) + 1)]


def _panel(name: str, curve: Curve, value: Value, rate: Rate, pinned: Mapping[str, Rate]) -> Markup:
    knob, unit = curve.knob, UNITS[name]
    known = [
        (along_axis(knob, point.value), *_ends(point.rates[name]))
        for point in curve.points
        if point.rates[name].value is not None
    ]
    here = along_axis(knob, value)
    ends = [end for point in known for end in point[1:]]
    ends += [end for one in (rate, *pinned.values()) for end in one if end is not None]
    x = Scale(*_range(knob, here), _LEFT, WIDTH - _RIGHT)
    y = Scale(*_padded(ends, unit), HEIGHT - _BOTTOM, _TOP)
    parts = [
        *_axes(knob, x, y, unit),
        *_pinned(pinned, y),
        *_band(known, x, y),
        *_marker(here, rate, x, y),
        Markup('<text x="0" y="12" font-weight="600">{}</text>').format(
            SHOWN[name] + (", %" if unit == "share" else "")
        ),
    ]
    told = f"{SHOWN[name]} now {_text(rate, unit)}; curve of {len(known)} points along {knob.name}"
    return Markup(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" data-number="{}" data-points="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, told, name, len(known), joined(parts))


def _text(rate: Rate, unit: str) -> str:
    return "nothing to judge" if rate.value is None else number(rate.value, unit)


def _ends(rate: Rate) -> tuple[float, float, float]:
    assert rate.value is not None
    assert rate.low is not None
    assert rate.high is not None
    return rate.value, rate.low, rate.high


def _range(knob: Knob, here: float) -> tuple[float, float]:
    """The ends of the horizontal axis."""
    if isinstance(knob, Dial):
        held = (*knob.grid, *(() if knob.grid else (knob.low, knob.high)))
        places = [*(along_axis(knob, one) for one in held), here]
        return min(places), max(places)
    return 0.0, float(len(getattr(knob, "options", ())) - 1)


def _padded(ends: list[float], unit: str) -> tuple[float, float]:
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    room = max(0.08 * (high - low), 0.002 if unit == "share" else 0.5)
    low, high = max(low - room, 0.0), high + room
    return low, min(high, 1.0) if unit == "share" else high


def _axes(knob: Knob, x: Scale, y: Scale, unit: str) -> list[Markup]:
    scale = 100.0 if unit == "share" else 1.0
    parts = []
    for tick in ticks(y.low * scale, y.high * scale):
        at = y(tick / scale)
        line = Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="var(--line)"/>').format(
            _LEFT, WIDTH - _RIGHT, at, at
        )
        text = Markup('<text class="soft" x="{}" y="{}" text-anchor="end">{}</text>').format(
            _LEFT - 6, at + 4, f"{tick:,g}"
        )
        parts += [line, text]
    for place, told in _positions(knob, x):
        parts.append(
            Markup('<text class="soft" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                x(place), HEIGHT - 8, told
            )
        )
    return parts


def _positions(knob: Knob, x: Scale) -> list[tuple[float, str]]:
    """What stands below the horizontal axis."""
    if isinstance(knob, Pick):
        every = max(1, math.ceil(len(knob.options) / 7))
        return [(float(place), _option(one)) for place, one in enumerate(knob.options) if place % every == 0]
    if isinstance(knob, Dial) and knob.grid:
        return [(along_axis(knob, one), f"{one:g}") for one in (0.5, 0.75, 0.9, 0.98, 0.999)]
    return [(tick, f"{tick:g}") for tick in ticks(x.low, x.high, 5)]


def _option(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "off" if value is None else str(value)[:9]


def _band(known: list[tuple[float, float, float, float]], x: Scale, y: Scale) -> list[Markup]:
    """The curve: a line through its points, over the band of their intervals."""
    if not known:
        return []
    upper = [f"{x(place)},{y(high)}" for place, _, _, high in known]
    lower = [f"{x(place)},{y(low)}" for place, _, low, _ in reversed(known)]
    line = " ".join(f"{x(place)},{y(value)}" for place, value, _, _ in known)
    dots = joined(
        Markup('<circle cx="{}" cy="{}" r="2.2" fill="var(--plain)"/>').format(x(place), y(value))
        for place, value, _, _ in known
    )
    return [
        Markup('<polygon points="{}" fill="var(--plain)" opacity="0.22"/>').format(
            " ".join([*upper, *lower])
        ),
        Markup('<polyline points="{}" fill="none" stroke="var(--plain)" stroke-width="1.4"/>').format(line),
        dots,
    ]


def _pinned(pinned: Mapping[str, Rate], y: Scale) -> list[Markup]:
    parts = []
    for name, rate in pinned.items():
        if rate.value is not None:
            at = y(rate.value)
            parts.append(
                Markup(
                    '<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="var(--false)" stroke-dasharray="5 4"/>'
                    '<text x="{}" y="{}" text-anchor="end" style="fill:var(--false)">{}</text>'
                ).format(_LEFT, WIDTH - _RIGHT, at, at, WIDTH - _RIGHT, at - 3, name[:18])
            )
    return parts


def _marker(here: float, rate: Rate, x: Scale, y: Scale) -> list[Markup]:
    if rate.value is None:
        return []
    value, low, high = _ends(rate)
    at, middle = x(here), y(value)
    diamond = f"M{at},{middle - 6}l6,6l-6,6l-6,-6z"
    return [
        Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" stroke="var(--merge)" stroke-width="2"/>').format(
            at, at, y(low), y(high)
        ),
        Markup('<path class="now" d="{}" fill="var(--merge)" stroke="var(--surface)"/>').format(diamond),
    ]
