"""What sweeps found, gathered for the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.metrics import Costs
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.sweep import (
    BandChoice,
    Scored,
    ThresholdGrid,
    best_band,
    calibration_frame,
    compare_orders,
    guard_laboratory,
    prepare,
    scored,
    threshold_grid,
)


@dataclass(frozen=True, eq=False)
class Sweeps:
    """What happens when thresholds, guards or the order of arrival change, each point by full replays.

    Args:
        config: What was varied.
        grid: Every band of thresholds.
        choice: The cheapest band, and which are as good.
        guards: One guard at a time.
        orders: Other orders of arrival.
        scored: The top candidates of all decisions, for calibration.
        calibration: How far scores can be taken for probabilities, by group.
    """

    config: ScoringConfig
    grid: ThresholdGrid
    choice: BandChoice
    guards: pd.DataFrame
    orders: pd.DataFrame
    scored: Scored
    calibration: pd.DataFrame


def run_sweeps(
    dataset: Dataset,
    config: ScoringConfig,
    *,
    costs: Costs = DEFAULT_COSTS,
    workers: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Sweeps:
    """Run every sweep that the page shows.

    Args:
        dataset: Read with truth or labels.
        config: What is varied.
        costs: The prices.
        workers: How many threads replay.
        progress: Called with what is being done.
    """
    prepared = prepare(dataset, config, progress=progress)
    grid = threshold_grid(prepared, config, costs=costs, workers=workers, progress=progress)
    found = scored(prepared, config)
    return Sweeps(
        config,
        grid,
        best_band(grid),
        guard_laboratory(prepared, config, costs=costs, workers=workers, progress=progress),
        compare_orders(prepared, config, costs=costs, workers=workers, progress=progress),
        found,
        calibration_frame(found),
    )
