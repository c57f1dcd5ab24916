"""Chow's rule against a search over all bands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab import BadInput
from idlab.metrics.chow import Band, implied_costs, optimal_band
from idlab.metrics.costs import Costs

shares = st.floats(0.55, 1.0)
prices = st.floats(0.1, 50.0)


@given(prices, prices, st.floats(0.01, 5.0), shares, shares)
def test_no_action_is_cheaper_than_the_band_s(
    false: float, missed: float, review: float, s: float, q: float
) -> None:
    costs = Costs(false, missed, review, s, q)
    band = optimal_band(costs)
    for p in np.linspace(0.001, 0.999, 333):
        merge, leave = (1 - p) * false, p * missed
        ask = review + p * (1 - s) * missed + (1 - p) * (1 - q) * false
        chosen = merge if p >= band.merge_at else ask if p >= band.pending_at else leave
        assert chosen <= min(merge, ask, leave) + 1e-9


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), prices)
def test_a_band_and_its_costs_imply_each_other(one: float, other: float, review: float) -> None:
    band = Band(min(one, other), max(one, other) + 0.001)
    again = optimal_band(implied_costs(band, review))
    assert again == pytest.approx(band)


def test_what_is_out_of_range_is_refused() -> None:
    with pytest.raises(BadInput, match="neither mistake costs anything"):
        optimal_band(Costs(0.0, 0.0))
    for band in (Band(0.9, 0.8), Band(0.0, 0.5), Band(0.5, 1.0)):
        with pytest.raises(BadInput, match="must lie between 0 and 1"):
            implied_costs(band)
    with pytest.raises(BadInput, match="positive"):
        implied_costs(Band(0.75, 0.85), 0.0)
