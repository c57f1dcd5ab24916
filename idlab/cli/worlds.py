"""Synthetic worlds made again from their recipe, with another seed or size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idlab.data.dataset import Dataset


def generated_again(recipe: Mapping[str, Any], seed: int, interactions: int | None = None) -> Dataset:
    """The world of a recipe with another seed.

    The rates are those of the recipe, whatever the scenario of that name holds now.

    Args:
        recipe: ``manifest.recipe`` of a synthetic dataset.
        seed: Which world of that kind.
        interactions: How many; as many as the recipe says if None.

    Raises:
        BadInput: If the recipe's rates are not valid in this release.
    """
    import synthetic

    size = recipe["interactions"] if interactions is None else interactions
    with TemporaryDirectory(prefix="idlab-scenario-") as folder:
        rates = Path(folder) / f"{recipe['scenario']}.yaml"
        rates.write_text(json.dumps(recipe["rates"]), encoding="utf-8")
        return synthetic.generate(rates, size, seed, recipe["overrides"]).dataset
