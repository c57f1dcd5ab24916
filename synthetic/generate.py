"""Labelled worlds: interactions of a contact centre with the truth about who was behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from idlab.data.dataset import Dataset, Manifest, in_memory, write_dataset
from synthetic.blocks import block_table, plan_blocks
from synthetic.mailboxes import turns
from synthetic.merging import merged_slices
from synthetic.recipe import Recipe, asked_for, writable
from synthetic.scenario import Scenario


@dataclass(frozen=True)
class World:
    """A synthetic dataset together with its truth.

    Args:
        interactions: The columns of the dataset format, ordered by (occurred_at, interaction_id).
        truth: interaction_id, person_id, household_id and the corruptions applied, in the same order.
        made: How it was made.
    """

    interactions: pd.DataFrame
    truth: pd.DataFrame
    made: Recipe

    def __len__(self) -> int:
        """How many interactions there are."""
        return len(self.interactions)

    @property
    def scenario(self) -> Scenario:
        """The rates it was made with."""
        return self.made.scenario

    @property
    def seed(self) -> int:
        """The seed it was made with."""
        return self.made.seed

    @property
    def recipe(self) -> dict[str, Any]:
        """What makes this world again, as JSON."""
        return self.made.document

    @cached_property
    def dataset(self) -> Dataset:
        """The world as a dataset in memory, truth included."""
        return in_memory(self.interactions, truth=self.truth, manifest=self.made.manifest)

    def write(self, folder: Path | str, *, overwrite: bool = False) -> Manifest:
        """Writes the world as a dataset folder; the same scenario and seed give the same bytes.

        Args:
            folder: Where to write; it appears whole or not at all.
            overwrite: Whether a dataset that is there may be replaced.

        Returns:
            The manifest written.

        Raises:
            BadInput: If the folder must not be replaced or cannot be written.
        """
        with writable(folder):
            return write_dataset(
                folder, self.interactions, truth=self.truth, manifest=self.made.manifest, overwrite=overwrite
            )


def generate(
    scenario: str | Path = "retail",
    interactions: int = 50_000,
    seed: int = 1,
    overrides: Mapping[str, float] | None = None,
    like: Sequence[str] = (),
) -> World:
    """A labelled contact-centre world, in memory; see ``generate_to`` for large ones.

    Args:
        scenario: One of ``scenario_names()``, or the path of a YAML file.
        interactions: How many interactions; people are added until there are enough.
        seed: Which world of that kind. Every decision is addressed, so the same seed with another rate
            differs only where that rate matters.
        overrides: Rates to replace, by dotted name, such as ``{"noise.keyboard": 0.1}``.
        like: Variations to apply before, by ``variation_names()`` or as paths of YAML files.

    Returns:
        The world.

    Raises:
        BadInput: On an unknown scenario, variation or rate, or a value out of range.

    Example:
        >>> world = generate("retail", interactions=100, seed=1)
        >>> len(world.interactions), len(world.truth)
        (100, 100)
    """
    made = asked_for(scenario, interactions, seed, overrides, like)
    blocks = plan_blocks(made.scenario, interactions, seed)
    residents = [block.residents() for block in blocks]
    order = turns([one.claimed for one in residents])
    tables = [block_table(*one) for one in zip(blocks, residents, order, strict=True)]
    (whole,) = merged_slices([tables], [len(table) for table in tables])
    return World(whole.interactions.to_pandas(), whole.truth.to_pandas(), made)
