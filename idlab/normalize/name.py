"""Names of people, in every script."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from idlab.normalize.folding import folded_once, settled
from idlab.normalize.forms import Forms
from idlab.normalize.name_words import NOBODY, STAND_INS, SUFFIXES, TITLES, WITHHELD
from idlab.normalize.options import NameOptions
from idlab.normalize.phonetic import sound_of
from idlab.normalize.problems import Problem
from idlab.normalize.punctuation import SpacedPunctuation

_APOSTROPHES = "\u2019\u2018\u201b\u02bc\u02bb\u02b9\u0060\u00b4\u2032\u05f3\uff07"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
_COMMAS = "\u060c\u3001\uff0c\ufe50"
_LOOK_ALIKES = str.maketrans(
    {**dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys(_HYPHENS, "-"), **dict.fromkeys(_COMMAS, ",")}
)
_PLAIN_WORDS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
_SPACED = SpacedPunctuation("'-")
_FULL_STOP = re.compile(r"\.(?=[^\W\d_]{2,}(?![\w.]))")
_DOUBLED = re.compile(r"(['-])['-]+")
_CALLER_CODE = re.compile(r"v\d{5,}")
_DIGITS = "0123456789"
_NUMBERED_STAND_INS = STAND_INS | {""}


def normalize_name(raw: str, options: NameOptions) -> tuple[str | None, Problem | None]:
    """Read the name of a person.

    Args:
        raw: The name as it came.
        options: Whether titles are dropped and "Last, First" is turned.

    Returns:
        Folded words separated by one space each, diacritics kept, or None and why.

    Example:
        >>> normalize_name("O'BRIEN, Dr. Mary-Ann J.", NameOptions())
        ("mary-ann j o'brien", None)
        >>> normalize_name("WIRELESS CALLER", NameOptions())
        (None, <Problem.PLACEHOLDER: 'placeholder'>)
    """
    full = _read(raw, options) if raw.isascii() else settled(lambda text: _read(text, options), raw)
    problem = _nobody(full)
    return (None, problem) if problem is not None else (full, None)


def name_forms(value: str) -> Forms:
    """Forms of a name: itself, first and last word, sound; words, initials, what the first may be short for.

    Example:
        >>> forms = name_forms("bob t smith")
        >>> forms.scalars, forms.lists[1]
        (('bob t smith', 'bob', 'smith', 'BB SM0'), ('b', 't', 's'))
        >>> "robert" in forms.lists[2]
        True
    """
    tokens = tuple(value.split(" "))
    first, last = first_word(value), last_word(value)
    sound = sound_of(first if last is None else f"{first} {last}")
    initials = tuple([token[:1] for token in tokens])
    return Forms((value, first, last, sound), (tokens, initials, _short_for(first)))


def first_word(value: str) -> str:
    """The form ``first`` of a name.

    Example:
        >>> first_word("bob t smith")
        'bob'
    """
    return value.partition(" ")[0]


def last_word(value: str) -> str | None:
    """The form ``last`` of a name: a single word has none.

    Example:
        >>> last_word("bob t smith"), last_word("bob")
        ('smith', None)
    """
    return value.rpartition(" ")[2] if " " in value else None


@cache
def _canonicals_of() -> Callable[[str], set[str]]:
    from nicknames import NickNamer  # reads its table: not before the first name

    canonicals_of: Callable[[str], set[str]] = NickNamer().canonicals_of
    return canonicals_of


def _short_for(first: str) -> tuple[str, ...]:
    return tuple(sorted({first, *_canonicals_of()(first)}))


def _read(raw: str, options: NameOptions) -> str:
    tokens = raw.lower().split(" ") if _PLAIN_WORDS.fullmatch(raw) else _told(raw, options)
    return " ".join(_untitled(tokens) if options.drop_titles else tokens)


def _told(raw: str, options: NameOptions) -> list[str]:
    """The words of a name in their order, titles included."""
    text = (
        raw.lower().replace("`", "'")
        if raw.isascii()
        else folded_once(raw.translate(_LOOK_ALIKES)).translate(_LOOK_ALIKES)
    )
    if "." in text:
        text = _FULL_STOP.sub(" ", text).replace(".", "")
    if "," in text and options.turn_commas:
        return _turned([_words(part) for part in text.split(",")], options)
    return _words(text)


def _words(text: str) -> list[str]:
    spaced = text.translate(_SPACED)
    if "-" in spaced or "'" in spaced:
        spaced = _DOUBLED.sub(r"\1", spaced)
        return [word for token in spaced.split() if (word := token.strip("'-"))]
    return spaced.split()


def _turned(parts: Sequence[list[str]], options: NameOptions) -> list[str]:
    """What stood behind the first comma in front; a part of titles and suffixes alone does not count."""
    told = [part for part in parts if not all(map(_is_title, part))] if options.drop_titles else []
    family, *given = [_without_suffixes(part) for part in told] if told else parts
    return [word for part in given for word in part] + family


def _is_title(word: str) -> bool:
    return word in TITLES or word in SUFFIXES


def _untitled(tokens: list[str]) -> list[str]:
    start, last = 0, len(tokens) - 1
    while start < last and tokens[start] in TITLES:
        start += 1
    return _without_suffixes(tokens[start:] if start else tokens)


def _without_suffixes(tokens: list[str]) -> list[str]:
    end = len(tokens)
    while end > 1 and tokens[end - 1] in SUFFIXES:
        end -= 1
    return tokens[:end]


def _nobody(full: str) -> Problem | None:
    if not (full[:1].isalpha() or any(map(str.isalpha, full))):
        return Problem.PLACEHOLDER if any(map(str.isdigit, full)) else Problem.INVALID
    if full in NOBODY or _CALLER_CODE.fullmatch(full):
        return Problem.PLACEHOLDER
    first, *others = full.split(" ")
    if first.rstrip(_DIGITS) not in _NUMBERED_STAND_INS:
        return None
    tokens = [token.rstrip(_DIGITS) for token in (first, *others)]
    if not _NUMBERED_STAND_INS.issuperset(tokens):
        return None
    return Problem.PLACEHOLDER if WITHHELD.isdisjoint(tokens) else Problem.WITHHELD
