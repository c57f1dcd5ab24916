"""Three worlds: one to tune on, one to choose on, one to report on, between which nobody is shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.data.splits import components_of, split_by_component
from idlab.errors import BadInput
from idlab.evaluate import persons_of, tape_of
from idlab.metrics.arrays import Ints
from idlab.replay import Tape

Generate = Callable[[Mapping[str, Any], int], Dataset]
"""Makes the synthetic world of a recipe with another seed, truth included."""

FRACTIONS = (0.5, 0.25, 0.25)
"""The shares of a user's own dataset that are tuned on, chosen on and reported on."""

_LEAST = 0.5
"""A part with less than this share of what it should have is too small."""


@dataclass(frozen=True, eq=False)
class Worlds:
    """What a study reads, and how it came to be.

    Args:
        tuning: The worlds that trials are tried on.
        choice: The world on which the best of the trials is chosen.
        hold_out: The world that says how good it is; used for nothing else.
        origin: How they were made apart, as JSON.
    """

    tuning: tuple[Dataset, ...]
    choice: Dataset
    hold_out: Dataset
    origin: Mapping[str, Any]


def worlds_of(
    dataset: Dataset, config: ScoringConfig, seed: int, generate: Generate | None = None, used: int = 0
) -> Worlds:
    """Worlds to tune, choose and report on.

    A synthetic dataset is tuned on as it is; the others are worlds of the same recipe with seeds of their
    own. Any other dataset is parted: by connected components of persons, keys and counted identifiers, or, if
    one component is so large that parts come out too small, by persons alone, which the origin then says.

    Args:
        dataset: Read with truth or labels.
        config: Says which identifiers are keys or counted.
        seed: Of the study; draws the other seeds, or shuffles the components.
        generate: Makes synthetic worlds; None parts synthetic datasets as well.
        used: How many hold-out worlds of this study were reported on before; a synthetic one is made fresh.

    Returns:
        The worlds.

    Raises:
        BadInput: If nothing is known of the dataset's persons, or too few are known to part it.
    """
    recipe = dataset.manifest.recipe
    if generate is not None and dataset.manifest.synthetic and recipe.get("kind") == "synthetic":
        seeds = {name: seed_for(dataset.manifest.seed, seed, name) for name in ("choice", f"hold-out {used}")}
        choice, hold_out = (generate(recipe, number) for number in seeds.values())
        return Worlds(
            (dataset,), choice, hold_out, {"how": "generated", "seed": seed, "recipe": dict(recipe)}
        )
    part, origin = _parts(dataset, config, seed)
    tuning, choice, hold_out = (dataset.select(part == number) for number in range(len(FRACTIONS)))
    return Worlds((tuning,), choice, hold_out, {**origin, "seed": seed, "recipe": dict(recipe)})


def seed_for(*parts: object) -> int:
    """A seed of 31 bits drawn from what it is for: the same everywhere, and unlike for unlike uses.

    Example:
        >>> seed_for(1, "choice") == seed_for(1, "choice") != seed_for(1, "hold-out 0")
        True
    """
    digest = sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def streams_of(tape: Tape, config: ScoringConfig) -> Ints:
    """Connected components of a log: the interactions of two of them never meet, whatever is decided.

    Interactions are joined if they share the key of an enabled rule, or a counted identifier.

    Args:
        tape: The encoded interactions.
        config: A config that the tape was encoded for.

    Returns:
        [n] a number for each interaction's component, from 0 by first appearance.
    """
    return components_of(np.full(tape.n_interactions, -1, dtype=np.int64), joining_values(tape, config))


def joining_values(tape: Tape, config: ScoringConfig) -> Ints:
    """[n, k] the keys and counted identifiers of every interaction as numbers; -1 where missing."""
    keys = tape.key.reshape(tape.n_interactions, -1)[:, [rule.enabled for rule in config.keys]]
    record = tape.record.reshape(tape.n_interactions, -1)
    counted = record[:, [field.name in config.guards.count_names_on for field in config.fields]]
    joining: Ints = np.concatenate([keys, counted], axis=1)
    return joining


def _parts(dataset: Dataset, config: ScoringConfig, seed: int) -> tuple[Ints, dict[str, Any]]:
    """[rows] the part of every row as in the table, and how it was found."""
    person, _ = persons_of(dataset)
    joining = joining_values(tape_of(dataset, config), config)
    largest = float(np.bincount(components_of(person, joining)).max() / len(person))
    origin: dict[str, Any] = {"fractions": list(FRACTIONS), "largest_component": largest}
    nothing = np.full((len(person), 1), -1, dtype=np.int64)
    for how, shared in (("parted by persons and identifiers", joining), ("parted by persons", nothing)):
        in_order = split_by_component(person, shared, FRACTIONS, seed)
        if _large_enough(in_order, person):
            part = np.empty_like(in_order)
            part[dataset.order] = in_order
            return part, {"how": how, **origin}
    raise BadInput(
        f"{len(np.unique(person[person >= 0]))} known persons are too few to tune, choose and report on",
        where=dataset.name,
        hint="import more rows, or labels for more of them",
    )


def _large_enough(part: Ints, person: Ints) -> bool:
    """Whether every part has at least half of the rows, and of the known ones, that it should have."""
    wanted = _LEAST * np.array(FRACTIONS)
    for rows in (part, part[person >= 0]):
        shares = np.bincount(rows, minlength=len(FRACTIONS)) / max(1, len(rows))
        if (shares < wanted).any():
            return False
    return True
