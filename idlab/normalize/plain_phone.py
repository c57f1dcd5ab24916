"""Phone numbers that can be read in one way only, read without the library's parser.

Most numbers are digits behind a plus, or digits with the usual marks between them. All that the parser does to these is to
look for prefixes: an international one, the country's calling code, a national one. Where none of them can stand, it keeps
every digit. What the prefixes and the possible lengths are, the library says.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    PhoneMetadata,
    PhoneNumber,
    ValidationResult,
    is_possible_number_with_reason,
    region_code_for_country_code,
)

_MARKED = re.compile(r"\+?\(?\d[\d().\- ]*\d", re.ASCII)
_MARKS = str.maketrans("", "", "+().- ")
_LENGTHS = range(3, 16)
_LONGEST_CODE = 3
_REGIONS = 1024
"""More than there are: what interactions call a region may be anything."""


class _Country(NamedTuple):
    """How the numbers behind a calling code begin, and how long they can be."""

    code: int
    has_national_prefix: Callable[[str], object]
    lengths: frozenset[int]


class _Region(NamedTuple):
    """How numbers are dialled in a region without a plus: its country, how many digits they have at most without its code."""

    country: _Country
    code: str
    goes_abroad: Callable[[str], object]
    longest: int


def plain_number(text: str, region: str) -> tuple[int, str] | None:
    """Calling code and national number of a number that can be read in one way only.

    Args:
        text: What was dialled.
        region: The ISO 3166 region that reads it, in capitals.

    Returns:
        What the library's parser finds, for a number of a possible length; None where the parser has to be asked.

    Example:
        >>> plain_number("(202) 555-0143", "US"), plain_number("+442079460123", "US"), plain_number("0114420", "US")
        ((1, '2025550143'), (44, '2079460123'), None)
    """
    digits = text[1:]
    if not (text[:1] == "+" and digits.isdigit() and digits.isascii()):
        if _MARKED.fullmatch(text) is None:
            return None
        digits = text.translate(_MARKS)
    if text[0] == "+":
        found = _behind_plus(digits[:_LONGEST_CODE])
        if found is None:
            return None
        country, size = found
        digits = digits[size:]
    else:
        dialled = _dialled_in(region)
        if dialled is None or dialled.goes_abroad(digits):
            return None
        country = dialled.country
        if digits.startswith(dialled.code):
            if len(digits) <= dialled.longest:
                return None
            digits = digits[len(dialled.code) :]
    if len(digits) not in country.lengths or digits[0] == "0" or country.has_national_prefix(digits):
        return None
    return country.code, digits


@cache
def _behind_plus(digits: str) -> tuple[_Country, int] | None:
    """The country of a number that begins so, and the length of its calling code: none is the beginning of another."""
    for size in range(1, len(digits) + 1):
        code = int(digits[:size])
        if code == 0:
            return None
        if code in COUNTRY_CODE_TO_REGION_CODE:
            return _country(code), size
    return None


@cache
def _country(code: int) -> _Country:
    metadata = PhoneMetadata.metadata_for_region_or_calling_code(code, region_code_for_country_code(code))
    assert metadata is not None
    return _Country(code, _begins_with(metadata.national_prefix_for_parsing), _possible_lengths(code))


def _possible_lengths(code: int) -> frozenset[int]:
    samples = {length: PhoneNumber(code, national_number=int("2" * length)) for length in _LENGTHS}
    possible = ValidationResult.IS_POSSIBLE
    return frozenset(
        length for length, sample in samples.items() if is_possible_number_with_reason(sample) == possible
    )


@lru_cache(_REGIONS)
def _dialled_in(region: str) -> _Region | None:
    metadata = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None or metadata.general_desc is None:
        return None
    general, country = metadata.general_desc, _country(metadata.country_code)
    return _Region(
        country._replace(has_national_prefix=_begins_with(metadata.national_prefix_for_parsing)),
        str(country.code),
        _begins_with(metadata.international_prefix),
        max(general.possible_length + general.possible_length_local_only),
    )


def _begins_with(pattern: str | None) -> Callable[[str], object]:
    """Whether a text begins with a pattern; nothing does where there is none."""
    return re.compile(pattern or "(?!)").match
