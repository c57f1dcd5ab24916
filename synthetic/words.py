"""Word material: names with their frequencies, nicknames and company names."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from nicknames import NickNamer

from synthetic.romanized import romanized

Texts = npt.NDArray[np.object_]

LOCALES = ("en_US", "es_MX", "en_GB", "de_DE", "hi_IN")
"""Where names come from; those of ``hi_IN`` are in Devanagari."""

REGIONS = ("US", "GB", "DE", "MX", "IN")
"""Where people live."""

LOCALE_OF_REGION = ("en_US", "en_GB", "de_DE", "es_MX", "hi_IN")
"""The locale of each region, in the order of ``REGIONS``."""

SEXES = ("female", "male")

_RARE_SURNAME_LOCALES = (
    "de_DE", "en_IE", "en_IN", "es_ES", "es_MX", "fr_FR", "it_IT", "nl_NL", "pt_BR", "sv_SE",
)  # fmt: skip

_COMPANY_FIRST = (
    "Acorn", "Alder", "Amber", "Anchor", "Arbor", "Atlas", "Beacon", "Birch", "Bluebird", "Bright",
    "Canyon", "Cedar", "Cinder", "Clover", "Copper", "Coral", "Crescent", "Delta", "Ember", "Falcon",
    "Fern", "Flint", "Foxglove", "Garnet", "Granite", "Harbor", "Hazel", "Heron", "Hickory", "Indigo",
    "Iron", "Ivory", "Jasper", "Juniper", "Keystone", "Lantern", "Larch", "Laurel", "Linden", "Maple",
    "Meadow", "Mesa", "Mill", "Northern", "Oak", "Orchard", "Osprey", "Pebble", "Pine", "Prairie", "Quarry",
    "Raven", "Redwood", "River", "Saddle", "Sage", "Silver", "Spruce", "Stone", "Summit", "Thistle",
    "Timber", "Valley", "Willow",
)  # fmt: skip
_COMPANY_SECOND = (
    "Accounting", "Brothers", "Builders", "Catering", "Clinic", "Dental", "Design", "Electric", "Farms",
    "Florist", "Foods", "Freight", "Garage", "Group", "Heating", "Homes", "Insurance", "Labs",
    "Landscaping", "Law", "Logistics", "Media", "Motors", "Optics", "Partners", "Pharmacy", "Plumbing",
    "Print", "Realty", "Roofing", "School", "Supply",
)  # fmt: skip


_NICKNAMES_ELSEWHERE = {
    "Alejandro": "Alex Jano", "Antonio": "Toño", "Concepción": "Concha", "Dolores": "Lola",
    "Eduardo": "Lalo", "Enrique": "Quique", "Francisco": "Paco Pancho", "Guadalupe": "Lupe Lupita",
    "Guillermo": "Memo", "Ignacio": "Nacho", "Jesús": "Chuy", "José": "Pepe", "Luis": "Lucho",
    "Manuel": "Manolo", "Mercedes": "Meche", "Pilar": "Pili", "Rafael": "Rafa", "Roberto": "Beto",
    "Rosario": "Chayo", "Salvador": "Chava", "Anneliese": "Anne", "Elisabeth": "Lisa Sissi",
    "Friedrich": "Fritz", "Gertrud": "Trude", "Günther": "Günni", "Hannelore": "Hanni",
    "Heinrich": "Heinz", "Johanna": "Hanna", "Johannes": "Hans Hannes", "Josef": "Sepp Jupp",
    "Katharina": "Kathi", "Klaus-Dieter": "Klaus", "Magdalena": "Leni", "Margarete": "Gretel",
    "Maximilian": "Max", "Sebastian": "Basti", "Ulrich": "Uli", "Ursula": "Uschi", "Wilhelm": "Willi",
    "Wolfgang": "Wolf",
}  # fmt: skip
"""Spanish and German short forms, which the nicknames package lacks."""


class NameList(NamedTuple):
    """Names of one kind with how common each is.

    Args:
        texts: Distinct names, most common first where known.
        weights: As many numbers above 0, in any unit.
    """

    texts: Texts
    weights: npt.NDArray[np.float64]


class NameTables(NamedTuple):
    """All word lists of a world: first names by (locale, sex), and common and rare surnames."""

    first: Mapping[tuple[str, str], NameList]
    common_surnames: Mapping[str, NameList]
    rare_surnames: NameList


@cache
def name_tables() -> NameTables:
    """The name lists of Faker, with its frequencies where it has them.

    Returns:
        First names and common surnames per locale, and one list of about 7,000 rarer surnames that stands
        for the long tail which Faker's thousand most common United States surnames leave out.
    """
    first = {
        (locale, sex): _name_list(getattr(_provider(locale), f"first_names_{sex}"))
        for locale in LOCALES
        for sex in SEXES
    }
    common = {locale: _name_list(_provider(locale).last_names) for locale in LOCALES}
    known = set(common["en_US"].texts)
    rare = {name for locale in _RARE_SURNAME_LOCALES for name in _provider(locale).last_names} - known
    return NameTables(first, common, _name_list(tuple(sorted(rare))))


@cache
def nicknames_of(first_name: str) -> tuple[str, ...]:
    """The short forms by which somebody of this first name goes, in alphabetical order; often none.

    Example:
        >>> "Bill" in nicknames_of("William"), nicknames_of("Francisco")
        (True, ('Paco', 'Pancho'))
    """
    known = _NICKNAMES_ELSEWHERE.get(first_name, "").split()
    return tuple(sorted({*known, *(name.title() for name in _nicknamer().nicknames_of(first_name))}))


@cache
def in_ascii_letters(text: str) -> str:
    """The lower-case ASCII letters of a name, as people spell it in an e-mail address.

    Example:
        >>> in_ascii_letters("José O'Hara"), in_ascii_letters("शर्मा")
        ('joseohara', 'sharma')
    """
    plain = unicodedata.normalize("NFKD", romanized(text).replace("ß", "ss").replace("ø", "o")).lower()
    return "".join(letter for letter in plain if "a" <= letter <= "z")


def company_domain(number: int) -> str:
    """A company's e-mail domain, another one for every number.

    Example:
        >>> company_domain(70)
        'beaconbrothers.com'
    """
    number, first = divmod(number, len(_COMPANY_FIRST))
    number, second = divmod(number, len(_COMPANY_SECOND))
    return f"{_COMPANY_FIRST[first]}{_COMPANY_SECOND[second]}{number or ''}.com".lower()


def texts(values: list[str]) -> Texts:
    """A column of strings that is indexed like any other array."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def has(column: Texts) -> npt.NDArray[np.bool_]:
    """Where a column of texts is filled."""
    filled: npt.NDArray[np.bool_] = pd.notna(column)
    return filled


def _provider(locale: str) -> Any:
    return import_module(f"faker.providers.person.{locale}").Provider


def _name_list(names: Mapping[str, float] | tuple[str, ...]) -> NameList:
    if isinstance(names, Mapping):
        return NameList(texts(list(names)), np.array(list(names.values()), dtype=np.float64))
    distinct = list(dict.fromkeys(_spelled_in_order(name) for name in names))
    return NameList(texts(distinct), np.ones(len(distinct)))


def _spelled_in_order(name: str) -> str:
    """Some of Faker's Hindi names begin with a vowel sign that is written before its consonant but follows it."""
    return f"{name[1]}{name[0]}{name[2:]}" if name.startswith("\u093f") else name


@cache
def _nicknamer() -> NickNamer:
    return NickNamer()
