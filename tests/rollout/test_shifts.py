"""Live counts beside expected ones: over which weeks, and what is said of each."""

from __future__ import annotations

import numpy as np
import pytest

from idlab.bundle import Bundle
from idlab.rollout import Expectations, Family
from idlab.rollout.shifts import shifts, side_by_side
from idlab.rollout.tally import SPANS, Tally

FAMILY = Family("outcomes", "voice")


@pytest.fixture(scope="module")
def expectations(bundle: Bundle) -> Expectations:
    return Expectations.read(bundle.expected)


def as_expected(expectations: Expectations, weeks: int) -> Tally:
    """Live counts that are just those expected."""
    found = expectations.by_family[FAMILY]
    return Tally(found.names, np.array(found.among[:weeks]), np.array(found.counts[:weeks]))


def test_a_week_is_looked_at_from_the_first_on_and_four_from_the_fourth_on(
    expectations: Expectations,
) -> None:
    live = as_expected(expectations, 6)
    table = side_by_side([(FAMILY, live)], expectations, np.arange(6))
    assert table.shares == tuple((FAMILY, name) for name in live.names)
    counts = [one.reshape(len(live.names), len(SPANS), 6) for one in table.counts]
    for span, among in zip(SPANS, np.moveaxis(counts[1], 1, 0), strict=True):
        for week in range(6):
            whole = live.among[week - span + 1 : week + 1].sum() if week >= span - 1 else 0
            assert (among[:, week] == whole).all()
    for live_part, expected_part in ((0, 2), (1, 3)):
        assert (counts[live_part] == counts[expected_part]).all()


@pytest.mark.parametrize("week", [0, 2, 5])
def test_one_odd_week_is_found_in_that_week(expectations: Expectations, week: int) -> None:
    live = as_expected(expectations, 6)
    odd = live.counts.copy()
    odd[week] = [0, 0, 0, live.among[week]]
    found = shifts(side_by_side([(FAMILY, live._replace(counts=odd))], expectations, np.arange(6)), 0.05)
    review = next(one for one in found.found if one.name == "REVIEW")
    assert int(np.flatnonzero(review.outside)[0]) == week
    assert review.span == 1 and review.live == 1.0 and review.expected < 0.05 and review.high < 1.0
    assert found.per_week[week] == sum(one.outside[week] for one in found.found) > 0


def test_a_small_shift_is_found_over_four_weeks(expectations: Expectations) -> None:
    live = as_expected(expectations, 24)
    odd = live.counts.copy()
    merged = live.names.index("MERGE")
    moved = odd[12:, merged] * 2 // 5
    odd[12:, merged] -= moved
    odd[12:, live.names.index("NEW")] += moved
    found = shifts(side_by_side([(FAMILY, live._replace(counts=odd))], expectations, np.arange(24)), 0.001)
    assert {one.name for one in found.found} >= {"MERGE", "NEW"}
    assert all(one.span == max(SPANS) and one.outside[:12].sum() == 0 for one in found.found)


def test_what_is_not_expected_at_all_is_left_out(expectations: Expectations) -> None:
    live = as_expected(expectations, 3)
    table = side_by_side([(Family("outcomes", "fax"), live)], expectations, np.arange(3))
    assert table.shares == ()
    assert shifts(table, 0.05).found == () and shifts(table, 0.05).per_week.tolist() == [0, 0, 0]
