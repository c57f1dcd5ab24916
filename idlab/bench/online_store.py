"""The online engine over a store that keeps what it is told: how long a decision takes, beside a bare durable insert.

Each writer is a process of its own. It decides about a stretch of its interactions, then inserts as many bare rows of the same
size, then decides again, so that both meet the same disk and the same neighbours.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol, cast

import numpy as np
from rich.table import Table

from idlab.config import ScoringConfig
from idlab.data.dataset import read_dataset
from idlab.data.stream import interactions_of
from idlab.errors import BadInput
from idlab.resolver import Resolver
from idlab.stores import Changes, MemoryStore, Store, open_store
from idlab.stores.documents import statements

_STRETCH = 250


class DurableStore(Store, Protocol):
    """A store that can also insert rows of no meaning."""

    def inserting_bare(self) -> AbstractContextManager[Callable[[bytes, str], None]]:
        """What writes one, durably."""
        ...

    def drop_bare(self) -> None:
        """Remove them all."""
        ...


@dataclass(frozen=True)
class StoreFigures:
    """What ``idlab bench online`` measured.

    Args:
        store: The kind of the store.
        interactions, writers: How many decisions, by how many processes.
        decisions_per_s: Of all writers together, while they decide.
        p50_ms, p95_ms, p99_ms: Milliseconds that 50, 95 and 99 of 100 decisions took at most.
        bare_insert_p99_ms: The same of 99 of 100 bare inserts of as many bytes.
        bytes_per_decision: What a decision writes, on average.
        identities: How many there were at the end.
    """

    store: str
    interactions: int
    writers: int
    decisions_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    bare_insert_p99_ms: float
    bytes_per_decision: int
    identities: int

    def document(self) -> dict[str, Any]:
        """The figures for scripts."""
        return {
            name: round(value, 3) if isinstance(value, float) else value for name, value in vars(self).items()
        }

    def table(self) -> Table:
        """The figures for people."""
        shown = Table(title=f"{self.store}: {self.interactions} interactions, {self.writers} writer(s)")
        shown.add_column("what")
        shown.add_column("figure", justify="right")
        for name, value in (
            ("decisions a second", f"{self.decisions_per_s:.0f}"),
            ("a decision, median", f"{self.p50_ms:.2f} ms"),
            ("95 of 100 within", f"{self.p95_ms:.2f} ms"),
            ("99 of 100 within", f"{self.p99_ms:.2f} ms"),
            ("a bare insert, 99 of 100 within", f"{self.bare_insert_p99_ms:.2f} ms"),
            ("times a bare insert", f"{self.p99_ms / self.bare_insert_p99_ms:.1f}"),
            ("bytes written a decision", f"{self.bytes_per_decision}"),
            ("identities at the end", f"{self.identities}"),
        ):
            shown.add_row(name, value)
        return shown


def bench_store(folder: Path, config: ScoringConfig, url: str, *, writers: int = 1) -> StoreFigures:
    """Measure decisions over an empty store, beside bare inserts.

    Args:
        folder: The dataset to decide about.
        config: The scoring config.
        url: The store.
        writers: How many processes decide at once.

    Raises:
        BadInput: If the store keeps nothing, or already holds interactions of the dataset.
    """
    names = [one.interaction_id for one in interactions_of(read_dataset(folder))]
    store = _durable(url)
    try:
        if store.identity_of(names[0]) is not None:
            hint = "name an empty one; the benchmark fills it"
            raise BadInput("the store holds these interactions already", where="--store", hint=hint)
        sizes = _sizes(folder, config)
        with ProcessPoolExecutor(writers, mp_context=multiprocessing.get_context("spawn")) as pool:
            parts = [
                pool.submit(_work, folder, config, url, sizes, worker, writers) for worker in range(writers)
            ]
            found = [part.result() for part in parts]
        store.drop_bare()
        identities = len({store.identity_of(name) for name in names})
    finally:
        store.close()
    decisions = np.concatenate([times for times, _ in found]) * 1e3
    bare = np.concatenate([times for _, times in found]) * 1e3
    p50, p95, p99 = (float(one) for one in np.percentile(decisions, (50, 95, 99)))
    return StoreFigures(
        store=url.partition(":")[0],
        interactions=len(names),
        writers=writers,
        decisions_per_s=sum(len(times) / float(times.sum()) for times, _ in found),
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        bare_insert_p99_ms=float(np.percentile(bare, 99)),
        bytes_per_decision=sum(sizes) // len(sizes),
        identities=identities,
    )


def _durable(url: str) -> DurableStore:
    if url == "memory://":
        hint = "name sqlite:///FILE or postgresql://...; idlab bench replay measures the store in memory"
        raise BadInput("this store keeps nothing", where="--store", hint=hint)
    if url.startswith("dynamodb://"):
        hint = "name sqlite:///FILE or postgresql://..., which have a bare insert to compare with"
        raise BadInput("a store on DynamoDB is not measured by this benchmark", where="--store", hint=hint)
    return cast("DurableStore", open_store(url))


def _work(
    folder: Path, config: ScoringConfig, url: str, sizes: Sequence[int], worker: int, writers: int
) -> tuple[np.ndarray, np.ndarray]:
    """Seconds of each decision of a writer, and of each bare insert."""
    mine = list(islice(interactions_of(read_dataset(folder)), worker, None, writers))
    store = _durable(url)
    resolver = Resolver(config, store)
    decided: list[float] = []
    inserted: list[float] = []
    try:
        with store.inserting_bare() as insert:
            for start in range(0, len(mine), _STRETCH):
                stretch = mine[start : start + _STRETCH]
                for interaction in stretch:
                    begun = perf_counter()
                    resolver.resolve(interaction)
                    decided.append(perf_counter() - begun)
                for place, interaction in enumerate(stretch, start):
                    key = blake2b(interaction.interaction_id.encode(), digest_size=16).digest()
                    text = "x" * sizes[worker + place * writers]
                    begun = perf_counter()
                    insert(key, text)
                    inserted.append(perf_counter() - begun)
    finally:
        store.close()
    return np.array(decided), np.array(inserted)


class _Weighing(MemoryStore):
    """A store in memory that notes how many bytes each step would write as rows."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def put(self, changes: Changes) -> None:
        values = (value for _, rows in statements(changes) for row in rows for value in row)
        self.sizes.append(sum(len(value) if isinstance(value, str | bytes) else 8 for value in values))
        super().put(changes)


def _sizes(folder: Path, config: ScoringConfig) -> list[int]:
    """The bytes that each decision writes, in the order handled."""
    weighing = _Weighing()
    resolver = Resolver(config, weighing)
    for interaction in interactions_of(read_dataset(folder)):
        resolver.resolve(interaction)
    return weighing.sizes
