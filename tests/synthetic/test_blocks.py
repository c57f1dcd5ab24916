"""Blocks hold as many interactions as asked for, each with people of its own."""

from __future__ import annotations

import numpy as np
import pytest

from idlab.model import microseconds
from synthetic import load_scenario
from synthetic.blocks import plan_blocks, slice_starts
from synthetic.contacts import DAY
from synthetic.people import BLOCK

SCENARIO = load_scenario("retail")


@pytest.mark.parametrize("interactions", [1, 7, 1000, 400_000])
def test_there_are_as_many_as_asked_for(interactions: int) -> None:
    blocks = plan_blocks(SCENARIO, interactions, 3)
    assert sum(int(block.counts.sum()) for block in blocks) == interactions
    assert [block.place for block in blocks] == list(range(len(blocks)))
    assert all(block.counts.min() >= 1 for block in blocks)
    assert all(len(block.counts) == BLOCK for block in blocks[:-1])


def test_blocks_differ_and_continue_those_of_a_smaller_world() -> None:
    small, large = plan_blocks(SCENARIO, 300_000, 3), plan_blocks(SCENARIO, 400_000, 3)
    assert len(small) > 1
    assert not np.array_equal(small[0].counts[:1000], small[1].counts[:1000])
    assert np.array_equal(small[0].counts, large[0].counts)
    assert [block.residents().homes.number[0] for block in small] == [
        0,
        *range(BLOCK, BLOCK * len(small), BLOCK),
    ]


@pytest.mark.parametrize("rows", [1, 400, 10_000, 100_000])
def test_slices_begin_at_midnight_and_part_the_time_evenly(rows: int) -> None:
    starts = slice_starts(SCENARIO, 50_000, rows)
    assert len(starts) + 1 == min(SCENARIO.days, -(-50_000 // rows))
    days = (starts - microseconds(SCENARIO.start)) / DAY
    assert (days % 1 == 0).all()
    lengths = np.diff([0, *days, SCENARIO.days])
    assert lengths.max() - lengths.min() <= 1
