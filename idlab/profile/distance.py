"""How far two profiles are apart."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from idlab.profile.profile import Profile

FLOOR = 0.01
"""What a difference must at least be to matter, beside chance."""


class Difference(NamedTuple):
    """One statistic of two profiles.

    Args:
        name: Its name.
        one, other: Its value in each.
        steps: How far they are apart, in units of chance and ``FLOOR`` together; the sign is that of other - one.
    """

    name: str
    one: float
    other: float
    steps: float


def differences(one: Profile, other: Profile) -> list[Difference]:
    """Every statistic that both profiles have, the furthest apart first.

    A profile lacks what it would have to say of too few rows, and without truth or labels what they tell.

    Example:
        >>> from idlab.profile.profile import Statistic
        >>> left = Profile(100, 180, None, {"fill.voice.phone": Statistic(0.9, 0.0)})
        >>> right = Profile(100, 180, None, {"fill.voice.phone": Statistic(0.8, 0.0)})
        >>> [(found.name, round(found.steps, 6)) for found in differences(left, right)]
        [('fill.voice.phone', -10.0)]
    """
    names = one.statistics.keys() & other.statistics.keys()
    found = [_difference(name, one, other) for name in sorted(names)]
    return sorted(found, key=lambda difference: -abs(difference.steps))


def distance(one: Profile, other: Profile) -> float:
    """The root of the mean of the squared steps over all statistics; near 1 or below, they look alike."""
    steps = [difference.steps for difference in differences(one, other)]
    return sqrt(sum(step * step for step in steps) / max(1, len(steps)))


def _difference(name: str, one: Profile, other: Profile) -> Difference:
    left, right = one.statistics[name], other.statistics[name]
    scale = sqrt(left.deviation**2 + right.deviation**2 + FLOOR**2)
    return Difference(name, left.value, right.value, (right.value - left.value) / scale)
