"""The day on which a share began to be another one."""

from __future__ import annotations

import numpy as np
import pytest

from idlab.rollout.onset import change_day


@pytest.mark.parametrize("day", [0, 3, 20, 34])
def test_a_clear_change_is_found_on_its_day(day: int) -> None:
    random = np.random.default_rng(day)
    among = random.integers(40, 60, 35)
    share = np.where(np.arange(35) < day, 0.2, 0.7)
    found = change_day(random.binomial(among, share), among, np.full(35, 0.2), 0.7)
    assert abs(found - day) <= 1


def test_it_is_the_likeliest_of_all_days() -> None:
    random = np.random.default_rng(5)
    for _ in range(30):
        among = random.integers(0, 8, 14)
        live, before = random.binomial(among, 0.4), random.uniform(0.2, 0.5, 14)

        def likelihood(day: int) -> float:
            share = np.where(np.arange(14) < day, before, 0.6)  # noqa: B023 - called in this round only
            return float((live * np.log(share) + (among - live) * np.log(1 - share)).sum())  # noqa: B023

        found = change_day(live, among, before, 0.6)
        assert likelihood(found) == pytest.approx(max(map(likelihood, range(14))))
