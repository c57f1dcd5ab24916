"""Slips of fingers, scanners and eyes: what befalls the letters of any text."""

from __future__ import annotations

from collections.abc import Callable

Corrupt = Callable[[str, int], str]
"""(value, dice) to the corrupted value; dice is a random number below 2**64. Unable, it returns the value."""

_KEYBOARD = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij",
    "i": "uok", "o": "ipl", "p": "ol", "a": "qsz", "s": "awdx", "d": "sefc", "f": "drgv",
    "g": "fthb", "h": "gyjn", "j": "hukm", "k": "jil", "l": "kop", "z": "axs", "x": "zsc",
    "c": "xdv", "v": "cfb", "b": "vgn", "n": "bhm", "m": "njk",
}  # fmt: skip
_LOOKS_LIKE = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("vv", "w"), ("w", "vv"), ("l", "1"), ("I", "l"),
    ("O", "0"), ("o", "0"), ("S", "5"), ("B", "8"), ("e", "c"), ("h", "b"), ("u", "ii"), ("li", "h"),
)  # fmt: skip
"""Confusions of optical character recognition, after Nagy, Nartker and Rice 1999, "Optical character recognition"."""

_CYRILLIC = (
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0455\u0456\u0458"
    "\u0410\u0412\u0421\u0415\u041d\u0406\u041a\u041c\u041e\u0420\u0422\u0425\u0423"
)
_TWINS = dict(zip("aceopxysijABCEHIKMOPTXY", _CYRILLIC, strict=True))
"""Latin letters and the Cyrillic ones that look the same (Unicode's confusables.txt)."""


def pick(options: tuple[str, ...] | str, dice: int) -> str:
    """One of the options."""
    return options[dice % len(options)]


def without(text: str, place: int) -> str:
    """The text but for one character."""
    return text[:place] + text[place + 1 :]


def keyboard_slip(text: str, dice: int) -> str:
    """One letter becomes its neighbour on the keyboard."""
    spots = [place for place, letter in enumerate(text) if letter.lower() in _KEYBOARD]
    if not spots:
        return text
    dice, spot = divmod(dice, len(spots))
    place = spots[spot]
    slipped = pick(_KEYBOARD[text[place].lower()], dice)
    return text[:place] + (slipped.upper() if text[place].isupper() else slipped) + text[place + 1 :]


def transposition(text: str, dice: int) -> str:
    """Two different neighbouring letters change places."""
    spots = [i for i in range(1, len(text) - 1) if text[i] != text[i + 1] and text[i : i + 2].isalnum()]
    if not spots:
        return text
    place = spots[dice % len(spots)]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def dropped_letter(text: str, dice: int) -> str:
    """One letter after the first is left out."""
    spots = [place for place in range(1, len(text)) if text[place].isalnum()]
    return without(text, spots[dice % len(spots)]) if spots else text


def doubled_letter(text: str, dice: int) -> str:
    """One letter is typed twice."""
    spots = [place for place, letter in enumerate(text) if letter.isalnum()]
    if not spots:
        return text
    place = spots[dice % len(spots)]
    return text[: place + 1] + text[place:]


def misread(text: str, dice: int) -> str:
    """One letter or pair is read as what looks like it on paper: Morning becomes Moming."""
    return replaced_once(text, _LOOKS_LIKE, dice)


def homoglyph(text: str, dice: int) -> str:
    """One Latin letter becomes the Cyrillic one that looks the same, as when text is pasted."""
    spots = [place for place, letter in enumerate(text) if letter in _TWINS]
    if not spots:
        return text
    place = spots[dice % len(spots)]
    return text[:place] + _TWINS[text[place]] + text[place + 1 :]


def replaced_once(text: str, rules: tuple[tuple[str, str], ...], dice: int) -> str:
    """The text with one rule applied in one place; a capital stays one. Unchanged where no rule fits."""
    spots = [
        (place, old, new)
        for old, new in rules
        for place in range(len(text) - len(old) + 1)
        if text[place : place + len(old)] in (old, old.capitalize())
    ]
    if not spots:
        return text
    place, old, new = spots[dice % len(spots)]
    found = text[place : place + len(old)]
    put = new if found == old else new.capitalize()
    return text[:place] + put + text[place + len(old) :]
