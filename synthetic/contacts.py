"""Who gets in touch when, over which channel: the bare list of contacts before any identifier."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from idlab.model import CHANNELS, microseconds
from synthetic.draws import Draws, Flags, Integers, Words
from synthetic.scenario import Channel, Contacts, Rhythm, Scenario

_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_LONGEST_GAP_DAYS = 120


class ContactList(NamedTuple):
    """One row per interaction, grouped by person in order of their contacts.

    Args:
        person: Number of the person, from 0.
        address: The contact's address for draws; what is learnt later in a contact has its address too.
        problem: Number of the person's problem that the contact is about, from 0.
        day: Days since the scenario's start.
        moment: Microseconds since 1970-01-01 UTC.
        channel: Position in ``CHANNELS``.
        root: The row that opened the conversation; the row itself unless ``learnt_later``.
        learnt_later: Whether the row only adds what the customer told later in the conversation.
    """

    person: Integers
    address: Words
    problem: Integers
    day: Integers
    moment: Integers
    channel: Integers
    root: Integers
    learnt_later: Flags


class _Visits(NamedTuple):
    problem: Integers
    day: Integers
    moment: Integers


def plan_contacts(draws: Draws, scenario: Scenario, interactions: int) -> ContactList:
    """As many contacts as asked for, by as many people as it takes.

    Args:
        draws: The world's draws.
        scenario: Its rates.
        interactions: Number of rows, at least 1.

    Returns:
        The contacts; of the last person perhaps not all.
    """
    person, ordinal = _people_and_ordinals(draws, scenario.contacts, interactions)
    channel = _own_channels(draws, scenario, person, ordinal)
    learnt_later = _learnt_later(draws, scenario, person, ordinal, channel)
    rows = np.arange(interactions)
    root = rows - learnt_later
    visits = _moments(draws, scenario, person, ordinal, learnt_later)
    return ContactList(
        person=person,
        address=draws.words("contact", person, ordinal[root]),
        problem=visits.problem,
        day=visits.day,
        moment=visits.moment,
        channel=channel[root],
        root=root,
        learnt_later=learnt_later,
    )


def rate_by_channel(scenario: Scenario, rate: Callable[[Channel], float]) -> npt.NDArray[np.float64]:
    """One rate of every channel, in the order of ``CHANNELS``."""
    return np.array([rate(scenario.channel(name)) for name in CHANNELS])


def _people_and_ordinals(draws: Draws, law: Contacts, interactions: int) -> tuple[Integers, Integers]:
    """Person and place among the person's contacts, per row."""
    counts = 1 + draws.choose("number of contacts", _contact_weights(law), np.arange(interactions))
    ends = np.cumsum(counts)
    people = int(np.searchsorted(ends, interactions)) + 1
    person = np.repeat(np.arange(people), counts[:people])[:interactions]
    first_row = ends[:people] - counts[:people]
    return person, np.arange(interactions) - first_row[person]


def _contact_weights(law: Contacts) -> list[float]:
    """Probability of 1, 2, ... contacts: a log-normal law rounded down, never below 1."""
    log_law = NormalDist(log(law.median), law.spread)
    at_most = [log_law.cdf(log(count + 1)) for count in range(1, law.most)] + [1.0]
    return [high - low for low, high in zip([0.0, *at_most], at_most, strict=False)]


def _own_channels(draws: Draws, scenario: Scenario, person: Integers, ordinal: Integers) -> Integers:
    shares = rate_by_channel(scenario, lambda channel: channel.share)
    favourite = draws.choose("favourite channel", shares, np.arange(person[-1] + 1))
    sticks = draws.chance("favourite channel used", scenario.favourite_channel, person, ordinal)
    return np.where(sticks, favourite[person], draws.choose("channel", shares, person, ordinal))


def _learnt_later(
    draws: Draws, scenario: Scenario, person: Integers, ordinal: Integers, channel: Integers
) -> Flags:
    """Rows that belong to the conversation of the row before them, which belongs to none before it."""
    rates = rate_by_channel(scenario, lambda one: one.learnt_later)
    before = np.roll(channel, 1)
    wanted = (ordinal > 0) & draws.chance("learnt later", rates[before], person, ordinal)
    taken = np.roll(wanted, 1)
    taken[0] = False
    flags: Flags = wanted & ~taken
    return flags


def _moments(
    draws: Draws, scenario: Scenario, person: Integers, ordinal: Integers, learnt_later: Flags
) -> _Visits:
    """Problems start on some day; their follow-ups come minutes or days after one another."""
    rhythm = scenario.rhythm
    follows = (ordinal > 0) & (learnt_later | draws.chance("follow-up", rhythm.follow_up, person, ordinal))
    problem_row = _latest_start(~follows)
    problem = np.cumsum(~follows) - 1
    problem -= problem[np.arange(len(person)) - ordinal]
    same_visit = follows & (learnt_later | draws.chance("same day", rhythm.same_day, person, ordinal))
    later_day = follows & ~same_visit
    gap = np.where(later_day, 1 + draws.choose("gap", _gap_weights(rhythm), person, ordinal), 0)
    first_day = draws.choose("day", _day_weights(scenario), person, problem)
    day = _folded(first_day + _running_total(gap, problem_row), scenario.days)
    visit_row = _latest_start(~same_visit)
    time_of_day = draws.choose("hour", rhythm.hour_weights, person, ordinal) * _HOUR
    time_of_day += draws.below("microsecond", _HOUR, person, ordinal)
    pause = np.where(learnt_later, _MINUTE, 5 * _MINUTE)
    pause += draws.below("pause", np.where(learnt_later, 10 * _MINUTE, 3 * _HOUR), person, ordinal)
    passed = _running_total(np.where(same_visit, pause, 0), visit_row)
    moment = microseconds(scenario.start) + day * _DAY + time_of_day[visit_row] + passed
    return _Visits(problem, day, moment)


def _latest_start(starts: Flags) -> Integers:
    """Per row the last row at or before it that starts something; the first row starts."""
    return np.maximum.accumulate(np.where(starts, np.arange(len(starts)), 0))


def _running_total(amounts: Integers, start_row: Integers) -> Integers:
    """Sums since the start row, which itself counts 0."""
    total = np.cumsum(amounts)
    running: Integers = total - total[start_row]
    return running


def _folded(day: Integers, days: int) -> Integers:
    """Days past the end are counted back from it, so that the last days are no emptier than others."""
    turned = day % (2 * days)
    return np.where(turned < days, turned, 2 * days - 1 - turned)


def _gap_weights(rhythm: Rhythm) -> npt.NDArray[np.float64]:
    stay = 1.0 - 1.0 / rhythm.gap_days
    return np.array([stay**days for days in range(_LONGEST_GAP_DAYS)])


def _day_weights(scenario: Scenario) -> npt.NDArray[np.float64]:
    weekday = (scenario.start.weekday() + np.arange(scenario.days)) % 7
    weights: npt.NDArray[np.float64] = np.array(scenario.rhythm.weekday_weights)[weekday]
    return weights
