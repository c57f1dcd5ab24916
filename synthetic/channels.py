"""What each contact carries, as its sender means it: the identifiers before anything goes wrong."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from idlab.model import BUILT_IN_FIELDS
from synthetic.addresses import cookie_texts, ipv4_texts, ipv6_texts, uuid_texts
from synthetic.draws import Flags
from synthetic.lines import line_texts, shown
from synthetic.setting import Setting
from synthetic.words import REGIONS, Texts, has, texts


class Carried(NamedTuple):
    """The identifiers of every contact of a block.

    Args:
        columns: One per field of ``BUILT_IN_FIELDS``, then conversation_id, participant_id and region;
            None where a field is not filled.
        at_desk: Whether the phone is a front desk's.
    """

    columns: dict[str, Texts]
    at_desk: Flags


def carried(setting: Setting) -> Carried:
    """The identifiers that come with each contact.

    Args:
        setting: Who gets in touch.
    """
    filled = {name: _filled(setting, name) for name in (*BUILT_IN_FIELDS, "region")}
    filled["email"] = _email_filled(setting, filled["email"])
    lines = shown(setting)
    region = texts(list(REGIONS))[setting.people.homes.region[setting.hand]]
    columns = {
        "phone": _scattered_into(filled["phone"], line_texts(setting, lines, filled["phone"])),
        "email": _kept(filled["email"], _email(setting)),
        "full_name": _kept(filled["full_name"], _full_name(setting)),
        "cookie_id": _cookie(setting, filled["cookie_id"]),
        "ip_address": _ip(setting, filled["ip_address"]),
        "region": _kept(filled["region"], region),
    }
    return Carried(columns | _conversations(setting), lines.at_desk)


def _filled(setting: Setting, name: str) -> Flags:
    rates = setting.channel_rate(lambda channel: float(getattr(channel, name)))
    return setting.draws.chance(f"{name} filled", rates, setting.contacts.address)


def _email_filled(setting: Setting, filled: Flags) -> Flags:
    """What is learnt later is the e-mail, which the conversation's first row then lacks."""
    contacts = setting.contacts
    told_later = np.zeros(len(filled), dtype=np.bool_)
    told_later[contacts.root[contacts.learnt_later]] = True
    return (filled & ~told_later) | contacts.learnt_later


def _full_name(setting: Setting) -> Texts:
    """The customer's name on that day; namesakes sometimes say which of them they are."""
    names, person = setting.people.names, setting.contacts.person
    married = setting.contacts.day >= setting.people.changes.name[person]
    name: Texts = names.first[person] + " " + np.where(married, names.new_last[person], names.last[person])
    told = setting.chance("suffix told", lambda one: one.households.suffix_told) & ~married
    for suffix, bearers in ((" Jr.", names.junior), (" Sr.", names.senior)):
        rows = told & bearers[person]
        name[rows] = name[rows] + suffix
    return name


def _email(setting: Setting) -> Texts:
    """The mailbox that somebody writes from or names."""
    people, contacts, hand = setting.people, setting.contacts, setting.hand
    changed = contacts.day >= people.changes.email[hand]
    address = np.where(changed, people.new_email[hand], people.email[hand])
    rate = setting.scenario.lives.second_email_use
    second = has(people.second_email[hand])
    second &= setting.draws.chance("second email used", rate, people.number[hand], contacts.problem)
    address = np.where(second, people.second_email[hand], address)
    shared = has(people.household_email[hand]) & ~setting.left
    shared &= setting.chance("shared email used", lambda one: one.households.shared_email_use)
    address = np.where(shared, people.household_email[hand], address)
    address = np.where(setting.on_business, people.work_email[contacts.person], address)
    role = setting.on_business & setting.chance("role account", lambda one: one.businesses.role_account)
    return np.where(role, people.role_email[contacts.person], address)


def _cookie(setting: Setting, filled: Flags) -> Texts:
    """The browser's cookie: of the own device or the home's tablet, until it expires; fresh when private."""
    draws, lives, homes, hand = setting.draws, setting.scenario.lives, setting.people.homes, setting.hand
    tablet = homes.tablet[hand] & ~setting.left & ~setting.on_business
    tablet &= setting.chance("tablet used", lambda one: one.households.tablet_use)
    device = np.where(tablet, 2 * homes.household[hand] + 1, 2 * homes.number[hand])
    forgets = draws.chance("short cookie", lives.short_cookie, device)
    days = np.where(forgets, lives.short_cookie_days, lives.cookie_days)
    age = setting.contacts.day + draws.below("cookie age", days, device)
    words = draws.words("cookie", device, age // days)
    private = setting.chance("private browsing", lambda one: one.lives.private_browsing)
    words = np.where(private, draws.words("private cookie", setting.contacts.address), words)
    return _scattered_into(filled, cookie_texts(words[filled]))


def _ip(setting: Setting, filled: Flags) -> Texts:
    """The address seen: a mobile network's gateway, the office's, or the home's while its lease lasts."""
    draws, lives, contacts = setting.draws, setting.scenario.lives, setting.contacts
    people, household, hand = setting.people, setting.household, setting.hand
    age = contacts.day + draws.below("lease age", lives.lease_days, household)
    home = draws.words("home network", household, age // lives.lease_days, setting.moved & ~setting.left)
    gateways = max(1, len(people.number) // lives.people_per_gateway)
    which = people.number[0] + draws.below("which gateway", gateways, contacts.address)
    gateway = draws.words("gateway", which)
    office = draws.words("office network", people.business[contacts.person])
    on_the_move = setting.chance("mobile network", lambda one: one.lives.mobile_network)
    network = np.where(setting.on_business, office, np.where(on_the_move, gateway, home))
    modern = draws.chance("ipv6", setting.scenario.households.ipv6, household)
    modern &= ~setting.on_business & ~on_the_move & filled
    classic = filled & ~modern
    device = draws.words("interface", people.number[hand], age // lives.lease_days)
    column = _scattered_into(classic, ipv4_texts(network[classic], people.homes.region[hand][classic]))
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


def _kept(rows: Flags, values: Texts) -> Texts:
    """The column on those rows and None elsewhere."""
    return _scattered_into(rows, values[rows])


def _scattered_into(rows: npt.NDArray[np.bool_], values: Texts) -> Texts:
    """A column with these values on those rows and None elsewhere."""
    column = np.full(len(rows), None, dtype=object)
    column[rows] = values
    return column
