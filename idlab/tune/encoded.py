"""Worlds encoded once, for any number of trials."""

from __future__ import annotations

from dataclasses import dataclass

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import counted, persons_of, tape_of
from idlab.metrics.arrays import Flags, Ints
from idlab.replay import Tape
from idlab.replay.encode import Progress


@dataclass(frozen=True, eq=False)
class EncodedWorld:
    """A dataset ready for any number of replays, with what is known of its persons.

    Args:
        tape: The interactions in the order handled.
        person: [n] the person of each, -1 where unknown.
        counted: [n] whether decision-level metrics count it.
    """

    tape: Tape
    person: Ints
    counted: Flags


def encoded(dataset: Dataset, config: ScoringConfig, *, progress: Progress | None = None) -> EncodedWorld:
    """Encode a dataset for every config that a search space on this one suggests.

    Args:
        dataset: Read with truth or labels.
        config: The base of the search space.
        progress: Called with what is being done.

    Raises:
        BadInput: If nothing is known of the dataset's persons, its labels carry sampling weights, or it lacks a field that
            the config declares.
    """
    person, knowledge = persons_of(dataset)
    knowledge.refuse_weights(dataset.name)
    return EncodedWorld(tape_of(dataset, config, progress=progress), person, counted(dataset))
