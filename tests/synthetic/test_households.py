"""Households and businesses have the sizes asked for and never more."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic import load_scenario
from synthetic.draws import Draws
from synthetic.households import NOBODY, employ, settle

SCENARIO = load_scenario("retail")


@pytest.mark.parametrize("people", [1, 2, 3, 7, 20_000])
def test_everybody_lives_somewhere(people: int) -> None:
    homes = settle(Draws(1), SCENARIO.households, [1.0], people)
    assert len(homes.household) == people
    assert (homes.size == np.bincount(homes.household)[homes.household]).all()
    assert (homes.household == homes.number[homes.head]).all()
    assert (homes.position < homes.size).all()
    assert (homes.household[homes.head] == homes.household).all()
    assert (homes.position[homes.head] == 0).all()
    assert (homes.household[homes.neighbour] == homes.household).all()
    assert ((homes.neighbour != np.arange(people)) == (homes.size > 1)).all()


def test_household_sizes_follow_the_weights() -> None:
    homes = settle(Draws(1), SCENARIO.households, [1.0], 100_000)
    weights = np.array(SCENARIO.households.size_weights)
    counts = np.bincount(homes.size[homes.position == 0], minlength=len(weights) + 1)[1:]
    assert counts / counts.sum() == pytest.approx(weights / weights.sum(), abs=0.01)


def test_only_those_who_live_together_share() -> None:
    homes = settle(Draws(1), SCENARIO.households, [1.0], 20_000)
    for shared in (homes.landline, homes.tablet, homes.shared_email):
        assert not shared[homes.size == 1].any()
        assert shared.any()
        assert (shared == shared[homes.head]).all()


def test_businesses_are_bounded() -> None:
    business = employ(Draws(1), SCENARIO.businesses, np.arange(100_000))
    sizes = np.bincount(business[business != NOBODY])
    assert sizes.max() <= SCENARIO.businesses.largest
    assert sizes[:-1].min() >= SCENARIO.businesses.smallest
    assert sizes.mean() == pytest.approx(SCENARIO.businesses.mean_size, rel=0.1)
    assert (business != NOBODY).mean() == pytest.approx(SCENARIO.businesses.employees, abs=0.003)


def test_more_employees_leave_households_as_they_are() -> None:
    few, many = (
        employ(Draws(1), SCENARIO.businesses.model_copy(update={"employees": rate}), np.arange(5000))
        != NOBODY
        for rate in (0.1, 0.2)
    )
    assert not (few & ~many).any()
