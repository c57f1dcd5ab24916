"""The sound of a name as a code."""

from __future__ import annotations

from anyascii import anyascii
from jellyfish import metaphone


def sound_of(text: str) -> str | None:
    """The Metaphone code of a text in any script, written in Latin letters first.

    Args:
        text: Words separated by spaces.

    Returns:
        The code, None if nothing of it sounds.

    Source: Philips, "Hanging on the Metaphone", Computer Language 7(12), 1990, as ``jellyfish`` has it.

    Example:
        >>> sound_of("jon smyth") == sound_of("john smith")
        True
    """
    return metaphone(text if text.isascii() else anyascii(text)).strip() or None
