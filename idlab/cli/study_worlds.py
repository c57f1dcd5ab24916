"""The worlds that ``idlab tune`` reads: datasets that are named, and scenarios that are generated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.cli.showing import Progress
    from idlab.config import ScoringConfig
    from idlab.data.dataset import Dataset
    from idlab.tune import Worlds


def study_worlds(
    datasets: Sequence[Dataset], base: ScoringConfig, seed: int, split: str
) -> Callable[[int], Worlds]:
    """What ``idlab.tune.tune`` asks for its worlds: synthetic ones are made again, others are parted.

    Args:
        datasets: What is tuned on.
        base: Says which identifiers are keys or counted.
        seed: Of the study.
        split: How a user's own data are parted.
    """
    from idlab.cli.worlds import generated_again
    from idlab.tune import worlds_of_all

    return partial(_drawn, partial(worlds_of_all, datasets, base, seed, generated_again, split=split))


def _drawn(worlds: Callable[..., Worlds], used: int) -> Worlds:
    return worlds(used=used)


def tuned_on(
    folders: Sequence[Path],
    scenarios: str | None,
    seeds: int,
    interactions: int,
    seed: int,
    progress: Progress,
) -> list[Dataset]:
    """The datasets of a study: those in folders, then so many worlds of each scenario.

    The first worlds of all scenarios come before the second ones, so that what is broken off early has met every
    scenario.

    Args:
        folders: Dataset folders.
        scenarios: Names or YAML files of scenarios, with commas between; None for none.
        seeds: How many worlds of each.
        interactions: How many interactions each has.
        seed: Of the study; draws those of the worlds.
        progress: Told what is being done.

    Raises:
        BadInput: If there is none, or one cannot be read or made.
    """
    import synthetic
    from idlab.evaluate import read_known
    from idlab.tune.seeds import seed_for

    if not folders and not scenarios:
        raise BadInput("there is nothing to tune on", hint="name a DATASET, or --scenarios retail,tiny")
    if seeds < 1:
        raise BadInput(f"got {seeds}", where="--seeds", hint="ask for at least 1 world of each scenario")
    found = []
    for folder in folders:
        progress(f"reading {folder}")
        found.append(read_known(folder))
    names = [name.strip() for name in (scenarios or "").split(",") if name.strip()]
    for place in range(seeds):
        for name in names:
            progress(f"generating {name}")
            drawn = seed_for(seed, "tuning", name, place)
            found.append(synthetic.generate(name, interactions, drawn).dataset)
    return found
