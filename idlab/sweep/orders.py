"""How much hangs on the order of arrival: decisions and identities compared between orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.evaluate.history import history_of
from idlab.metrics import Costs, components
from idlab.metrics.agreement import agreement
from idlab.metrics.arrays import Flags, Ints
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.metrics.shares import Components
from idlab.replay import replay
from idlab.replay.encode import Progress
from idlab.sweep.arrival import in_order, late, outage, shuffled_within_days
from idlab.sweep.paired import cost_differences
from idlab.sweep.points import Ledger, measure
from idlab.sweep.prepared import DAY, Prepared, each, joined

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
        one before them), ``pairs_changed_per_1000`` and ``bcubed`` (final identities against those as it came),
        ``identities_changed``, the numbers of ``COLUMNS``; and against the order as it came, with 95 % intervals
        over components, ``outcomes_changed`` (share of decisions; ``changed_low``, ``changed_high``) and
        ``costlier_per_1000`` (``costlier_low``, ``costlier_high``).

    Raises:
        BadInput: If an order is none.
    """
    came = np.arange(len(prepared), dtype=np.int64)
    tried = {"as it came": came, **(usual_orders(prepared) if orders is None else orders)}
    for name, order in tried.items():
        if not np.array_equal(np.sort(order), came):
            raise BadInput(f"the order '{name}' does not name every interaction once", where="orders")
    base = replay(prepared.tape, config)

    def compared(item: tuple[str, Ints]) -> _Compared:
        name, order = item
        done = replay(in_order(prepared.tape, order), config)
        history = history_of(done, prepared.counted[order])
        point = measure(history, prepared.person[order], prepared.day[order], costs)
        identity, outcome, afterwards = (np.empty_like(came) for _ in range(3))
        identity[order], outcome[order], afterwards[order] = done.identity, done.outcome, point.afterwards
        same = agreement(identity, base.identity)
        numbers: dict[str, float | str] = {
            "order": name,
            "moved": float((np.diff(order, prepend=-1) != 1).mean()),
            "pairs_changed_per_1000": same.pairs_changed_per_1000,
            "bcubed": same.bcubed,
            "identities_changed": same.clusters_changed,
            **{column: point.numbers[column] for column in COLUMNS},
        }
        wrong, missing, asked = (order[rows] for rows in point.ledger[:3])
        ledger = point.ledger._replace(wrong=wrong, missing=missing, asked=asked)
        return _Compared(numbers, outcome != base.outcome, afterwards, ledger)

    found = each(tried.items(), compared, workers=workers, progress=progress, doing="replay in another order")
    return _with_intervals(prepared, found, costs)


class _Compared(NamedTuple):
    """One order, with what its intervals need, by interaction as it came."""

    numbers: dict[str, float | str]
    changed: Flags
    afterwards: Ints
    ledger: Ledger


def _with_intervals(prepared: Prepared, found: Sequence[_Compared], costs: Costs) -> pd.DataFrame:
    """The numbers of every order, with the intervals of what changes from the first, over common components."""
    together = Components(
        *components(prepared.person, joined((one.afterwards for one in found), len(prepared)))
    )
    ledgers = [one.ledger for one in found]
    dearer = cost_differences(ledgers, ledgers[0], costs, together.of_row, prepared.person >= 0)
    everybody = np.ones(len(prepared), dtype=np.bool_)
    rows = []
    for one, value, low, high in zip(found, dearer.value, *dearer.ends(), strict=True):
        changed = together.share(one.changed, everybody)
        rows.append(
            one.numbers
            | {"outcomes_changed": changed.value, "changed_low": changed.low, "changed_high": changed.high}
            | {"costlier_per_1000": value, "costlier_low": low, "costlier_high": high}
        )
    return pd.DataFrame(rows)
