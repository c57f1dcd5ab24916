"""Processes that decide over one store, all at once, and then insert bare rows into it, all at once, in turns.

They wait for each other between one and the other: decisions meet decisions only, and bare inserts bare inserts.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from hashlib import blake2b
from itertools import islice
from math import ceil
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from time import perf_counter
from typing import NamedTuple, Protocol, cast

import numpy as np

from idlab.bench.fresh import peak_mib
from idlab.config import ScoringConfig
from idlab.data.dataset import read_dataset
from idlab.data.stream import interactions_of
from idlab.errors import IdlabError
from idlab.resolver import Resolver
from idlab.stores import Store, open_store

_STRETCH = 250
"""Decisions between two times that writers wait for each other; those of the first time are not counted, for caches are cold."""


class DurableStore(Store, Protocol):
    """A store that can also insert rows of no meaning."""

    def inserting_bare(self) -> AbstractContextManager[Callable[[bytes, str], None]]:
        """What writes one, durably."""
        ...

    def drop_bare(self) -> None:
        """Remove them all."""
        ...


class Work(NamedTuple):
    """What there is to decide.

    Args:
        folder: The dataset.
        config: The scoring config.
        url: The store.
        first: How many interactions of the dataset it has seen already.
        sizes: How many bytes each of the next ones writes.
    """

    folder: Path
    config: ScoringConfig
    url: str
    first: int
    sizes: Sequence[int]


class Times(NamedTuple):
    """Seconds of each decision and of each bare insert of a writer, and the most memory that it took, in MiB."""

    decided: np.ndarray
    inserted: np.ndarray
    peak_mib: float


def measure(work: Work, writers: int) -> list[Times]:
    """Let so many processes share the work.

    Args:
        work: What to decide.
        writers: How many.

    Returns:
        The times of each.
    """
    spawning = multiprocessing.get_context("spawn")
    barrier = spawning.Barrier(writers)
    with ProcessPoolExecutor(writers, mp_context=spawning, initializer=_meet_at, initargs=(barrier,)) as pool:
        parts = [pool.submit(_work, work, writer, writers) for writer in range(writers)]
        return [part.result() for part in sorted(parts, key=lambda part: _is_broken(part.exception()))]


def _is_broken(failure: BaseException | None) -> bool:
    """Whether somebody else's failure is the reason for this one."""
    return isinstance(failure, BrokenBarrierError)


_barriers: list[Barrier] = []


def _meet_at(barrier: Barrier) -> None:
    _barriers.append(barrier)


def _work(work: Work, writer: int, writers: int) -> Times:
    (barrier,) = _barriers
    stream = interactions_of(read_dataset(work.folder))
    mine = list(islice(stream, work.first + writer, work.first + len(work.sizes), writers))
    sizes = work.sizes[writer::writers]
    rounds = ceil(len(work.sizes) / writers / _STRETCH)
    store = cast("DurableStore", open_store(work.url))
    try:
        resolver = Resolver(work.config, store)
        decided: list[list[float]] = []
        inserted: list[list[float]] = []
        with store.inserting_bare() as insert:
            for start in range(0, rounds * _STRETCH, _STRETCH):
                stretch = slice(start, start + _STRETCH)
                barrier.wait()
                decided.append(list(_timed(resolver.resolve, [(one,) for one in mine[stretch]])))
                rows = [
                    (blake2b(one.interaction_id.encode(), digest_size=16).digest(), "x" * size)
                    for one, size in zip(mine[stretch], sizes[stretch], strict=True)
                ]
                barrier.wait()
                inserted.append(list(_timed(insert, rows)))
    except (IdlabError, OSError):
        barrier.abort()
        raise
    finally:
        store.close()
    counted = slice(1, None) if rounds > 1 else slice(None)
    return Times(np.concatenate(decided[counted]), np.concatenate(inserted[counted]), peak_mib())


def _timed(call: Callable[..., object], several: Sequence[tuple[object, ...]]) -> Iterator[float]:
    """Seconds of each call."""
    for given in several:
        begun = perf_counter()
        call(*given)
        yield perf_counter() - begun
