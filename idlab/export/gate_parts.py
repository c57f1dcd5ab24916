"""What a gates file consists of: limits, floors and ceilings, margins and promises."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from idlab.evaluate.difference import PER_1000
from idlab.evaluate.noninferiority import MEASURES as ON_CHANNELS
from idlab.evaluate.slices import MEASURES as ON_SLICES
from idlab.metrics.summary import MEANS, SHARES
from idlab.model import BUILT_IN_FIELDS

Place = tuple[str, ...]
Number = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, lt=1)]


def _named(places: Mapping[Any, Any] | list[Place]) -> Mapping[str, Place]:
    return MappingProxyType({".".join(filter(None, place)): tuple(filter(None, place)) for place in places})


METRICS = _named([*SHARES, *MEANS, *PER_1000])
"""Everything that a gate can be about, by name, with its place in the numbers of an evaluation."""

_NO_DIRECTION = ("outcomes", "ceiling", "shipped_ceiling")

COMPARED = _named([place for place in (*SHARES, *PER_1000) if place[0] not in _NO_DIRECTION])
"""What a config can be inferior in: rates of which more is better, and numbers per 1,000 of which less is."""


IDENTIFYING = frozenset(
    {
        *BUILT_IN_FIELDS,
        *("interaction_id", "conversation", "conversation_id", "participant_id", "person_id", "household_id"),
    }
)
"""Columns that no slice can be by: a verdict names the worst slice, and bundles hold nothing of real people."""


class Part(BaseModel):
    """A part of a gates file: frozen, and naming the valid keys beside one that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, given: Any) -> Any:
        valid = [field.alias or name for name, field in cls.model_fields.items()]
        unknown = [key for key in given if key not in valid] if isinstance(given, Mapping) else []
        if unknown:
            raise ValueError(f"{str(unknown[0])!r} is no key here; valid: {', '.join(valid)}")
        return given


def _or_a_number(schema: dict[str, Any]) -> None:
    """As it may be written: a number stands for itself."""
    whole = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "number"}, whole]


class Limit(Part):
    """A number, or a distance from what production's config does on the same data.

    Args:
        value: The number.
        production: What is added to production's own number, as -0.03.
        otherwise: The number where production's config has nothing to judge.
    """

    model_config = ConfigDict(json_schema_extra=_or_a_number)

    value: Number | None = None
    production: Number | None = None
    otherwise: Number | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, given: Any) -> Any:
        if isinstance(given, int | float) and not isinstance(given, bool):
            return {"value": given}
        if not isinstance(given, Mapping | Limit):
            raise ValueError(f"got {given!r}; give a number, or {{production: DISTANCE}}")  # noqa: TRY004 - pydantic's
        return given

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.value is None) == (self.production is None):
            raise ValueError("give a number, or {production: DISTANCE} from what production's config does")
        if self.value is not None and self.otherwise is not None:
            raise ValueError("'otherwise' belongs beside 'production' only")
        return self


class Bounded(Part):
    """What must lie on one side of a limit: exactly one of the two.

    Args:
        at_least: A floor, which the lower end of the interval must keep.
        at_most: A ceiling, which the upper end must keep.
    """

    at_least: Limit | None = None
    at_most: Limit | None = None

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give exactly one of at_least, at_most")
        return self

    @property
    def is_floor(self) -> bool:
        """Whether it is a floor, not a ceiling."""
        return self.at_least is not None

    @property
    def limit(self) -> Limit:
        """The floor or the ceiling."""
        limit = self.at_least if self.at_most is None else self.at_most
        assert limit is not None
        return limit


class MetricGate(Bounded):
    """A floor or a ceiling of a metric.

    Args:
        name: What verdicts call it.
        metric: One of ``METRICS``, or several joined by `` + ``, whose interval ends are added.
    """

    name: str = Field(min_length=1, max_length=100)
    metric: str

    @field_validator("metric")
    @classmethod
    def _known(cls, metric: str) -> str:
        for part in metric.split(" + "):
            _check_name(part, METRICS, "metric")
        return metric


class NonInferiority(Part):
    """By how much a config may be worse than production's, at the bad end of the paired interval.

    Args:
        overall: A margin for each of ``COMPARED``, in its own unit.
        per_channel: A margin for each measure, on every channel that has cases, as a share.
    """

    overall: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] = Field(default_factory=dict)
    per_channel: dict[str, Share] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Self:
        for name in self.overall:
            _check_name(name, COMPARED, "metric")
        for name in self.per_channel:
            _check_name(name, ON_CHANNELS, "measure")
        return self


class SliceGate(Bounded):
    """No slice worse than a limit.

    Args:
        name: What verdicts call it.
        measure: What is sliced, see ``idlab.evaluate.slices.MEASURES``.
        by: What slices have in common: ``channel``, ``channels``, ``region``, ``corruption``, ``household``,
            ``identity age``, or a column of the data.
        least_cases: Slices with fewer are left out.
    """

    name: str = Field(min_length=1, max_length=100)
    measure: str
    by: tuple[str, ...] = Field(default=("channel",), min_length=1)
    least_cases: int = Field(
        default=100, ge=20, description="at least 20, so that no slice is about a few people"
    )

    @field_validator("measure")
    @classmethod
    def _known(cls, measure: str) -> str:
        _check_name(measure, ON_SLICES, "measure")
        return measure

    @model_validator(mode="after")
    def _shows_nobody(self) -> Self:
        if self.limit.value is None:
            raise ValueError("a slice's limit is a number")
        for name in self.by:
            if name in IDENTIFYING:
                raise ValueError(f"by: {name!r} tells people apart, and verdicts stand in bundles")
        return self


class Certified(Part):
    """A promise about merges that must hold at the config's own ``merge_at``, by Learn-then-Test.

    Args:
        false_merge_rate: The rate of false merges that is promised.
        risk: The risk that the promise does not hold.
    """

    false_merge_rate: Share
    risk: Share = 0.05


class Radius(Part):
    """How far wrong merges may reach: each measure at most so much."""

    identifiers: Annotated[float, Field(ge=0)] | None = None
    interactions: Annotated[float, Field(ge=0)] | None = None
    persons: Annotated[float, Field(ge=0)] | None = None
    days: Annotated[float, Field(ge=0)] | None = None


class BlastRadius(Part):
    """The blast radius of wrong merges: what they laid open to other people.

    Args:
        worst: Limits for the wrong merge that reaches farthest.
        mean: Limits for the upper end of the mean over wrong merges.
    """

    worst: Radius = Radius()
    mean: Radius = Radius()


class Fresh(Part):
    """The hold-out worlds that are made for the gates, with seeds that nothing was tuned or chosen on.

    Args:
        worlds: How many; every gate is asked on each.
        interactions: Of each.
    """

    worlds: int = Field(default=1, ge=1, le=100)
    interactions: int = Field(default=20_000, ge=100, le=10_000_000)


def _check_name(name: str, valid: Mapping[str, Any] | tuple[str, ...], what: str) -> None:
    if name not in valid:
        raise ValueError(f"{name!r} is no {what}; valid: {', '.join(valid)}")
