"""A labelled dataset in three parts that share nobody: to tune on, to choose on and to report on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.data.splits import components_of, split_by_component, split_by_time
from idlab.errors import BadInput
from idlab.evaluate import persons_of, tape_of
from idlab.metrics.arrays import Flags, Ints
from idlab.replay import Tape
from idlab.tune.streams import joining_values

FRACTIONS = (0.5, 0.25, 0.25)
"""The shares of people, and of time where that is split as well, to tune on, to choose on and to report on."""

SPLITS = ("people", "time")
"""How a dataset can be parted: by whom it is about alone, or by when as well."""

_LEAST = 0.5
"""A part with less than this share of what it should have is too small."""

_LEFT_OUT = -1


class Parted(NamedTuple):
    """A dataset in parts.

    Args:
        parts: To tune on, to choose on, to report on.
        origin: How they were made apart, as JSON.
    """

    parts: tuple[Dataset, Dataset, Dataset]
    origin: dict[str, Any]


def parted(dataset: Dataset, config: ScoringConfig, seed: int, split: str = "people") -> Parted:
    """A dataset in three parts between which no person, household, key or counted identifier is shared.

    Split by ``people``, whole components are shuffled. Split by ``time``, time is cut by the same fractions as well,
    and of the people of each part only what happened in its own period is kept: what is tuned on happened before
    what is chosen on, and that before what is reported on. The rest is left out. If one component is so large that
    parts come out too small, only persons and households are kept apart, or persons alone, which the origin says.

    Args:
        dataset: Read with truth or labels.
        config: Says which identifiers are keys or counted.
        seed: Shuffles the components.
        split: One of ``SPLITS``.

    Returns:
        The parts.

    Raises:
        BadInput: If the split is unknown, nothing is known of the dataset's persons, or too few are known.
    """
    check_split(split)
    person, _ = persons_of(dataset)
    tape = tape_of(dataset, config)
    household = _households(dataset)
    joining = np.column_stack([joining_values(tape, config), household])
    largest = float(np.bincount(components_of(person, joining)).max() / len(person))
    origin: dict[str, Any] = {"fractions": list(FRACTIONS), "largest_component": largest}
    for how, shared in _ways(joining, household):
        in_order = _part(person, shared, tape, seed, split)
        if _large_enough(in_order, person, split):
            part = np.empty_like(in_order)
            part[dataset.order] = in_order
            left_out = int((in_order == _LEFT_OUT).sum())
            tuning, choice, hold_out = (dataset.select(part == number) for number in range(len(FRACTIONS)))
            told = {"how": how, "split": split, **origin, "left_out": left_out}
            return Parted((tuning, choice, hold_out), told)
    raise BadInput(
        f"{len(np.unique(person[person >= 0]))} known persons are too few to tune, choose and report on",
        where=dataset.name,
        hint="import more rows, or labels for more of them",
    )


def check_split(split: str) -> None:
    """Refuses a split that there is not.

    Raises:
        BadInput: Naming those that there are.
    """
    if split not in SPLITS:
        raise BadInput(f"'{split}' is no split", hint=f"valid are {', '.join(SPLITS)}")


def _ways(joining: Ints, household: Ints) -> Iterator[tuple[str, Ints]]:
    """What is kept apart beside persons, the most first."""
    yield "parted by persons and identifiers", joining
    if (household >= 0).any():
        yield "parted by persons and households", household[:, None]
    yield "parted by persons", np.full((len(household), 1), -1, dtype=np.int64)


def _households(dataset: Dataset) -> Ints:
    """[n] the household of every interaction in the order handled, -1 where none is known."""
    truth = dataset.truth_table
    if truth is None or "household_id" not in truth.column_names:
        return np.full(len(dataset), -1, dtype=np.int64)
    column = truth["household_id"].combine_chunks()
    codes = column.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    households: Ints = codes[dataset.order]
    return households


def _part(person: Ints, shared: Ints, tape: Tape, seed: int, split: str) -> Ints:
    """[n] the part of every interaction in the order handled; -1 where it is left out."""
    of_people = split_by_component(person, shared, FRACTIONS, seed)
    if split == "people":
        return of_people
    return np.where(split_by_time(tape.time, FRACTIONS) == of_people, of_people, _LEFT_OUT)


def _large_enough(part: Ints, person: Ints, split: str) -> bool:
    """Whether every part has at least half of the rows, and of the known ones, that it should have."""
    wanted = np.array(FRACTIONS) ** (1 if split == "people" else 2)
    known: Flags = person >= 0
    for rows, of in ((part, len(part)), (part[known], int(known.sum()))):
        counts = np.bincount(rows[rows != _LEFT_OUT], minlength=len(FRACTIONS))
        if (counts / max(1, of) < _LEAST * wanted).any():
            return False
    return True
