"""Which telephone line a contact shows: a mobile, a landline, a front desk, a trunk or a false one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synthetic.draws import Flags, Integers
from synthetic.numbering import phone_texts
from synthetic.setting import Setting
from synthetic.words import Texts

_MOBILE, _NEW_MOBILE, _LANDLINE, _NEW_LANDLINE, _FRONT_DESK, _TRUNK, _SPOOFED = range(7)
_LINES_EACH = 8
"""Lines are numbered 8 x owner + kind, the owner being a person, household, business, trunk or nobody."""

_FALSE_LINES = 2**24
"""How many lines a spoofed call may show."""


class Lines(NamedTuple):
    """One telephone line per row of the contacts.

    Args:
        owner: Number of the person, household, business or trunk.
        kind: What it is.
        region: Position in ``REGIONS``.
    """

    owner: Integers
    kind: Integers
    region: Integers

    @property
    def at_desk(self) -> Flags:
        """Rows that show a front desk, behind which people have extensions."""
        at_desk: Flags = self.kind == _FRONT_DESK
        return at_desk

    def where(self, rows: Flags, owner: Integers, kind: int | Integers, region: Integers) -> Lines:
        """Other lines on these rows, the same on the others."""
        replaced = zip((owner, kind, region), self, strict=True)
        return Lines(*(np.where(rows, new, old) for new, old in replaced))


def shown(setting: Setting) -> Lines:
    """The line that each contact shows, whether or not its channel has a number.

    Args:
        setting: Who gets in touch.
    """
    lines = _at_home(setting)
    lines = _at_work(setting, lines)
    return _on_the_way(setting, lines)


def line_texts(setting: Setting, lines: Lines, rows: Flags) -> Texts:
    """The numbers of the lines on these rows."""
    owner, kind, region = (column[rows] for column in lines)
    fixed = np.isin(kind, (_LANDLINE, _NEW_LANDLINE, _FRONT_DESK, _TRUNK))
    return phone_texts(setting.draws, _LINES_EACH * owner + kind, region, fixed)


def _at_home(setting: Setting) -> Lines:
    """The own mobile, that of somebody at home, or the landline."""
    people, hand, homes = setting.people, setting.hand, setting.people.homes
    rate = setting.scenario.households.landline_only
    with_landline = homes.landline[hand] & ~setting.left
    prefers = setting.draws.chance("landline only", rate, people.number[hand])
    uses = prefers | setting.chance("landline used", lambda one: one.households.landline_use)
    borrowed = setting.on("voice") & ~setting.left
    borrowed &= setting.chance("borrowed phone", lambda one: one.households.borrowed_phone)
    lines = _mobile(setting, np.where(borrowed, homes.neighbour[hand], hand))
    by_landline = with_landline & uses & ~borrowed & setting.on("voice", "crm", "webchat", "email")
    kind = np.where(setting.moved, _NEW_LANDLINE, _LANDLINE)
    return lines.where(by_landline, homes.household[hand], kind, homes.region[hand])


def _mobile(setting: Setting, owner: Integers) -> Lines:
    """The owner's mobile on that day: the first, a fresh one, or one that somebody else gave up."""
    people, changes = setting.people, setting.people.changes
    changed = setting.contacts.day >= changes.phone[owner]
    giver = np.where(changed, changes.new_phone_of[owner], owner)
    kind = np.where(changed & (giver == owner), _NEW_MOBILE, _MOBILE)
    return Lines(people.number[giver], kind, people.homes.region[giver])


def _at_work(setting: Setting, lines: Lines) -> Lines:
    """The front desk for many contacts that are for an employer."""
    business = setting.people.business[setting.contacts.person]
    at_desk = setting.on_business & setting.on("voice", "crm", "email")
    at_desk &= setting.chance("front desk", lambda one: one.businesses.front_desk)
    return lines.where(at_desk, business, _FRONT_DESK, _region_of(setting, "firm's region", business))


def _on_the_way(setting: Setting, lines: Lines) -> Lines:
    """What the network shows of a call: a trunk that firms share, or a number that is nobody's."""
    draws, address = setting.draws, setting.contacts.address
    spoofing, trunking = (
        setting.rate(lambda one: one.telephony.spoofed),
        setting.rate(lambda one: one.telephony.trunk),
    )
    dice = draws.uniform("line shown", address)
    spoofed = setting.on("voice") & (dice < spoofing)
    by_trunk = setting.on_business & setting.on("voice") & (dice >= 1.0 - trunking)
    trunk = setting.people.business[setting.contacts.person] // setting.scenario.telephony.firms_per_trunk
    lines = lines.where(by_trunk, trunk, _TRUNK, _region_of(setting, "trunk's region", trunk))
    return lines.where(spoofed, draws.below("false line", _FALSE_LINES, address), _SPOOFED, lines.region)


def _region_of(setting: Setting, purpose: str, owner: Integers) -> Integers:
    return setting.draws.choose(purpose, setting.scenario.region_weights(), owner)
