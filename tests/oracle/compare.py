"""How two values agree, what that is worth, and what it adds up to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from idlab.config import FieldConfig, ScoringConfig, When
from idlab.model import Evidence
from idlab.normalize.kinds import KINDS, forms_of
from tests.oracle.similarity import damerau_levenshtein, jaro_winkler

Predicate = Callable[[str, str], bool]
MICROSECONDS_A_DAY = 86_400_000_000


class Pair(NamedTuple):
    """Two values of one field: ``left`` is the record's (or the earlier profile's), ``right`` the profile's.

    ``unseen`` is how many microseconds ago the profile saw its value last, None where nothing can be stale;
    ``shared`` says that either value is marked as shared.
    """

    left: str
    right: str
    unseen: int | None = None
    shared: bool = False


class Agreement(NamedTuple):
    """The level (its place in the list) that a field reached, and its contribution."""

    level: int
    contribution: float


class Comparer:
    """The compare and weigh part of the truth table, one pair of values at a time."""

    def __init__(self, config: ScoringConfig, predicates: Mapping[str, Predicate]) -> None:
        self.config = config
        self.predicates = predicates
        self._holds: dict[str, Callable[[When, FieldConfig, Pair], bool]] = {
            "equal": self._equal,
            "equal_stale": self._equal_stale,
            "shared": lambda part, field, pair: pair.shared and self._equal(part, field, pair),
            "jaro_winkler": self._jaro_winkler,
            "damerau_levenshtein": self._damerau_levenshtein,
            "initials": self._initials,
            "nickname": self._nickname,
            "phonetic": self._equal,
            "partial": self._partial,
            "date_near": self._date_near,
            "predicate": self._predicate,
        }

    # forms

    def scalar(self, field: FieldConfig, value: str, form: str) -> str | None:
        place = KINDS[field.kind].scalars.index(form)
        return forms_of(field.kind, value, self.config.normalize).scalars[place]

    def _words(self, field: FieldConfig, value: str, form: str) -> tuple[str, ...]:
        place = KINDS[field.kind].lists.index(form)
        return forms_of(field.kind, value, self.config.normalize).lists[place]

    def _number(self, field: FieldConfig, value: str, form: str) -> int | None:
        place = KINDS[field.kind].numbers.index(form)
        return forms_of(field.kind, value, self.config.normalize).numbers[place]

    def _both(self, part: When, field: FieldConfig, pair: Pair) -> tuple[str, str] | None:
        left = self.scalar(field, pair.left, part.form_name)
        right = self.scalar(field, pair.right, part.form_name)
        return None if left is None or right is None else (left, right)

    # predicates

    def _equal(self, part: When, field: FieldConfig, pair: Pair) -> bool:
        both = self._both(part, field, pair)
        return both is not None and both[0] == both[1]

    def _equal_stale(self, part: When, field: FieldConfig, pair: Pair) -> bool:
        assert part.days is not None
        stale = pair.unseen is not None and pair.unseen > part.days * MICROSECONDS_A_DAY
        return stale and self._equal(part, field, pair)

    def _jaro_winkler(self, part: When, field: FieldConfig, pair: Pair) -> bool:
        both = self._both(part, field, pair)
        if both is None:
            return False
        similarity = jaro_winkler(*both)
        return similarity >= part.at_least if part.at_least is not None else similarity > (part.above or 0.0)

    def _damerau_levenshtein(self, part: When, field: FieldConfig, pair: Pair) -> bool:
        assert part.at_most is not None
        both = self._both(part, field, pair)
        return both is not None and damerau_levenshtein(*both) <= part.at_most

    def _initials(self, _: When, field: FieldConfig, pair: Pair) -> bool:
        left, right = (self._words(field, value, "tokens") for value in (pair.left, pair.right))
        if len(left) != len(right) or len(left) < 2 or left[-1] != right[-1]:
            return False
        differing = [(a, b) for a, b in zip(left[:-1], right[:-1], strict=True) if a != b]
        short = [(len(a) == 1 and a == b[:1]) or (len(b) == 1 and b == a[:1]) for a, b in differing]
        return bool(short) and all(short)

    def _nickname(self, _: When, field: FieldConfig, pair: Pair) -> bool:
        last = [self.scalar(field, value, "last") for value in (pair.left, pair.right)]
        first = [self.scalar(field, value, "first") for value in (pair.left, pair.right)]
        if None not in last and last[0] != last[1]:
            return False
        meant = [set(self._words(field, value, "nicknames")) for value in (pair.left, pair.right)]
        return first[0] != first[1] and bool(meant[0] & meant[1])

    def _partial(self, _: When, field: FieldConfig, pair: Pair) -> bool:
        left, right = (Counter(self._words(field, value, "tokens")) for value in (pair.left, pair.right))
        return bool(left) and bool(right) and left != right and (left <= right or right <= left)

    def _date_near(self, part: When, field: FieldConfig, pair: Pair) -> bool:
        assert part.days is not None
        left, right = (self._number(field, value, "ordinal") for value in (pair.left, pair.right))
        return left is not None and right is not None and abs(left - right) <= part.days

    def _predicate(self, part: When, field: FieldConfig, pair: Pair) -> bool:
        assert part.predicate is not None
        both = self._both(part, field, pair)
        return both is not None and self.predicates[part.predicate](*both)

    # levels and contributions

    def level(self, field: FieldConfig, pair: Pair) -> int:
        """The place of the first level whose condition holds."""
        for place, level in enumerate(field.levels):
            parts = level.when.parts() if level.when else ()
            if all(self._holds[part.predicate_name](part, field, pair) for part in parts):
                return place
        raise AssertionError("the last level always holds")

    def contribution(self, field: FieldConfig, level_place: int, pair: Pair) -> float:
        """What a level adds for this pair of values."""
        level = field.levels[level_place]
        if self.config.model.kind == "weighted_average":
            assert field.weight is not None
            assert level.credit is not None
            if level.credit != "similarity":
                return field.weight * level.credit
            assert level.when is not None
            both = self._both(level.when, field, pair)
            assert both is not None
            return field.weight * jaro_winkler(*both)
        assert level.weight is not None
        adjustment = level.term_frequency
        if adjustment is None:
            return level.weight
        assert level.when is not None
        form = self.scalar(field, pair.left, level.when.form_name)
        share = field.term_frequencies.get(form, 0.0) if form is not None else 0.0
        return level.weight + math.log2(adjustment.u / max(share, adjustment.floor))

    def best(self, field: FieldConfig, pairs: list[Pair]) -> Agreement | None:
        """The best level over all pairs, and on it the largest contribution; None without pairs."""
        agreements = []
        for pair in pairs:
            place = self.level(field, pair)
            agreements.append(Agreement(place, self.contribution(field, place, pair)))
        return min(agreements, key=lambda agreed: (agreed.level, -agreed.contribution), default=None)

    # sums and thresholds

    def weigh(self, evidence: tuple[Evidence, ...]) -> float:
        """The weight of what all fields said, summed in the order of the config's fields."""
        compared = [one for one in evidence if one.level is not None]
        if self.config.model.kind == "fellegi_sunter":
            assert self.config.model.prior is not None
            # reading: from the left, starting with the prior.
            total = self.config.model.prior
            for one in compared:
                total += one.contribution
            return total
        share = {field.name: field.weight or 0.0 for field in self.config.fields}
        earned = possible = 0.0
        for one in compared:
            earned += one.contribution
            possible += share[one.field]
        return earned / possible if compared else 0.0

    def threshold(self, probability: float) -> float:
        """A threshold of the config in the unit of weights."""
        if self.config.model.calibration is not None:
            weights, odds = self.knots()
            return straight(odds, weights, math.log2(probability / (1 - probability)))
        if self.config.model.kind == "weighted_average":
            return probability
        return math.log2(probability / (1 - probability))

    def score(self, weight: float) -> float:
        """The score, 0 to 1, that people see for a weight."""
        if self.config.model.calibration is not None:
            weights, odds = self.knots()
            bits = straight(weights, odds, weight)
            return 0.0 if -bits > 1000 else 1 / (1 + 2.0**-bits)
        if self.config.model.kind == "weighted_average":
            return weight
        return 0.0 if -weight > 1000 else 1 / (1 + 2.0**-weight)

    def knots(self) -> tuple[list[float], list[float]]:
        """Weights and log2 odds of the calibration's knots."""
        calibration = self.config.model.calibration
        assert calibration is not None
        return list(calibration.weight), [math.log2(p / (1 - p)) for p in calibration.probability]


def straight(xs: list[float], ys: list[float], x: float) -> float:
    """On the line through the two knots around x; before the first and past the last two, on theirs."""
    left = 0
    while left + 2 < len(xs) and xs[left + 1] <= x:
        left += 1
    slope = (ys[left + 1] - ys[left]) / (xs[left + 1] - xs[left])
    return ys[left] + (x - xs[left]) * slope
