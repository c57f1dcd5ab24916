"""The world that looks most like a profile: which numbers of a scenario to take, and which the profile cannot tell.

Every draw of a synthetic world is addressed, so a world changes smoothly with its numbers, and the statistics of its
profile are nearly linear in them. That makes this a regularised least-squares problem: Gauss and Newton's method with
Broyden's update takes one world per number and a dozen more, where a search without slopes would need thousands.

Sources: Nocedal and Wright 2006, Numerical Optimization, chapter 10; Broyden 1965; for what the data cannot tell,
Gelman et al. 2013, Bayesian Data Analysis, chapter 5: a posterior no narrower than the prior.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idlab.errors import BadInput
from idlab.profile import Difference, Profile, differences, distance
from idlab.telling import Telling

Floats = NDArray[np.float64]
Make = Callable[[Mapping[str, float]], Profile]
"""Makes the world with these numbers and profiles it; raises ``BadInput`` where they do not go together."""

_PROBE = 1.0
"""How far a number is moved to see what it changes, in units of its spread."""

_UNTOLD = 0.85
"""A number whose spread the profile narrows by less than this is pinned."""

_WEIGHT = 0.25
"""Statistics overlap: four of them count as one."""

_LEAST_GAIN = 0.002
_HALVINGS = 3


class Knob(NamedTuple):
    """A number of a scenario that may be fitted.

    Args:
        name: Its dotted name.
        value: What it is in the scenario to start from.
        low, high: The range that it may have.
        spread: How far it may plausibly be from there, as a standard deviation.
        whole: Whether it is a whole number.
        told_by: The statistic that shows it as it is, such as the fill rate of a field; empty if none does. It is
            read there and not searched for.
    """

    name: str
    value: float
    low: float
    high: float
    spread: float
    whole: bool = False
    told_by: str = ""


class Fitted(NamedTuple):
    """One number as fitted: its value, and the standard deviation that the profile leaves it."""

    value: float
    deviation: float


@dataclass(frozen=True)
class FittedWorld:
    """What was found.

    Args:
        fitted: The numbers that the profile tells, by name.
        pinned: The names of those that it does not; they stay as they were.
        profile: The profile of the world with these numbers.
        before, after: Its distance from the one asked for, at the start and now.
        apart: What remains, statistic by statistic, the furthest apart first.
        worlds: How many worlds were made.
    """

    fitted: Mapping[str, Fitted]
    pinned: tuple[str, ...]
    profile: Profile
    before: float
    after: float
    apart: tuple[Difference, ...]
    worlds: int

    @property
    def overrides(self) -> dict[str, float]:
        """The numbers to replace in the scenario."""
        return {name: found.value for name, found in self.fitted.items()}


def fit_world(
    target: Profile, knobs: Sequence[Knob], make: Make, *, rounds: int = 8, count: Telling | None = None
) -> FittedWorld:
    """Find the numbers of a scenario whose world looks most like a profile.

    Args:
        target: The profile to come near.
        knobs: The numbers that may change.
        make: Makes a world with some of them replaced and profiles it, always with the same seed.
        rounds: How many steps to take at most, after one look at each number.
        count: Told about progress.

    Returns:
        The numbers, which of them the profile cannot tell, and what distance remains.
    """
    search = _Search(target, [knob for knob in knobs if knob.low < knob.high], make, count)
    before = search.best.distance
    search.read_what_is_told()
    slopes = search.slopes()
    for taken in range(rounds):
        search.say("stepping", taken, rounds)
        gained, slopes = search.step(slopes)
        if not gained:
            break
    search.read_what_is_told()
    left = search.spread_left(slopes)
    search.pin(left > _UNTOLD)
    return search.result(before, left)


class _Point(NamedTuple):
    """A world tried: places of the knobs in units of their spread, its profile, its differences and its price."""

    place: Floats
    profile: Profile
    steps: Floats
    price: float
    distance: float


class _Search:
    """The search so far; arrays are by searched knob."""

    def __init__(self, target: Profile, knobs: Sequence[Knob], make: Make, count: Telling | None) -> None:
        self._target, self._make, self._count = target, make, count
        self._knobs = [knob for knob in knobs if knob.told_by not in target.statistics]
        self._read = [knob for knob in knobs if knob.told_by in target.statistics]
        self._told: dict[str, float] = {}
        self._names = list(target.statistics)
        self._start = np.array([knob.value for knob in self._knobs])
        self._spread = np.array([knob.spread for knob in self._knobs])
        self._worlds = 0
        self.best = self._tried(np.zeros(len(self._knobs)))

    def say(self, doing: str, done: int, total: int) -> None:
        """Report progress."""
        if self._count is not None:
            self._count(doing, done, total)

    def _values(self, place: Floats) -> dict[str, float]:
        """The numbers that differ from the start."""
        values = self._start + place * self._spread
        moved = {
            knob.name: float(round(value)) if knob.whole else value
            for knob, value, moved in zip(self._knobs, values.tolist(), place.tolist(), strict=True)
            if moved != 0
        }
        return {**self._told, **moved}

    def _within(self, place: Floats) -> Floats:
        """The nearest place at which every number is in its range, and whole where it has to be."""
        low = np.array([knob.low for knob in self._knobs])
        high = np.array([knob.high for knob in self._knobs])
        values = np.clip(self._start + place * self._spread, low, high)
        whole = np.array([knob.whole for knob in self._knobs], dtype=np.bool_)
        values = np.where(whole, np.round(values), values)
        inside: Floats = (values - self._start) / self._spread
        return inside

    def _tried(self, place: Floats) -> _Point:
        """A point; where the numbers do not go together, one that looks like the best and is never taken."""
        self._worlds += 1
        try:
            profile = self._make(self._values(place))
        except BadInput:
            if not hasattr(self, "best"):
                raise
            return self.best._replace(place=place, price=inf)
        found = {one.name: one.steps for one in differences(self._target, profile)}
        steps = np.array([found.get(name, 0.0) for name in self._names])
        price = float(_WEIGHT * (steps @ steps) + place @ place)
        return _Point(place, profile, steps, price, distance(self._target, profile))

    def _keep(self, point: _Point) -> bool:
        """Whether a point is better than the best, which it then is."""
        better = point.price < self.best.price
        if better:
            self.best = point
        return better

    def read_what_is_told(self) -> None:
        """Take over what the target shows as it is, corrected by what the best world so far makes of it."""
        before, seen = self._told, self.best.profile.statistics
        self._told = dict(before)
        for knob in self._read:
            used, wanted = before.get(knob.name, knob.value), self._target.statistics[knob.told_by].value
            got = seen[knob.told_by].value if knob.told_by in seen else used
            value = used * wanted / got if used > 0 and got > 0 else wanted
            if value != knob.value:
                self._told[knob.name] = min(max(value, knob.low), knob.high)
        if self._told != before:
            self.best = self._tried(self.best.place)

    def slopes(self) -> Floats:
        """[statistics, knobs] how much every statistic moves with every knob."""
        here, columns = self.best, []
        for number, knob in enumerate(self._knobs):
            self.say(f"looking at {knob.name}", number, len(self._knobs))
            place = here.place.copy()
            place[number] += _PROBE
            moved = self._within(place)
            if moved[number] - here.place[number] < _PROBE / 4:
                place[number] -= 2 * _PROBE
                moved = self._within(place)
            change = moved[number] - here.place[number]
            columns.append((self._tried(moved).steps - here.steps) / change)
        return np.stack(columns, axis=1)

    def step(self, slopes: Floats) -> tuple[bool, Floats]:
        """Take the best step that the slopes promise; returns whether it gained enough, and the slopes corrected by it."""
        here = self.best
        normal = _WEIGHT * slopes.T @ slopes + np.eye(slopes.shape[1])
        towards = -np.linalg.solve(normal, _WEIGHT * slopes.T @ here.steps + here.place)
        for _ in range(_HALVINGS + 1):
            point = self._tried(self._within(here.place + towards))
            went = point.place - here.place
            if went @ went > 0:
                missed = point.steps - here.steps - slopes @ went
                slopes = slopes + np.outer(missed, went) / (went @ went)
            if self._keep(point):
                return here.price - point.price > _LEAST_GAIN * here.price, slopes
            towards = towards / 2
        return False, slopes

    def spread_left(self, slopes: Floats) -> Floats:
        """[knobs] the spread that the profile leaves every number, as a share of what it was before."""
        normal = _WEIGHT * slopes.T @ slopes + np.eye(slopes.shape[1])
        left: Floats = np.sqrt(np.diag(np.linalg.inv(normal)))
        return left

    def pin(self, untold: NDArray[np.bool_]) -> None:
        """Put the numbers that the profile cannot tell back to where they were."""
        if (self.best.place[untold] != 0).any():
            self.best = self._tried(np.where(untold, 0.0, self.best.place))

    def result(self, before: float, left: Floats) -> FittedWorld:
        """What was found."""
        values, fitted, pinned = self._values(self.best.place), {}, []
        for knob, share in zip(self._knobs, left.tolist(), strict=True):
            if knob.name in values:
                fitted[knob.name] = Fitted(values[knob.name], share * knob.spread)
            elif share > _UNTOLD:
                pinned.append(knob.name)
        for knob in self._read:
            if knob.name in values:
                deviation = self._target.statistics[knob.told_by].deviation
                fitted[knob.name] = Fitted(values[knob.name], deviation)
        apart = tuple(differences(self._target, self.best.profile))
        best = self.best
        return FittedWorld(fitted, tuple(pinned), best.profile, before, best.distance, apart, self._worlds)
