"""Owners and sizes at a moment, and agreement of partitions, against the plain walk and plain counting."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from idlab.metrics.agreement import agreement
from idlab.metrics.ownership import owners
from idlab.metrics.standing import NEVER, holder_at, met_at, standing
from tests.metrics.worlds import Lived, partitions, worlds


@given(worlds())
def test_owners_at_decisions_are_those_of_the_walk(lived: Lived) -> None:
    world, history = lived
    person = np.array(world.person, dtype=np.int64)
    asked_at = np.repeat(history.entry, np.diff(history.target_start))
    found = standing(history, person, asked_at, history.target)
    assert found.owner.tolist() == owners(history, person).target.tolist()
    end = np.full(person.size, 10**6)
    at_end = standing(history, person, end, history.identity)
    sizes = [int(((history.identity == one) & (person >= 0)).sum()) for one in history.identity]
    assert at_end.size.tolist() == sizes


@given(worlds())
def test_holders_and_meetings_are_those_of_the_final_partition(lived: Lived) -> None:
    _, history = lived
    if history.moved.size:
        return
    rows, end = np.arange(history.outcome.size), np.full(history.outcome.size, 10**6)
    assert holder_at(history, rows, end).tolist() == history.identity.tolist()
    for left, right in combinations(rows.tolist()[:8], 2):
        pair = np.array([left]), np.array([right])
        met = int(met_at(history, *pair)[0])
        together = history.identity[left] == history.identity[right]
        assert together == (met < NEVER)
        if together:
            after = np.array([met + 1])
            assert holder_at(history, pair[0], after) == holder_at(history, pair[1], after)
            if met > max(history.entry[left], history.entry[right]):
                at = np.array([met])
                assert holder_at(history, pair[0], at) != holder_at(history, pair[1], at)


@given(partitions())
def test_agreement_is_that_of_counted_pairs(drawn: tuple[list[int], list[int]]) -> None:
    one, other = drawn
    changed = sum((one[a] == one[b]) != (other[a] == other[b]) for a, b in combinations(range(len(one)), 2))
    found = agreement(one, other)
    assert found.pairs_changed_per_1000 == 1000 * changed / len(one)
    sets = [
        {frozenset(np.flatnonzero(np.array(labels) == label).tolist()) for label in labels}
        for labels in drawn
    ]
    assert found.clusters_changed == len(sets[0] ^ sets[1])
    assert agreement(other, one)[0] == found[0]
    assert agreement(one, one).bcubed == 1.0


@given(st.just([]))
def test_nothing_agrees_with_nothing(none: list[int]) -> None:
    assert agreement(np.array(none, dtype=np.int64), np.array(none, dtype=np.int64)).bcubed == 1.0
