"""How much hangs on the order of arrival: decisions and identities compared between orders."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.evaluate.history import history_of
from idlab.metrics import Costs
from idlab.metrics.agreement import agreement
from idlab.metrics.arrays import Ints
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.replay import replay
from idlab.replay.encode import Progress
from idlab.sweep.arrival import in_order, late, outage, shuffled_within_days
from idlab.sweep.points import measure
from idlab.sweep.prepared import DAY, Prepared, each

COLUMNS = (
    "merge_precision",
    "merge_recall",
    "bcubed_f1",
    "pending_per_1000",
    "review_per_1000",
    "cost_per_1000",
)
"""The numbers of ``idlab.sweep.points.NUMBERS`` that are shown for each order."""


def usual_orders(prepared: Prepared, shuffles: int = 5, seed: int = 0) -> dict[str, Ints]:
    """Orders worth trying: shuffles within days, some or many interactions late, one channel down for a day.

    The outage hits the channel with the most interactions, in the middle of the time that they span.

    Args:
        prepared: The dataset.
        shuffles: How many shuffles.
        seed: Of all draws.

    Raises:
        BadInput: If ``shuffles`` is negative.
    """
    if shuffles < 0:
        raise BadInput(f"shuffles is {shuffles} and must be at least 0", where="shuffles")
    codes, names = prepared.channel
    busiest = names[int(np.bincount(codes).argmax())]
    middle = int(prepared.arrived[0] + prepared.arrived[-1]) // 2
    orders = {f"shuffle {k + 1}": shuffled_within_days(prepared, seed + k) for k in range(shuffles)}
    orders["5 % late by hours"] = late(prepared, 0.05, 6.0, seed)
    orders["20 % late by days"] = late(prepared, 0.20, 72.0, seed)
    orders[f"{busiest} down for a day"] = outage(prepared, busiest, middle, middle + DAY)
    return orders


def compare_orders(
    prepared: Prepared,
    config: ScoringConfig,
    orders: Mapping[str, Ints] | None = None,
    *,
    costs: Costs = DEFAULT_COSTS,
    workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Replay a dataset in other orders and compare each with the order in which it came.

    Args:
        prepared: The dataset, encoded for the config.
        config: What decides.
        orders: By name, [n] which interaction is handled first, second, ...; ``usual_orders`` if None.
        costs: The prices.
        workers: How many threads replay.
        progress: Called with what is being done.

    Returns:
        A row for each order, ``as it came`` first: ``order``, ``moved`` (share of interactions with another
        one before them), ``outcomes_changed`` (share of decisions), ``pairs_changed_per_1000`` and ``bcubed``
        (final identities against those as it came), ``identities_changed``, and the numbers of ``COLUMNS``.

    Raises:
        BadInput: If an order is none.
    """
    came = np.arange(len(prepared), dtype=np.int64)
    tried = {"as it came": came, **(usual_orders(prepared) if orders is None else orders)}
    for name, order in tried.items():
        if not np.array_equal(np.sort(order), came):
            raise BadInput(f"the order '{name}' does not name every interaction once", where="orders")
    base = replay(prepared.tape, config)

    def compared(item: tuple[str, Ints]) -> dict[str, float | str]:
        name, order = item
        done = replay(in_order(prepared.tape, order), config)
        history = history_of(done, prepared.counted[order])
        numbers = measure(history, prepared.person[order], prepared.day[order], costs).numbers
        identity, outcome = np.empty_like(came), np.empty_like(came)
        identity[order], outcome[order] = done.identity, done.outcome
        same = agreement(identity, base.identity)
        return {
            "order": name,
            "moved": float((np.diff(order, prepend=-1) != 1).mean()),
            "outcomes_changed": float((outcome != base.outcome).mean()),
            "pairs_changed_per_1000": same.pairs_changed_per_1000,
            "bcubed": same.bcubed,
            "identities_changed": same.clusters_changed,
            **{column: numbers[column] for column in COLUMNS},
        }

    return pd.DataFrame(
        each(tried.items(), compared, workers=workers, progress=progress, doing="replay in another order")
    )
