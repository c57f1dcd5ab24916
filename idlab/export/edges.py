"""Edges: made-up records that agree with identities in every mixture of ways, so that weights lie close together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from idlab.config import FieldConfig, ScoringConfig
from idlab.export.made_up import START, Draw, interaction, longest_wait
from idlab.export.variants import variants
from idlab.model import Interaction

PAIRS = 600
"""How many pairs are made: one identity, and a record whose weight with it decides."""

TRIPLES = 800
"""How many triples: two identities, and a record for which the difference of two weights or profiles decides."""

_FIRST_PERSON = 1_200
"""The number of the first person; those below are in crowds."""

_LACKING = 0.3
_LATE = 0.15


def edges(config: ScoringConfig, pairs: int = PAIRS, triples: int = TRIPLES) -> list[Interaction]:
    """Interactions whose weights are spread over what the levels of a config add up to.

    Args:
        config: Names the fields to be filled and the keys to be shared.
        pairs: How many pairs of interactions.
        triples: How many triples.

    Returns:
        The interactions, ordered by time and id; nothing joins two pairs or triples by design.

    Example:
        >>> from pathlib import Path
        >>> len(edges(ScoringConfig.load(Path("configs/default.json")), pairs=2, triples=3))
        13
    """
    rules = [[part.partition(".")[0] for part in rule.on] for rule in config.keys if rule.enabled]
    if not rules:
        return []
    made: list[Interaction] = []
    for pair in range(pairs):
        made.extend(_pair(config, rules, pair))
    for triple in range(triples):
        made.extend(_triple(config, rules, triple, _FIRST_PERSON + pairs + 2 * triple))
    return sorted(made, key=lambda one: (one.occurred_at, one.interaction_id))


def _pair(config: ScoringConfig, rules: Sequence[Sequence[str]], pair: int) -> Iterator[Interaction]:
    """Two interactions that share a key and agree as it falls in everything else."""
    draw, person = Draw(f"pair {pair}"), _FIRST_PERSON + pair
    shared = rules[pair % len(rules)]
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for field in config.fields:
        if field.name in shared:
            first[field.name] = second[field.name] = variants(field.kind, person)[0]
            continue
        if draw.share(field.name, "first") >= _LACKING / 2:
            first[field.name] = variants(field.kind, person)[0]
        if draw.share(field.name, "second") >= _LACKING:
            second[field.name] = _any_variant(draw, field, person, "second")
    wait = longest_wait(config) if draw.share("late") < _LATE else timedelta(hours=1)
    yield interaction(f"pair-{pair:04d}-a", START, pair, first)
    yield interaction(f"pair-{pair:04d}-b", START + wait, pair + 1, second)


def _triple(
    config: ScoringConfig, rules: Sequence[Sequence[str]], triple: int, person: int
) -> Iterator[Interaction]:
    """Two interactions of two people, and a third one that shares a key with each."""
    draw, other = Draw(f"triple {triple}"), person + 1
    keys = [rules[draw.below(len(rules), which)] for which in ("one key", "other key")]
    one: dict[str, str] = {}
    two: dict[str, str] = {}
    both: dict[str, str] = {}
    for field in config.fields:
        if draw.share(field.name, "one") >= _LACKING:
            one[field.name] = _any_variant(draw, field, person, "one")
        if draw.share(field.name, "two") >= _LACKING:
            whose = other if draw.share(field.name, "whose") < 0.6 else person
            two[field.name] = _any_variant(draw, field, whose, "two")
        if draw.share(field.name, "both") >= _LACKING:
            whose = (person, other)[draw.below(2, field.name, "of both")]
            both[field.name] = _any_variant(draw, field, whose, "both")
        for key, side, whose in zip(keys, (one, two), (person, other), strict=True):
            if field.name in key:
                side[field.name] = both[field.name] = variants(field.kind, whose)[0]
    for place, values in enumerate((one, two, both)):
        moment = START + timedelta(hours=place)
        yield interaction(f"triple-{triple:04d}-{'abc'[place]}", moment, triple + place, values)


def _any_variant(draw: Draw, field: FieldConfig, person: int, purpose: str) -> str:
    """One of a person's values: the value itself half of the time."""
    choices = variants(field.kind, person)
    if draw.share(field.name, purpose, "itself") < 0.5:
        return choices[0]
    return choices[draw.below(len(choices), field.name, purpose, "variant")]
