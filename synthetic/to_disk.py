"""Worlds of any size written to disk: blocks made by several workers, merged in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
import pyarrow as pa

from idlab.data.dataset import Manifest, check_target, write_dataset
from idlab.errors import BadInput
from synthetic.blocks import Block, block_table, plan_blocks, slice_starts
from synthetic.draws import Integers
from synthetic.mailboxes import Claims, turns
from synthetic.merging import merged_slices
from synthetic.recipe import asked_for, writable

_SLICE_ROWS = 400_000
"""About how many interactions are merged at a time; it shapes no bytes."""

_MOST_WORKERS = 256

Job = TypeVar("Job")
Done = TypeVar("Done")


class Progress(Protocol):
    """Told what is being done, and how much of it is done."""

    def __call__(self, doing: str, done: int, total: int) -> None:
        """Called often."""


def generate_to(  # noqa: PLR0913 - those of generate, and how and where to write
    folder: Path | str,
    scenario: str | Path = "retail",
    interactions: int = 50_000,
    seed: int = 1,
    overrides: Mapping[str, float] | None = None,
    like: Sequence[str] = (),
    *,
    workers: int = 1,
    progress: Progress | None = None,
    overwrite: bool = False,
) -> Manifest:
    """A labelled contact-centre world as a dataset folder, in bounded memory.

    The bytes are those of ``generate(...).write(folder)``, whatever the number of workers.

    Args:
        folder: Where to write; it appears whole or not at all. Room for about as much again is needed beside
            it while it is written.
        scenario, interactions, seed, overrides, like: As for ``generate``.
        workers: How many processes make blocks; 1 means this one alone. More are started anew, so a script
            must call this under ``if __name__ == "__main__":``.
        progress: Told what is done.
        overwrite: Whether a dataset that is there may be replaced.

    Returns:
        The manifest written.

    Raises:
        BadInput: On an unknown scenario, variation or rate, a value out of range, or a folder that cannot be
            written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as place:
        ...     generate_to(f"{place}/world", "retail", interactions=100).rows
        100
    """
    target, tell = Path(folder), progress or _silent
    made = asked_for(scenario, interactions, seed, overrides, like)
    if not 1 <= workers <= _MOST_WORKERS:
        raise BadInput(f"workers must be a whole number from 1 to {_MOST_WORKERS}, got {workers!r}")
    check_target(target, overwrite=overwrite)
    blocks = plan_blocks(made.scenario, interactions, seed)
    starts = slice_starts(made.scenario, interactions, _SLICE_ROWS)
    with ExitStack() as until_done:
        until_done.enter_context(writable(target))
        target.resolve().parent.mkdir(parents=True, exist_ok=True)
        room = TemporaryDirectory(prefix=f".{target.name}.", dir=target.resolve().parent)
        beside = Path(until_done.enter_context(room))
        team = until_done.enter_context(_workers(min(workers, len(blocks))))
        rows = _make_blocks(blocks, starts, beside, team, tell)
        slices = _Slices(beside, rows, len(starts) + 1, tell)
        return write_dataset(
            target, slices.interactions(), truth=slices.truth(), manifest=made.manifest, overwrite=overwrite
        )


class _Slices:
    """The slices of a world whose blocks lie on disk: its interactions, and then the truth about them."""

    def __init__(self, beside: Path, rows: Sequence[int], count: int, tell: Progress) -> None:
        self._beside, self._rows, self._count, self._tell = beside, rows, count, tell
        self._truth: list[pa.Table] = []

    def interactions(self) -> Iterator[pa.Table]:
        """The interactions slice by slice; the truth about them is kept until asked for."""
        done, total = 0, sum(self._rows)
        for merged in merged_slices(self._parts(), self._rows):
            self._truth.append(merged.truth)
            yield merged.interactions
            done += len(merged.truth)
            self._tell("writing", done, total)

    def truth(self) -> Iterator[pa.Table]:
        """The truth, once the interactions have been passed on."""
        yield from self._truth

    def _parts(self) -> Iterator[list[pa.Table]]:
        for place in range(self._count):
            parts = []
            for block in range(len(self._rows)):
                with pa.OSFile(str(_file(self._beside, block))) as source:
                    batch = pa.ipc.open_file(source).get_batch(place)
                    parts.append(pa.Table.from_batches([batch]))
            yield parts


def _make_blocks(
    blocks: Sequence[Block], starts: Integers, beside: Path, workers: _Workers, tell: Progress
) -> list[int]:
    """Writes every block in slices; returns how many interactions each has."""
    claims: list[Claims] = []
    for one in workers.map(_claims, blocks):
        claims.append(one)
        tell("people", len(claims), len(blocks))
    jobs = [
        _Job(block, turn, starts, _file(beside, block.place))
        for block, turn in zip(blocks, turns(claims), strict=True)
    ]
    rows: list[int] = []
    for count in workers.map(_write_block, jobs):
        rows.append(count)
        tell("blocks", len(rows), len(blocks))
    return rows


class _Job(NamedTuple):
    block: Block
    turn: Integers
    starts: Integers
    path: Path


def _claims(block: Block) -> Claims:
    return block.residents().claimed


def _write_block(job: _Job) -> int:
    """Writes a block as one record batch per slice; returns how many interactions it has."""
    table = block_table(job.block, job.block.residents(), job.turn)
    ends = np.searchsorted(table["moment"].to_numpy(), job.starts)
    bounds = [0, *ends.tolist(), len(table)]
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.OSFile(str(job.path), "wb") as sink, pa.ipc.new_file(sink, table.schema, options=options) as file:
        for start, end in pairwise(bounds):
            file.write_batch(_one_batch(table.slice(start, end - start)))
    return len(table)


def _one_batch(table: pa.Table) -> pa.RecordBatch:
    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


def _file(beside: Path, block: int) -> Path:
    return beside / f"{block}.arrow"


class _Workers:
    """Several processes, or this one alone."""

    def __init__(self, pool: Pool | None) -> None:
        self._pool = pool

    def map(self, function: Callable[[Job], Done], jobs: Iterable[Job]) -> Iterator[Done]:
        """Applies a function to jobs, in their order."""
        return map(function, jobs) if self._pool is None else self._pool.imap(function, jobs)


@contextmanager
def _workers(count: int) -> Iterator[_Workers]:
    if count == 1:
        yield _Workers(None)
        return
    with get_context("spawn").Pool(count) as pool:
        yield _Workers(pool)


def _silent(doing: str, done: int, total: int) -> None:
    """Tells nobody."""
