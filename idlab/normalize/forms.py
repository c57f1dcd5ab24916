"""The shape in which a value's derived forms are handed out."""

from __future__ import annotations

from typing import NamedTuple


class Forms(NamedTuple):
    """What is derived once per distinct value, in the order that the value's kind declares.

    Args:
        scalars: One text per scalar form, None where it does not exist; the first is the normalised value.
        lists: One tuple of texts per list form, empty where it does not exist.
        numbers: One number per number form, None where it does not exist.
    """

    scalars: tuple[str | None, ...]
    lists: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[int | None, ...] = ()
