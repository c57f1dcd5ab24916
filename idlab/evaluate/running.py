"""A dataset replayed under a scoring config."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.replay import Replay, Tape, encode, replay
from idlab.replay.encode import Progress


def replayed(dataset: Dataset, config: ScoringConfig, *, progress: Progress | None = None) -> Replay:
    """A dataset encoded and replayed under a scoring config.

    Raises:
        BadInput: If the dataset lacks a field that the config declares.
    """
    tape = tape_of(dataset, config, progress=progress)
    (progress or silent)("replaying")
    return replay(tape, config)


def tape_of(dataset: Dataset, config: ScoringConfig, *, progress: Progress | None = None) -> Tape:
    """A dataset encoded in the order in which its interactions are handled, for any number of replays.

    Args:
        dataset: The dataset.
        config: Says how fields are read and which keys there are.
        progress: Called with what is being done.

    Raises:
        BadInput: If the dataset lacks a field that the config declares.
    """
    check_fields(dataset, config)
    say = progress or silent
    tape = encode(_in_order(dataset), config, progress=lambda field: say(f"encoding {field}"))
    pa.default_memory_pool().release_unused()
    return tape


def _in_order(dataset: Dataset) -> pa.Table:
    """The interactions in the order handled; a copy only where the file has another order."""
    as_in_file = np.array_equal(dataset.order, np.arange(len(dataset)))
    return dataset.table if as_in_file else dataset.table.take(pa.array(dataset.order))


def check_fields(dataset: Dataset, config: ScoringConfig) -> None:
    """Refuses a scoring config that declares a field which the dataset lacks.

    Raises:
        BadInput: Naming the field and the fields that the dataset has.
    """
    there = (*dataset.table.column_names, "conversation")
    for field in config.fields:
        if field.name not in there:
            declared = ", ".join(dataset.declared_columns) or "none"
            raise BadInput(
                f"the scoring config '{config.name}' declares the field '{field.name}', which is not in this"
                f" dataset; its fields beyond the built-in ones: {declared}",
                where=dataset.name,
                hint=f"import it with --field {field.name}:{field.kind}=COLUMN, or take it out of the config",
            )


def silent(_doing: str) -> None:
    """Progress that nobody looks at."""
