"""Phone numbers: whatever a trunk, a form or an export writes becomes E.164."""

from __future__ import annotations

import re

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneNumber,
    ValidationResult,
    is_possible_number_with_reason,
    is_valid_number,
    national_significant_number,
    parse,
)

from idlab.normalize.forms import Forms
from idlab.normalize.options import PhoneOptions
from idlab.normalize.plain_phone import plain_number
from idlab.normalize.problems import Problem
from idlab.normalize.words import words

_SIP = re.compile(r"sips?:", re.IGNORECASE)
_DIALLED = re.compile(r"(?:callto|whatsapp|sms):|tel:(?!.*;)", re.IGNORECASE)
_SIP_NUMBER = re.compile(r"\+?[\d().\- ]+")
_PLUS_LESS = re.compile(r"[\d().\-/ ]+")
_NO_LETTER = re.compile(r"[\W\d_]+")

_WITHHELD = words("""
    anonymous anonym anonyme private privat privatenumber privatecaller restricted restrictednumber withheld
    numberwithheld blocked blockedcaller hidden callerwithheld nocallerid unterdrückt
""")
_KEYPAD_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8566696", "+86282452253"})
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE typed on a keypad, as carriers send them."""

_PLACEHOLDERS = words("""
    unknown unknownnumber unknowncaller callerunknown unavailable notavailable outofarea none null nil nan na
    undefined nophone nonumber notprovided notgiven unbekannt inconnu desconocido test tbd
""")
_COUNTED_UP = frozenset({"1234567890", "0123456789", "123456789", "12345678", "1234567"})

_OF_LENGTH: dict[tuple[int | None, int], int] = {}


def normalize_phone(raw: str, options: PhoneOptions, region: str | None) -> tuple[str | None, Problem | None]:
    """Read a phone number.

    Args:
        raw: The number as it came: any notation, ``tel:`` and ``sip:`` URIs, with or without extension.
        options: Default region and what to accept.
        region: ISO 3166 region of the interaction, None for the default.

    Returns:
        The number in E.164 (its extension dropped), or None and why.

    Source: ITU-T E.164; RFC 3966 (``tel:``); RFC 3261, section 19.1.6 (``sip:`` users that are numbers).

    Example:
        >>> normalize_phone("sip:+12025550143@trunk.example", PhoneOptions(), None)
        ('+12025550143', None)
        >>> normalize_phone("anonymous", PhoneOptions(), None)
        (None, <Problem.WITHHELD: 'withheld'>)
    """
    text, region = raw.strip(), (region or options.region).upper()
    plain = None if text in _KEYPAD_WITHHELD else plain_number(text, region)
    if plain is not None:
        code, national = plain
        length, number = ValidationResult.IS_POSSIBLE, None
    else:
        dialled = _unwrapped(text)
        if dialled is None:
            return None, Problem.INVALID
        hidden = _hidden(dialled)
        if hidden is not None:
            return None, hidden
        number = _parsed(dialled, region)
        if number is None or number.country_code is None:
            return None, Problem.INVALID
        code, national = number.country_code, national_significant_number(number)
        length = _length(number, national)
    problem = _unacceptable(code, national, length, options, number)
    return (None, problem) if problem is not None else (f"+{code}{national}", None)


def phone_forms(value: str) -> Forms:
    """Forms of an E.164 number: itself and the national significant number.

    Example:
        >>> phone_forms("+442079460123").scalars
        ('+442079460123', '2079460123')
    """
    for end in (2, 3, 4):  # no calling code is the beginning of another one
        if value[1:end].isdigit() and int(value[1:end]) in COUNTRY_CODE_TO_REGION_CODE:
            return Forms((value, value[end:] or None))
    return Forms((value, None))


def _unwrapped(text: str) -> str | None:
    """What was dialled, without the URI or the address around it; None for a SIP user that is no number."""
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip()
    if ":" not in text:
        return text
    sip = _SIP.match(text)
    if sip is None:
        return _DIALLED.sub("", text, count=1).strip()
    user = text[sip.end() :].split("@", 1)[0].split(";", 1)[0].replace("%2B", "+").replace("%2b", "+").strip()
    return user if _SIP_NUMBER.fullmatch(user) or _hidden(user) else None


def _hidden(text: str) -> Problem | None:
    if text in _KEYPAD_WITHHELD:
        return Problem.WITHHELD
    if text[-1:].isdigit() or any(map(str.isdigit, text)):
        return None
    letters = _NO_LETTER.sub("", text.casefold())
    if letters in _WITHHELD:
        return Problem.WITHHELD
    return Problem.PLACEHOLDER if letters in _PLACEHOLDERS else None


def _parsed(text: str, region: str) -> PhoneNumber | None:
    """The number as the region reads it; if it has too many digits for that, as one that lost its plus.

    With too few digits, or with letters, an international reading would be a guess: it has to be a valid one.
    """
    first = _attempt(text, region)
    if _PLUS_LESS.fullmatch(text) and (first is None or _is_too_long(first)):
        second = _attempt("+" + text, None)
        if second is not None and is_valid_number(second):
            return second
    return first


def _attempt(text: str, region: str | None) -> PhoneNumber | None:
    try:
        return parse(text, region)
    except NumberParseException:
        return None


def _is_too_long(number: PhoneNumber) -> bool:
    return _length(number, national_significant_number(number)) == ValidationResult.TOO_LONG


def _length(number: PhoneNumber, national: str) -> int:
    """What the library says of the length, the only thing it looks at: asked once for each country code and length."""
    key = number.country_code, len(national)
    known = _OF_LENGTH.get(key)
    if known is None:
        known = _OF_LENGTH[key] = is_possible_number_with_reason(number)
    return known


def _unacceptable(
    code: int, national: str, length: int, options: PhoneOptions, parsed: PhoneNumber | None
) -> Problem | None:
    """What is wrong with a number; one that was not parsed has no leading zeros."""
    if national == national[0] * len(national):
        return Problem.PLACEHOLDER
    local = length == ValidationResult.IS_POSSIBLE_LOCAL_ONLY
    if not local and length != ValidationResult.IS_POSSIBLE:
        return Problem.NOT_POSSIBLE
    counted_up = national in _COUNTED_UP
    if not (local or counted_up or options.accept == "valid"):
        return None
    if is_valid_number(parsed or PhoneNumber(code, national_number=int(national))):
        return None
    if counted_up:
        return Problem.PLACEHOLDER
    return Problem.LOCAL_ONLY if local else Problem.NOT_VALID
