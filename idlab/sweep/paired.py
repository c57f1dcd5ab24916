"""What a replay costs more than another one of the same dataset, on the same resampled components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from idlab.metrics import Costs
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.metrics.intervals import resample
from idlab.sweep.points import Ledger, component_costs


class CostDifferences(NamedTuple):
    """What replays cost more than one of them, per 1,000 interactions.

    Args:
        value: [k] the differences.
        drawn: [resamples, k] the same in resampled worlds, which all replays share.
    """

    value: Floats
    drawn: Floats

    def ends(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """[k] and [k] the ends of their intervals, each for itself, by percentiles."""
        low, high = np.quantile(self.drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return low, high


def cost_differences(
    ledgers: Sequence[Ledger],
    base: Ledger,
    costs: Costs,
    component: Ints,
    known: Flags,
    *,
    resamples: int = 400,
    seed: int = 0,
) -> CostDifferences:
    """Compare the costs of replays on the same resampled components.

    Args:
        ledgers: Where the errors and questions of each replay lie.
        base: What they are compared with.
        costs: The prices.
        component: [n] the component of each interaction: no person and no identity of any replay reaches from one
            into another.
        known: [n] whether the person of each interaction is known.
        resamples: How many worlds are drawn.
        seed: Of those draws.

    Returns:
        The differences, in the order of the ledgers.

    Example:
        >>> none, rows = np.zeros(0, dtype=np.int64), np.arange(4)
        >>> one, base = (Ledger(none, none, asked, asked.size, 1) for asked in (rows[:2], none))
        >>> cost_differences([one, base], base, Costs(), rows, rows >= 0).value.tolist()
        [500.0, 0.0]
    """
    count = int(component.max()) + 1
    totals = {"known": np.bincount(component, weights=known, minlength=count).astype(np.float64)}
    own = component_costs(base, costs, component, count)
    for place, ledger in enumerate(ledgers):
        totals[str(place)] = np.round(component_costs(ledger, costs, component, count) - own, 9)
    sample = resample(totals, resamples, seed)
    columns = [sample.column[str(place)] for place in range(len(ledgers))]
    drawn = sample.drawn[:, sample.column["known"]]
    value = 1000 * (sample.copies @ sample.rows[:, columns]) / max(sample.sum("known"), 1.0)
    return CostDifferences(value, 1000 * sample.drawn[:, columns] / np.maximum(drawn, 1)[:, None])
