"""Names have real frequencies, mailboxes one owner, and numbers given up go to somebody later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from email_validator import validate_email

from synthetic import load_scenario
from synthetic.draws import Draws
from synthetic.households import NOBODY
from synthetic.lives import NEVER
from synthetic.mailboxes import turns
from synthetic.people import People, populate, reside
from synthetic.words import has

SCENARIO = load_scenario("retail", {"lives.phone_change": 0.2, "lives.email_change": 0.1})
PEOPLE = 32_768


@pytest.fixture(scope="module")
def people() -> People:
    draws = Draws(2)
    residents = reside(draws, SCENARIO, 0, PEOPLE)
    return populate(draws, residents, turns([residents.claimed])[0])


def test_smith_is_about_as_common_as_in_the_census(people: People) -> None:
    heads = people.homes.position == 0
    assert (people.names.last[heads] == "Smith").mean() == pytest.approx(0.0083 * 0.85, abs=0.002)
    assert pd.Series(people.names.last).nunique() > 5000


def test_families_mostly_share_a_surname(people: People) -> None:
    others = people.homes.position > 0
    same = people.names.last[others] == people.names.last[people.homes.head[others]]
    assert same.mean() == pytest.approx(SCENARIO.households.same_surname, abs=0.02)


def test_no_two_people_have_the_same_private_or_work_mailbox(people: People) -> None:
    own = [people.email, people.new_email, people.second_email, people.work_email]
    addresses = pd.Series(np.concatenate([column[has(column)] for column in own]))
    local, domain = addresses.str.split("@").str[0], addresses.str.split("@").str[1]
    mailbox = local.where(domain != "gmail.com", local.str.replace(".", "", regex=False)) + "@" + domain
    assert not mailbox.duplicated().any()


def test_addresses_are_well_formed(people: People) -> None:
    for column in (people.email, people.work_email, people.role_email, people.household_email):
        for address in column[has(column)][:300]:
            assert validate_email(address, check_deliverability=False).normalized == address


def test_who_has_which_mailbox(people: People) -> None:
    employed = people.business != NOBODY
    assert (has(people.work_email) == employed).all()
    assert (has(people.role_email) == employed).all()
    assert (has(people.new_email) == (people.changes.email != NEVER)).all()
    assert (has(people.household_email) == people.homes.shared_email).all()
    assert has(people.email).all()
    one = people.business == 0
    assert len(set(people.role_email[one])) == 1
    assert len({address.split("@")[1] for address in people.work_email[one]}) == 1


def test_a_recycled_number_has_aged_and_goes_to_one_person(people: People) -> None:
    changers = np.flatnonzero(people.changes.phone != NEVER)
    recycled = changers[people.changes.new_phone_of[changers] != changers]
    donors = people.changes.new_phone_of[recycled]
    assert len(recycled) > 0.2 * len(changers)
    assert len(set(donors.tolist())) == len(donors)
    aged = people.changes.phone[recycled] - people.changes.phone[donors]
    assert (aged >= SCENARIO.lives.recycle_days).all()
    settled = people.changes.phone == NEVER
    assert (people.changes.new_phone_of[settled] == np.flatnonzero(settled)).all()


def test_nobody_changing_means_nobody_recycling() -> None:
    calm = load_scenario("retail", {"lives.phone_change": 0.0})
    assert reside(Draws(2), calm, 0, 500).changes.new_phone_of.tolist() == list(range(500))
