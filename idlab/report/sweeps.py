"""What sweeps found, gathered for the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import enabled_keys
from idlab.metrics import Costs, Rate, summarise
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.metrics.guarantee import Guarantee
from idlab.metrics.intervals import NOTHING
from idlab.replay import Tape
from idlab.sweep import (
    Answering,
    BandChoice,
    Consent,
    Scored,
    ThresholdGrid,
    answered_stream,
    best_band,
    calibration_frame,
    compare_orders,
    guaranteed_threshold,
    guard_laboratory,
    leading_bands,
    prepare,
    rates_at,
    scored,
    threshold_grid,
)

USUAL_ANSWERING = Answering(sensitivity=0.95, specificity=0.95)
"""Half of the links answered by the customer, the others by reviewers who are right nineteen times in twenty."""


class Circumstances(NamedTuple):
    """What a sweep takes as given.

    Args:
        answering: Who answers pending links, how soon and how well.
        per_day: Questions that reviewers can answer on an average day; None for as many as there are.
        promise: The false-merge rate for which a threshold is certified.
    """

    answering: Answering = USUAL_ANSWERING
    per_day: float | None = None
    promise: float = 0.01


USUAL = Circumstances()
"""What is taken as given if nothing else is said."""

LEADING = 8
"""How many of the cheapest bands the page tells the rates of."""


@dataclass(frozen=True, eq=False)
class Sweeps:
    """What happens when thresholds, guards or the order of arrival change, each point by full replays.

    Args:
        config: What was varied.
        grid: Every band of thresholds.
        given: What was taken as given.
        choice: The cheapest band that reviewers can keep up with, and which are as good.
        leading: The bands that the page tells first, as rows of the grid.
        rates: Every rate with its interval at these, and along ``merge_at`` at the config's own ``pending_at``.
        guards: One guard at a time.
        orders: Other orders of arrival.
        scored: The top candidates of all decisions, for calibration.
        calibration: How far scores can be taken for probabilities, by group.
        guarantee: The lowest threshold that can be promised.
        consent: What answers to links do.
        answered: Every rate with its interval, as ``idlab.metrics.summarise`` tells it, of the stream with answers.
    """

    config: ScoringConfig
    grid: ThresholdGrid
    given: Circumstances
    choice: BandChoice
    leading: tuple[int, ...]
    rates: pd.DataFrame
    guards: pd.DataFrame
    orders: pd.DataFrame
    scored: Scored
    calibration: pd.DataFrame
    guarantee: Guarantee
    consent: Consent
    answered: Mapping[str, Any]

    @cached_property
    def rates_by_band(self) -> Mapping[tuple[float, float], Mapping[str, Rate]]:
        """The rates by (``pending_at``, ``merge_at``) and name, as ``merge precision``; nothing to judge is there too."""
        found: dict[tuple[float, float], dict[str, Rate]] = {}
        for one in self.rates.to_dict("records"):
            band = found.setdefault((one["pending_at"], one["merge_at"]), defaultdict(lambda: NOTHING))
            band[one["rate"]] = Rate(one["value"], one["low"], one["high"])
        return found

    @property
    def own_rates(self) -> Mapping[str, Rate]:
        """Those of the config's own band."""
        return self.rates_by_band[self.config.decide.pending_at, self.config.decide.merge_at]


def run_sweeps(
    dataset: Dataset,
    config: ScoringConfig,
    *,
    costs: Costs = DEFAULT_COSTS,
    given: Circumstances = USUAL,
    resamples: int = 200,
    seed: int = 0,
    tape: Tape | None = None,
    progress: Callable[[str], None] | None = None,
) -> Sweeps:
    """Run every sweep that the page shows.

    Args:
        dataset: Read with truth or labels.
        config: What is varied.
        costs: The prices.
        given: Who answers, how much reviewers can do, and what shall be promised.
        resamples: How many worlds bootstrapped intervals of rates draw.
        seed: Of those draws.
        tape: The dataset as an evaluation of the config has encoded it; encoded anew if None.
        progress: Called with what is being done.

    Raises:
        BadInput: If a price, share, delay or rate is out of range, or the capacity is negative.
    """
    prepared = prepare(dataset, config, tape=tape, progress=progress)
    grid = threshold_grid(prepared, config, costs=costs, progress=progress)
    choice = best_band(grid, per_day=given.per_day)
    leading = leading_bands(grid, choice, LEADING)
    found = scored(prepared, config)
    consent = answered_stream(prepared, config, given.answering, costs=costs, progress=progress)
    return Sweeps(
        config,
        grid,
        given,
        choice,
        tuple(leading),
        rates_at(
            prepared,
            config,
            _bands_told(grid, leading),
            costs=costs,
            resamples=resamples,
            seed=seed,
            progress=progress,
        ),
        guard_laboratory(prepared, config, costs=costs, progress=progress),
        compare_orders(prepared, config, costs=costs, progress=progress),
        found,
        calibration_frame(found),
        guaranteed_threshold(prepared, config, alpha=given.promise, progress=progress),
        consent,
        summarise(
            prepared.history(consent.replay),
            prepared.person,
            enabled_keys(consent.replay),
            costs=costs,
            resamples=resamples,
            seed=seed,
        ),
    )


def _bands_told(grid: ThresholdGrid, leading: list[int]) -> list[tuple[float, float]]:
    """The bands whose rates are told: the leading ones, and those of the curve at the config's own ``pending_at``."""
    bands = list(zip(grid.frame["pending_at"].tolist(), grid.frame["merge_at"].tolist(), strict=True))
    own = grid.config.decide.pending_at
    return list(
        dict.fromkeys([*(bands[row] for row in leading), *(band for band in bands if band[0] == own)])
    )
