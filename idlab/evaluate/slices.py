"""Rates by channel, channel pair, corruption, age of the identity, household, and any other column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate.columns import NONE, Groups, column_of, paired_with, previous_of_person
from idlab.evaluate.evaluation import Evaluation
from idlab.metrics import Disposition
from idlab.metrics.arrays import Flags, dense
from idlab.metrics.served import served
from idlab.metrics.slices import SliceRate, flagged, slice_rates

DAY = 86_400_000_000
"""Microseconds in a day."""

AGES: Mapping[str, float] = {"under a day": 1, "under a week": 7, "under a month": 30, "under a year": 365}
"""The age of an identity, by the days that it is below; older ones are ``a year or more``."""

MEASURES = ("merge_precision", "merge_recall", "pending_yield", "wrong_profile", "incomplete_profile")
"""The rates that are sliced, with the definitions of ``idlab.evaluate.dispositions``."""


class Slice(NamedTuple):
    """Some interactions.

    Args:
        by: What they have in common, as ``channel``.
        name: Its value, as ``voice``.
        rows: [n] whether each interaction is among them.
        by_decision: Whether that depends on the decision itself, so that recall over it says nothing.
    """

    by: str
    name: str
    rows: Flags
    by_decision: bool = False


class Sliced(NamedTuple):
    """One rate over one slice.

    Args:
        slice: The slice.
        measure: One of ``MEASURES``.
        found: The rate, and how it differs from that of all other interactions.
        flagged: Whether chance is ruled out as the reason of the difference.
    """

    slice: Slice
    measure: str
    found: SliceRate
    flagged: bool


def slices_of(evaluation: Evaluation, dataset: Dataset, columns: Sequence[str] = ()) -> list[Slice]:
    """The slices that are always looked at, and those of further columns.

    Args:
        evaluation: The evaluation.
        dataset: What it is of.
        columns: Further columns of the interactions or of the truth.

    Returns:
        By ``channel``; by ``channels``, each with that of the nearest earlier interaction of the person, if there is
        one (of a first contact no merge can be right, and no profile lacks anything); by
        ``identity age`` at the decision; by ``region`` where the dataset has it; where truth tells, by
        ``corruption`` (an interaction may have several) and by ``household`` (how many of its persons there
        are); and by every further column.

    Raises:
        BadInput: If there is no such column, or the dataset is another one.
    """
    if evaluation.numbers["dataset_digest"] != dataset.digest:
        raise BadInput("the evaluation is of another dataset", hint="give the one that was evaluated")
    channel = column_of(dataset, "channel")
    pairs = paired_with(channel, previous_of_person(evaluation.person))
    after = [one for one in _parts("channels", pairs) if not one.name.endswith(f" after {NONE}")]
    found = [*_parts("channel", channel), *after, *_ages(evaluation)]
    truth = () if dataset.truth_table is None else dataset.truth_table.column_names
    if "corruptions" in truth:
        found += _corruptions(column_of(dataset, "corruptions"))
    if "household_id" in truth:
        found += _households(evaluation, column_of(dataset, "household_id"))
    always = ("region",) if "region" in dataset.table.column_names else ()
    for name in dict.fromkeys((*always, *columns)):
        found += _parts(name, column_of(dataset, name))
    return found


def sliced(evaluation: Evaluation, slices: Sequence[Slice], *, rate: float = 0.05) -> list[Sliced]:
    """Every measure over every slice, flagged so that few of all flags are chance.

    Args:
        evaluation: The evaluation.
        slices: The slices, from ``slices_of`` or a user's own.
        rate: The false-discovery rate over all measures and slices together.

    Returns:
        Measure by measure, slice by slice. Left out are those without a case, and ``merge_recall`` over slices
        that depend on the decision.

    Raises:
        BadInput: If the rate is not between 0 and 1.
    """
    profile, how = served(evaluation.history, evaluation.person), evaluation.disposition
    known = evaluation.counted & (evaluation.person >= 0)
    merged = (how == Disposition.MERGE_RIGHT) | (how == Disposition.MERGE_WRONG)
    pending = (how == Disposition.PENDING_RIGHT) | (how == Disposition.PENDING_WRONG)
    rates = {
        "merge_precision": (how == Disposition.MERGE_RIGHT, evaluation.judged & merged),
        "merge_recall": (
            how == Disposition.MERGE_RIGHT,
            evaluation.judged & evaluation.judgements.linkable,
        ),
        "pending_yield": (how == Disposition.PENDING_RIGHT, evaluation.judged & pending),
        "wrong_profile": (profile.wrong, known),
        "incomplete_profile": (profile.incomplete, known),
    }
    rows = [one.rows for one in slices]
    found = [
        (one, measure, rated)
        for measure in MEASURES
        for one, rated in zip(slices, slice_rates(*rates[measure], rows, evaluation.components), strict=True)
        if rated.cases and not (one.by_decision and measure == "merge_recall")
    ]
    flags = flagged([rated.p_value for _, _, rated in found], rate)
    return [Sliced(*one, flag) for one, flag in zip(found, flags, strict=True)]


def slices_frame(found: Sequence[Sliced]) -> pd.DataFrame:
    """A row for every measure over every slice."""
    rows = [
        (
            one.measure,
            one.slice.by,
            one.slice.name,
            one.found.cases,
            *one.found.rate,
            one.found.shrunk,
            one.found.difference,
            one.found.p_value,
            one.flagged,
        )
        for one in found
    ]
    names = ["measure", "by", "slice", "cases", "value", "low", "high"]
    return pd.DataFrame(rows, columns=[*names, "shrunk", "difference", "p_value", "flagged"])


def _parts(by: str, groups: Groups) -> list[Slice]:
    return [Slice(by, name, groups.code == code) for code, name in enumerate(groups.names)]


def _ages(evaluation: Evaluation) -> list[Slice]:
    """By the time since the first interaction of the identity that each was put into."""
    joined, time = evaluation.history.joined, evaluation.replay.tape.time
    opened = joined == np.arange(joined.size)
    days = (time - time[joined]) / DAY
    age = np.searchsorted(list(AGES.values()), days, side="right")
    names = (*AGES, "a year or more")
    aged = ((name, ~opened & (age == code)) for code, name in enumerate(names))
    return [
        Slice("identity age", name, rows, by_decision=True)
        for name, rows in (("opened by it", opened), *aged)
    ]


def _corruptions(groups: Groups) -> list[Slice]:
    """By each corruption that was applied, as ``phone:placeholder``; those without one together."""
    kinds = [frozenset() if name == NONE else frozenset(name.split(";")) for name in groups.names]
    found = [Slice("corruption", NONE, np.isin(groups.code, [c for c, one in enumerate(kinds) if not one]))]
    for kind in sorted(set[str]().union(*kinds)):
        with_it = [code for code, one in enumerate(kinds) if kind in one]
        found.append(Slice("corruption", kind, np.isin(groups.code, with_it)))
    return found


def _households(evaluation: Evaluation, groups: Groups) -> list[Slice]:
    """By the number of persons of the household that have interactions."""
    who, people = dense(evaluation.person)
    pairs = np.unique(groups.code * people + who)
    size = np.bincount(pairs // max(people, 1), minlength=len(groups.names))[groups.code]
    named = {"1 person": size == 1, "2 persons": size == 2, "3 persons or more": size >= 3}
    return [Slice("household", name, rows) for name, rows in named.items()]
