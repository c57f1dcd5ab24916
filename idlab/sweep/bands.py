"""Which band is cheapest within what reviewers can do, and which others cannot be told from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from idlab.errors import BadInput
from idlab.metrics import Costs
from idlab.metrics.arrays import Floats
from idlab.metrics.chow import Band, implied_costs
from idlab.sweep.grid import ThresholdGrid
from idlab.sweep.paired import cost_differences


@dataclass(frozen=True, eq=False)
class BandChoice:
    """The cheapest band and its peers.

    Args:
        best: The row of the cheapest affordable band; None if no band is affordable.
        frame: A row for each band of the grid: ``pending_at``, ``merge_at``, ``cost_per_1000``,
            ``questions_per_day``, ``busiest_day`` (questions), ``affordable``, ``difference`` to the best per
            1,000 with ``low`` and ``high`` (95 %, paired, each for itself), and ``as_good`` (not
            distinguishable from the best, all comparisons held together). Of bands that are not affordable
            nothing is compared.
        saved_per_1000: What the best band costs less than the config's own band; None without a best.
    """

    best: int | None
    frame: pd.DataFrame
    saved_per_1000: float | None


def best_band(
    grid: ThresholdGrid,
    costs: Costs | None = None,
    *,
    per_day: float | None = None,
    level: float = 0.95,
    resamples: int = 400,
    seed: int = 0,
) -> BandChoice:
    """The cheapest band on a grid that reviewers can keep up with, and every band that may be as good.

    Bands are compared on the same resampled components. ``as_good`` holds the truly cheapest affordable band
    with the given confidence: a band leaves the set only if its studentised difference to the best exceeds
    the quantile of the largest one among bands that differ by chance alone (multiple comparison with the
    best, after Hsu 1981, by bootstrap).

    Args:
        grid: The grid.
        costs: Other prices than the grid's.
        per_day: Questions that reviewers can answer on an average day; None for as many as there are.
        level: Of the set ``as_good`` and of each interval.
        resamples: How many worlds are drawn.
        seed: Of those draws.

    Raises:
        BadInput: If the capacity is negative, the level not between 0 and 1, or a price is out of range.
    """
    if per_day is not None and not per_day >= 0:
        raise BadInput(f"per_day is {per_day} and must be at least 0", where="per_day")
    if not 0 < level < 1:
        raise BadInput(f"level is {level} and must lie between 0 and 1", where="level")
    priced = grid if costs is None else grid.repriced(costs)
    load = np.array([ledger.asked_all for ledger in priced.ledgers]) / priced.days
    affordable = np.ones(len(load), dtype=np.bool_) if per_day is None else load <= per_day
    frame = priced.frame[["pending_at", "merge_at", "cost_per_1000"]].assign(
        questions_per_day=load,
        busiest_day=[ledger.busiest_day for ledger in priced.ledgers],
        affordable=affordable,
        difference=np.nan,
        low=np.nan,
        high=np.nan,
        as_good=False,
    )
    if not affordable.any():
        return BandChoice(None, frame, None)
    rows = np.flatnonzero(affordable)
    best = int(rows[frame["cost_per_1000"].to_numpy()[rows].argmin()])
    dearer = cost_differences(
        [priced.ledgers[row] for row in rows],
        priced.ledgers[best],
        priced.costs,
        priced.component,
        priced.known,
        resamples=resamples,
        seed=seed,
    )
    low, high = dearer.ends(level)
    columns = {
        "difference": dearer.value,
        "low": low,
        "high": high,
        "as_good": _as_good(dearer.value, dearer.drawn, level),
    }
    for name, values in columns.items():
        frame.loc[rows, name] = values
    cost = frame["cost_per_1000"]
    return BandChoice(best, frame, float(cost.iloc[priced.current] - cost.iloc[best]))


def bands_frame(grid: ThresholdGrid, choice: BandChoice) -> pd.DataFrame:
    """Every band of a grid: its numbers, how it compares with the best, and the prices that it stands for.

    Args:
        grid: The grid.
        choice: What ``best_band`` found on it.

    Returns:
        The frames of both, by band, with ``cost_per_1000`` at the prices of the choice; and ``implied_false`` and
        ``implied_missed``: what a wrong and a missing union cost, in answers, where the band is the right one,
        were scores calibrated (``idlab.metrics.chow.implied_costs``).
    """
    bands = [Band(*band) for band in zip(grid.frame["pending_at"], grid.frame["merge_at"], strict=True)]
    implied = [implied_costs(band) for band in bands]
    new = [name for name in choice.frame.columns if name not in grid.frame.columns]
    return grid.frame.assign(
        cost_per_1000=choice.frame["cost_per_1000"],
        **{name: choice.frame[name] for name in new},
        implied_false=[costs.c_false for costs in implied],
        implied_missed=[costs.c_missed for costs in implied],
    )


def leading_bands(grid: ThresholdGrid, choice: BandChoice, most: int) -> list[int]:
    """The bands to look at first: the cheapest that reviewers can keep up with, and the config's own.

    Args:
        grid: The grid.
        choice: What ``best_band`` found on it.
        most: How many, the config's own not counted.

    Returns:
        Rows of their frames, ascending in cost, then those that are not affordable; the config's own is last
        where it is not among the first ``most``.
    """
    ranked = choice.frame.sort_values(["affordable", "cost_per_1000"], ascending=[False, True], kind="stable")
    return list(dict.fromkeys([*map(int, ranked.index[:most]), grid.current]))


def _as_good(difference: Floats, drawn: Floats, level: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which differences are no larger, in standard errors, than chance makes the largest of them."""
    noise = drawn - difference
    error = noise.std(axis=0)
    # What differs in no drawn world differs by chance in none: then only the best itself is as good.
    safe = np.where(error > 0, error, 1.0)
    largest = (noise / safe).max(axis=1)
    return np.where(error > 0, difference / safe <= np.quantile(largest, level), difference <= 0)
