"""Variants: made-up raw values of every kind of field, near each other in the ways that levels tell apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from idlab.errors import BadInput

_HUNDREDS = (200, 300, 400, 500, 600, 700, 800, 900)
_AREA_CODES = tuple(hundred + code for hundred in _HUNDREDS for code in (*range(1, 9), *range(12, 19)))
_FIRST_NAMES = (
    ("Katherine", "Kathy", "Catherine"),
    ("William", "Bill", "Wiliam"),
    ("Margaret", "Peggy", "Margret"),
    ("Stephen", "Steve", "Steven"),
    ("Elizabeth", "Liz", "Elisabeth"),
    ("Jonathan", "Jon", "Johnathan"),
)
_STRANGERS = (
    *("Dorothy", "Ahmed", "Ulrich", "Mei", "Oscar", "Ingrid", "Yusuf", "Chloe", "Hector", "Bianca", "Zoltan"),
    *(
        "Ola",
        "Vasily",
        "Priya",
        "Jacques",
        "Noor",
        "Wendeline",
        "Rui",
        "Xavier",
        "Thandiwe",
        "Fergus",
        "Emeka",
    ),
)
_FAR = 4_000_037
_SPREAD = 7_368_787
_CONSONANTS, _VOWELS = "bdfgklmnprstv", "aeiou"
_OTHER_VOWELS = str.maketrans("aou", "oua")
_FIRST_DAY = date(1950, 1, 1)


def variants(kind: str, number: int) -> tuple[str, ...]:
    """Raw values around one made-up person's value.

    Phones are from the blocks kept free for fiction (555-01xx), e-mails at example domains.

    Args:
        kind: Of the field, see ``idlab.normalize.kinds.KINDS``.
        number: Whose; values of different numbers have nothing in common, but for numbers far apart.

    Returns:
        The value itself first, then values ever less like it.

    Raises:
        BadInput: If there is no such kind.

    Example:
        >>> variants("phone", 7)[0]
        '+1 201 555 0170'
    """
    maker = _MAKERS.get(kind)
    if maker is None:
        raise BadInput(f"kind {kind!r} does not exist", hint=f"use one of {', '.join(_MAKERS)}")
    return maker(number)


def _phone(number: int) -> tuple[str, ...]:
    """The number itself, written otherwise, and with one digit wrong."""
    area, ten = _AREA_CODES[number // 10 % len(_AREA_CODES)], number % 10
    last = 2 * (number // (10 * len(_AREA_CODES)) % 5)
    return (
        f"+1 {area} 555 01{ten}{last}",
        f"({area}) 555-01{ten}{last}",
        f"+1 {area} 555 01{ten}{last + 1}",
    )


def _surname(number: int) -> str:
    """A surname of its own for every number, unlike those of its neighbours, with a "ph" to misspell."""
    syllables = len(_CONSONANTS) * len(_VOWELS)
    spread = number * _SPREAD % syllables**4
    letters = []
    for _ in range(4):
        spread, rest = divmod(spread, syllables)
        letters.append(_CONSONANTS[rest // len(_VOWELS)] + _VOWELS[rest % len(_VOWELS)])
    return "".join(letters).capitalize() + "ph"


def _name(number: int) -> tuple[str, ...]:
    """In full, turned, with a slip, a nickname, an initial, by ear, misheard, a part, a relative and a stranger."""
    surname = _surname(number)
    first, nickname, misheard = _FIRST_NAMES[number % len(_FIRST_NAMES)]
    return (
        f"{first} {surname}",
        f"{surname}, {first}",
        f"{first} {surname[:-1]}",
        f"{nickname} {surname}",
        f"{first[0]}. {surname}",
        f"{misheard} {surname[:-2]}ff",
        f"{misheard} {surname[0]}{surname[1:-2].translate(_OTHER_VOWELS)}ff",
        surname,
        f"{_STRANGERS[number % len(_STRANGERS)]} {surname}",
        stranger(number),
    )


def stranger(number: int) -> str:
    """The full name of somebody who has nothing to do with a number's person.

    Example:
        >>> stranger(1) != stranger(2)
        True
    """
    return f"{_STRANGERS[number % len(_STRANGERS)]} {_surname(number + _FAR)}"


def newcomer(number: int) -> str:
    """A full name that is like no other number's, neither first nor last name.

    Example:
        >>> newcomer(1).split()[0] != newcomer(23).split()[0]
        True
    """
    return f"{_surname(number + 3 * _FAR)[:-2]} {_surname(number + _FAR)[:-2]}"


def relative(number: int, other: int) -> str:
    """The full name of one of many people with a number's last name.

    Example:
        >>> relative(1, 0).split()[1] == relative(1, 1).split()[1], relative(1, 0) != relative(1, 1)
        (True, True)
    """
    return f"{_surname(number + 4 * _FAR + other)[:-2]} {_surname(number)}"


def _email(number: int) -> tuple[str, ...]:
    """The address, with a tag, a slip, at two other domains, shortened, and another one.

    It is long, so that a slip leaves it more than 0.995 alike by Jaro-Winkler.
    """
    first, surname = _FIRST_NAMES[number % len(_FIRST_NAMES)][0].lower(), _surname(number).lower()
    return (
        f"{first}.{surname}@customers.example.com",
        f"{first}.{surname}+shop@customers.example.com",
        f"{first}.{surname[:-1]}@customers.example.com",
        f"{first}.{surname}@example.org",
        f"{first}.{surname}@{_surname(number + 2 * _FAR).lower()}.example.net",
        f"{first[0]}.{surname}@customers.example.com",
        f"{_surname(number + _FAR).lower()}@{_surname(number + 2 * _FAR).lower()}.example.net",
    )


def _cookie(number: int) -> tuple[str, ...]:
    return f"golden-{number:08d}", f"golden-{number:08d}-again"


def _ip(number: int) -> tuple[str, ...]:
    """The address, one of the same network, and one elsewhere; all from the range for benchmarks."""
    high, low = divmod(number % 32_768, 256)
    return f"198.18.{low}.{high}", f"198.18.{low}.{255 - high}", f"198.19.{low}.{high}"


def _conversation(number: int) -> tuple[str, ...]:
    return f"conversation-{number} customer", f"conversation-{number} other"


def _text(number: int) -> tuple[str, ...]:
    """The text, with a letter dropped, as it sounds, abbreviated, a part of it, and another."""
    word = _surname(number)
    return (
        f"{number} {word} Avenue",
        f"{number} {word[:-1]} Avenue",
        f"{number} {word.replace('phel', 'fell')} Avenue",
        f"{number} {word[0]}. Avenue",
        f"{number} {word}",
        f"{number + 1} {_surname(number + _FAR)} Street",
    )


def _code(number: int) -> tuple[str, ...]:
    return f"LC{number:07d}", f"LC{number:07d}X", f"LX{number + 4_000_009:07d}"


def _date(number: int) -> tuple[str, ...]:
    """The day, the next, the one after, with day and month turned, a month later, and years later."""
    day = _FIRST_DAY + timedelta(days=37 * (number % 400))
    others = (day + timedelta(days=days) for days in (1, 2, 31, 366, 4000))
    turned = f"{day.year}-{min(day.day, 12):02d}-{day.month:02d}"
    return day.isoformat(), turned, *(other.isoformat() for other in others)


_MAKERS: Mapping[str, Callable[[int], tuple[str, ...]]] = MappingProxyType(
    {
        "phone": _phone,
        "email": _email,
        "name": _name,
        "cookie": _cookie,
        "ip": _ip,
        "conversation": _conversation,
        "text": _text,
        "code": _code,
        "date": _date,
    }
)
