"""What a store says of having been cleaned: where nothing is left of what was erased, where something may be, and why."""

from __future__ import annotations

from typing import NamedTuple


class Cleaned(NamedTuple):
    """What came of cleaning a store.

    Args:
        places: What was cleaned, each in a few words.
        left: What could not be cleaned yet, and what stands in the way; cleaning again may do it.
        beyond: What cannot be reached from here, and may keep old bytes.
    """

    places: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
