"""Merging blocks equals sorting all rows at once, ties included."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from synthetic.blocks import TEXT_COLUMNS
from synthetic.merging import merged_slices


class Contact(NamedTuple):
    """A contact of a block, and how long after it more is learnt, if ever."""

    moment: int
    learnt: int | None


CONTACTS = st.builds(Contact, st.integers(0, 9), st.none() | st.integers(1, 3))
BLOCKS = st.lists(st.lists(CONTACTS, max_size=8), min_size=1, max_size=4).filter(any)


def table_of(contacts: list[Contact], block: int) -> pa.Table:
    """The block's rows in order of time; full_name says which contact a row belongs to."""
    rows = [(one.moment, 0, place) for place, one in enumerate(contacts)]
    rows += [
        (one.moment + one.learnt, 1, place) for place, one in enumerate(contacts) if one.learnt is not None
    ]
    rows.sort()
    roots = {place: row for row, (_, later, place) in enumerate(rows) if not later}
    texts = {
        name: pa.array([f"{block}/{place}" for _, _, place in rows], pa.large_string())
        for name in TEXT_COLUMNS
    }
    return pa.table(
        {
            "moment": pa.array([moment for moment, _, _ in rows], pa.int64()),
            "root": pa.array([roots[place] for _, _, place in rows], pa.int64()),
            "channel": pa.array([0] * len(rows), pa.int8()),
            **texts,
            "person": pa.array([place for _, _, place in rows], pa.int64()),
            "household": pa.array([place for _, _, place in rows], pa.int64()),
            "corruptions": texts["full_name"],
        }
    )


@given(BLOCKS, st.lists(st.integers(0, 13), max_size=3))
def test_rows_come_in_order_of_time_and_id_and_conversations_keep_their_number(
    blocks: list[list[Contact]], cuts: list[int]
) -> None:
    tables = [table_of(contacts, block) for block, contacts in enumerate(blocks)]
    bounds = [
        [0, *np.searchsorted(table["moment"].to_numpy(), sorted(cuts)).tolist(), len(table)]
        for table in tables
    ]
    slices = [
        [
            table.slice(ends[place], ends[place + 1] - ends[place])
            for table, ends in zip(tables, bounds, strict=True)
        ]
        for place in range(len(cuts) + 1)
    ]
    merged = list(merged_slices(slices, [len(table) for table in tables]))
    rows = pa.concat_tables([one.interactions for one in merged]).to_pylist()
    assert sorted((row["occurred_at"], row["interaction_id"]) for row in rows) == [
        (row["occurred_at"], row["interaction_id"]) for row in rows
    ]
    opened = [row["interaction_id"] for row in rows if "#" not in row["interaction_id"]]
    assert opened == [f"i-{number:08d}" for number in range(1, sum(map(len, blocks)) + 1)]
    contact_of = {row["interaction_id"]: row["full_name"] for row in rows}
    for row in rows:
        assert contact_of[row["interaction_id"].partition("#")[0]] == row["full_name"]
    assert len(contact_of) == len(rows) == sum(map(len, tables))
    assert [row["interaction_id"] for one in merged for row in one.truth.to_pylist()] == [
        row["interaction_id"] for row in rows
    ]
