"""The scoring config: the one document that tuning writes and production reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from idlab.errors import BadInput
from idlab.normalize.kinds import KINDS
from idlab.normalize.options import NormalizeOptions

SCHEMA = "idlab.scoring/1"
"""The version of the document that this release writes and reads."""

Name = Annotated[str, Field(min_length=1, max_length=100)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Probability = Annotated[float, Field(gt=0, lt=1)]

_PREDICATES = (
    "equal",
    "equal_stale",
    "shared",
    "jaro_winkler",
    "damerau_levenshtein",
    "initials",
    "nickname",
    "phonetic",
    "partial",
    "date_near",
    "predicate",
    "all",
)
_ONLY_FORM = {
    "initials": "tokens",
    "nickname": "first",
    "phonetic": "phonetic",
    "partial": "tokens",
    "date_near": "ordinal",
}
_NUMBERS = {
    "equal_stale": ("days",),
    "date_near": ("days",),
    "damerau_levenshtein": ("at_most",),
    "jaro_winkler": ("at_least", "above"),
}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class When(_Part):
    """The condition of a comparison level: exactly one predicate over a form, with its number.

    Example:
        >>> When(jaro_winkler="full", at_least=0.92).predicate_name
        'jaro_winkler'
    """

    equal: str | None = None
    equal_stale: str | None = None
    shared: str | None = None
    jaro_winkler: str | None = None
    damerau_levenshtein: str | None = None
    initials: str | None = None
    nickname: str | None = None
    phonetic: str | None = None
    partial: str | None = None
    date_near: str | None = None
    predicate: str | None = None
    all: tuple[When, ...] | None = None

    form: str | None = Field(default=None, description="the form a registered predicate is called with")
    at_least: float | None = Field(default=None, gt=0, le=1, description="jaro_winkler: similarity >= this")
    above: float | None = Field(
        default=None, ge=0, lt=1, description="jaro_winkler: similarity > this; weighted_average only"
    )
    at_most: int | None = Field(
        default=None, ge=0, le=256, description="damerau_levenshtein: distance <= this"
    )
    days: float | None = Field(
        default=None, ge=0, le=36525, description="equal_stale: unseen for longer; date_near: at most apart"
    )

    @model_validator(mode="after")
    def _one_predicate(self) -> Self:
        named = [name for name in _PREDICATES if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(f"names {len(named)} predicates; name exactly one of {', '.join(_PREDICATES)}")
        wanted = _NUMBERS.get(named[0], ())
        given = [name for name in ("at_least", "above", "at_most", "days") if getattr(self, name) is not None]
        if any(name not in wanted for name in given):
            raise ValueError(
                f"{named[0]} does not take {given[0]}"
                + (f"; it takes {' or '.join(wanted)}" if wanted else "")
            )
        if wanted and len(given) != 1:
            raise ValueError(f"{named[0]} needs {' or '.join(wanted)}")
        if (named[0] == "predicate") != (self.form is not None):
            raise ValueError("a registered predicate needs the form it is called with, other predicates none")
        if self.all is not None and (not self.all or any(part.all is not None for part in self.all)):
            raise ValueError("all needs one or more plain conditions")
        return self

    @property
    def predicate_name(self) -> str:
        """The predicate this condition names."""
        return next(name for name in _PREDICATES if getattr(self, name) is not None)

    @property
    def form_name(self) -> str:
        """The form the predicate stands on."""
        return str(self.form if self.predicate is not None else getattr(self, self.predicate_name))

    def parts(self) -> tuple[When, ...]:
        """The plain conditions that must all hold."""
        return self.all if self.all is not None else (self,)


class TermFrequency(_Part):
    """How an ``equal`` level is adjusted for how common the value is: log2(u / max(tf, floor)).

    Args:
        u: The share of unrelated pairs that agree on this level by chance.
        floor: The smallest frequency that is believed.
    """

    u: Probability
    floor: Probability


class Fitted(_Part):
    """What a fit to data found for a level: a note for people, by which nothing is decided.

    Args:
        weight: The weight found, in bits; the level's own may have been tuned since.
        error: Its standard error, in bits.
    """

    weight: Number
    error: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Level(_Part):
    """One rung of agreement of a field.

    Args:
        name: What reports call it.
        when: Its condition; only the last level, which takes all that is left, has none.
        weight: Its log2 Bayes factor, in bits (``fellegi_sunter``).
        credit: 0 to 1, or ``similarity`` (``weighted_average``).
        term_frequency: The adjustment for common and rare values (``fellegi_sunter``).
        fitted: What a fit found, where there was enough to tell.
    """

    name: Name
    when: When | None = None
    weight: Number | None = Field(default=None, ge=-100, le=100)
    credit: Annotated[float, Field(ge=0, le=1)] | Literal["similarity"] | None = None
    term_frequency: TermFrequency | None = None
    fitted: Fitted | None = None


class FieldConfig(_Part):
    """One field of a record: how it is read, kept and compared.

    Args:
        name: A built-in field (``phone``, ``email``, ``full_name``, ``cookie_id``, ``ip_address``, ``conversation``) or a
            declared one, which is read from the column of that name.
        kind: How it is normalised, see ``idlab.normalize.kinds.KINDS``.
        levels: From the best to the worst; the last has no condition.
        keep: ``all`` values, or only the ``latest`` or ``first`` (``weighted_average`` only).
        weight: The field's share of the average (``weighted_average`` only).
        blocked: Values that count as missing (test accounts).
        known_shared: Values known to be used by several people (own numbers).
        term_frequencies: How common the more common values of the adjusted form are, as shares; only values with at
            least 20 holders belong here, and never e-mails or phones.
    """

    name: Name
    kind: Literal["phone", "email", "name", "cookie", "ip", "conversation", "text", "code", "date"]
    levels: tuple[Level, ...] = Field(min_length=1, max_length=100)
    keep: Literal["all", "latest", "first"] = "all"
    weight: Annotated[float, Field(gt=0, le=100)] | None = None
    blocked: tuple[str, ...] = ()
    known_shared: tuple[str, ...] = ()
    term_frequencies: dict[str, Annotated[float, Field(gt=0, le=1)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _levels_fit(self) -> Self:
        kind = KINDS[self.kind]
        for place, level in enumerate(self.levels):
            last = place == len(self.levels) - 1
            if last != (level.when is None):
                raise ValueError(f"level {level.name!r}: the last level, and no other, has no 'when'")
            for part in level.when.parts() if level.when else ():
                _check_form(part, kind.scalars, kind.lists, kind.numbers, where=f"level {level.name!r}")
            if level.term_frequency is not None:
                self._check_term_frequency(level)
        names = [level.name for level in self.levels]
        if len(set(names)) < len(names):
            raise ValueError(f"level names repeat: {', '.join(names)}")
        return self

    def _check_term_frequency(self, level: Level) -> None:
        if self.kind in ("phone", "email"):
            raise ValueError(f"level {level.name!r}: term frequencies never stand on a phone or an e-mail")
        if level.when is None or level.when.equal is None:
            raise ValueError(f"level {level.name!r}: only an 'equal' level can ask for term frequencies")


def _check_form(
    when: When, scalars: tuple[str, ...], lists: tuple[str, ...], numbers: tuple[str, ...], *, where: str
) -> None:
    only = _ONLY_FORM.get(when.predicate_name)
    valid = (only,) if only in (*scalars, *lists, *numbers) else () if only else scalars
    if when.form_name not in valid:
        allowed = (
            f"valid: {', '.join(valid)}" if valid else f"{when.predicate_name} does not apply to this kind"
        )
        raise ValueError(f"{where}: {when.predicate_name} has no form {when.form_name!r} here; {allowed}")


class KeyRule(_Part):
    """A way to look candidates up: one form, or several together, of one record.

    Args:
        on: Forms as ``field.form``.
        max_fanout: A value that leads to more identities than this is a hub and not used.
        enabled: False keeps the rule in the document, switched off.
    """

    on: tuple[str, ...] = Field(min_length=1, max_length=8)
    max_fanout: int = Field(default=200, ge=1, le=100_000)
    enabled: bool = True


class Calibration(_Part):
    """Scores that hold: a strictly rising curve from weights to probabilities, through knots.

    Between knots, and beyond them with the slope of the outermost two, the log odds are straight, so that every
    weight has one score and every threshold one weight. It says what is shown and what thresholds mean; candidates
    are ranked by weight as before.

    Args:
        weight: Of each knot, strictly rising.
        probability: Of each knot, strictly rising.

    Example:
        >>> Calibration(weight=(0.0, 8.0), probability=(0.5, 0.9)).probability
        (0.5, 0.9)
    """

    weight: tuple[Annotated[Number, Field(ge=-1e6, le=1e6)], ...] = Field(min_length=2, max_length=1000)
    probability: tuple[Annotated[float, Field(ge=1e-9, le=1 - 1e-9)], ...] = Field(
        min_length=2, max_length=1000
    )

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if len(self.weight) != len(self.probability):
            raise ValueError(
                f"{len(self.weight)} weights and {len(self.probability)} probabilities; give one of each a knot"
            )
        for name, knots in (("weight", self.weight), ("probability", self.probability)):
            place = next((k for k, (a, b) in enumerate(pairwise(knots)) if not b - a >= 1e-9), None)
            if place is not None:
                raise ValueError(
                    f"{name} {knots[place + 1]} follows {knots[place]}; knots must rise strictly, by 1e-9 or more"
                )
        return self


class Model(_Part):
    """How levels become one weight.

    Args:
        kind: ``fellegi_sunter`` (bits of evidence) or ``weighted_average`` (the baseline's).
        prior: log2 odds that a record and a candidate are one person before anything is compared.
        calibration: From weights to probabilities; null takes a weight for log2 odds, or for the score itself.
    """

    kind: Literal["fellegi_sunter", "weighted_average"]
    prior: Number | None = Field(default=None, ge=-100, le=100)
    calibration: Calibration | None = None


class Decide(_Part):
    """Thresholds and what happens beside them; probabilities, except ``margin`` and ``bridge_at``, which are weights."""

    merge_at: Probability
    pending_at: Probability
    margin: float = Field(default=0.0, ge=0, le=1000)
    on_rivals: Literal["bridge", "pending", "oldest"] = "pending"
    bridge_at: float = Field(default=0.0, ge=-1000, le=0)
    max_links: int = Field(default=5, ge=1, le=100)
    link_on_merge: bool = False
    flagged: Literal["set_aside", "top_wins"] = "set_aside"

    @model_validator(mode="after")
    def _band(self) -> Self:
        if self.pending_at > self.merge_at:
            raise ValueError(
                f"pending_at {self.pending_at} is above merge_at {self.merge_at}; it must be at most that"
            )
        return self


class Guards(_Part):
    """What protects identities and identifiers from too many names.

    Args:
        name_field: The field whose values are counted as names.
        max_distinct_names: An identity with more is flagged; null switches the guard off.
        same_name_level: Names at this level of the name field, or a better one, are one name.
        name_min_count: A name seen less often is not counted.
        guard_when: ``after`` takes the record in and flags the identity; ``before`` turns the record away.
        count_names_on: The fields whose values are identifiers that become shared.
        max_names_per_identifier: An identifier with more is shared from then on; null switches it off.
    """

    name_field: Name = "full_name"
    max_distinct_names: int | None = Field(default=3, ge=1, le=1000)
    same_name_level: Name | None = None
    name_min_count: int = Field(default=1, ge=1, le=1000)
    guard_when: Literal["after", "before"] = "after"
    count_names_on: tuple[str, ...] = ()
    max_names_per_identifier: int | None = Field(default=None, ge=1, le=1000)


class ScoringConfig(_Part):
    """Everything that a decision depends on, in one frozen document.

    Example:
        >>> config = ScoringConfig.load(Path("configs/default.json"))
        >>> config.model.kind
        'fellegi_sunter'
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, ignored_types=(cached_property,)
    )

    schema_: Literal["idlab.scoring/1"] = Field(alias="schema")
    name: Name
    normalize: NormalizeOptions = Field(default_factory=NormalizeOptions)
    fields: tuple[FieldConfig, ...] = Field(min_length=1, max_length=64)
    keys: tuple[KeyRule, ...] = Field(min_length=1, max_length=32)
    model: Model
    decide: Decide
    guards: Guards = Field(default_factory=Guards)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = [field.name for field in self.fields]
        if len(set(names)) < len(names):
            raise ValueError(f"field names repeat: {', '.join(names)}")
        for problem in (*self._key_problems(), *self._model_problems(), *self._guard_problems()):
            raise ValueError(problem)
        return self

    def _key_problems(self) -> Iterator[str]:
        forms = {field.name: KINDS[field.kind].scalars for field in self.fields}
        for place, rule in enumerate(self.keys):
            for key in rule.on:
                field, _, form = key.partition(".")
                if field not in forms:
                    yield f"keys.{place}.on: {key!r} names no declared field; valid: {', '.join(forms)}"
                elif form not in forms[field]:
                    yield f"keys.{place}.on: {key!r} names no form of {field}; valid: {', '.join(forms[field])}"
            if len(set(rule.on)) < len(rule.on):
                yield f"keys.{place}.on: a form repeats"
        if len({rule.on for rule in self.keys}) < len(self.keys):
            yield "keys: a rule repeats"

    def _model_problems(self) -> Iterator[str]:
        average = self.model.kind == "weighted_average"
        if average != (self.model.prior is None):
            yield "model.prior: fellegi_sunter needs it, weighted_average does not take it"
        for field in self.fields:
            if average != (field.weight is not None):
                yield f"fields.{field.name}.weight: weighted_average needs it, fellegi_sunter does not take it"
            for level in field.levels:
                yield from self._level_problems(field, level, average=average)
        if average:
            return
        for field in self.fields:
            if field.keep != "all":
                yield f"fields.{field.name}.keep: {field.keep!r} is for the baseline only (weighted_average); valid: 'all'"
        if self.decide.on_rivals == "oldest":
            yield "decide.on_rivals: 'oldest' is for the baseline only (weighted_average); valid: 'bridge', 'pending'"
        if self.decide.flagged == "top_wins":
            yield "decide.flagged: 'top_wins' is for the baseline only (weighted_average); valid: 'set_aside'"

    @staticmethod
    def _level_problems(field: FieldConfig, level: Level, *, average: bool) -> Iterator[str]:
        where = f"fields.{field.name}.levels.{level.name}"
        if average and (level.credit is None or level.weight is not None or level.term_frequency is not None):
            yield f"{where}: weighted_average levels have a credit, and neither weight nor term_frequency"
        if not average and (level.weight is None or level.credit is not None):
            yield f"{where}: fellegi_sunter levels have a weight, and no credit"
        if level.credit == "similarity" and (level.when is None or level.when.jaro_winkler is None):
            yield f"{where}: only a jaro_winkler level can earn its similarity as credit"
        if not average and level.when and any(part.above is not None for part in level.when.parts()):
            yield f"{where}: 'above' is for the baseline only (weighted_average); use 'at_least'"

    def _guard_problems(self) -> Iterator[str]:
        guards, fields = self.guards, {field.name: field for field in self.fields}
        for name in guards.count_names_on:
            if name not in fields or name == guards.name_field:
                yield f"guards.count_names_on: {name!r} is no declared identifier; valid: {', '.join(fields)}"
        names_counted = guards.max_distinct_names is not None or guards.max_names_per_identifier is not None
        if not names_counted:
            return
        if guards.name_field not in fields:
            yield f"guards.name_field: {guards.name_field!r} is no declared field; valid: {', '.join(fields)}"
            return
        levels = [level.name for level in fields[guards.name_field].levels[:-1]]
        if guards.same_name_level is not None and guards.same_name_level not in levels:
            yield f"guards.same_name_level: {guards.same_name_level!r} is no level of it; valid: {', '.join(levels)}"

    @classmethod
    def parse(cls, document: object, *, where: str = "scoring config") -> ScoringConfig:
        """Validate a document that was read from JSON.

        Args:
            document: The parsed JSON.
            where: What an error message calls the document.

        Raises:
            BadInput: With the path of the first field that is wrong and what is allowed.
        """
        if isinstance(document, dict) and document.get("schema") != SCHEMA:
            raise BadInput(
                f"schema is {document.get('schema')!r}, this release reads {SCHEMA!r}", where=where
            )
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            problem = _first_problem(error)
        raise BadInput(problem, where=where)  # without pydantic's error, which quotes the document

    @classmethod
    def load(cls, path: str | Path) -> ScoringConfig:
        """Read and validate a scoring config.

        Raises:
            BadInput: When the file cannot be read, is no JSON or no valid config.
        """
        try:
            document = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            problem = f"cannot be read ({type(error).__name__})"
        except json.JSONDecodeError as error:
            problem = f"is no JSON: {error.msg} in line {error.lineno}"
        else:
            return cls.parse(document, where=str(path))
        raise BadInput(problem, where=str(path))

    def to_json(self) -> str:
        """The document as indented JSON; what is null or left at its default stays out of levels."""
        return json.dumps(self._document(), indent=1, ensure_ascii=False) + "\n"

    def _document(self) -> dict[str, Any]:
        document = self.model_dump(mode="json", by_alias=True, exclude_none=False, exclude_unset=False) | {
            "fields": [field.model_dump(mode="json", exclude_none=True) for field in self.fields]
        }
        if self.model.calibration is None:
            del document["model"]["calibration"]
        return document

    @cached_property
    def digest(self) -> str:
        """sha256 of the canonical JSON: the same for the same meaning, whatever the file's layout."""
        canonical = json.dumps(self._document(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    path = path_in_config(first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        message = "is no key of a scoring config here; remove or correct it"
    return f"{path}: {message}" if path else message


def path_in_config(parts: Sequence[int | str]) -> str:
    """How messages call a place in a config; where it goes on by a value of people, it ends before that.

    Example:
        >>> path_in_config(("fields", 2, "term_frequencies", "ann lee"))
        'fields.2.term_frequencies'
    """
    names = list(map(str, parts))
    return ".".join(names[: names.index(_BY_VALUE) + 1] if _BY_VALUE in names else names)


_BY_VALUE = "term_frequencies"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scoring config, as written to ``configs/scoring.schema.json``."""
    return ScoringConfig.model_json_schema(by_alias=True)
