"""Work done ahead: in order, no further than there are workers, and ended by whoever stops taking."""

from __future__ import annotations

import time
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.explore.ahead import ahead


@given(st.lists(st.integers(0, 3), max_size=12), st.integers(1, 4))
def test_results_come_in_order_whoever_is_done_first(pauses: list[int], workers: int) -> None:
    def work(place: int) -> int:
        time.sleep(pauses[place] / 2000)
        return place

    assert list(ahead(work, range(len(pauses)), workers)) == list(range(len(pauses)))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_whoever_stops_taking_leaves_little_begun_and_nothing_running(workers: int) -> None:
    begun: list[int] = []
    ended: list[int] = []

    def work(place: int) -> int:
        begun.append(place)
        time.sleep(0.002)
        ended.append(place)
        return place

    with closing(ahead(work, range(100), workers)) as found:
        assert [next(found), next(found)] == [0, 1]
    assert len(begun) <= 2 + workers
    assert sorted(begun) == sorted(ended)


def test_a_failure_reaches_whoever_takes() -> None:
    found = ahead(lambda place: 1 // place, [1, 0, 1], 2)
    assert next(found) == 1
    with pytest.raises(ZeroDivisionError):
        next(found)
