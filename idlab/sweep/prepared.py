"""A dataset encoded once, with what is known of it, ready for any number of replays."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Knowledge, counted, history_of, persons_of, tape_of
from idlab.evaluate.running import silent
from idlab.metrics import History, components
from idlab.metrics.arrays import Flags, Ints
from idlab.replay import Replay, Tape, replay
from idlab.replay.encode import Progress

Item = TypeVar("Item")
Found = TypeVar("Found")

DAY = 86_400_000_000
"""Microseconds in a day."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A dataset ready for any number of replays.

    Args:
        dataset: Read with truth or labels.
        tape: Its interactions in the order handled.
        person: [n] the person of each, -1 where unknown.
        knowledge: Where the persons come from.
        counted: [n] whether decision-level metrics count it.
    """

    dataset: Dataset
    tape: Tape
    person: Ints
    knowledge: Knowledge
    counted: Flags

    def __len__(self) -> int:
        return self.tape.n_interactions

    def history(self, done: Replay) -> History:
        """A replay of this tape as the metrics read it."""
        return history_of(done, self.counted)

    def replayed(self, config: ScoringConfig, *, threads: int = 1) -> tuple[Replay, History]:
        """This dataset replayed under a config, on so many threads."""
        done = replay(self.tape, config, threads=threads)
        return done, self.history(done)

    def column(self, name: str) -> pa.ChunkedArray:
        """A column of the interactions, in the order handled."""
        return self.dataset.table[name].take(pa.array(self.dataset.order))

    def truth_column(self, name: str) -> pa.ChunkedArray | None:
        """A column of the truth, in the order handled; None where the truth does not have it."""
        table = self.dataset.truth_table
        if table is None or name not in table.column_names:
            return None
        return table[name].take(pa.array(self.dataset.order))

    @cached_property
    def arrived(self) -> Ints:
        """[n] when each was handled, microseconds: the latest ``occurred_at`` so far."""
        return np.maximum.accumulate(self.tape.time)

    @cached_property
    def day(self) -> Ints:
        """[n] the day on which each occurred, counted from the first."""
        return (self.tape.time - self.tape.time.min(initial=0)) // DAY if len(self) else self.tape.time

    @property
    def days(self) -> float:
        """How many days the interactions span, at least one."""
        span = int(np.ptp(self.tape.time)) / DAY if len(self) else 0.0
        return max(span, 1.0)

    @cached_property
    def channel(self) -> tuple[Ints, tuple[str, ...]]:
        """[n] the channel of each as a number, and what the numbers stand for, by the alphabet."""
        return numbered(self.column("channel"))


def prepare(
    dataset: Dataset, config: ScoringConfig, *, tape: Tape | None = None, progress: Progress | None = None
) -> Prepared:
    """Encode a dataset for every config that differs from this one in nothing that needs a new tape.

    Args:
        dataset: Read with truth or labels.
        config: Says how fields are read and which keys there are.
        tape: The dataset as an evaluation of this config has encoded it; encoded anew if None.
        progress: Called with what is being done.

    Raises:
        BadInput: If nothing is known of the dataset's persons, its labels carry sampling weights, it lacks a field
            that the config declares, or the tape is of another dataset.
    """
    person, knowledge = persons_of(dataset)
    knowledge.refuse_weights(dataset.name)
    if not (person >= 0).any():
        raise BadInput("no interaction's person is known", where=dataset.name, hint="give truth or labels")
    encoded = tape_of(dataset, config, progress=progress) if tape is None else tape
    if encoded.n_interactions != len(dataset):
        raise BadInput(
            "the tape is of another dataset", where=dataset.name, hint="give the one encoded from it"
        )
    return Prepared(dataset, encoded, person, knowledge, counted(dataset))


def changed(config: ScoringConfig, **sections: Mapping[str, Any]) -> ScoringConfig:
    """A config with some numbers changed, checked like any other.

    Args:
        config: What to start from.
        sections: The values to change, by section of the document.

    Raises:
        BadInput: If the changed config is not valid.

    Example:
        >>> from pathlib import Path
        >>> config = ScoringConfig.load(Path("configs/default.json"))
        >>> changed(config, decide={"merge_at": 0.95}).decide.merge_at
        0.95
    """
    document = json.loads(config.to_json())
    for section, values in sections.items():
        document[section] |= values
    return ScoringConfig.parse(document, where=f"scoring config {config.name}, changed")


def each(
    items: Iterable[Item],
    work: Callable[[Item], Found],
    *,
    workers: int = 1,
    progress: Progress | None = None,
    doing: str = "replay",
) -> list[Found]:
    """What a function gives for each item, in their order.

    Args:
        items: What to work on.
        work: Called once for each; the kernel lets threads run side by side.
        workers: How many threads.
        progress: Called before each result with what is being done.
        doing: What that is called.

    Raises:
        BadInput: If ``workers`` is below 1.

    Example:
        >>> each([1, 2], lambda number: 2 * number, workers=2)
        [2, 4]
    """
    if workers < 1:
        raise BadInput(f"workers is {workers} and must be at least 1", where="workers")
    todo, say = list(items), progress or silent
    found: list[Found] = []
    if workers == 1:
        for number, item in enumerate(todo, start=1):
            say(f"{doing} {number} of {len(todo)}")
            found.append(work(item))
        return found
    with ThreadPoolExecutor(workers) as pool:
        for number, result in enumerate(pool.map(work, todo), start=1):
            say(f"{doing} {number} of {len(todo)}")
            found.append(result)
    return found


def numbered(texts: pa.ChunkedArray) -> tuple[Ints, tuple[str, ...]]:
    """Texts as numbers by the alphabet, -1 where missing, and what the numbers stand for.

    Example:
        >>> numbered(pa.chunked_array([["sms", None, "email"]]))
        (array([ 1, -1,  0]), ('email', 'sms'))
    """
    encoded = texts.combine_chunks().dictionary_encode()
    whole = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    names = whole.dictionary.to_pylist()
    order = sorted(range(len(names)), key=lambda place: names[place])
    rank = np.full(len(names) + 1, -1, dtype=np.int64)
    rank[order] = np.arange(len(names))
    codes = whole.indices.fill_null(len(names)).to_numpy(zero_copy_only=False).astype(np.int64)
    return rank[codes], tuple(names[place] for place in order)


def joined(partitions: Iterable[NDArray[np.integer[Any]]], rows: int) -> Ints:
    """The finest partition that none of the given ones cuts.

    Args:
        partitions: [rows] labels each, every one of at least 0.
        rows: How many rows there are.

    Example:
        >>> joined([np.array([0, 0, 1, 2]), np.array([5, 6, 6, 7])], 4).tolist()
        [0, 0, 0, 1]
    """
    found = np.arange(rows, dtype=np.int64)
    for labels in partitions:
        found, _ = components(found, labels)
    return found
