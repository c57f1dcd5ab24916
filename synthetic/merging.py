"""Blocks merged in order of time, slice by slice, into the tables of the dataset format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from idlab.model import CHANNELS
from synthetic.blocks import TEXT_COLUMNS
from synthetic.draws import Flags


class Slice(NamedTuple):
    """The interactions of some span of time with their truth, row by row."""

    interactions: pa.Table
    truth: pa.Table


def merged_slices(slices: Iterable[Sequence[pa.Table]], rows: Sequence[int]) -> Iterator[Slice]:
    """Merges the blocks' parts of each slice and numbers the interactions in order of time.

    Args:
        slices: In order of time; for every slice one part per block, as ``block_table`` makes them.
        rows: How many interactions each block has.

    Yields:
        The tables of the dataset, in order of (occurred_at, interaction_id).
    """
    width = max(8, len(str(sum(rows))))
    first_row = np.cumsum(rows) - rows
    numbers = np.zeros(sum(rows), dtype=np.int32)
    done = np.zeros(len(rows), dtype=np.int64)
    opened = 0
    for parts in slices:
        sizes = np.array([len(part) for part in parts])
        table = pa.concat_tables(parts).combine_chunks()
        row = np.arange(len(table)) + np.repeat(first_row + done - (np.cumsum(sizes) - sizes), sizes)
        root = table["root"].to_numpy() + np.repeat(first_row, sizes)
        moment = table["moment"].to_numpy()
        opens = np.flatnonzero(root == row)
        in_time = opens[np.argsort(moment[opens], kind="stable")]
        numbers[row[in_time]] = opened + 1 + np.arange(len(in_time))
        number = numbers[root]
        order = np.lexsort((root != row, number, moment))
        yield _slice(table.take(pa.array(order)), number[order], (root != row)[order], width)
        opened += len(opens)
        done += sizes


def _slice(table: pa.Table, number: npt.NDArray[np.int32], later: Flags, width: int) -> Slice:
    """The rows as they are in the dataset; what is learnt later has the number of its conversation."""
    ids = pa.array([f"i-{one:0{width}d}" for one in number.tolist()], type=pa.large_string())
    if later.any():
        mask = pa.array(later)
        learnt = zip(ids.filter(mask).to_pylist(), table["email"].filter(mask).to_pylist(), strict=True)
        revisions = [f"{one}#{_revision(email)}" for one, email in learnt]
        ids = pc.replace_with_mask(ids, mask, pa.array(revisions, type=pa.large_string()))
    moments = pc.cast(table["moment"], pa.timestamp("us", "UTC"))
    channels = pa.array(CHANNELS, type=pa.large_string()).take(table["channel"].combine_chunks())
    interactions = {"interaction_id": ids, "occurred_at": moments, "channel": channels}
    truth = {
        "interaction_id": ids,
        "person_id": _entity_texts("p", table["person"]),
        "household_id": _entity_texts("h", table["household"]),
        "corruptions": table["corruptions"],
    }
    texts = {name: table[name] for name in TEXT_COLUMNS}
    return Slice(pa.table(interactions | texts), pa.table(truth))


def _revision(email: str) -> str:
    """The digest of what was newly known."""
    return blake2b(f"email={email}".encode(), digest_size=6).hexdigest()


def _entity_texts(letter: str, number: pa.ChunkedArray) -> pa.Array:
    return pa.array([f"{letter}-{one:08d}" for one in number.to_numpy().tolist()], type=pa.large_string())
