"""Names of people: by frequency and country, shared in families, and changed by marriage."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synthetic.draws import Draws, Flags, Integers
from synthetic.households import Homes
from synthetic.lives import NEVER, Changes
from synthetic.scenario import Scenario
from synthetic.words import LOCALE_OF_REGION, LOCALES, SEXES, NameList, Texts, name_tables

_ENGLISH = [LOCALES.index(locale) for locale in ("en_US", "en_GB")]
_HINDI = LOCALES.index("hi_IN")
_MEXICAN = LOCALES.index("es_MX")


class Names(NamedTuple):
    """Names of a block of people, as they spell them.

    Args:
        first, last: First and last name; the last one as it is at first.
        new_last: The last name after a change of it.
        junior, senior: Whether somebody is named after the head, or is a head with such a namesake.
    """

    first: Texts
    last: Texts
    new_last: Texts
    junior: Flags
    senior: Flags


def named(draws: Draws, scenario: Scenario, homes: Homes, life: Changes) -> Names:
    """Gives a block of people their names; a household's origin is one, its surname mostly too.

    Args:
        draws: The world's draws.
        scenario: Its rates.
        homes: Who lives with whom.
        life: Who takes another name: the head's where it differs, else one from outside.
    """
    person, head = homes.number, homes.head
    locale, by_country = _origins(draws, scenario, homes)
    sex = _sexes(draws, homes)
    first = _first_names(draws, locale, sex, homes)
    junior = (homes.position > 1) & ~homes.twin & (sex == sex[head])
    junior &= draws.chance("namesake", scenario.households.namesake, person)
    first = np.where(junior, first[head], first)
    own = _last_names(draws, "", scenario, locale, by_country, person)
    shares = (homes.position > 0) & draws.chance("surname", scenario.households.same_surname, person)
    last = np.where(shares | junior | homes.twin, own[head], own)
    last = np.where(homes.twin, np.roll(last, 1), last)
    senior = np.zeros(len(person), dtype=np.bool_)
    senior[head[junior]] = True
    new_last = last.copy()
    rows = np.flatnonzero(life.name != NEVER)
    outside = _last_names(draws, "married ", scenario, locale[rows], by_country[rows], person[rows])
    new_last[rows] = np.where(last[head[rows]] != last[rows], last[head[rows]], outside)
    return Names(first, last, new_last, junior, senior)


def _origins(draws: Draws, scenario: Scenario, homes: Homes) -> tuple[Integers, Flags]:
    """Per person the position in ``LOCALES`` of the household's names, and whether it is the country's own."""
    weights = [scenario.names.weight(locale) for locale in LOCALES]
    household = homes.household
    by_country = draws.chance("named by country", scenario.names.by_country, household)
    own = np.array([LOCALES.index(locale) for locale in LOCALE_OF_REGION])[homes.region]
    return np.where(by_country, own, draws.choose("origin", weights, household)), by_country


def _sexes(draws: Draws, homes: Homes) -> Integers:
    """0 or 1 per person; couples mostly differ, twins are alike."""
    person = homes.number
    sex = draws.below("sex", 2, person)
    couple = (homes.position == 1) & draws.chance("couple of two sexes", 0.95, person)
    sex = np.where(couple, 1 - sex[homes.head], sex)
    return np.where(homes.twin, np.roll(sex, 1), sex)


def _first_names(draws: Draws, locale: Integers, sex: Integers, homes: Homes) -> Texts:
    """First names by frequency; the younger twin's is the elder's neighbour in the alphabet."""
    first = np.empty(len(locale), dtype=object)
    address = homes.number - homes.twin
    for place, name in enumerate(LOCALES):
        for number, which in enumerate(SEXES):
            members = np.flatnonzero((locale == place) & (sex == number))
            names = name_tables().first[name, which]
            chosen = draws.choose("first name", names.weights, address[members])
            chosen = np.where(homes.twin[members], _next_in_alphabet(names)[chosen], chosen)
            first[members] = names.texts[chosen]
    return first


def _next_in_alphabet(names: NameList) -> Integers:
    """Per name the position of the one that follows it in the alphabet."""
    order = np.argsort(names.texts.astype(str), kind="stable")
    following = np.empty(len(order), dtype=np.int64)
    following[order] = np.roll(order, -1)
    return following


def _last_names(
    draws: Draws, which: str, scenario: Scenario, locale: Integers, by_country: Flags, person: Integers
) -> Texts:
    """Surnames: common ones by frequency, a long tail of rare ones, and some double ones."""
    last = np.empty(len(locale), dtype=object)
    for place, name in enumerate(LOCALES):
        members = np.flatnonzero(locale == place)
        last[members] = _sample(
            draws, f"{which}last name", name_tables().common_surnames[name], person[members]
        )
    tail = np.isin(locale, _ENGLISH) | ~by_country & (locale != _HINDI)
    rare = np.flatnonzero(tail & draws.chance(f"{which}rare surname", scenario.names.rare_surname, person))
    last[rare] = _sample(draws, f"{which}rare last name", name_tables().rare_surnames, person[rare])
    double = tail & draws.chance(f"{which}double surname", scenario.names.double_surname, person)
    double &= locale != _MEXICAN
    _join(draws, f"{which}second last name", "-", "en_US", last, person, np.flatnonzero(double))
    maternal = (locale == _MEXICAN) & draws.chance(
        "maternal surname", scenario.names.maternal_surname, person
    )
    _join(draws, f"{which}maternal name", " ", "es_MX", last, person, np.flatnonzero(maternal))
    return last


def _join(
    draws: Draws, purpose: str, between: str, locale: str, last: Texts, person: Integers, rows: Integers
) -> None:
    """Adds another common surname to those of these rows."""
    last[rows] = (
        last[rows] + between + _sample(draws, purpose, name_tables().common_surnames[locale], person[rows])
    )


def _sample(draws: Draws, purpose: str, names: NameList, person: Integers) -> Texts:
    sampled: Texts = names.texts[draws.choose(purpose, names.weights, person)]
    return sampled
