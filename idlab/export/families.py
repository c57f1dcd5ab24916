"""Families: made-up people of many names on few identifiers, for what it takes a crowd of identities to show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from idlab.config import ScoringConfig
from idlab.export.made_up import START, Draw, interaction
from idlab.export.variants import relative, stranger, variants
from idlab.model import Interaction

FAMILIES = 60
"""How many families share some of their identifiers."""

LARGEST_FAMILY = 40
"""Limits that take more people to pass are not tried: such a stream would fill the bundle."""

_FIRST_PERSON = 4_800
"""The number of the first person; those below are in crowds and edges."""


def families(config: ScoringConfig, number: int = FAMILIES) -> list[Interaction]:
    """Interactions of families that lead to many identities at once, or to identities of many names.

    Args:
        config: Names the fields to be filled and the limits to be passed.
        number: How many families share some of their identifiers.

    Returns:
        The interactions, ordered by time and id; nothing joins two families by design.

    Example:
        >>> from pathlib import Path
        >>> len(families(ScoringConfig.load(Path("configs/default.json")), number=0)) > 0
        True
    """
    made: list[Interaction] = []
    if config.guards.name_field in {field.name for field in config.fields}:
        for family in range(number):
            made.extend(_sharing(config, family))
        made.extend(_of_many_names(config))
    return sorted(made, key=lambda one: (one.occurred_at, one.interaction_id))


def _sharing(config: ScoringConfig, family: int) -> Iterator[Interaction]:
    """People with some identifiers in common, and after them records that say no name."""
    draw, person, name = Draw(f"family {family}"), _FIRST_PERSON + 7 * family, config.guards.name_field
    size = config.decide.max_links + 4 + (config.guards.max_names_per_identifier or 0)
    if size > LARGEST_FAMILY:
        return
    values = {field.name: variants(field.kind, person)[0] for field in config.fields if field.name != name}
    common = [field for field in values if draw.share(field, "common") < 0.6]
    for place in range(size):
        told = {field: values[field] for field in common} | {name: stranger(person + 131 * place)}
        yield interaction(f"family-{family:02d}-{place:02d}", START + timedelta(hours=place), place, told)
    for place in range(size, size + 3):
        told = {field: values[field] for field in common if draw.share(field, place) < 0.7}
        yield interaction(f"family-{family:02d}-{place:02d}", START + timedelta(hours=place), place, told)


def _of_many_names(config: ScoringConfig) -> Iterator[Interaction]:
    """Two identities with half of the names allowed and more, one of them in common, and a record of both.

    They are told apart by all identifiers, or have no kind of identifier in common: then nothing contradicts.
    """
    guards = config.guards
    if guards.max_distinct_names is None or guards.max_distinct_names > LARGEST_FAMILY:
        return
    kinds = {field.name: field.kind for field in config.fields if field.name != guards.name_field}
    for number, split in enumerate(kinds):
        for apart in (False, True):
            person = _FIRST_PERSON + 7 * FAMILIES + 4 * number + 2 * apart
            one, two = (
                {name: variants(kind, whose)[0] for name, kind in kinds.items()}
                for whose in (person, person + 1)
            )
            both = two | {split: one[split]}
            if apart:
                one = {split: one.pop(split)}
                del two[split]
            yield from _named(
                f"names-{split}-{'apart' if apart else 'alike'}", config, person, (one, two, both)
            )


def _named(
    name: str,
    config: ScoringConfig,
    person: int,
    values: tuple[dict[str, str], dict[str, str], dict[str, str]],
) -> Iterator[Interaction]:
    """The records of both identities, each under names of one family, and the record that says none."""
    guards, place = config.guards, 0
    one, two, both = values
    half = (guards.max_distinct_names or 0) // 2 + 2
    for side, identity in enumerate((one, two)):
        for other in (0, *range(1 + side * half, half + side * half)):
            for _ in range(guards.name_min_count):
                told = identity | {guards.name_field: relative(person, other)}
                yield interaction(f"{name}-{place:03d}", START + timedelta(hours=place), place, told)
                place += 1
    yield interaction(f"{name}-{place:03d}", START + timedelta(hours=place), place, both)
