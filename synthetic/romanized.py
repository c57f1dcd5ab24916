"""Devanagari in Latin letters, as people in India spell their names."""

from __future__ import annotations

import unicodedata
from functools import cache

_VIRAMA = "\u094d"
_SILENT = "\u093c\u200c\u200d"
"""Nukta and joiners, which change no letter below."""

_CONSONANTS = {
    "क": "k", "ख": "kh", "ग": "g", "घ": "gh", "ङ": "n", "च": "ch", "छ": "chh", "ज": "j", "झ": "jh",
    "ञ": "n", "ट": "t", "ठ": "th", "ड": "d", "ढ": "dh", "ण": "n", "त": "t", "थ": "th", "द": "d",
    "ध": "dh", "न": "n", "प": "p", "फ": "ph", "ब": "b", "भ": "bh", "म": "m", "य": "y", "र": "r",
    "ल": "l", "ळ": "l", "व": "v", "श": "sh", "ष": "sh", "स": "s", "ह": "h",
}  # fmt: skip
_VOWELS = {
    "अ": "a", "आ": "a", "इ": "i", "ई": "i", "उ": "u", "ऊ": "u", "ऋ": "ri", "ए": "e", "ऐ": "ai",
    "ओ": "o", "औ": "au", "ऑ": "o", "ऍ": "e",
}  # fmt: skip
_SIGNS = {
    "ा": "a", "ि": "i", "ी": "i", "ु": "u", "ू": "u", "ृ": "ri", "े": "e", "ै": "ai", "ो": "o",
    "ौ": "au", "ॉ": "o", "ॅ": "e",
}  # fmt: skip
_MARKS = {"ं": "n", "ँ": "n", "\u0903": "h"}


@cache
def romanized(text: str) -> str:
    """A name with Devanagari written in Latin letters; other letters stay.

    The vowel that a consonant carries by itself is spoken but at the end of a word.

    Example:
        >>> romanized("अभय शर्मा"), romanized("José")
        ('Abhay Sharma', 'José')
    """
    if not any("\u0900" <= letter <= "\u097f" for letter in text):
        return text
    return " ".join(_word(word) for word in text.split(" "))


def _word(word: str) -> str:
    letters = [letter for letter in unicodedata.normalize("NFD", word) if letter not in _SILENT]
    spelled = ""
    for letter, following in zip(letters, [*letters[1:], ""], strict=True):
        if letter in _CONSONANTS:
            carries = following != "" and following not in _SIGNS and following != _VIRAMA
            spelled += _CONSONANTS[letter] + ("a" if carries else "")
        elif letter != _VIRAMA:
            spelled += _VOWELS.get(letter) or _SIGNS.get(letter) or _MARKS.get(letter) or letter
    return spelled[:1].upper() + spelled[1:]
