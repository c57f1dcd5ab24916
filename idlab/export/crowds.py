"""Crowds: made-up interactions of a few people who resemble each other, for what no ordinary world shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from idlab.config import ScoringConfig
from idlab.export.made_up import START, Draw, interaction, longest_wait
from idlab.export.variants import newcomer, stranger, variants
from idlab.model import Interaction

CROWDS = 170
"""How many crowds are made."""

LARGEST_HUB = 160
"""Larger crowds are not made: a bundle with a hub of 200 identities would take a second more to verify."""

_PLENTY = ("email", "cookie", "code", "text")
"""Kinds of which there are values enough for strangers to have one each."""

_PEOPLE = (1, 2, 2, 3, 7)
_SIZES = (3, 5, 8, 14)
_SHARES = (0.0, 0.3, 0.6)


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
        >>> len({one.interaction_id for one in made}) == len(made)
        True
    """
    made = [one for crowd in range(number) for one in _crowd(config, crowd)]
    for rule in range(len(config.keys)):
        made.extend(_hub(config, rule))
    made.extend(_renamed(config))
    made.extend(_alike(config))
    return sorted(made, key=lambda one: (one.occurred_at, one.interaction_id))


def _crowd(config: ScoringConfig, crowd: int) -> Iterator[Interaction]:
    """A few people in a few interactions: with little known, much alike, or with each other's values."""
    draw = Draw(crowd)
    people = _PEOPLE[draw.below(len(_PEOPLE), "people")]
    missing, varied, swapped = (_SHARES[draw.below(3, what)] for what in ("missing", "varied", "swapped"))
    moment = START + timedelta(minutes=crowd)
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
        yield interaction(f"crowd-{crowd:04d}-{place:02d}", moment, place, values)
        late = draw.share(place, "late") < 0.15
        moment += longest_wait(config) if late else timedelta(hours=1)


def _hub(config: ScoringConfig, rule: int) -> Iterator[Interaction]:
    """Twice as many strangers under one key as it may lead to: some are taken for one, others wait for answers."""
    shared = {part.partition(".")[0] for part in config.keys[rule].on}
    size = 2 * config.keys[rule].max_fanout + 3
    if size > LARGEST_HUB or not config.keys[rule].enabled:
        return
    first = 100_000 * (rule + 1)
    for place in range(size):
        values: dict[str, str] = {}
        for field in config.fields:
            if field.name in shared:
                values[field.name] = variants(field.kind, first)[0]
            elif field.kind == "name":
                values[field.name] = newcomer(first + 1 + place)
            elif field.kind in _PLENTY:
                values[field.name] = variants(field.kind, first + 1 + place)[-1]
        yield interaction(f"hub-{rule:02d}-{place:03d}", START + timedelta(minutes=place), place, values)


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
        yield interaction(f"renamed-{place:03d}", START + timedelta(hours=place), place, values | name)


def _alike(config: ScoringConfig) -> Iterator[Interaction]:
    """Pairs of interactions that agree in all fields but one, which differs in every way that there is."""
    number = 80_000
    for field in config.fields:
        for variant in range(len(variants(field.kind, 0))):
            number += 1
            values = {other.name: variants(other.kind, number)[0] for other in config.fields}
            name = f"alike-{field.name}-{variant}"
            yield interaction(f"{name}-a", START, variant, values)
            values[field.name] = variants(field.kind, number)[variant]
            later = timedelta(hours=1) if variant else longest_wait(config)
            yield interaction(f"{name}-b", START + later, variant + 1, values)
