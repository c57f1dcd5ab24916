"""Crowds: made-up interactions of a few people who resemble each other, for what no ordinary world shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from idlab.config import ScoringConfig, When
from idlab.export.variants import stranger, variants
from idlab.model import BUILT_IN_FIELDS, CHANNELS, Interaction

CROWDS = 170
"""How many crowds are made."""

LARGEST_HUB = 150
"""Key rules with a larger ``max_fanout`` are not driven over it: that would fill the bundle."""

_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_PEOPLE = (1, 2, 2, 3, 7)
_SIZES = (3, 5, 8, 14)
_SHARES = (0.0, 0.3, 0.6)


class _Draw(NamedTuple):
    """Numbers from 0 to 1 by what they are for: the same on every machine and in every release of Python."""

    crowd: int

    def share(self, *purpose: object) -> float:
        address = "/".join(map(str, (self.crowd, *purpose)))
        return int.from_bytes(sha256(address.encode()).digest()[:7], "big") / 2**56

    def below(self, limit: int, *purpose: object) -> int:
        return int(self.share(*purpose) * limit)


def crowds(config: ScoringConfig, number: int = CROWDS) -> list[Interaction]:
    """Interactions that are likely to reach rare levels, outcomes, reasons and guards under a config.

    Args:
        config: Names the fields to be filled, and the key rules to be driven over their ``max_fanout``.
        number: How many crowds of a few people; nothing joins two of them by design.

    Returns:
        The interactions, ordered by time and id.

    Example:
        >>> from pathlib import Path
        >>> made = crowds(ScoringConfig.load(Path("configs/default.json")), number=2)
        >>> len({interaction.interaction_id for interaction in made}) == len(made)
        True
    """
    made = [interaction for crowd in range(number) for interaction in _crowd(config, crowd)]
    for rule in range(len(config.keys)):
        made.extend(_hub(config, rule))
    made.extend(_renamed(config))
    made.extend(_alike(config))
    return sorted(made, key=lambda one: (one.occurred_at, one.interaction_id))


def _crowd(config: ScoringConfig, crowd: int) -> Iterator[Interaction]:
    """A few people in a few interactions: with little known, much alike, or with each other's values."""
    draw = _Draw(crowd)
    people = _PEOPLE[draw.below(len(_PEOPLE), "people")]
    missing, varied, swapped = (_SHARES[draw.below(3, what)] for what in ("missing", "varied", "swapped"))
    moment = _START + timedelta(minutes=crowd)
    for place in range(_SIZES[draw.below(len(_SIZES), "size")]):
        person = draw.below(people, place, "person")
        values: dict[str, str] = {}
        for field in config.fields:
            if draw.share(place, field.name, "missing") < missing:
                continue
            whose = person
            if draw.share(place, field.name, "swapped") < swapped:
                whose = draw.below(people, place, field.name, "whose")
            choices = variants(field.kind, 7 * crowd + whose)
            other = draw.share(place, field.name, "varied") < varied
            values[field.name] = choices[
                draw.below(len(choices), place, field.name, "variant") if other else 0
            ]
        yield _interaction(f"crowd-{crowd:04d}-{place:02d}", moment, place, values)
        late = draw.share(place, "late") < 0.15
        moment += timedelta(days=_longest(config) + 1) if late else timedelta(hours=1)


def _hub(config: ScoringConfig, rule: int) -> Iterator[Interaction]:
    """More strangers under one key than it may lead to, with some to spare for those taken for one."""
    shared = {part.partition(".")[0] for part in config.keys[rule].on}
    size = config.keys[rule].max_fanout * 5 // 4 + 3
    if size > LARGEST_HUB or not config.keys[rule].enabled:
        return
    kinds = {field.name: field.kind for field in config.fields}
    first = 100_000 * (rule + 1)
    for place in range(size):
        values = {name: variants(kinds[name], first)[0] for name in sorted(shared)}
        for name in ("full_name", "email"):
            if name in kinds and name not in shared:
                values[name] = variants(kinds[name], first + 1 + place)[-1]
        yield _interaction(f"hub-{rule:02d}-{place:03d}", _START + timedelta(minutes=place), place, values)


def _renamed(config: ScoringConfig) -> Iterator[Interaction]:
    """One person by every identifier, with another name each time, until each limit on names is passed."""
    guards = config.guards
    limits = (guards.max_distinct_names, guards.max_names_per_identifier)
    size = max((limit for limit in limits if limit is not None), default=0) + 4
    fields = {field.name: field.kind for field in config.fields if field.name != guards.name_field}
    if size > LARGEST_HUB or fields.keys() == {field.name for field in config.fields}:
        return
    values = {name: variants(kind, 90_000)[0] for name, kind in fields.items()}
    for place in range(size * guards.name_min_count):
        name = {guards.name_field: stranger(90_000 + place // guards.name_min_count)}
        yield _interaction(f"renamed-{place:03d}", _START + timedelta(hours=place), place, values | name)


def _alike(config: ScoringConfig) -> Iterator[Interaction]:
    """Pairs of interactions that agree in all fields but one, which differs in every way that there is."""
    number = 80_000
    for field in config.fields:
        for variant in range(len(variants(field.kind, 0))):
            number += 1
            values = {other.name: variants(other.kind, number)[0] for other in config.fields}
            name = f"alike-{field.name}-{variant}"
            yield _interaction(f"{name}-a", _START, variant, values)
            values[field.name] = variants(field.kind, number)[variant]
            later = timedelta(hours=1) if variant else timedelta(days=_longest(config) + 1)
            yield _interaction(f"{name}-b", _START + later, variant + 1, values)


def _interaction(name: str, moment: datetime, place: int, values: dict[str, str]) -> Interaction:
    built_in = {field: values[field] for field in BUILT_IN_FIELDS if field in values}
    conversation, _, participant = values.get("conversation", "").partition(" ")
    declared = {
        field: value
        for field, value in values.items()
        if field not in BUILT_IN_FIELDS and field != "conversation"
    }
    return Interaction(
        name,
        moment,
        CHANNELS[place % len(CHANNELS)],
        conversation_id=conversation or None,
        participant_id=participant or None,
        fields=declared,
        **built_in,
    )


def _longest(config: ScoringConfig) -> int:
    """The most days that any level waits for before a value is stale."""
    conditions = (level.when for field in config.fields for level in field.levels if level.when is not None)
    parts: Iterator[When] = (part for when in conditions for part in when.parts())
    return max((int(part.days or 0) for part in parts if part.equal_stale is not None), default=30)
