"""What each contact carries, as its sender means it: the identifiers before anything goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from idlab.model import BUILT_IN_FIELDS, CHANNELS
from synthetic.addresses import cookie_texts, ipv4_texts, ipv6_texts, phone_texts, uuid_texts
from synthetic.contacts import ContactList, rate_by_channel
from synthetic.draws import Draws, Flags, Integers
from synthetic.households import NOBODY
from synthetic.people import People
from synthetic.scenario import Scenario
from synthetic.words import Texts, has

_MOBILE, _FRESH_MOBILE, _LANDLINE, _FRONT_DESK = range(4)
_LINES_EACH = 4
"""Telephone lines are numbered 4 x owner + kind, the owner being a person, household or business."""


class Setting(NamedTuple):
    """What the field functions below know: the world and, per row, who gets in touch and as what.

    Args:
        draws, scenario, people, contacts: The world.
        on_business: Per row, whether the contact is for the person's employer.
    """

    draws: Draws
    scenario: Scenario
    people: People
    contacts: ContactList
    on_business: Flags

    def on(self, *channels: str) -> Flags:
        """Rows on one of these channels."""
        return np.isin(self.contacts.channel, [CHANNELS.index(name) for name in channels])

    def chance(self, purpose: str, rate: float) -> Flags:
        """A decision of its own for every contact."""
        return self.draws.chance(purpose, rate, self.contacts.address)


def carried(draws: Draws, scenario: Scenario, people: People, contacts: ContactList) -> dict[str, Texts]:
    """The identifiers that come with each contact; None where a field is not filled.

    Args:
        draws: The world's draws.
        scenario: Its rates.
        people: Who gets in touch.
        contacts: When and on which channel.

    Returns:
        One column per field of ``BUILT_IN_FIELDS``, then conversation_id and participant_id.
    """
    employed = people.business[contacts.person] != NOBODY
    rate = scenario.businesses.on_business
    about_work = draws.chance("on business", rate, contacts.person, contacts.problem)
    setting = Setting(draws, scenario, people, contacts, employed & about_work)
    filled = {name: _filled(setting, name) for name in BUILT_IN_FIELDS}
    filled["email"] = _email_filled(setting, filled["email"])
    values: Mapping[str, Texts] = {
        "phone": phone_texts(draws, _phone_line(setting)),
        "email": _email(setting),
        "full_name": (people.first_name + " " + people.last_name)[contacts.person],
        "cookie_id": _cookie(setting, filled["cookie_id"]),
        "ip_address": _ip(setting, filled["ip_address"]),
    }
    columns = {name: _scattered_into(filled[name], column[filled[name]]) for name, column in values.items()}
    return columns | _conversations(setting)


def _filled(setting: Setting, name: str) -> Flags:
    rates = rate_by_channel(setting.scenario, lambda channel: float(getattr(channel, name)))
    contacts = setting.contacts
    return setting.draws.chance(f"{name} filled", rates[contacts.channel], contacts.address)


def _email_filled(setting: Setting, filled: Flags) -> Flags:
    """What is learnt later is the e-mail, which the conversation's first row then lacks."""
    contacts = setting.contacts
    told_later = np.zeros(len(filled), dtype=np.bool_)
    told_later[contacts.root[contacts.learnt_later]] = True
    return (filled & ~told_later) | contacts.learnt_later


def _phone_line(setting: Setting) -> Integers:
    """The number of the line that shows, or is typed or stored."""
    people, contacts, homes = setting.people, setting.contacts, setting.people.homes
    rates, person = setting.scenario.households, contacts.person
    at_home = homes.landline[person]
    prefers = setting.draws.chance("landline only", rates.landline_only, person)
    by_landline = at_home & (prefers | setting.chance("landline used", rates.landline_use))
    borrowed = setting.on("voice") & setting.chance("borrowed phone", rates.borrowed_phone)
    line = _mobile_line(people, np.where(borrowed, homes.neighbour[person], person), contacts.day)
    landline = _LINES_EACH * homes.household[person] + _LANDLINE
    line = np.where(by_landline & ~borrowed & setting.on("voice", "crm", "webchat", "email"), landline, line)
    at_desk = setting.on_business & setting.on("voice", "crm", "email")
    at_desk &= setting.chance("front desk", setting.scenario.businesses.front_desk)
    return np.where(at_desk, _LINES_EACH * people.business[person] + _FRONT_DESK, line)


