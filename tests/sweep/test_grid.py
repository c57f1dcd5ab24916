"""The threshold grid against evaluations made one by one, and what it tells of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from idlab import BadInput, ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import evaluate
from idlab.metrics import Costs
from idlab.sweep.grid import ThresholdGrid, bands_of, rates_at, threshold_grid
from idlab.sweep.points import component_costs
from idlab.sweep.prepared import Prepared, changed, each, prepare

LEVELS = (0.5, 0.7, 0.9, 0.99)


@pytest.fixture(scope="module")
def grid(prepared: Prepared, default: ScoringConfig) -> ThresholdGrid:
    return threshold_grid(prepared, default, pending_at=LEVELS, merge_at=LEVELS)


def test_every_point_is_the_evaluation_of_that_config(
    grid: ThresholdGrid, world: Dataset, default: ScoringConfig
) -> None:
    for row in grid.frame.itertuples():
        there = changed(default, decide={"pending_at": row.pending_at, "merge_at": row.merge_at})
        alone = evaluate(world, there, resamples=2).numbers
        assert row.merge_precision == alone["merge"]["precision"].value
        assert row.merge_recall == alone["merge"]["recall"].value
        assert row.bcubed_precision == pytest.approx(alone["bcubed"]["precision"].value, rel=1e-12)
        assert row.pairwise_recall == alone["pairwise"]["recall"].value
        assert row.pending_per_1000 == pytest.approx(alone["pending"]["per_1000"].value)
        assert row.cost_per_1000 == pytest.approx(alone["cost_per_1000"].value)
        assert row.wrong_unions == alone["counts"]["wrong_unions"]
        assert row.missing_unions == alone["counts"]["missing_unions"]
        assert row.questions == alone["counts"]["questions"]


def test_threads_change_nothing(grid: ThresholdGrid, prepared: Prepared, default: ScoringConfig) -> None:
    said: list[str] = []
    again = threshold_grid(
        prepared, default, pending_at=LEVELS, merge_at=LEVELS, workers=2, progress=said.append
    )
    pd.testing.assert_frame_equal(grid.frame, again.frame)
    assert np.array_equal(grid.component, again.component)
    assert said[-1] == f"threshold replay {len(grid.frame)} of {len(grid.frame)}"


def test_the_components_hold_every_error_and_no_identity_is_cut(
    grid: ThresholdGrid, prepared: Prepared, default: ScoringConfig
) -> None:
    count = int(grid.component.max()) + 1
    assert count > 5
    for row, ledger in zip(grid.frame.itertuples(), grid.ledgers, strict=True):
        total = component_costs(ledger, grid.costs, grid.component, count).sum()
        assert 1000 * total / len(prepared) == pytest.approx(row.cost_per_1000)
        there = changed(default, decide={"pending_at": row.pending_at, "merge_at": row.merge_at})
        done, _ = prepared.replayed(there)
        assert (grid.component == grid.component[done.identity]).all()
    people = pd.Series(grid.component).groupby(prepared.person).nunique()
    assert (people == 1).all()


def test_repricing_is_a_grid_at_those_prices(
    grid: ThresholdGrid, prepared: Prepared, default: ScoringConfig
) -> None:
    dear = Costs(c_false=30.0, c_missed=0.5, c_review=2.0)
    anew = threshold_grid(prepared, default, pending_at=LEVELS, merge_at=LEVELS, costs=dear)
    pd.testing.assert_frame_equal(grid.repriced(dear).frame, anew.frame)
    with pytest.raises(BadInput, match="reviewers of the grid are others"):
        grid.repriced(Costs(sensitivity=0.9))


def test_curves_and_heat_are_cuts_of_the_frame(grid: ThresholdGrid) -> None:
    heat = grid.heat("cost_per_1000")
    assert np.isnan(heat.loc[0.99, 0.5]) and not np.isnan(heat.loc[0.5, 0.99])
    curve = grid.curve("merge_precision")
    assert curve["merge_at"].tolist() == [0.7, 0.9, 0.99]
    row = grid.frame.iloc[grid.current]
    assert (row.pending_at, row.merge_at) == (0.7, 0.9)
    assert curve["merge_precision"].iloc[1] == row.merge_precision
    for number, along, fixed in (
        ("nonsense", "merge_at", None),
        ("merges", "margin", None),
        ("merges", "merge_at", 0.123),
    ):
        with pytest.raises(BadInput):
            grid.curve(number, along, fixed)


def test_rates_with_intervals_are_those_of_the_points(
    grid: ThresholdGrid, prepared: Prepared, default: ScoringConfig
) -> None:
    rates = rates_at(prepared, default, [(0.5, 0.9)], resamples=20)
    row = grid.frame.query("pending_at == 0.5 and merge_at == 0.9").iloc[0]
    found = rates.set_index("rate")
    assert found.loc["merge precision", "value"] == row.merge_precision
    assert found.loc["cost_per_1000", "value"] == pytest.approx(row.cost_per_1000)
    assert (rates["low"] <= rates["value"]).all() and (rates["value"] <= rates["high"]).all()


def test_a_baseline_has_a_grid_too(world: Dataset, baseline: ScoringConfig) -> None:
    from idlab.sweep.prepared import prepare

    grid = threshold_grid(prepare(world, baseline), baseline, pending_at=[0.6], merge_at=[0.999])
    assert len(grid.frame) == 4 and grid.frame["is_current"].sum() == 1


def test_bad_thresholds_and_workers_are_refused(default: ScoringConfig) -> None:
    with pytest.raises(BadInput, match=r"merge_at is 1\.0 and must lie between 0 and 1"):
        bands_of(default, [0.5], [1.0])
    with pytest.raises(BadInput, match="workers is 0"):
        each([1], str, workers=0)


def test_a_tape_that_was_encoded_before_serves_and_one_of_another_dataset_does_not(
    world: Dataset, prepared: Prepared, default: ScoringConfig
) -> None:
    again = prepare(world, default, tape=prepared.tape)
    assert again.replayed(default)[0].identity.tolist() == prepared.replayed(default)[0].identity.tolist()
    with pytest.raises(BadInput, match="the tape is of another dataset"):
        prepare(world.select(np.arange(len(world)) < 50), default, tape=prepared.tape)
