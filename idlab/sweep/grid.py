"""The exact threshold grid: a full replay at every (``pending_at``, ``merge_at``), no re-cut of old scores.

A merge changes who the later candidates are, so cutting the scores of one run at other thresholds is biased;
replays cost milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.evaluate import enabled_keys
from idlab.evaluate.keys import key_codes, rules_read
from idlab.metrics import Costs, Rate, components, summarise
from idlab.metrics.arrays import Ints
from idlab.metrics.costs import DEFAULT_COSTS, check_costs
from idlab.replay.encode import Progress
from idlab.sweep.points import NUMBERS, Ledger, Point, measure, priced
from idlab.sweep.prepared import Prepared, changed, each, joined

PROBABILITIES = (0.3, 0.5, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99, 0.999)
"""Thresholds tried on match probabilities: closer together where probabilities of bits of evidence lie."""

AVERAGES = (0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.999)
"""Thresholds tried on weighted averages."""


@dataclass(frozen=True, eq=False)
class ThresholdGrid:
    """What every band of a grid came to.

    Args:
        config: The config whose thresholds were varied.
        costs: The prices that ``frame["cost_per_1000"]`` is at.
        frame: A row for each band: ``pending_at``, ``merge_at``, the numbers of ``idlab.sweep.points.NUMBERS``
            and ``is_current`` (the config's own band).
        ledgers: Where the errors and questions of each band lie, in the order of the frame.
        component: [n] the component of each interaction: no person and no identity of any band reaches from
            one into another.
        known: [n] whether the person of each interaction is known.
        days: How many days the interactions span.
    """

    config: ScoringConfig
    costs: Costs
    frame: pd.DataFrame
    ledgers: tuple[Ledger, ...]
    component: Ints
    known: np.ndarray[Any, np.dtype[np.bool_]]
    days: float

    @property
    def current(self) -> int:
        """The row of the config's own band."""
        return int(self.frame["is_current"].to_numpy().argmax())

    def heat(self, number: str) -> pd.DataFrame:
        """A number as a table of ``pending_at`` by ``merge_at``; nan above the diagonal.

        Raises:
            BadInput: If there is no such number.
        """
        self._check(number)
        return self.frame.pivot_table(
            index="pending_at", columns="merge_at", values=number, dropna=False
        ).sort_index()

    def curve(self, number: str, along: str = "merge_at", fixed: float | None = None) -> pd.DataFrame:
        """A number along one threshold while the other stays.

        Args:
            number: One of ``NUMBERS``.
            along: ``merge_at`` or ``pending_at``.
            fixed: Where the other threshold stays; the config's own if None.

        Returns:
            Columns ``along`` and ``number``, ascending.

        Raises:
            BadInput: If there is no such number or threshold.
        """
        self._check(number)
        if along not in ("merge_at", "pending_at"):
            raise BadInput(f"'{along}' is no threshold", where="along", hint="valid: merge_at, pending_at")
        other = "pending_at" if along == "merge_at" else "merge_at"
        at = float(getattr(self.config.decide, other)) if fixed is None else fixed
        rows = self.frame[np.isclose(self.frame[other], at, rtol=0, atol=1e-12)]
        if rows.empty:
            raise BadInput(f"the grid has no {other} of {at}", where="fixed", hint="give one of the grid's")
        return rows[[along, number]].sort_values(along, ignore_index=True)

    def repriced(self, costs: Costs) -> ThresholdGrid:
        """The same grid at other prices, without a replay.

        Raises:
            BadInput: If the reviewers answer otherwise, which only replays can tell.
        """
        check_costs(costs)
        reviewers = [(one.sensitivity, one.specificity, one.seed) for one in (costs, self.costs)]
        if reviewers[0] != reviewers[1]:
            hint = "make the grid anew with these costs"
            raise BadInput("the reviewers of the grid are others", where="costs", hint=hint)
        known = max(int(self.known.sum()), 1)
        per_1000 = [1000 * priced(ledger, costs) / known for ledger in self.ledgers]
        return replace(self, costs=costs, frame=self.frame.assign(cost_per_1000=per_1000))

    def _check(self, number: str) -> None:
        if number not in NUMBERS:
            raise BadInput(f"'{number}' is no number of the grid", hint=f"valid are {', '.join(NUMBERS)}")


def threshold_grid(
    prepared: Prepared,
    config: ScoringConfig,
    *,
    pending_at: Sequence[float] | None = None,
    merge_at: Sequence[float] | None = None,
    costs: Costs = DEFAULT_COSTS,
    workers: int = 1,
    progress: Progress | None = None,
) -> ThresholdGrid:
    """Replay a dataset at every band of a grid.

    Args:
        prepared: The dataset, encoded for the config.
        config: Everything but the band.
        pending_at, merge_at: The thresholds to try, the config's own always among them; ``PROBABILITIES`` or
            ``AVERAGES`` if None. Bands with ``pending_at`` above ``merge_at`` are left out.
        costs: The prices.
        workers: How many threads replay.
        progress: Called with what is being done.

    Returns:
        The grid, by ``merge_at`` and then ``pending_at``.

    Raises:
        BadInput: If a threshold is not between 0 and 1, or a price is out of range.
    """
    check_costs(costs)
    bands = bands_of(config, pending_at, merge_at)

    def at(band: tuple[float, float]) -> Point:
        _, history = prepared.replayed(changed(config, decide={"pending_at": band[0], "merge_at": band[1]}))
        return measure(history, prepared.person, prepared.day, costs)

    points = each(bands, at, workers=workers, progress=progress, doing="threshold replay")
    own = (config.decide.pending_at, config.decide.merge_at)
    frame = pd.DataFrame(
        {
            "pending_at": [band[0] for band in bands],
            "merge_at": [band[1] for band in bands],
            **{name: [point.numbers[name] for point in points] for name in NUMBERS},
            "is_current": [band == own for band in bands],
        }
    )
    together = joined((point.afterwards for point in points), len(prepared))
    component, _ = components(prepared.person, together)
    ledgers = tuple(point.ledger for point in points)
    return ThresholdGrid(config, costs, frame, ledgers, component, prepared.person >= 0, prepared.days)


def bands_of(
    config: ScoringConfig, pending_at: Sequence[float] | None = None, merge_at: Sequence[float] | None = None
) -> list[tuple[float, float]]:
    """The bands (``pending_at``, ``merge_at``) of a grid, the config's own among them.

    Raises:
        BadInput: If a threshold is not between 0 and 1.

    Example:
        >>> from pathlib import Path
        >>> config = ScoringConfig.load(Path("configs/baseline.json"))
        >>> bands_of(config, [0.8, 0.75], [0.75])
        [(0.75, 0.75), (0.75, 0.85), (0.8, 0.85)]
    """
    usual = PROBABILITIES if config.model.kind == "fellegi_sunter" else AVERAGES
    tried = []
    for name, given in (("pending_at", pending_at), ("merge_at", merge_at)):
        levels = sorted({*(usual if given is None else given), getattr(config.decide, name)})
        outside = [level for level in levels if not 0 < level < 1]
        if outside:
            raise BadInput(f"{name} is {outside[0]} and must lie between 0 and 1", where=name)
        tried.append(levels)
    return [(low, high) for high in tried[1] for low in tried[0] if low <= high]


def rates_at(
    prepared: Prepared,
    config: ScoringConfig,
    bands: Sequence[tuple[float, float]],
    *,
    costs: Costs = DEFAULT_COSTS,
    resamples: int = 200,
    seed: int = 0,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The rates of a chosen few bands with their 95 % intervals, as ``idlab.evaluate.evaluate`` gives them.

    Args:
        prepared: The dataset, encoded for the config.
        config: Everything but the band.
        bands: (``pending_at``, ``merge_at``) of each.
        costs: The prices.
        resamples: How many worlds bootstrapped intervals draw.
        seed: Of those draws.
        progress: Called with what is being done.

    Returns:
        A row for each band and rate: ``pending_at``, ``merge_at``, ``rate``, ``value``, ``low``, ``high``.
    """

    def at(band: tuple[float, float]) -> list[dict[str, Any]]:
        decide = {"pending_at": band[0], "merge_at": band[1]}
        done, history = prepared.replayed(changed(config, decide=decide))
        found = summarise(
            history,
            prepared.person,
            enabled_keys(done),
            shipped_keys=key_codes(done, rules_read(done)),
            costs=costs,
            resamples=resamples,
            seed=seed,
        )
        return [
            {**decide, "rate": name, **rate._asdict()}
            for name, rate in _flat(found)
            if rate.value is not None
        ]

    parts = each(bands, at, progress=progress, doing="interval replay")
    return pd.DataFrame([row for part in parts for row in part])


def _flat(summary: dict[str, Any]) -> list[tuple[str, Rate]]:
    """Every rate of a summary but the ceiling's, which no threshold moves."""
    found: list[tuple[str, Rate]] = []
    for section, part in summary.items():
        if isinstance(part, Rate):
            found.append((section, part))
        elif section not in ("counts", "ceiling"):
            found += [(f"{section} {name}", rate) for name, rate in part.items()]
    return found