def _mobile_line(people: People, person: Integers, day: Integers) -> Integers:
    """The person's mobile number on that day: fresh, or one that somebody else gave up."""
    changed = day >= people.phone_change[person]
    giver = people.new_phone_of[person]
    new = np.where(giver == person, _LINES_EACH * person + _FRESH_MOBILE, _LINES_EACH * giver + _MOBILE)
    return np.where(changed, new, _LINES_EACH * person + _MOBILE)


def _email(setting: Setting) -> Texts:
    """The mailbox that somebody writes from or names."""
    people, contacts, lives = setting.people, setting.contacts, setting.scenario.lives
    person = contacts.person
    changed = contacts.day >= people.email_change[person]
    address = np.where(changed, people.new_email[person], people.email[person])
    second = has(people.second_email[person])
    second &= setting.draws.chance("second email used", lives.second_email_use, person, contacts.problem)
    address = np.where(second, people.second_email[person], address)
    shared = has(people.household_email[person])
    shared &= setting.chance("shared email used", setting.scenario.households.shared_email_use)
    address = np.where(shared, people.household_email[person], address)
    address = np.where(setting.on_business, people.work_email[person], address)
    role = setting.on_business & setting.chance("role account", setting.scenario.businesses.role_account)
    return np.where(role, people.role_email[person], address)


def _cookie(setting: Setting, filled: Flags) -> Texts:
    """The browser's cookie: of the own device or the home's tablet, until it expires; fresh when private."""
    contacts, lives, homes = setting.contacts, setting.scenario.lives, setting.people.homes
    person = contacts.person
    tablet = homes.tablet[person] & setting.chance("tablet used", setting.scenario.households.tablet_use)
    tablet &= ~setting.on_business
    device = np.where(tablet, 2 * homes.household[person] + 1, 2 * person)
    age = contacts.day + setting.draws.below("cookie age", lives.cookie_days, device)
    words = setting.draws.words("cookie", device, age // lives.cookie_days)
    private = setting.chance("private browsing", lives.private_browsing)
    words = np.where(private, setting.draws.words("private cookie", contacts.address), words)
    return _scattered_into(filled, cookie_texts(words[filled]))


def _ip(setting: Setting, filled: Flags) -> Texts:
    """The address seen: a mobile network's gateway, the office's, or the home's while its lease lasts."""
    draws, lives, contacts = setting.draws, setting.scenario.lives, setting.contacts
    household, person = setting.people.homes.household[contacts.person], contacts.person
    age = contacts.day + draws.below("lease age", lives.lease_days, household)
    home = draws.words("home network", household, age // lives.lease_days)
    gateways = max(1, len(setting.people.business) // lives.people_per_gateway)
    gateway = draws.words("gateway", draws.below("which gateway", gateways, contacts.address))
    office = draws.words("office network", setting.people.business[person])
    on_the_move = setting.chance("mobile network", lives.mobile_network)
    network = np.where(setting.on_business, office, np.where(on_the_move, gateway, home))
    modern = draws.chance("ipv6", setting.scenario.households.ipv6, household)
    modern &= ~setting.on_business & ~on_the_move & filled
    classic = filled & ~modern
    device = draws.words("interface", person, age // lives.lease_days)
    column = _scattered_into(classic, ipv4_texts(network[classic]))
    column[modern] = ipv6_texts(network[modern], device[modern])
    return column


def _conversations(setting: Setting) -> dict[str, Texts]:
    """Conversation and participant of every contact but the CRM's rows."""
    live = ~setting.on("crm")
    address = setting.contacts.address[live]
    return {
        name: _scattered_into(live, uuid_texts(setting.draws, name, address))
        for name in ("conversation_id", "participant_id")
    }


def _scattered_into(rows: npt.NDArray[np.bool_], values: Texts) -> Texts:
    """A column with these values on those rows and None elsewhere."""
    column = np.full(len(rows), None, dtype=object)
    column[rows] = values
    return column
