"""One replay as numbers: how right it was, how much work it made, what it cost, and where the errors lie."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from idlab.metrics import Contingency, Costs, History, bcubed, judge, pairwise
from idlab.metrics.arrays import Floats, Ints
from idlab.metrics.costs import answered, review_work
from idlab.metrics.decisions import DecisionTotals, decision_totals


class Ledger(NamedTuple):
    """Where a replay's errors and questions lie: a row of the dataset for each, so that any prices fit.

    Args:
        wrong: An interaction for each wrong union, after every link was answered.
        missing: Likewise for each missing union.
        asked: The interaction at hand of each question; of known persons.
        asked_all: How many questions there were, unknown persons included.
        busiest_day: The most questions on one day.
    """

    wrong: Ints
    missing: Ints
    asked: Ints
    asked_all: int
    busiest_day: int


class Point(NamedTuple):
    """A replay, measured.

    Args:
        numbers: What ``NUMBERS`` names.
        ledger: Where errors and questions lie.
        afterwards: [n] identities after every link was answered, in 32 bits: a grid keeps many.
    """

    numbers: dict[str, float]
    ledger: Ledger
    afterwards: NDArray[np.int32]


NUMBERS = (
    "merge_precision",
    "merge_recall",
    "pairwise_precision",
    "pairwise_recall",
    "bcubed_precision",
    "bcubed_recall",
    "bcubed_f1",
    "merges",
    "false_merges",
    "true_merges",
    "pending_per_1000",
    "review_per_1000",
    "pending_yield",
    "wrong_unions",
    "missing_unions",
    "questions",
    "cost_per_1000",
)
"""What is told of every replay; nan where there was nothing to judge."""


def measure(history: History, person: Ints, day: Ints, costs: Costs) -> Point:
    """Measure a replay.

    Decisions and partitions are judged as ``idlab.metrics.summarise`` does; only intervals are missing.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown.
        day: [n] the day of each.
        costs: The prices.

    Returns:
        The numbers and the ledger.
    """
    before, after, afterwards = answered(person, history.identity, history.links, costs)
    known = np.flatnonzero(person >= 0)
    ledger = _ledger(history, person, day, after, known)
    totals = decision_totals(history, judge(history, person))
    pairs, cubes = pairwise(before), bcubed(before)
    numbers = {
        **_decision_numbers(totals),
        "pairwise_precision": _number(pairs.precision),
        "pairwise_recall": _number(pairs.recall),
        "bcubed_precision": _number(cubes.precision),
        "bcubed_recall": _number(cubes.recall),
        "bcubed_f1": _number(cubes.f1),
        "wrong_unions": float(ledger.wrong.size),
        "missing_unions": float(ledger.missing.size),
        "questions": float(ledger.asked.size),
        "cost_per_1000": priced(ledger, costs) * 1000 / max(known.size, 1),
    }
    return Point({name: numbers[name] for name in NUMBERS}, ledger, afterwards.astype(np.int32))


def priced(ledger: Ledger, costs: Costs) -> float:
    """What the errors and questions of a ledger cost in all.

    Example:
        >>> none = np.zeros(0, dtype=np.int64)
        >>> priced(Ledger(np.array([3]), none, np.array([3, 3]), 2, 2), Costs(c_false=5.0))
        7.0
    """
    return (
        costs.c_false * ledger.wrong.size
        + costs.c_missed * ledger.missing.size
        + costs.c_review * ledger.asked.size
    )


def component_costs(ledger: Ledger, costs: Costs, component: Ints, count: int) -> Floats:
    """[count] what the errors and questions of each component cost.

    Args:
        ledger: Where they lie.
        costs: The prices.
        component: [n] the component of each interaction.
        count: How many components there are.
    """
    parts = (
        (costs.c_false, ledger.wrong),
        (costs.c_missed, ledger.missing),
        (costs.c_review, ledger.asked),
    )
    total = np.zeros(count)
    for price, rows in parts:
        total += price * np.bincount(component[rows], minlength=count)
    return total


def _ledger(history: History, person: Ints, day: Ints, after: Contingency, known: Ints) -> Ledger:
    rows = known[after.first]
    first_of_cluster = np.diff(after.predicted, prepend=-1) != 0
    by_truth = np.argsort(after.truth, kind="stable")
    again = np.diff(after.truth[by_truth], prepend=-1) == 0
    asked = np.repeat(np.arange(person.size), review_work(person, history.links, history.reviewed))
    everybody = review_work(np.zeros_like(person), history.links, history.reviewed)
    per_day = np.bincount(day, weights=everybody) if day.size else np.zeros(1)
    return Ledger(
        rows[~first_of_cluster],
        rows[by_truth[again]],
        asked,
        int(everybody.sum()),
        int(per_day.max()),
    )


def _decision_numbers(totals: DecisionTotals) -> dict[str, float]:
    found = {name: float(values[0]) for name, values in totals._asdict().items()}
    return {
        "merge_precision": _share(found["merge_right"], found["merge_judged"]),
        "merge_recall": _share(found["merge_right"], found["linkable"]),
        "merges": found["merge"],
        "false_merges": found["merge_judged"] - found["merge_right"],
        "true_merges": found["merge_right"],
        "pending_per_1000": 1000 * _share(found["pending"], found["counted"]),
        "review_per_1000": 1000 * _share(found["review"], found["counted"]),
        "pending_yield": _share(found["pending_right"], found["pending_judged"]),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
