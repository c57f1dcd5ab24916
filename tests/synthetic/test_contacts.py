"""Contacts are heavy-tailed, come in bursts, keep to the scenario's time and to its channels."""

from __future__ import annotations

import numpy as np
import pytest

from idlab.model import CHANNELS, microseconds
from synthetic import load_scenario
from synthetic.blocks import plan_blocks
from synthetic.contacts import ContactList, plan_contacts
from synthetic.draws import Draws
from synthetic.scenario import Scenario

SCENARIO = load_scenario("retail")
DAY = 86_400_000_000


def planned(interactions: int, scenario: Scenario = SCENARIO) -> ContactList:
    """The contacts of so small a world that it is one block."""
    (block,) = plan_blocks(scenario, interactions, 4)
    return plan_contacts(Draws(4), scenario, block.counts, block.residents().homes)


@pytest.fixture(scope="module")
def contacts() -> ContactList:
    return planned(60_000)


def test_most_people_have_few_contacts_and_some_have_many(contacts: ContactList) -> None:
    counts = np.bincount(contacts.person)
    assert counts.min() >= 1
    assert counts.max() <= SCENARIO.contacts.most
    assert 0.7 < (counts <= 5).mean() < 0.9
    assert 0.005 < (counts >= 20).mean() < 0.03


@pytest.mark.parametrize("interactions", [1, 2, 5, 1000])
def test_there_are_exactly_as_many_as_asked_for(interactions: int) -> None:
    person = planned(interactions).person
    assert len(person) == interactions
    assert (np.unique(person) == np.arange(person[-1] + 1)).all()


def test_a_longer_list_continues_a_shorter_one(contacts: ContactList) -> None:
    short = planned(5000)
    for mine, theirs in zip(short, contacts, strict=True):
        assert mine.tolist() == theirs[:5000].tolist()


def test_time_stays_within_the_scenario(contacts: ContactList) -> None:
    start = microseconds(SCENARIO.start)
    assert contacts.day.min() >= 0
    assert contacts.day.max() < SCENARIO.days
    assert contacts.moment.min() >= start
    assert contacts.moment.max() < start + (SCENARIO.days + 3) * DAY
    assert len(np.unique(contacts.moment)) > 0.9999 * len(contacts.moment)
    per_month = np.bincount(contacts.day // 30)
    assert per_month.max() < 1.15 * per_month.min()


def test_weekends_and_nights_are_quiet(contacts: ContactList) -> None:
    weekday = np.bincount((SCENARIO.start.weekday() + contacts.day) % 7)
    assert weekday[0] > weekday[4] > weekday[6]
    hour = np.bincount((contacts.moment - microseconds(SCENARIO.start)) % DAY // (DAY // 24))
    assert hour[10] > 20 * hour[2]


def test_contacts_about_one_problem_come_in_bursts(contacts: ContactList) -> None:
    same_person = contacts.person[1:] == contacts.person[:-1]
    same_problem = same_person & (contacts.problem[1:] == contacts.problem[:-1])
    apart = np.abs(np.diff(contacts.moment)) / DAY
    assert np.median(apart[same_problem]) < 3
    assert np.median(apart[same_person & ~same_problem]) > 20
    own = same_person & ~contacts.learnt_later[1:]
    assert (same_problem & own).sum() / own.sum() == pytest.approx(SCENARIO.rhythm.follow_up, abs=0.02)


def test_channel_shares_are_those_of_the_scenario(contacts: ContactList) -> None:
    own = contacts.channel[~contacts.learnt_later]
    shares = np.array([SCENARIO.channel(name).share for name in CHANNELS])
    assert np.bincount(own, minlength=len(CHANNELS)) / len(own) == pytest.approx(
        shares / shares.sum(), abs=0.015
    )


def test_what_is_learnt_later_belongs_to_the_row_before(contacts: ContactList) -> None:
    later = np.flatnonzero(contacts.learnt_later)
    root = contacts.root[later]
    assert len(later) > 1000
    assert (root == later - 1).all()
    assert not contacts.learnt_later[root].any()
    for column in (contacts.person, contacts.channel, contacts.address, contacts.problem, contacts.day):
        assert (column[later] == column[root]).all()
    assert (contacts.moment[later] > contacts.moment[root]).all()
    assert set(np.unique(contacts.channel[later])) == {CHANNELS.index("voice"), CHANNELS.index("webchat")}
    others = ~contacts.learnt_later
    assert len(np.unique(contacts.address[others])) == others.sum()
