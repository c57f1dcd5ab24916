"""Worlds to tune on, worlds to choose on and worlds to report on, between which nobody is shared."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.tune.parts import FRACTIONS, check_split, parted
from idlab.tune.seeds import seed_for
from idlab.tune.streams import joining_values, streams_of

__all__ = [
    "FRACTIONS",
    "Generate",
    "Worlds",
    "joining_values",
    "seed_for",
    "streams_of",
    "worlds_of",
    "worlds_of_all",
]

Generate = Callable[[Mapping[str, Any], int], Dataset]
"""Makes the synthetic world of a recipe with another seed, truth included."""


@dataclass(frozen=True, eq=False)
class Worlds:
    """What a study reads, and how it came to be.

    Args:
        tuning: The worlds that trials are tried on.
        choices: The worlds on which the best of the trials is chosen, one for each kind of world.
        hold_outs: The worlds that say how good it is; used for nothing else.
        origin: How they were made apart, as JSON.
    """

    tuning: tuple[Dataset, ...]
    choices: tuple[Dataset, ...]
    hold_outs: tuple[Dataset, ...]
    origin: Mapping[str, Any]

    @property
    def choice(self) -> Dataset:
        """The first world to choose on."""
        return self.choices[0]

    @property
    def hold_out(self) -> Dataset:
        """The first world to report on."""
        return self.hold_outs[0]


def worlds_of(
    dataset: Dataset,
    config: ScoringConfig,
    seed: int,
    generate: Generate | None = None,
    used: int = 0,
    *,
    split: str = "people",
) -> Worlds:
    """Worlds to tune, choose and report on.

    A synthetic dataset is tuned on as it is; the others are worlds of the same recipe with seeds of their
    own. Any other dataset is parted, see ``idlab.tune.parts.parted``.

    Args:
        dataset: Read with truth or labels.
        config: Says which identifiers are keys or counted.
        seed: Of the study; draws the other seeds, or shuffles the components.
        generate: Makes synthetic worlds; None parts synthetic datasets as well.
        used: How many hold-out worlds of this study were reported on before; a synthetic one is made fresh.
        split: How a dataset is parted, see ``idlab.tune.parts.SPLITS``.

    Returns:
        The worlds.

    Raises:
        BadInput: If nothing is known of the dataset's persons, or too few are known to part it.
    """
    check_split(split)
    recipe = dataset.manifest.recipe
    if generate is not None and _generated(dataset):
        seeds = {name: seed_for(dataset.manifest.seed, seed, name) for name in ("choice", f"hold-out {used}")}
        choice, hold_out = (generate(recipe, number) for number in seeds.values())
        origin = {"how": "generated", "seed": seed, "recipe": dict(recipe)}
        return Worlds((dataset,), (choice,), (hold_out,), origin)
    (tuning, choice, hold_out), told = parted(dataset, config, seed, split)
    return Worlds((tuning,), (choice,), (hold_out,), {**told, "seed": seed, "recipe": dict(recipe)})


def worlds_of_all(
    datasets: Sequence[Dataset],
    config: ScoringConfig,
    seed: int,
    generate: Generate | None = None,
    used: int = 0,
    *,
    split: str = "people",
) -> Worlds:
    """The worlds of several datasets together.

    Synthetic datasets of one recipe are several worlds to tune on, with one to choose on and one to report on.

    Args:
        datasets: One or more, as for ``worlds_of``.
        config: As for ``worlds_of``.
        seed: As for ``worlds_of``.
        generate: As for ``worlds_of``.
        used: As for ``worlds_of``.
        split: As for ``worlds_of``.

    Returns:
        The worlds, those to tune on in the order of the datasets. The origin is that of the first one that was
        parted, or of the first; ``each`` holds all.

    Raises:
        BadInput: As for ``worlds_of``.
    """
    alike: dict[str, list[Dataset]] = {}
    for place, dataset in enumerate(datasets):
        recipe = dataset.manifest.recipe
        again = generate is not None and _generated(dataset)
        alike.setdefault(json.dumps(recipe, sort_keys=True) if again else str(place), []).append(dataset)
    found = {
        id(same[0]): worlds_of(same[0], config, seed, generate, used, split=split) for same in alike.values()
    }
    tuning = [
        world
        for dataset in datasets
        for world in (found[id(dataset)].tuning if id(dataset) in found else [dataset])
    ]
    origins = [dict(one.origin) for one in found.values()]
    first = next((origin for origin in origins if origin["how"] != "generated"), origins[0])
    return Worlds(
        tuple(tuning),
        tuple(one.choice for one in found.values()),
        tuple(one.hold_out for one in found.values()),
        first if len(origins) == 1 else {**first, "each": [_public(origin) for origin in origins]},
    )


def _public(origin: Mapping[str, Any]) -> dict[str, Any]:
    """An origin without the recipe of a user's own data, which names files and columns."""
    kept = origin["how"] == "generated"
    return {name: value for name, value in origin.items() if kept or name != "recipe"}


def _generated(dataset: Dataset) -> bool:
    return dataset.manifest.synthetic and dataset.manifest.recipe.get("kind") == "synthetic"
