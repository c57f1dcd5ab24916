"""The online engine over a store that keeps what it is told: how long a decision takes, beside a bare durable insert."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.table import Table

from idlab.bench.filling import Filling, fill, put_into
from idlab.bench.writers import Work, measure
from idlab.config import ScoringConfig
from idlab.data.dataset import read_dataset
from idlab.data.stream import interactions_of
from idlab.errors import BadInput
from idlab.model import Interaction
from idlab.resolver import Resolver
from idlab.stores import open_store
from idlab.stores.documents import statements
from idlab.stores.kinds import bytes_held
from idlab.telling import Telling, untold


@dataclass(frozen=True)
class StoreFigures:
    """What ``idlab bench online`` measured.

    Args:
        store: The kind of the store.
        interactions, writers: How many decisions, by how many processes.
        decisions_per_s: Of all writers together, while they decide.
        p50_ms, p95_ms, p99_ms: Milliseconds that 50, 95 and 99 of 100 decisions took at most.
        bare_insert_p50_ms, bare_insert_p99_ms: The same of bare inserts of as many bytes.
        bytes_per_decision: What a decision writes, on average.
        identities_before, identities: How many there were before and at the end.
        disk_mib: What the store took on the disk at the end, and that for a million identities.
        resolver_mib: The most memory that a process which decides took.
    """

    store: str
    interactions: int
    writers: int
    decisions_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    bare_insert_p50_ms: float
    bare_insert_p99_ms: float
    bytes_per_decision: int
    identities_before: int
    identities: int
    disk_mib: float
    disk_mib_per_million_identities: float
    resolver_mib: float

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
            ("identities before", f"{self.identities_before}"),
            ("identities at the end", f"{self.identities}"),
            ("decisions a second", f"{self.decisions_per_s:.0f}"),
            ("a decision, median", f"{self.p50_ms:.2f} ms"),
            ("95 of 100 within", f"{self.p95_ms:.2f} ms"),
            ("99 of 100 within", f"{self.p99_ms:.2f} ms"),
            ("a bare insert, 99 of 100 within", f"{self.bare_insert_p99_ms:.2f} ms"),
            ("times a bare insert", f"{self.p99_ms / self.bare_insert_p99_ms:.1f}"),
            ("bytes written a decision", f"{self.bytes_per_decision}"),
            ("disk for a million identities", f"{self.disk_mib_per_million_identities:.0f} MiB"),
            ("memory of a resolver", f"{self.resolver_mib:.0f} MiB"),
        ):
            shown.add_row(name, value)
        return shown


def interactions_for(identities: int) -> int:
    """How many interactions the frozen world has in which there come to be so many identities, and some more.

    Example:
        >>> interactions_for(1_000_000)
        2400100
    """
    return round(identities * 2.4) + 100


class Ground(NamedTuple):
    """What decisions are measured on.

    Args:
        folder: The dataset.
        file: An SQLite store that has seen the beginning of it; None: nothing was seen.
        first: How many interactions that were.
        identities: How many identities it holds.
        sizes: How many bytes each of the decisions after them writes.
    """

    folder: Path
    file: Path | None
    first: int
    identities: int
    sizes: list[int]


def prepared(
    folder: Path,
    config: ScoringConfig,
    room: Path,
    *,
    interactions: int,
    identities: int = 0,
    told: Telling = untold,
) -> Ground:
    """Let a store be filled, to be copied into those that are measured.

    Args:
        folder: The dataset to decide about.
        config: The scoring config.
        room: A folder for the store.
        interactions: How many decisions there are to be measured.
        identities: How many identities to fill the store to before, from the beginning of the dataset.
        told: Told of progress.

    Raises:
        BadInput: If the dataset is too small.
    """
    stream = _Counted(interactions_of(read_dataset(folder)))
    file = room / "filled.db" if identities else None
    filling = Filling() if file is None else fill(file, config, stream, identities, told)
    first, before = stream.n_taken, filling.n_identities
    sizes = _sizes(filling, config, islice(stream, interactions))
    if before < identities or len(sizes) < interactions:
        what = f"the dataset ends at {filling.n_identities} identities, after {stream.n_taken} interactions"
        raise BadInput(
            what, where="--identities", hint="name fewer: this config unites more than the default"
        )
    return Ground(folder, file, first, before, sizes)


def bench_store(
    ground: Ground, config: ScoringConfig, url: str, *, writers: int = 1, told: Telling = untold
) -> StoreFigures:
    """Measure decisions over a store, beside bare inserts.

    Args:
        ground: Of ``prepared``.
        config: The scoring config.
        url: The store, of ``must_be_empty``.
        writers: How many processes decide at once.
        told: Told of progress.
    """
    if ground.file is not None:
        put_into(url, ground.file, told)
    told(f"deciding about {len(ground.sizes)} interactions", 0, 0)
    found = measure(Work(ground.folder, config, url, ground.first, ground.sizes), writers)
    at_the_end, disk = _left(url)
    decisions = np.concatenate([one.decided for one in found]) * 1e3
    bare = np.concatenate([one.inserted for one in found]) * 1e3
    p50, p95, p99 = (float(one) for one in np.percentile(decisions, (50, 95, 99)))
    return StoreFigures(
        store=url.partition(":")[0],
        interactions=len(ground.sizes),
        writers=writers,
        decisions_per_s=sum(len(one.decided) / float(one.decided.sum()) for one in found),
        p50_ms=p50,
        p95_ms=p95,
        p99_ms=p99,
        bare_insert_p50_ms=float(np.percentile(bare, 50)),
        bare_insert_p99_ms=float(np.percentile(bare, 99)),
        bytes_per_decision=sum(ground.sizes) // len(ground.sizes),
        identities_before=ground.identities,
        identities=at_the_end,
        disk_mib=disk,
        disk_mib_per_million_identities=disk / at_the_end * 1e6,
        resolver_mib=max(one.peak_mib for one in found),
    )


def _left(url: str) -> tuple[int, float]:
    """How many identities a store holds, and how many MiB it takes; rows of no meaning are removed before."""
    store: Any = open_store(url)
    try:
        store.drop_bare()
        with store.reading() as rows:
            n_identities = sum(1 for _ in rows.every("identities", "id"))
    finally:
        store.close()
    return n_identities, (bytes_held(url) or 0) / 2**20


def must_be_empty(url: str) -> None:
    """Refuse a store that holds something, or that is not measured.

    Raises:
        BadInput: If so.
    """
    if url == "memory://":
        hint = "name sqlite:///FILE or postgresql://...; idlab bench replay measures the store in memory"
        raise BadInput("this store keeps nothing", where="--store", hint=hint)
    if url.startswith("dynamodb://"):
        hint = "name sqlite:///FILE or postgresql://..., which have a bare insert to compare with"
        raise BadInput("a store on DynamoDB is not measured by this benchmark", where="--store", hint=hint)
    store = open_store(url)
    try:
        with store.reading() as rows:
            if next(iter(rows.records()), None) is not None:
                hint = "name an empty one; the benchmark fills it"
                raise BadInput("the store holds something already", where="--store", hint=hint)
    finally:
        store.close()


class _Counted(Iterator[Interaction]):
    """Interactions, and how many were taken."""

    def __init__(self, interactions: Iterator[Interaction]) -> None:
        self._interactions = interactions
        self.n_taken = 0

    def __next__(self) -> Interaction:
        one = next(self._interactions)
        self.n_taken += 1
        return one


def _sizes(filling: Filling, config: ScoringConfig, interactions: Iterator[Interaction]) -> list[int]:
    """The bytes that each decision writes as rows, in the order handled."""
    resolver = Resolver(config, filling)
    sizes = []
    weigh = filling.write

    def write(changes: Any) -> None:
        values = (value for _, rows in statements(changes) for row in rows for value in row)
        sizes.append(sum(len(value) if isinstance(value, str | bytes) else 8 for value in values))
        weigh(changes)
        filling.told.clear()

    filling.write = write  # type: ignore[method-assign]
    for interaction in interactions:
        resolver.resolve(interaction)
    return sizes
