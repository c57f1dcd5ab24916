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
from synthetic.households import Homes
from synthetic.scenario import Scenario
from synthetic.sections import Channel, Contacts, Rhythm

_MINUTE = 60_000_000
_HOUR = 60 * _MINUTE
DAY = 24 * _HOUR
"""Microseconds in a day."""

_TWIN_DAYS = 4
_LONGEST_GAP_DAYS = 120


class ContactList(NamedTuple):
    """One row per interaction, grouped by person in order of their contacts.

    Args:
        person: Row of the person in the block.
        address: The contact's address for draws; what is learnt later in a contact has its address too.
        problem: Which of the person's problems the contact is about: the place of the contact that opened it.
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


class _Turns(NamedTuple):
    """Whose contact it is, per row: row in the block, number in the world, place among the person's."""

    person: Integers
    number: Integers
    ordinal: Integers


def contact_counts(draws: Draws, law: Contacts, number: Integers) -> Integers:
    """How many interactions each person has, by the numbers of the people."""
    return 1 + draws.choose("number of contacts", _contact_weights(law), number)


def plan_contacts(draws: Draws, scenario: Scenario, counts: Integers, homes: Homes) -> ContactList:
    """When and over which channel the people of a block get in touch.

    Args:
        draws: The world's draws.
        scenario: Its rates.
        counts: How many interactions each person has.
        homes: Who they are.

    Returns:
        The contacts.
    """
    person = np.repeat(np.arange(len(counts)), counts)
    rows = np.arange(len(person))
    ordinal = rows - (np.cumsum(counts) - counts)[person]
    whose = _Turns(person, homes.number[person], ordinal)
    follows = (ordinal > 0) & draws.chance("follow-up", scenario.rhythm.follow_up, whose.number, ordinal)
    first_day = _first_days(draws, scenario, homes, whose)
    channel = _channels(draws, scenario, whose, _latest_start(~follows), first_day)
    learnt_later = _learnt_later(draws, scenario, whose, channel)
    root = rows - learnt_later
    problem_row = _latest_start(~(follows | learnt_later))
    day, moment = _moments(draws, scenario, whose, problem_row, first_day, learnt_later)
    return ContactList(
        person=person,
        address=draws.words("contact", whose.number, ordinal[root]),
        problem=ordinal[problem_row],
        day=day,
        moment=moment,
        channel=channel[root],
        root=root,
        learnt_later=learnt_later,
    )


def rate_by_channel(scenario: Scenario, rate: Callable[[Channel], float]) -> npt.NDArray[np.float64]:
    """One rate of every channel, in the order of ``CHANNELS``."""
    return np.array([rate(scenario.channel(name)) for name in CHANNELS])


def _contact_weights(law: Contacts) -> list[float]:
    """Probability of 1, 2, ... contacts: a log-normal law rounded down, never below 1."""
    log_law = NormalDist(log(law.median), law.spread)
    at_most = [log_law.cdf(log(count + 1)) for count in range(1, law.most)] + [1.0]
    return [high - low for low, high in zip([0.0, *at_most], at_most, strict=False)]


def _first_days(draws: Draws, scenario: Scenario, homes: Homes, whose: _Turns) -> Integers:
    """The day on which a problem begins if it begins with this row; twins' problems begin close together."""
    twin = homes.twin[whose.person]
    day = draws.choose("day", _day_weights(scenario), whose.number - twin, whose.ordinal)
    return day + np.where(twin, draws.below("twin's delay", _TWIN_DAYS, whose.number, whose.ordinal), 0)


def _channels(
    draws: Draws, scenario: Scenario, whose: _Turns, problem_row: Integers, first_day: Integers
) -> Integers:
    """Problems begin on the favourite channel or another; follow-ups mostly stay there."""
    number, ordinal = whose.number, whose.ordinal
    before, after = (rate_by_channel(one, lambda channel: channel.share) for one in scenario.periods())
    favourite = draws.choose("favourite channel", before, number)
    other = draws.choose("channel", before, number, ordinal)
    if scenario.drift is not None:
        late = first_day[problem_row] >= scenario.drift.day
        favourite = np.where(late, draws.choose("favourite channel", after, number), favourite)
        other = np.where(late, draws.choose("channel", after, number, ordinal), other)
    sticks = draws.chance("favourite channel used", scenario.favourite_channel, number, ordinal)
    own = np.where(sticks, favourite, other)
    switches = draws.chance("channel switched", scenario.rhythm.switch_channel, number, ordinal)
    return np.where(switches, own, own[problem_row])


def _learnt_later(draws: Draws, scenario: Scenario, whose: _Turns, channel: Integers) -> Flags:
    """Rows that belong to the conversation of the row before them, which belongs to none before it."""
    rates = rate_by_channel(scenario, lambda one: one.learnt_later)
    before, number, ordinal = np.roll(channel, 1), whose.number, whose.ordinal
    wanted = (ordinal > 0) & draws.chance("learnt later", rates[before], number, ordinal)
    taken = np.roll(wanted, 1)
    taken[0] = False
    flags: Flags = wanted & ~taken
    return flags


def _moments(
    draws: Draws,
    scenario: Scenario,
    whose: _Turns,
    problem_row: Integers,
    first_day: Integers,
    learnt_later: Flags,
) -> tuple[Integers, Integers]:
    """Day and moment: a problem's follow-ups come minutes or days after one another."""
    rhythm, number, ordinal = scenario.rhythm, whose.number, whose.ordinal
    follows = problem_row < np.arange(len(number))
    same_visit = follows & (learnt_later | draws.chance("same day", rhythm.same_day, number, ordinal))
    later_day = follows & ~same_visit
    gap = np.where(later_day, 1 + draws.choose("gap", _gap_weights(rhythm), number, ordinal), 0)
    day = _folded(first_day[problem_row] + _running_total(gap, problem_row), scenario.days)
    visit_row = _latest_start(~same_visit)
    time_of_day = draws.choose("hour", rhythm.hour_weights, number, ordinal) * _HOUR
    time_of_day += draws.below("microsecond", _HOUR, number, ordinal)
    pause = np.where(learnt_later, _MINUTE, 5 * _MINUTE)
    pause += draws.below("pause", np.where(learnt_later, 10 * _MINUTE, 3 * _HOUR), number, ordinal)
    passed = _running_total(np.where(same_visit, pause, 0), visit_row)
    moment = microseconds(scenario.start) + day * DAY + time_of_day[visit_row] + passed
    return day, moment


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
