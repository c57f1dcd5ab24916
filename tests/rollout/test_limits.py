"""Control limits against Fisher's exact test itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from idlab.rollout.limits import Counts


def counts(live: int, among: int, expected: int, expected_among: int) -> Counts:
    return Counts(*(np.array([number]) for number in (live, among, expected, expected_among)))


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    among, expected_among = draw(st.integers(1, 80)), draw(st.integers(1, 80))
    return draw(st.integers(0, among)), among, draw(st.integers(0, expected_among)), expected_among


@given(tables())
def test_the_probability_is_twice_the_smaller_tail_of_fishers_test(table: tuple[int, int, int, int]) -> None:
    live, among, expected, expected_among = table
    square = [[live, among - live], [expected, expected_among - expected]]
    tails = [fisher_exact(square, alternative=side).pvalue for side in ("less", "greater")]
    assert counts(*table).probability()[0] == pytest.approx(min(1.0, 2 * min(tails)))


@given(tables(), st.sampled_from([0.3, 0.05, 1e-3]))
def test_a_share_is_outside_its_limits_just_if_it_is_that_unlikely(
    table: tuple[int, int, int, int], level: float
) -> None:
    _, among, expected, expected_among = table
    low, high = (float(end[0]) for end in counts(*table).limits(level))
    for live in range(among + 1):
        likely = counts(live, among, expected, expected_among).probability()[0]
        assert (likely < level) == (not low <= live / among <= high), live


def test_clustered_counts_are_worth_less() -> None:
    table = Counts(np.array([60, 60]), np.array([100, 100]), np.array([400, 400]), np.array([1000, 1000]))
    alone, clustered = table.effective(np.array([1.0, 4.0])).probability().tolist()
    assert alone < 0.001 < clustered


def test_nothing_can_move_a_share_of_nothing() -> None:
    for table in ((0, 10, 0, 50), (10, 10, 50, 50), (0, 0, 5, 50), (3, 10, 0, 0)):
        assert not counts(*table).can_differ[0]
    assert counts(0, 10, 5, 50).can_differ[0]
