"""A scoring config made ready to decide: thresholds as weights, levels as tables, listed values normalised."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from idlab.config import Calibration, FieldConfig, Level, Model, ScoringConfig, When
from idlab.core.codes import (
    DAMERAU_LEVENSHTEIN,
    DATE_NEAR,
    EQUAL,
    EQUAL_STALE,
    FELLEGI_SUNTER,
    INITIALS,
    JARO_WINKLER,
    JARO_WINKLER_ABOVE,
    KEEPS,
    MISSING,
    NICKNAME,
    NO_LIMIT,
    ON_RIVALS,
    PARTIAL,
    SHARED,
    USER,
    WEIGHTED_AVERAGE,
)
from idlab.core.predicates import Predicate, registered
from idlab.core.world import Rules
from idlab.errors import BadInput
from idlab.normalize.kinds import KINDS
from idlab.normalize.normalizer import FieldSpec, Normalizer

DAY = 86_400_000_000
"""Microseconds in a day."""

_CODES = {
    "equal": EQUAL,
    "equal_stale": EQUAL_STALE,
    "shared": SHARED,
    "phonetic": EQUAL,
    "damerau_levenshtein": DAMERAU_LEVENSHTEIN,
    "initials": INITIALS,
    "nickname": NICKNAME,
    "partial": PARTIAL,
    "date_near": DATE_NEAR,
    "predicate": USER,
}


@dataclass(frozen=True)
class TermTable:
    """Bits to add for the form of a value on an ``equal`` level: from the table, or for a value that is not in it."""

    field: int
    form: int
    bits: dict[str, float]
    unlisted: float


@dataclass(frozen=True)
class Compiled:
    """What both engines need of a scoring config.

    Args:
        rules: The tables that the core reads.
        normalizer: Turns raw identifiers into records.
        known_shared: Per field, normalised values that are shared from the start.
        terms: The term-frequency adjustments, by the number a level refers to.
        keys: Per key rule, the (field, form) pairs it is made of.
        predicates: Registered predicates, by the number a level refers to.
        level_names: Per field, the names of its levels.
        field_names: Names of the fields.
        digest: Digest of the config.
        curve: From weights to scores, where the config has one.
    """

    rules: Rules
    normalizer: Normalizer
    known_shared: tuple[frozenset[str], ...]
    terms: tuple[TermTable, ...]
    keys: tuple[tuple[tuple[int, int], ...], ...]
    predicates: tuple[Predicate, ...]
    level_names: tuple[tuple[str, ...], ...]
    field_names: tuple[str, ...]
    digest: str
    curve: Curve | None = None

    def score(self, weight: float) -> float:
        """The written score of a weight: the match probability, or the weighted average as it is."""
        return score_of(self.rules.model, weight, self.curve)


class Curve(NamedTuple):
    """A calibration, ready: log2 odds that rise with the weight, straight between knots and beyond them.

    Example:
        >>> curve = Curve((0.0, 8.0), (0.0, 2.0))
        >>> curve.odds(4.0), curve.odds(16.0), curve.weight_of(1.0)
        (1.0, 4.0, 4.0)
    """

    weight: tuple[float, ...]
    bits: tuple[float, ...]

    def odds(self, weight: float) -> float:
        """The calibrated log2 odds of a weight."""
        return _along(self.weight, self.bits, weight)

    def weight_of(self, bits: float) -> float:
        """The weight that has these calibrated log2 odds."""
        return _along(self.bits, self.weight, bits)


def _along(xs: tuple[float, ...], ys: tuple[float, ...], x: float) -> float:
    """The height at ``x`` of the line through the knots; the outermost two go on for ever."""
    k = min(max(bisect_right(xs, x), 1), len(xs) - 1)
    return ys[k - 1] + (x - xs[k - 1]) * ((ys[k] - ys[k - 1]) / (xs[k] - xs[k - 1]))


def score_of(model: int, weight: float, curve: Curve | None = None) -> float:
    """The written score of a weight; the one place where a weight becomes a probability.

    Example:
        >>> score_of(FELLEGI_SUNTER, 0.0)
        0.5
    """
    if curve is not None:
        weight = curve.odds(weight)
    elif model == WEIGHTED_AVERAGE:
        return weight
    return 0.0 if weight < -1000 else 1.0 / (1.0 + 2.0**-weight)


def compiled(config: ScoringConfig) -> Compiled:
    """Compile a scoring config.

    Raises:
        BadInput: When a listed value cannot be read or a predicate is not registered.
    """
    return _Compiler(config).result()


class _Compiler:
    def __init__(self, config: ScoringConfig) -> None:
        self.config = config
        self.names = [field.name for field in config.fields]
        self.level_start = [0]
        self.part_start = [0]
        self.worth: list[float] = []
        self.earns_similarity: list[int] = []
        self.term: list[int] = []
        self.predicate: list[int] = []
        self.form: list[int] = []
        self.cutoff: list[float] = []
        self.number: list[int] = []
        self.terms: list[TermTable] = []
        self.predicates: list[Predicate] = []

    def result(self) -> Compiled:
        config = self.config
        for place, field in enumerate(config.fields):
            for level in field.levels:
                self._level(place, field, level)
            self.level_start.append(len(self.worth))
        return Compiled(
            rules=self._rules(),
            normalizer=Normalizer(
                [
                    FieldSpec(field.name, field.kind, self._listed(field, field.blocked, "blocked"))
                    for field in config.fields
                ],
                config.normalize,
            ),
            known_shared=tuple(
                self._listed(field, field.known_shared, "known_shared") for field in config.fields
            ),
            terms=tuple(self.terms),
            keys=tuple(tuple(self._key_part(part) for part in rule.on) for rule in config.keys),
            predicates=tuple(self.predicates),
            level_names=tuple(tuple(level.name for level in field.levels) for field in config.fields),
            field_names=tuple(self.names),
            digest=config.digest,
            curve=_curve(config.model.calibration),
        )

    def _listed(self, field: FieldConfig, raw: tuple[str, ...], what: str) -> frozenset[str]:
        reader = Normalizer([FieldSpec(field.name, field.kind)], self.config.normalize)
        values = [reader.value(0, value)[0] for value in raw]
        if None in values:
            raise BadInput(
                f"entry {values.index(None) + 1} cannot be read as {field.kind}",
                where=f"fields.{field.name}.{what}",
                hint="write it as it would come in, or remove it",
            )
        return frozenset(value for value in values if value is not None)

    def _key_part(self, part: str) -> tuple[int, int]:
        name, _, form = part.partition(".")
        place = self.names.index(name)
        return place, KINDS[self.config.fields[place].kind].scalars.index(form)

    def _level(self, place: int, field: FieldConfig, level: Level) -> None:
        for part in level.when.parts() if level.when else ():
            self._part(field, part)
        self.part_start.append(len(self.predicate))
        similar = level.credit == "similarity"
        self.earns_similarity.append(int(similar))
        if isinstance(level.credit, float):
            self.worth.append(level.credit)
        else:
            self.worth.append(0.0 if level.weight is None else level.weight)
        self.term.append(self._term(place, field, level))

    def _term(self, place: int, field: FieldConfig, level: Level) -> int:
        adjust = level.term_frequency
        if adjust is None or level.when is None:
            return MISSING
        form = KINDS[field.kind].scalars.index(level.when.form_name)
        bits = {
            value: math.log2(adjust.u / max(frequency, adjust.floor))
            for value, frequency in field.term_frequencies.items()
        }
        self.terms.append(TermTable(place, form, bits, math.log2(adjust.u / adjust.floor)))
        return len(self.terms) - 1

    def _part(self, field: FieldConfig, when: When) -> None:
        name = when.predicate_name
        scalars = KINDS[field.kind].scalars
        self.form.append(scalars.index(when.form_name) if when.form_name in scalars else 0)
        self.cutoff.append(
            float(when.at_least or when.above or (when.days if name == "date_near" else 0) or 0)
        )
        if name == "jaro_winkler":
            self.predicate.append(JARO_WINKLER if when.above is None else JARO_WINKLER_ABOVE)
        else:
            self.predicate.append(_CODES[name])
        number = 0
        if name == "equal_stale" and when.days is not None:
            number = round(when.days * DAY)
        elif name == "damerau_levenshtein" and when.at_most is not None:
            number = when.at_most
        elif when.predicate is not None:
            number = len(self.predicates)
            self.predicates.append(registered(when.predicate))
        self.number.append(number)

    def _rules(self) -> Rules:
        config = self.config
        decide, guards = config.decide, config.guards
        average = config.model.kind == "weighted_average"
        counting = guards.max_distinct_names is not None or guards.max_names_per_identifier is not None
        name_field = self.names.index(guards.name_field) if counting else MISSING
        key_start = [0]
        for rule in config.keys:
            key_start.append(key_start[-1] + len(rule.on))
        return Rules(
            n_fields=len(self.names),
            model=WEIGHTED_AVERAGE if average else FELLEGI_SUNTER,
            prior=config.model.prior or 0.0,
            merge_at=_weight_of(decide.merge_at, config.model),
            pending_at=_weight_of(decide.pending_at, config.model),
            margin=decide.margin,
            bridge_at=decide.bridge_at,
            on_rivals=ON_RIVALS.index(decide.on_rivals),
            max_links=decide.max_links,
            link_on_merge=int(decide.link_on_merge),
            top_wins=int(decide.flagged == "top_wins"),
            name_field=name_field,
            max_names=NO_LIMIT if guards.max_distinct_names is None else guards.max_distinct_names,
            same_name=self._same_name(name_field),
            name_min_count=guards.name_min_count,
            before=int(guards.guard_when == "before"),
            max_identifier_names=NO_LIMIT
            if guards.max_names_per_identifier is None
            else guards.max_names_per_identifier,
            keep=[KEEPS.index(field.keep) for field in config.fields],
            field_weight=[field.weight or 0.0 for field in config.fields],
            asks_shared=[int(_asks_shared(field)) for field in config.fields],
            level_start=self.level_start,
            worth=self.worth,
            earns_similarity=self.earns_similarity,
            term=self.term,
            part_start=self.part_start,
            predicate=self.predicate,
            form=self.form,
            cutoff=self.cutoff,
            number=self.number,
            counts_names=[int(name in guards.count_names_on) for name in self.names],
            key_on=[int(rule.enabled) for rule in config.keys],
            max_fanout=[rule.max_fanout for rule in config.keys],
            key_start=key_start,
            key_field=[self._key_part(part)[0] for rule in config.keys for part in rule.on],
            key_always_lives=[
                int(all(config.fields[self._key_part(part)[0]].keep == "all" for part in rule.on))
                for rule in config.keys
            ],
        )

    def _same_name(self, name_field: int) -> int:
        if name_field == MISSING:
            return MISSING
        wanted = self.config.guards.same_name_level
        names = [level.name for level in self.config.fields[name_field].levels]
        return MISSING if wanted is None else names.index(wanted)


def _asks_shared(field: FieldConfig) -> bool:
    parts = [part for level in field.levels if level.when for part in level.when.parts()]
    return any(part.shared is not None for part in parts)


def _weight_of(threshold: float, model: Model) -> float:
    curve = _curve(model.calibration)
    if curve is not None:
        return curve.weight_of(_bits(threshold))
    return threshold if model.kind == "weighted_average" else _bits(threshold)


def _curve(calibration: Calibration | None) -> Curve | None:
    if calibration is None:
        return None
    return Curve(calibration.weight, tuple(_bits(likely) for likely in calibration.probability))


def _bits(probability: float) -> float:
    return math.log2(probability / (1.0 - probability))
