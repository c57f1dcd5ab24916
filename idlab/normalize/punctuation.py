"""Tables for ``str.translate`` that turn punctuation into spaces."""

from __future__ import annotations

import unicodedata

_SPACE = ord(" ")
_FREQUENT = 0x3000


class SpacedPunctuation(dict[int, int]):
    """Maps every punctuation mark, symbol and separator of Unicode to a space and leaves the rest alone.

    Args:
        kept: Marks that stay as they are.

    Example:
        >>> "O'Brien, J(im)".translate(SpacedPunctuation("'"))
        "O'Brien  J im "
    """

    def __init__(self, kept: str = "") -> None:
        super().__init__((ord(mark), ord(mark)) for mark in kept)

    def __missing__(self, code: int) -> int:
        turned = _SPACE if unicodedata.category(chr(code))[0] in "PSZ" else code
        if code < _FREQUENT:
            self[code] = turned
        return turned
