"""The choice of a band: the cheapest within capacity, and a set that holds the truly cheapest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from idlab import BadInput, ScoringConfig
from idlab.metrics import Costs
from idlab.metrics.chow import optimal_band
from idlab.sweep.bands import bands_frame, best_band, leading_bands
from idlab.sweep.grid import ThresholdGrid, threshold_grid
from idlab.sweep.points import Ledger
from idlab.sweep.prepared import Prepared

LEVELS = (0.5, 0.7, 0.9, 0.99)


@pytest.fixture(scope="module")
def grid(prepared: Prepared, default: ScoringConfig) -> ThresholdGrid:
    return threshold_grid(prepared, default, pending_at=LEVELS, merge_at=LEVELS)


def test_the_best_is_the_cheapest_and_among_its_peers(grid: ThresholdGrid) -> None:
    choice = best_band(grid)
    assert choice.best == int(grid.frame["cost_per_1000"].argmin())
    best = choice.frame.iloc[choice.best]
    assert best["as_good"] and best["difference"] == best["low"] == best["high"] == 0
    expected = grid.frame["cost_per_1000"] - grid.frame["cost_per_1000"].min()
    assert choice.frame["difference"].to_numpy() == pytest.approx(expected.to_numpy())
    told = choice.frame[choice.frame["difference"] > 0]
    assert (told["low"] <= told["difference"]).all() and (told["difference"] <= told["high"]).all()
    own = grid.frame["cost_per_1000"].iloc[grid.current]
    assert choice.saved_per_1000 == pytest.approx(own - grid.frame["cost_per_1000"].min())


def test_dear_answers_close_the_band_and_free_answers_open_it(grid: ThresholdGrid) -> None:
    dear, free = (best_band(grid, Costs(c_review=price)) for price in (50.0, 0.0))
    assert dear.best is not None and free.best is not None
    asked = [len(grid.ledgers[choice.best].asked) for choice in (dear, free)]
    assert asked[0] <= min(len(ledger.asked) for ledger in grid.ledgers) + 1
    assert asked[1] > asked[0]


def test_capacity_is_kept(grid: ThresholdGrid) -> None:
    loads = best_band(grid, Costs(c_review=0.0)).frame["questions_per_day"]
    limit = float(loads.median())
    choice = best_band(grid, Costs(c_review=0.0), per_day=limit)
    assert choice.best is not None and choice.frame["questions_per_day"].iloc[choice.best] <= limit
    assert not choice.frame.loc[~choice.frame["affordable"], "as_good"].any()
    nothing = best_band(grid, per_day=0.0)
    if nothing.best is not None:
        assert nothing.frame["questions_per_day"].iloc[nothing.best] == 0
    none = best_band(
        replace(grid, ledgers=tuple(one._replace(asked_all=9) for one in grid.ledgers)), per_day=0.0
    )
    assert none.best is None and not none.frame["as_good"].any()
    with pytest.raises(BadInput, match="per_day"):
        best_band(grid, per_day=-1.0)


@pytest.mark.parametrize("most", [1, 4, 99])
def test_the_bands_to_look_at_first_are_the_cheapest_within_capacity(grid: ThresholdGrid, most: int) -> None:
    loads = best_band(grid).frame["questions_per_day"]
    choice = best_band(grid, per_day=float(loads.median()))
    first = leading_bands(grid, choice, most)
    assert first[0] == choice.best and grid.current in first and len(set(first)) == len(first)
    assert min(most, len(choice.frame)) <= len(first) <= most + 1
    kept = choice.frame.loc[first[:most], "affordable"].tolist()
    assert kept == sorted(kept, reverse=True)
    costs = choice.frame.loc[first[: sum(kept)], "cost_per_1000"].tolist()
    assert costs == sorted(costs)


def test_a_band_and_the_prices_it_stands_for_imply_each_other(grid: ThresholdGrid) -> None:
    frame = bands_frame(grid, best_band(grid))
    for one in frame[frame["pending_at"] < frame["merge_at"]].to_dict("records"):
        band = optimal_band(Costs(c_false=one["implied_false"], c_missed=one["implied_missed"]))
        assert (band.pending_at, band.merge_at) == pytest.approx((one["pending_at"], one["merge_at"]))
    dear = best_band(grid, Costs(c_review=50.0))
    told = bands_frame(grid, dear)["cost_per_1000"].to_numpy()
    assert told == pytest.approx(dear.frame["cost_per_1000"].to_numpy())


def _drawn_grid(
    grid: ThresholdGrid, costs: list[float], components: int, chance: np.random.Generator
) -> ThresholdGrid:
    """A grid whose bands make questions at given true rates per component, much of it in common."""
    none = np.zeros(0, dtype=np.int64)
    common = chance.poisson(0.8, components)
    ledgers = []
    for rate in costs:
        asked = np.repeat(np.arange(components), common + chance.poisson(rate, components))
        ledgers.append(Ledger(none, none, asked, asked.size, asked.size))
    frame = pd.DataFrame(
        {"pending_at": 0.5, "merge_at": np.linspace(0.5, 0.9, len(costs)), "is_current": False}
    )
    frame["cost_per_1000"] = [1000 * ledger.asked.size / components for ledger in ledgers]
    known = np.ones(components, dtype=np.bool_)
    return replace(grid, frame=frame, ledgers=tuple(ledgers), component=np.arange(components), known=known)


def test_the_set_holds_the_truly_cheapest_and_drops_the_clearly_dearer(grid: ThresholdGrid) -> None:
    rates = [0.20, 0.205, 0.21, 0.22, 0.60]
    chance = np.random.default_rng(8)
    held, size = 0, 0
    for _ in range(120):
        choice = best_band(_drawn_grid(grid, rates, 400, chance), resamples=150)
        held += bool(choice.frame["as_good"].iloc[0])
        size += int(choice.frame["as_good"].sum())
        assert not choice.frame["as_good"].iloc[4]
    assert held >= 0.93 * 120
    assert size < 4.5 * 120
