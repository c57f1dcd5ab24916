"""A smaller world: so many interactions of a dataset, decided exactly as in the whole."""

from __future__ import annotations

import numpy as np

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.data.splits import components_of, split_by_component
from idlab.errors import BadInput
from idlab.evaluate import persons_of, tape_of
from idlab.metrics.arrays import Flags
from idlab.tune.holdout import joining_values


def smaller(dataset: Dataset, config: ScoringConfig, limit: int, seed: int) -> Dataset:
    """About so many interactions of a dataset, on which every decision is the one made in the whole.

    Whole components of persons, keys and counted identifiers are drawn: none of them meets another, whatever
    is decided and whichever key rules are on. Where one of them alone is larger than half of the limit, the
    earliest interactions are taken instead; later ones change no decision about them.

    Args:
        dataset: Read with truth or labels.
        config: Says which identifiers are keys or counted.
        limit: How many interactions; a dataset that has no more is returned as it is.
        seed: Of the draw.

    Raises:
        BadInput: If the limit is below 1, or nothing is known of the dataset's persons.
    """
    if limit < 1:
        raise BadInput(f"limit is {limit} interactions and must be at least 1", where="limit")
    if len(dataset) <= limit:
        return dataset
    in_order = _drawn(dataset, config, limit, seed)
    keep = np.zeros(len(dataset), dtype=np.bool_)
    keep[dataset.order[in_order]] = True
    return dataset.select(keep)


def _drawn(dataset: Dataset, config: ScoringConfig, limit: int, seed: int) -> Flags:
    """[n] which interactions are taken, in the order handled."""
    person, _ = persons_of(dataset)
    joining = joining_values(tape_of(dataset, config), _all_keys_on(config))
    if 2 * int(np.bincount(components_of(person, joining)).max()) > limit:
        earliest: Flags = np.arange(len(person)) < limit
        return earliest
    share = limit / len(person)
    drawn: Flags = split_by_component(person, joining, (share, 1 - share), seed) == 0
    return drawn


def _all_keys_on(config: ScoringConfig) -> ScoringConfig:
    keys = tuple(rule.model_copy(update={"enabled": True}) for rule in config.keys)
    return config.model_copy(update={"keys": keys})
