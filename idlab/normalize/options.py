"""What the user may choose about normalisation; changing any of it needs a new tape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class PhoneOptions:
    """How phones are read.

    Args:
        region: ISO 3166 region of numbers without a country code, unless the interaction names its own.
        accept: ``valid`` takes only numbers of an assigned range, ``possible`` every one of a right length.
    """

    region: str = "US"
    accept: Literal["valid", "possible"] = "possible"


@dataclass(frozen=True)
class EmailOptions:
    """How e-mail addresses are read.

    Args:
        drop_tag: Drop ``+tag`` from the local part, at every domain.
        provider_rules: Follow the rules of well-known providers (dots in Gmail, googlemail.com, ...).
        internal_hosts: Take domains that exist only inside a company (``jane@mailhost``).
    """

    drop_tag: bool = True
    provider_rules: bool = True
    internal_hosts: bool = False


@dataclass(frozen=True)
class NameOptions:
    """How names of people are read.

    Args:
        drop_titles: Drop titles in front ("Dr") and suffixes behind ("Jr", "PhD").
        turn_commas: Turn "Last, First" into "First Last".
    """

    drop_titles: bool = True
    turn_commas: bool = True


@dataclass(frozen=True)
class DateOptions:
    """How dates are read.

    Args:
        day_first: Read 05/01/1980 as the fifth of January.
    """

    day_first: bool = False


@dataclass(frozen=True)
class NormalizeOptions:
    """All options of normalisation.

    Args:
        phone, email, name, date: Options of the kinds that have any.
        max_length: Longest value kept, in code points.

    Example:
        >>> NormalizeOptions(phone=PhoneOptions(region="GB")).phone.region
        'GB'
    """

    phone: PhoneOptions = PhoneOptions()
    email: EmailOptions = EmailOptions()
    name: NameOptions = NameOptions()
    date: DateOptions = DateOptions()
    max_length: int = 256
