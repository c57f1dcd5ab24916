"""Labelled worlds: interactions of a contact centre with the truth about who was behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from idlab.data.dataset import Dataset, Manifest, in_memory, write_dataset
from idlab.errors import BadInput
from idlab.model import BUILT_IN_FIELDS, CHANNELS
from synthetic.channels import carried
from synthetic.contacts import ContactList, plan_contacts
from synthetic.corruption import corrupted
from synthetic.draws import Draws, Integers
from synthetic.households import employ, settle
from synthetic.loading import load_scenario
from synthetic.people import populate
from synthetic.scenario import Scenario
from synthetic.words import Texts, texts

_MOST_INTERACTIONS = 100_000_000
_MOST_SEED = 2**63 - 1


@dataclass(frozen=True)
class World:
    """A synthetic dataset together with its truth.

    Args:
        interactions: The columns of the dataset format, ordered by (occurred_at, interaction_id).
        truth: interaction_id, person_id, household_id and the corruptions applied, in the same order.
        scenario: The rates it was made with.
        seed: The seed it was made with.
        overrides: The rates that were replaced, by dotted name.
    """

    interactions: pd.DataFrame
    truth: pd.DataFrame
    scenario: Scenario
    seed: int
    overrides: Mapping[str, float]

    def __len__(self) -> int:
        """How many interactions there are."""
        return len(self.interactions)

    @property
    def recipe(self) -> dict[str, Any]:
        """What makes this world again, as JSON."""
        return {
            "kind": "synthetic",
            "scenario": self.scenario.name,
            "interactions": len(self),
            "overrides": dict(sorted(self.overrides.items())),
            "rates": self.scenario.model_dump(mode="json", by_alias=True),
        }

    @cached_property
    def dataset(self) -> Dataset:
        """The world as a dataset in memory, truth included."""
        return in_memory(self.interactions, truth=self.truth, manifest=self._manifest)

    def write(self, folder: Path | str, *, overwrite: bool = False) -> Manifest:
        """Writes the world as a dataset folder; the same scenario and seed give the same bytes.

        Args:
            folder: Where to write; it appears whole or not at all.
            overwrite: Whether a dataset that is there may be replaced.

        Returns:
            The manifest written.

        Raises:
            BadInput: If the folder must not be replaced.
        """
        return write_dataset(
            folder, self.interactions, truth=self.truth, manifest=self._manifest, overwrite=overwrite
        )

    @property
    def _manifest(self) -> Manifest:
        return Manifest(self.recipe, self.seed, synthetic=True, versions=_versions())


def generate(
    scenario: str | Path = "retail",
    interactions: int = 50_000,
    seed: int = 1,
    overrides: Mapping[str, float] | None = None,
) -> World:
    """A labelled contact-centre world.

    Args:
        scenario: One of ``scenario_names()``, or the path of a YAML file.
        interactions: How many interactions; people are added until there are enough.
        seed: Which world of that kind. Every decision is addressed, so the same seed with another rate
            differs only where that rate matters.
        overrides: Rates to replace, by dotted name, such as ``{"noise.keyboard": 0.1}``.

    Returns:
        The world.

    Raises:
        BadInput: On an unknown scenario or rate, or a value out of range.

    Example:
        >>> world = generate("retail", interactions=100, seed=1)
        >>> len(world.interactions), len(world.truth)
        (100, 100)
    """
    _check_range("interactions", interactions, 1, _MOST_INTERACTIONS)
    _check_range("seed", seed, 0, _MOST_SEED)
    rates = load_scenario(scenario, overrides)
    draws = Draws(seed)
    contacts = plan_contacts(draws, rates, interactions)
    people_count = int(contacts.person[-1]) + 1
    homes = settle(draws, rates.households, people_count)
    business = employ(draws, rates.businesses, people_count)
    people = populate(draws, rates, homes, business)
    meant = carried(draws, rates, people, contacts)
    identifiers, corruptions = corrupted(draws, rates, contacts, meant)
    order, ids = _numbered(contacts, identifiers["email"])
    frame = _interactions_frame(contacts, identifiers, order, ids)
    truth = pa.table(
        {
            "interaction_id": ids,
            "person_id": _entity_texts("p", contacts.person[order]),
            "household_id": _entity_texts("h", homes.household[contacts.person[order]]),
            "corruptions": _ordered_texts(corruptions, order),
        }
    ).to_pandas()
    return World(frame, truth, rates, seed, dict(overrides or {}))


def _check_range(name: str, value: int, least: int, most: int) -> None:
    whole = value if hasattr(value, "__index__") else least - 1
    if not least <= whole <= most:
        raise BadInput(f"{name} must be a whole number from {least} to {most}, got {value!r}")


def _numbered(contacts: ContactList, email: Texts) -> tuple[Integers, pa.Array]:
    """The rows in order of time, and their ids, numbered in that order so that they tell nothing else."""
    rows = np.arange(len(contacts.person))
    roots = rows[~contacts.learnt_later]
    in_time = roots[np.argsort(contacts.moment[roots], kind="stable")]
    number = np.empty(len(rows), dtype=np.int64)
    number[in_time] = np.arange(1, len(roots) + 1)
    number = number[contacts.root]
    order = np.lexsort((contacts.learnt_later, number, contacts.moment))
    width = max(8, len(str(len(roots))))
    ids = texts([f"i-{one:0{width}d}" for one in number[order].tolist()])
    later = np.flatnonzero(contacts.learnt_later[order])
    learnt = email[order[later]]
    ids[later] = [f"{one}#{_revision(value)}" for one, value in zip(ids[later], learnt, strict=True)]
    return order, pa.array(ids, type=pa.large_string())


def _revision(email: str) -> str:
    """The digest of what was newly known."""
    return blake2b(f"email={email}".encode(), digest_size=6).hexdigest()


def _interactions_frame(
    contacts: ContactList, identifiers: Mapping[str, Texts], order: Integers, ids: pa.Array
) -> pd.DataFrame:
    given = {name: _ordered_texts(column, order) for name, column in identifiers.items()}
    moments = contacts.moment[order].astype("datetime64[us]")
    columns = {
        "interaction_id": ids,
        "occurred_at": pa.array(moments, type=pa.timestamp("us", "UTC")),
        "channel": pa.array(CHANNELS, type=pa.large_string()).take(pa.array(contacts.channel[order])),
        **{name: given[name] for name in ("conversation_id", "participant_id", *BUILT_IN_FIELDS)},
        "region": pa.nulls(len(order), pa.large_string()),
    }
    frame: pd.DataFrame = pa.table(columns).to_pandas()
    return frame


def _ordered_texts(column: Texts, order: Integers) -> pa.Array:
    """A column of strings put in order only once it lies in one piece of memory, which is much faster."""
    return pa.array(column, type=pa.large_string()).take(pa.array(order))


def _entity_texts(letter: str, number: Integers) -> pa.Array:
    names = [f"{letter}-{one:08d}" for one in range(int(number.max()) + 1)]
    return pa.array(names, type=pa.large_string()).take(pa.array(number))


def _versions() -> dict[str, str]:
    """What the words and the arithmetic stand on."""
    return {name: version(name) for name in ("faker", "nicknames", "numpy")}
