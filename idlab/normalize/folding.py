"""One form for texts that differ only in case or in how Unicode writes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable


def fold(text: str) -> str:
    """Fold compatibility characters and case; folding again changes nothing.

    Args:
        text: Any text.

    Returns:
        The text in Unicode NFKC, case-folded.

    Source: Unicode Standard, section 3.13, definition D146 (compatibility caseless matching).

    Example:
        >>> fold("MÜLLER Straße")
        'müller strasse'
    """
    return text.lower() if text.isascii() else settled(folded_once, text)


def settled(step: Callable[[str], str], text: str) -> str:
    """Repeat a step until it changes nothing any more.

    Unicode normalisation, case folding and dropping of characters each can undo what another one settled
    (a dropped full stop lets an accent reach its letter), so one pass is not idempotent outside ASCII.

    Args:
        step: Turns a text into a text; must settle.
        text: What to start from.

    Returns:
        A text that the step leaves alone.

    Example:
        >>> settled(lambda text: text.replace("--", "-"), "a----b")
        'a-b'
    """
    after = step(text)
    while after != text:
        text, after = after, step(after)
    return text


def folded_once(text: str) -> str:
    """One step of ``fold``, for callers that settle a larger step themselves.

    Example:
        >>> folded_once("Ǆ")
        'dž'
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
