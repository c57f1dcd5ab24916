"""A dataset encoded once and read under any number of settings: the four numbers, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from idlab.config import ScoringConfig
from idlab.metrics import Costs, Disposition, Form, History, Judgements, Rate, components, judge
from idlab.metrics.arrays import Flags, Floats, Ints, dense, group_sums
from idlab.metrics.contingency import Contingency, grouped, united
from idlab.metrics.costs import DEFAULT_COSTS, answered, cost_totals, review_work
from idlab.metrics.decisions import decision_totals
from idlab.metrics.intervals import Ratio, Sample, interval, resample
from idlab.replay import Replay
from idlab.sweep.prepared import Prepared

SHOWN = {
    "merge_precision": "merges right",
    "merge_recall": "returning recognised",
    "pending_per_1000": "pending per 1,000",
    "cost_per_1000": "cost per 1,000",
}
"""The numbers that every move of a setting shows at once, and what they are called."""

UNITS = {
    "merge_precision": "share",
    "merge_recall": "share",
    "pending_per_1000": "per_1000",
    "cost_per_1000": "per_1000",
}
"""Their units, as ``idlab.report.wording`` takes them."""

_TOTALS = ("counted", "pending", "merge_right", "merge_judged", "linkable")


@dataclass(frozen=True, eq=False)
class Reading:
    """What a config did to a dataset.

    Args:
        config: The config.
        rates: A rate for each of ``SHOWN``.
        replay: Every decision.
        history: The same, as the metrics read it.
        judgements: How each decision turned out.
    """

    config: ScoringConfig
    rates: Mapping[str, Rate]
    replay: Replay
    history: History
    judgements: Judgements

    @property
    def disposition(self) -> Ints:
        """[n] how each decision turned out, in the order handled."""
        return self.judgements.disposition

    @cached_property
    def counts(self) -> dict[Disposition, int]:
        """How many counted decisions turned out in each way."""
        counted: Flags = self.history.counted.astype(np.bool_)
        numbers = np.bincount(self.disposition[counted], minlength=len(Disposition))
        return {how: int(numbers[how]) for how in Disposition}


def read(
    prepared: Prepared,
    config: ScoringConfig,
    *,
    costs: Costs = DEFAULT_COSTS,
    resamples: int = 100,
    seed: int = 0,
    threads: int = 1,
) -> Reading:
    """Replay a dataset under a config and measure what is shown at once.

    The numbers, and the forms of their intervals, are those of ``idlab.metrics.summarise``.

    Args:
        prepared: The dataset, encoded for configs like this one.
        config: What decides.
        costs: The prices.
        resamples: How many worlds the bootstrapped interval draws.
        seed: Of those draws.
        threads: On how many threads the replay runs.

    Returns:
        The reading. Time: that of one replay and about half as much again.

    Raises:
        BadInput: If the config needs another tape.
    """
    done, history = prepared.replayed(config, threads=threads)
    judgements = judge(history, prepared.person)
    totals = _totals(prepared.person, history, judgements, costs)
    return Reading(config, _rates(totals, costs, resamples, seed), done, history, judgements)


def _totals(person: Ints, history: History, judgements: Judgements, costs: Costs) -> dict[str, Floats]:
    """The sums that the rates are made of, per connected component."""
    _, after, identity = answered(person, history.identity, history.links, costs)
    of_row, count = _components(after, person, identity)
    known = np.flatnonzero(person >= 0)
    groups = grouped(after, of_row[known], count)
    work = group_sums(review_work(person, history.links, history.reviewed), of_row, count)
    decisions = decision_totals(history, judgements, of_row, count)._asdict()
    return {
        **{name: decisions[name] for name in _TOTALS},
        "known": group_sums(np.ones(known.size), of_row[known], count),
        "cost": cost_totals(groups, work, costs),
    }


def _components(after: Contingency, person: Ints, identity: Ints) -> tuple[Ints, int]:
    """The component of every interaction, and how many there are, as ``idlab.metrics.components`` finds them.

    Where all persons are known, the overlaps that were already counted suffice.
    """
    if (person < 0).any():
        return components(person, identity)
    truths = after.truth_sizes.size
    component, count = united(after.truth, truths + after.predicted, truths + after.predicted_sizes.size)
    return component[dense(person)[0]], count


def _rates(totals: Mapping[str, Floats], costs: Costs, resamples: int, seed: int) -> dict[str, Rate]:
    drawn = resample({name: totals[name] for name in ("merge_right", "merge_judged")}, resamples, seed)
    sums = _undrawn(totals)
    dearest = max(costs.c_false, costs.c_missed, costs.c_review)
    return {
        "merge_precision": interval(drawn, Ratio("merge_right", "merge_judged"), form=Form.BOOTSTRAP),
        "merge_recall": interval(sums, Ratio("merge_right", "linkable")),
        "pending_per_1000": interval(sums, Ratio("pending", "counted"), scale=1000),
        "cost_per_1000": interval(sums, Ratio("cost", "known"), scale=1000, unit=dearest),
    }


def _undrawn(totals: Mapping[str, Floats]) -> Sample:
    """Totals as they are: the delta method draws nothing, so equal components need not be brought together."""
    rows = np.stack(list(totals.values()), axis=1)
    columns = {name: place for place, name in enumerate(totals)}
    return Sample(columns, rows, np.ones(len(rows), dtype=np.int64), np.zeros((0, len(columns))))
