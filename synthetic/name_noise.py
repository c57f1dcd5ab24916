"""What happens to names: other forms of them, and what is heard or written instead."""

from __future__ import annotations

import unicodedata

from synthetic.romanized import romanized
from synthetic.slips import pick, replaced_once
from synthetic.words import nicknames_of

_CALLER_ID_LENGTH = 15

_SOUNDS_LIKE = (
    ("m", "n"), ("n", "m"), ("b", "p"), ("p", "b"), ("d", "t"), ("t", "d"), ("g", "k"), ("k", "g"),
    ("f", "s"), ("s", "f"), ("v", "b"), ("b", "v"), ("th", "f"), ("f", "th"), ("z", "s"), ("sh", "ch"),
    ("ch", "sh"), ("a", "e"), ("e", "i"), ("o", "u"),
)  # fmt: skip
"""Sounds that a telephone confuses, after Miller and Nicely 1955, "... perceptual confusions among some English consonants"."""

_SPELLED_LIKE = (
    ("ph", "f"), ("ck", "k"), ("c", "k"), ("k", "c"), ("y", "i"), ("i", "y"), ("ie", "y"), ("ee", "ea"),
    ("ea", "ee"), ("ll", "l"), ("nn", "n"), ("tt", "t"), ("ss", "s"), ("s", "z"), ("z", "s"), ("ei", "ai"),
    ("ey", "y"), ("sch", "sh"), ("dt", "tt"), ("mann", "man"), ("son", "sen"), ("v", "w"), ("th", "t"),
)  # fmt: skip
"""Spellings of the same sound, assumed after the rules of Soundex and Metaphone."""


def split_name(name: str) -> tuple[str, str]:
    """First name, and whatever follows."""
    first, _, last = name.partition(" ")
    return first, last


def nickname(name: str, dice: int) -> str:
    """Robert Miller becomes Bob Miller."""
    first, last = split_name(name)
    options = nicknames_of(first)
    return f"{pick(options, dice)} {last}".rstrip() if options else name


def middle_initial(name: str, dice: int) -> str:
    """Robert Miller becomes Robert J. Miller."""
    first, last = split_name(name)
    return f"{first} {pick('ABCDEFGHJKLMNPRSTVW', dice)}. {last}" if last else name


def first_name_only(name: str, _dice: int) -> str:
    """Robert Miller becomes Robert."""
    return split_name(name)[0]


def initial(name: str, dice: int) -> str:
    """Robert Miller becomes R. Miller or R Miller, or Robert M."""
    first, last = split_name(name)
    if not last:
        return name
    return (f"{first[0]}. {last}", f"{first[0]} {last}", f"{first} {last[0]}")[dice % 3]


def swapped_order(name: str, dice: int) -> str:
    """Robert Miller becomes Miller Robert or, more often, Miller, Robert."""
    first, last = split_name(name)
    if not last:
        return name
    return f"{last} {first}" if dice % 3 == 0 else f"{last}, {first}"


def caller_id_form(name: str, _dice: int) -> str:
    """Robert Miller becomes MILLER ROBERT, cut to the 15 characters of a caller name."""
    first, last = split_name(name)
    return f"{last} {first}".strip().upper()[:_CALLER_ID_LENGTH].rstrip()


def plain_letters(name: str, _dice: int) -> str:
    """José becomes Jose."""
    if name.isascii():
        return name
    return "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))


def letter_case(name: str, dice: int) -> str:
    """Robert Miller becomes robert miller or ROBERT MILLER."""
    return name.upper() if dice % 4 == 0 else name.lower()


def transliterated(name: str, _dice: int) -> str:
    """अभय शर्मा becomes Abhay Sharma."""
    return romanized(name)


def misheard(name: str, dice: int) -> str:
    """One sound is taken for another: Baker becomes Paker."""
    return replaced_once(name, _SOUNDS_LIKE, dice)


def respelled(name: str, dice: int) -> str:
    """The same sound in another spelling: Meyer becomes Meier."""
    return replaced_once(name, _SPELLED_LIKE, dice)
