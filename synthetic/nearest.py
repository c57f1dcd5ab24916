"""Valid names in the order in which somebody who mistyped one wants to see them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher


def names_near(valid: Sequence[str], name: str) -> list[str]:
    """The valid names, those in the section that the unknown one points into only, most similar first.

    Example:
        >>> names_near(["noise.ocr", "noise.keyboard", "lives.recycled"], "noise.keybord")
        ['noise.keyboard', 'noise.ocr']
    """
    section = name.rpartition(".")[0]
    within = [one for one in valid if section and one.startswith(f"{section}.")] or list(valid)
    return sorted(within, key=lambda one: -SequenceMatcher(None, name, one).ratio())
