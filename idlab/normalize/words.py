"""Sets of words, written as words."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text that white space separates.

    Example:
        >>> sorted(words("private  anonymous"))
        ['anonymous', 'private']
    """
    return frozenset(text.split())
