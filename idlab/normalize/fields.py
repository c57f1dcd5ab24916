"""Kinds for the fields that a config declares: free text, codes and dates."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from idlab.normalize.folding import folded_once, settled
from idlab.normalize.forms import Forms
from idlab.normalize.options import DateOptions
from idlab.normalize.phonetic import sound_of
from idlab.normalize.problems import Problem
from idlab.normalize.punctuation import SpacedPunctuation
from idlab.normalize.words import words

_SPACED = SpacedPunctuation()
_NOTHING = words("na nan nil none null undefined unknown") | {"n a", "not available", "not provided"}
_NOTHING_CODED = frozenset(phrase.replace(" ", "").upper() for phrase in _NOTHING)

_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.]?)(\d{{2}})\2(\d{{2}}){_TIME}", re.ASCII)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/. ])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})[-/. ]{0,2}([a-z]{3,9})[-/., ]{0,2}(\d{4})", re.ASCII)
_MONTH_DAY = re.compile(r"([a-z]{3,9})[. ]{1,2}(\d{1,2})[, ]{1,2}(\d{4})", re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTH_NUMBERS = {
    **{month: number for number, month in enumerate(_MONTHS, 1)},
    **{month[:3]: number for number, month in enumerate(_MONTHS, 1)},
    "sept": 9,
}
_UNKNOWN_DATES = words("""
    0001-01-01 1111-11-11 1753-01-01 1800-01-01 1899-12-30 1899-12-31 1900-01-01 1901-01-01 9999-12-31
""")
"""What systems write for a date that they do not know."""


def normalize_text(raw: str) -> tuple[str | None, Problem | None]:
    """Read free text: folded, punctuation turned into spaces.

    Example:
        >>> normalize_text("12, Main St. (rear)")
        ('12 main st rear', None)
    """
    text = _spaced_words(raw) if raw.isascii() else settled(_spaced_words, raw)
    if not text:
        return None, Problem.INVALID
    return (None, Problem.PLACEHOLDER) if text in _NOTHING else (text, None)


def text_forms(value: str) -> Forms:
    """Forms of a text: itself, its sound; its words and their initials.

    Example:
        >>> text_forms("main street").lists
        (('main', 'street'), ('m', 's'))
    """
    tokens = tuple(value.split(" "))
    return Forms((value, sound_of(value)), (tokens, tuple([token[:1] for token in tokens])))


def normalize_code(raw: str) -> tuple[str | None, Problem | None]:
    """Read a code (a customer, loyalty or passport number): letters and digits only, in capitals.

    Example:
        >>> normalize_code("ab-12 34/x"), normalize_code("000-00-0000")
        (('AB1234X', None), (None, <Problem.PLACEHOLDER: 'placeholder'>))
    """
    code = settled(_capitals, raw)
    if not code:
        return None, Problem.INVALID
    if code in _NOTHING_CODED or not code.strip("0"):
        return None, Problem.PLACEHOLDER
    return code, None


def code_forms(value: str) -> Forms:
    """The one form of a code: itself.

    Example:
        >>> code_forms("AB1234X").scalars
        ('AB1234X',)
    """
    return Forms((value,))


def normalize_date(raw: str, options: DateOptions) -> tuple[str | None, Problem | None]:
    """Read a date.

    Args:
        raw: Year first or last, eight digits, or with an English month; a time behind it is dropped.
        options: Whether the day precedes the month. It decides only where both readings exist.

    Returns:
        The date in ISO 8601, or None and why. A year of two digits is invalid: the century would be a guess.

    Example:
        >>> normalize_date("05/01/1980", DateOptions(day_first=True))
        ('1980-01-05', None)
    """
    text = raw.strip()
    if "0" in text and not text.strip("0-/. :T"):
        return None, Problem.PLACEHOLDER
    for year, month, day in _readings(text, day_first=options.day_first):
        try:
            iso = date(year, month, day).isoformat()
        except ValueError:
            continue
        return (None, Problem.PLACEHOLDER) if iso in _UNKNOWN_DATES else (iso, None)
    return None, Problem.INVALID


def date_forms(value: str) -> Forms:
    """Forms of a date: itself and its year; its day number in the proleptic Gregorian calendar.

    Example:
        >>> date_forms("0001-01-02")
        Forms(scalars=('0001-01-02', '0001'), lists=(), numbers=(2,))
    """
    return Forms((value, value[:4]), (), (date.fromisoformat(value).toordinal(),))


def _spaced_words(text: str) -> str:
    return " ".join(folded_once(text).translate(_SPACED).split())


def _capitals(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).upper()))


def _readings(text: str, *, day_first: bool) -> list[tuple[int, int, int]]:
    """The ways to read a date as (year, month, day), the preferred one first."""
    if found := _YEAR_FIRST.fullmatch(text):
        return [(int(found[1]), int(found[3]), int(found[4]))]
    if found := _YEAR_LAST.fullmatch(text):
        one, two, year = int(found[1]), int(found[3]), int(found[4])
        return [(year, two, one), (year, one, two)] if day_first else [(year, one, two), (year, two, one)]
    lowered = text.lower()
    if found := _DAY_MONTH.fullmatch(lowered):
        return [(int(found[3]), _MONTH_NUMBERS.get(found[2], 0), int(found[1]))]
    if found := _MONTH_DAY.fullmatch(lowered):
        return [(int(found[3]), _MONTH_NUMBERS.get(found[1], 0), int(found[2]))]
    return []
