"""How many people to label for an interval as narrow as wanted."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import stdtrit

from idlab.errors import BadInput
from idlab.metrics.intervals import unseen_share


def people_needed(
    half_width: float, share: float, *, spread: float | None = None, level: float = 0.95
) -> int:
    """How many people to label so that an interval reaches so far to either side.

    People are drawn by their interactions, so the B-cubed share of one is a number from 0 to 1 whose mean is
    the metric, and its standard deviation is at most sqrt(share (1 - share)) (Bhatia & Davis 2000).

    Args:
        half_width: How far the interval shall reach, above 0.
        share: What the metric is expected to be, 0 to 1.
        spread: The standard deviation between people, as a pilot showed; the largest there can be if None.
        level: Of the interval.

    Raises:
        BadInput: If a number is out of range.

    Example:
        >>> people_needed(0.02, 0.9), people_needed(0.02, 0.9, spread=0.15)
        (867, 219)
    """
    if not 0 < half_width < 1:
        raise BadInput(f"the half width is {half_width} and must lie between 0 and 1", where="half_width")
    if not 0 <= share <= 1:
        raise BadInput(f"the share is {share} and must lie between 0 and 1", where="share")
    if not 0 < level < 1:
        raise BadInput(f"the level is {level} and must lie between 0 and 1", where="level")
    most = math.sqrt(share * (1 - share))
    deviation = most if spread is None else spread
    if not 0 <= deviation < np.inf:
        raise BadInput(f"the spread is {spread} and must be at least 0", where="spread")
    people = 2
    while _reach(people, share, deviation, level) > half_width:
        people *= 2
    fewer = people // 2
    while fewer + 1 < people:
        middle = (fewer + people) // 2
        enough = _reach(middle, share, deviation, level) <= half_width
        fewer, people = (fewer, middle) if enough else (middle, people)
    return people


def _reach(people: int, share: float, deviation: float, level: float) -> float:
    """How far the interval reaches: Student's, or what one kind of person not yet seen could hide."""
    chance = float(stdtrit(people - 1, (1 + level) / 2)) * deviation / math.sqrt(people)
    return max(chance, max(share, 1 - share) * unseen_share(people, level))
