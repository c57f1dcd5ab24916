"""Whether live decisions still look like what a bundle expects, and if not since when and by which knob."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from idlab.bundle import Bundle
from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.core.codes import MISSING
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate.running import tape_of
from idlab.metrics.arrays import Flags
from idlab.replay.encode import Progress
from idlab.rollout.decided import decided_of
from idlab.rollout.expectations import Expectations
from idlab.rollout.knobs import knobs
from idlab.rollout.onset import DAY, onsets
from idlab.rollout.shifts import Departure, Shift, shifts, side_by_side
from idlab.rollout.tally import ALL, WEEK, families_of, midnight_before, tally, weeks_of

RATE = 0.05
"""How often the whole comparison may raise an alarm though nothing drifted."""


@dataclass(frozen=True)
class Alarm(Departure):
    """A departure with its days and what to look at.

    Args:
        began: The day, UTC, on which the share most likely began to be another one.
        noticed: The first day of the first week in which it left its limits, alone or together with those before it.
        weeks: In how many weeks it did.
        knobs: What of the scoring config stands on it.
    """

    began: datetime
    noticed: datetime
    weeks: int
    knobs: tuple[str, ...]


class Week(NamedTuple):
    """A week of live decisions.

    Args:
        start: Its first day, UTC.
        decisions: How many.
        alarms: How many shares were outside their limits.
    """

    start: datetime
    decisions: int
    alarms: int


@dataclass(frozen=True, eq=False)
class Drift:
    """What came of comparing live decisions with a bundle.

    Args:
        bundle: The bundle's digest.
        rate: How often such a comparison may raise an alarm though nothing drifted.
        statistics: How many shares and weeks were compared.
        decisions: How many decisions were read.
        others: How many were left aside, because another config made them.
        weeks: The weeks, in order.
        alarms: The shares that left their limits: those noticed first, then the least likely.
        beyond: How many weeks are older than all that the bundle knows.
        with_fill: Whether fill rates were compared.
    """

    bundle: str
    rate: float
    statistics: int
    decisions: int
    others: int
    weeks: tuple[Week, ...]
    alarms: tuple[Alarm, ...]
    beyond: int
    with_fill: bool

    @property
    def began(self) -> datetime | None:
        """The day on which the surest of the shifts most likely began; None if nothing shifted."""
        surest = min(self.alarms, key=lambda alarm: alarm.probability, default=None)
        return None if surest is None else surest.began

    @property
    def noticed(self) -> datetime | None:
        """The first day of the first week with an alarm; None if there is none."""
        return min((alarm.noticed for alarm in self.alarms), default=None)

    def stale(self) -> dict[str, tuple[Alarm, ...]]:
        """The knobs that the alarms point to, the surest first, each with its alarms."""
        found: dict[str, list[Alarm]] = defaultdict(list)
        for alarm in self.alarms:
            for knob in alarm.knobs:
                found[knob].append(alarm)
        order = sorted(found, key=lambda knob: (min(one.probability for one in found[knob]), knob))
        return {knob: tuple(found[knob]) for knob in order}

    def document(self) -> dict[str, Any]:
        """The findings as JSON values."""
        return {
            "alarm": bool(self.alarms),
            "began": None if self.began is None else self.began.date().isoformat(),
            "noticed": None if self.noticed is None else self.noticed.date().isoformat(),
            "bundle_digest": self.bundle,
            "false_alarm_rate": self.rate,
            "statistics": self.statistics,
            "decisions": self.decisions,
            "decisions_of_other_configs": self.others,
            "fill_rates_compared": self.with_fill,
            "weeks_beyond_expectations": self.beyond,
            "weeks": [one._asdict() | {"start": one.start.date().isoformat()} for one in self.weeks],
            "alarms": [
                {
                    **asdict(one),
                    "family": one.family._asdict(),
                    "began": one.began.date().isoformat(),
                    "noticed": one.noticed.date().isoformat(),
                    "knobs": list(one.knobs),
                }
                for one in self.alarms
            ],
            "stale_knobs": {knob: len(alarms) for knob, alarms in self.stale().items()},
        }


def drift(
    decisions: pa.Table,
    bundle: Bundle,
    *,
    dataset: Dataset | None = None,
    history: int = 0,
    rate: float = RATE,
    where: str = "decisions",
    progress: Progress | None = None,
) -> Drift:
    """Compare live decisions with what a bundle expects, week by week of the store's history.

    Each share of each week, and of the ``SPANS`` of weeks up to it, is held against the same share of the same weeks
    where the config was reported on, by Fisher's exact test on counts divided by their design effects. Limits are so
    wide that all of them together are left by chance at most as often as ``rate`` says (Bonferroni). At 5 %, of 132
    pairs of fresh worlds of 6,000 interactions each, 3 raised an alarm in retail, 1 in b2b_frontdesk, 1 in drift.

    Args:
        decisions: From ``read_decisions``. Those by other configs than the bundle's are left aside.
        bundle: What decided.
        dataset: The interactions that were decided about, to compare fill rates as well.
        history: How many weeks the store had been filling before the first decision here, by whichever config.
        rate: How often the whole comparison may raise an alarm though nothing drifted.
        where: What a message calls the decisions.
        progress: Called with what is being done.

    Returns:
        What was found.

    Raises:
        BadInput: If the bundle expects nothing, none of the decisions is its own, or the dataset lacks one of
            their interactions.
    """
    if not 0 < rate < 1:
        raise BadInput(f"the false-alarm rate is {rate} and must lie between 0 and 1", where="rate")
    if history < 0:
        raise BadInput(f"history is {history} weeks and must be at least 0", where="history")
    expectations, ready = Expectations.read(bundle.expected), compiled(bundle.config)
    mine = decisions.filter(pc.equal(decisions["config_digest"], bundle.digests.config))
    filled = None if dataset is None else _filled(mine, dataset, bundle, where, progress)
    decided = decided_of(mine, ready, filled, where=where)
    if not len(decided):
        hint = "give the decisions of this bundle, or the bundle that made them"
        raise BadInput("holds no decision of this bundle's config", where=where, hint=hint)
    start = midnight_before(pc.cast(decisions["occurred_at"], pa.int64()).to_numpy())
    week = weeks_of(decided.moment, start, history)
    weeks = np.arange(week.min(), week.max() + 1)
    place = week - weeks[0]
    tallies = (
        (family, tally(rows, place, weeks.size))
        for family, rows in families_of(decided, ready, np.array(expectations.edges))
    )
    found = shifts(side_by_side(tallies, expectations, weeks), rate)
    first = start + (int(weeks[0]) - history) * WEEK
    began = onsets(found.found, decided, ready, expectations, first, weeks)
    sizes = np.bincount(place, minlength=weeks.size).tolist()
    days = [_moment(first + number * WEEK) for number in range(weeks.size)]
    alarms = [
        _alarm(shift, found.found, _moment(first + day * DAY), days, bundle.config)
        for shift, day in zip(found.found, began, strict=True)
    ]
    alarms.sort(key=lambda one: (one.noticed, one.probability, str(one.family), one.name))
    return Drift(
        bundle=bundle.digests.bundle,
        rate=rate,
        statistics=found.statistics,
        decisions=len(decided),
        others=len(decisions) - len(mine),
        weeks=tuple(map(Week, days, sizes, found.per_week.tolist())),
        alarms=tuple(alarms),
        beyond=int((weeks >= expectations.weeks).sum()),
        with_fill=dataset is not None,
    )


def _alarm(
    shift: Shift, found: Sequence[Shift], began: datetime, days: Sequence[datetime], config: ScoringConfig
) -> Alarm:
    """A shift with its days and knobs."""
    departure = {field.name: getattr(shift, field.name) for field in fields(Departure)}
    noticed = days[int(np.flatnonzero(shift.outside)[0])]
    stale = knobs(config, shift.family, shift.name, tuple(_fields_of(shift.family.channel, found)))
    return Alarm(**departure, began=began, noticed=noticed, weeks=int(shift.outside.sum()), knobs=stale)


def _fields_of(channel: str, found: Sequence[Shift]) -> Iterator[str]:
    """The fields whose levels or fill rates shifted on a channel, or on any."""
    for one in found:
        if channel in (one.family.channel, ALL) and one.family.kind in ("levels", "filled"):
            yield one.family.field or one.name


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, tz=UTC)


def _filled(
    decisions: pa.Table, dataset: Dataset, bundle: Bundle, where: str, progress: Progress | None
) -> Flags:
    """[n, fields] whether the record of each decision had each field, normalised as the bundle says."""
    tape = tape_of(dataset, bundle.config, progress=progress)
    there = pc.index_in(decisions["interaction_id"], value_set=pa.array(tape.ids, pa.string()))
    missing = there.null_count
    if missing:
        told = (
            f"{missing} of {len(decisions)} decisions are about interactions that are not in {dataset.name}"
        )
        raise BadInput(told, where=where, hint="give the dataset that was resolved")
    filled: Flags = tape.record.reshape(tape.n_interactions, -1)[there.to_numpy()] != MISSING
    return filled
