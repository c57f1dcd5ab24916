"""Splits: nothing shared between parts, fractions kept, the same in every run."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from idlab.data.splits import components_of, split_by_component, split_by_time
from idlab.errors import BadInput

rows = st.lists(
    st.tuples(st.integers(-1, 6), st.integers(-1, 5), st.integers(-1, 5)), min_size=1, max_size=25
)


def naive_components(world: list[tuple[int, int, int]]) -> list[set[int]]:
    """Components by the slow, obvious way: any two rows with a value in common, until nothing changes."""
    groups = [{row} for row in range(len(world))]
    for a, first in enumerate(world):
        for b, second in enumerate(world):
            if any(x == y and x >= 0 for x, y in zip(first, second, strict=True)):
                union = groups[a] | groups[b]
                for row in union:
                    groups[row] = union
    return groups


@given(world=rows, seed=st.integers(0, 2**32))
def test_no_component_straddles_parts(world: list[tuple[int, int, int]], seed: int) -> None:
    table = np.array(world, dtype=np.int64)
    groups = naive_components(world)
    component = components_of(table[:, 0], table[:, 1:])
    for a, group in enumerate(groups):
        assert set(np.flatnonzero(component == component[a]).tolist()) == group
    part = split_by_component(table[:, 0], table[:, 1:], (0.5, 0.3, 0.2), seed)
    assert all(part[a] == part[b] for a, group in enumerate(groups) for b in group)
    assert part.tolist() == split_by_component(table[:, 0], table[:, 1:], (0.5, 0.3, 0.2), seed).tolist()
    largest = max(map(len, groups))
    for number, share in enumerate((0.5, 0.3, 0.2)):
        assert abs((part == number).sum() - share * len(world)) <= largest


def test_seeds_give_other_splits() -> None:
    person = np.arange(1000)
    none = np.empty((1000, 0), dtype=np.int64)
    parts = [split_by_component(person, none, (0.5, 0.5), seed) for seed in (1, 2)]
    assert 350 < (parts[0] == parts[1]).sum() < 650


@given(moments=st.lists(st.integers(-5, 5), min_size=1, max_size=40))
def test_parts_follow_each_other_in_time(moments: list[int]) -> None:
    at = np.array(moments, dtype=np.int64)
    part = split_by_time(at, (0.25, 0.5, 0.25))
    in_time = part[np.argsort(at, kind="stable")]
    assert (np.diff(in_time) >= 0).all()
    for moment in set(moments):
        assert len(set(part[at == moment].tolist())) == 1


def test_time_without_ties_is_split_exactly() -> None:
    at = np.random.default_rng(1).permutation(100)
    assert np.bincount(split_by_time(at, (0.6, 0.2, 0.2))).tolist() == [60, 20, 20]


@pytest.mark.parametrize("fractions", [(), (0.5, 0.6), (1.5, -0.5), (float("nan"), 1.0)])
def test_fractions_that_are_none_are_refused(fractions: tuple[float, ...]) -> None:
    with pytest.raises(BadInput, match="give positive numbers that sum to 1"):
        split_by_time(np.arange(3), fractions)
