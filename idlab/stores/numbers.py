"""Numbers of ids, in as little memory as can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_ID_SIZE = 16
_NUMBER_SIZE = 4
_SIZE = _ID_SIZE + _NUMBER_SIZE
_N_BUCKETS = 1 << 16


class Numbers:
    """The ids of rows, numbered from 0 on in the order in which they are first met.

    Ids are digests: their first bits spread them evenly over buckets, in each of which they lie on end with their numbers. That
    takes about 22 bytes for an id, where a dictionary takes 150. What is no id of 16 bytes, as only another hand writes it, lies
    in a dictionary.

    Example:
        >>> numbers = Numbers()
        >>> [numbers.of(one * 16) for one in (b"a", b"b", b"a")]
        [0, 1, 0]
        >>> numbers.find(b"c" * 16)
        -1
    """

    def __init__(self) -> None:
        self._buckets: list[bytearray | None] = [None] * _N_BUCKETS
        self._others: dict[Any, int] = {}
        self._n = 0

    def __len__(self) -> int:
        """How many there are."""
        return self._n

    def find(self, key: bytes) -> int:
        """The number of an id; -1 if it has none."""
        if key.__class__ is not bytes or len(key) != _ID_SIZE:
            return self._others.get(key, -1)
        bucket = self._buckets[key[0] << 8 | key[1]]
        if bucket is None:
            return -1
        place = bucket.find(key)
        while place > 0 and place % _SIZE:  # the end of one and the beginning of the next look like it
            place = bucket.find(key, place + 1)
        return -1 if place < 0 else int.from_bytes(bucket[place + _ID_SIZE : place + _SIZE], "little")

    def of(self, key: bytes) -> int:
        """The number of an id, a new one if it has none."""
        number = self.find(key)
        if number >= 0:
            return number
        number = self._n
        self._n += 1
        if key.__class__ is not bytes or len(key) != _ID_SIZE:
            self._others[key] = number
            return number
        place = key[0] << 8 | key[1]
        bucket = self._buckets[place]
        if bucket is None:
            bucket = self._buckets[place] = bytearray()
        bucket += key
        bucket += number.to_bytes(_NUMBER_SIZE, "little")
        return number

    def items(self) -> Iterator[tuple[bytes, int]]:
        """All ids with their numbers, in the order of the ids' first bits."""
        for bucket in filter(None, self._buckets):
            for place in range(0, len(bucket), _SIZE):
                middle = place + _ID_SIZE
                yield bytes(bucket[place:middle]), int.from_bytes(bucket[middle : place + _SIZE], "little")
        yield from self._others.items()
