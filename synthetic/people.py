"""People: their names, and what changes in their lives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synthetic.draws import Draws, Integers
from synthetic.households import Homes
from synthetic.mailboxes import private_addresses, work_addresses
from synthetic.scenario import Lives, Scenario
from synthetic.words import LOCALES, SEXES, NameList, Texts, name_tables

NEVER = np.iinfo(np.int64).max
"""The day of what does not happen."""


class People(NamedTuple):
    """Everybody who gets in touch, one entry per person in every column.

    Args:
        homes: Households.
        business: Number of the business, or ``NOBODY``.
        first_name, last_name: Names as the person spells them.
        phone_change: Day from which a new mobile number is used, else ``NEVER``.
        new_phone_of: Whose former number the new one is; the person's own number where it is fresh.
        email_change: Day from which a new mailbox is used, else ``NEVER``.
        email, new_email, second_email, household_email, work_email, role_email: Addresses; None where the
            person has none.
    """

    homes: Homes
    business: Integers
    first_name: Texts
    last_name: Texts
    phone_change: Integers
    new_phone_of: Integers
    email_change: Integers
    email: Texts
    new_email: Texts
    second_email: Texts
    household_email: Texts
    work_email: Texts
    role_email: Texts


def populate(draws: Draws, scenario: Scenario, homes: Homes, business: Integers) -> People:
    """Gives everybody a name, mailboxes and a life.

    Args:
        draws: The world's draws.
        scenario: Its rates.
        homes, business: Where people live and work.

    Returns:
        The people.
    """
    person = np.arange(len(business))
    first, last = _names(draws, scenario, homes)
    phone_change = _change_day(draws, "phone change", scenario.lives.phone_change, scenario.days, person)
    email_change = _change_day(draws, "email change", scenario.lives.email_change, scenario.days, person)
    second = draws.chance("second email", scenario.lives.second_email, person)
    shared = homes.shared_email & (homes.position == 0)
    wanted = np.stack([person >= 0, email_change != NEVER, second, shared])
    private = private_addresses(draws, wanted, first, last)
    work, role = work_addresses(draws, business, first, last)
    return People(
        homes=homes,
        business=business,
        first_name=first,
        last_name=last,
        phone_change=phone_change,
        new_phone_of=_recycling(draws, scenario.lives, phone_change),
        email_change=email_change,
        email=private[0],
        new_email=private[1],
        second_email=private[2],
        household_email=private[3][homes.head],
        work_email=work,
        role_email=role,
    )


def _names(draws: Draws, scenario: Scenario, homes: Homes) -> tuple[Texts, Texts]:
    """First and last names; a household's origin is one, its surname mostly too."""
    person = np.arange(len(homes.household))
    weights = [scenario.names.weight(locale) for locale in LOCALES]
    origin = draws.choose("origin", weights, homes.household)
    sex = draws.below("sex", 2, person)
    couple = (homes.position == 1) & draws.chance("couple of two sexes", 0.95, person)
    sex = np.where(couple, 1 - sex[homes.head], sex)
    first = _first_names(draws, origin, sex)
    namesake = (homes.position > 1) & draws.chance("namesake", scenario.households.namesake, person)
    first = np.where(namesake & (sex == sex[homes.head]), first[homes.head], first)
    last = _last_names(draws, scenario, origin)
    shares = (homes.position > 0) & draws.chance("surname", scenario.households.same_surname, person)
    return first, np.where(shares, last[homes.head], last)


def _first_names(draws: Draws, origin: Integers, sex: Integers) -> Texts:
    first = np.empty(len(origin), dtype=object)
    for place, locale in enumerate(LOCALES):
        for number, name in enumerate(SEXES):
            members = np.flatnonzero((origin == place) & (sex == number))
            first[members] = _sample(draws, "first name", name_tables().first[locale, name], members)
    return first


def _last_names(draws: Draws, scenario: Scenario, origin: Integers) -> Texts:
    """Surnames: common ones by frequency, a long tail of rare ones, and some double ones."""
    person = np.arange(len(origin))
    last = np.empty(len(origin), dtype=object)
    for place, locale in enumerate(LOCALES):
        members = np.flatnonzero(origin == place)
        last[members] = _sample(draws, "last name", name_tables().common_surnames[locale], members)
    rare = np.flatnonzero(draws.chance("rare surname", scenario.names.rare_surname, person))
    last[rare] = _sample(draws, "rare last name", name_tables().rare_surnames, rare)
    double = np.flatnonzero(draws.chance("double surname", scenario.names.double_surname, person))
    other = _sample(draws, "second last name", name_tables().common_surnames["en_US"], double)
    last[double] = last[double] + "-" + other
    return last


def _sample(draws: Draws, purpose: str, names: NameList, person: Integers) -> Texts:
    sampled: Texts = names.texts[draws.choose(purpose, names.weights, person)]
    return sampled


def _change_day(draws: Draws, purpose: str, rate: float, days: int, person: Integers) -> Integers:
    changes = draws.chance(purpose, rate, person)
    return np.where(changes, draws.below(f"{purpose} day", days, person), NEVER)


def _recycling(draws: Draws, lives: Lives, phone_change: Integers) -> Integers:
    """Whose former number each new one is: numbers given up go to later changers, first come first served."""
    new_phone_of = np.arange(len(phone_change))
    changers = np.flatnonzero(phone_change != NEVER)
    receivers = changers[np.argsort(phone_change[changers], kind="stable")]
    donors = receivers[draws.chance("recycled", lives.recycled, receivers)]
    released = phone_change[donors] + lives.recycle_days
    earliest = np.searchsorted(phone_change[receivers], released, side="right")
    turn = np.arange(len(donors))
    place = turn + np.maximum.accumulate(earliest - turn) if len(donors) else turn
    served = place < len(receivers)
    new_phone_of[receivers[place[served]]] = donors[served]
    return new_phone_of
