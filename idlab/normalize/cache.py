"""A bounded memory of what was computed for distinct values."""

from __future__ import annotations

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class RecentlyUsed(Generic[K, V]):
    """Keeps the values of at least the last ``size`` distinct keys asked for, and at most twice as many.

    Two generations: when the young one is full it becomes the old one, and what is asked for again moves back
    to the young. Both are plain dictionaries: a hit in the young one costs no more than its look-up.

    Args:
        size: Keys per generation.

    Example:
        >>> kept = RecentlyUsed[str, int](2)
        >>> for number, key in enumerate("abca"):
        ...     kept.keep(key, number)
        >>> kept.find("b"), kept.find("z")
        (1, None)
    """

    __slots__ = ("_size", "old", "young")

    def __init__(self, size: int) -> None:
        self._size = size
        self.young: dict[K, V] = {}
        self.old: dict[K, V] = {}

    def find(self, key: K) -> V | None:
        """The value kept for a key, None if there is none."""
        value = self.young.get(key)
        if value is None and (value := self.old.get(key)) is not None:
            self.keep(key, value)
        return value

    def keep(self, key: K, value: V) -> None:
        """Keep a value, which is never None."""
        if len(self.young) >= self._size:
            self.old, self.young = self.young, {}
        self.young[key] = value

    def __len__(self) -> int:
        return len(self.young.keys() | self.old.keys())
