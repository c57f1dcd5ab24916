"""Word material: names with their frequencies, nicknames, e-mail domains and dialling codes."""

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

Texts = npt.NDArray[np.object_]

LOCALES = ("en_US", "es_MX", "en_GB")
"""Where a household's first names come from."""

SEXES = ("female", "male")

_RARE_SURNAME_LOCALES = (
    "de_DE", "en_IE", "en_IN", "es_ES", "es_MX", "fr_FR", "it_IT", "nl_NL", "pt_BR", "sv_SE",
)  # fmt: skip

PRIVATE_DOMAINS = (
    "gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "icloud.com", "aol.com", "comcast.net",
)  # fmt: skip
PRIVATE_DOMAIN_WEIGHTS = (0.53, 0.15, 0.08, 0.08, 0.09, 0.04, 0.03)
"""Assumed after Litmus' and Statista's counts of United States mailboxes: Gmail holds about half."""

AREA_CODES = (
    201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229,
    231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304,
    305, 307, 308, 309, 310, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 323, 325, 330, 334, 336, 337,
    339, 347, 351, 352, 360, 361, 386, 401, 402, 404, 405, 406, 407, 408, 409, 410, 412, 413, 414, 415, 417,
    419, 423, 424, 425, 432, 434, 435, 440, 443, 469, 478, 479, 480, 484, 501, 502, 503, 504, 505, 507, 508,
    509, 510, 512, 513, 515, 516, 517, 518, 520, 530, 540, 541, 551, 559, 561, 562, 563, 567, 570, 571, 573,
    574, 575, 580, 585, 586, 601, 602, 603, 605, 606, 607, 608, 609, 610, 612, 614, 615, 616, 617, 618, 619,
    620, 623, 626, 630, 631, 636, 641, 646, 650, 651, 660, 661, 662, 678, 682, 701, 702, 703, 704, 706, 707,
    708, 712, 713, 714, 715, 716, 717, 718, 719, 720, 724, 727, 731, 732, 734, 740, 754, 757, 760, 763, 765,
    770, 772, 773, 774, 775, 781, 785, 786, 801, 802, 803, 804, 805, 806, 808, 810, 812, 813, 814, 815, 816,
    817, 818, 828, 830, 831, 832, 843, 845, 847, 848, 850, 856, 857, 858, 859, 860, 862, 863, 864, 865, 870,
    901, 903, 904, 906, 907, 908, 909, 910, 912, 913, 914, 915, 916, 917, 918, 919, 920, 925, 928, 931, 936,
    937, 940, 941, 947, 949, 951, 952, 954, 956, 970, 971, 972, 973, 978, 979, 980, 985, 989,
)  # fmt: skip
"""Geographic area codes of the United States (NANPA)."""

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
        >>> "Bill" in nicknames_of("William")
        True
    """
    return tuple(sorted(name.title() for name in _nicknamer().nicknames_of(first_name)))


@cache
def in_ascii_letters(text: str) -> str:
    """The lower-case ASCII letters of a name, as people spell it in an e-mail address.

    Example:
        >>> in_ascii_letters("José O'Hara")
        'joseohara'
    """
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o")).lower()
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
    distinct = list(dict.fromkeys(names))
    return NameList(texts(distinct), np.ones(len(distinct)))


@cache
def _nicknamer() -> NickNamer:
    return NickNamer()
