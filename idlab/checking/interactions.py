"""The interactions that a store holds, and of each what a check asks later: who holds it, and what was decided."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from hashlib import blake2b

from idlab.stores.numbers import Numbers

_HAS_VALUES, _IS_IDENTITY = 1, 2


def digest_of(document: str) -> int:
    """A digest of a decision's document."""
    return int.from_bytes(blake2b(document.encode(), digest_size=8).digest(), "little")


class Interactions:
    """Interactions by the numbers of their customer_ids, in about 50 bytes each.

    Example:
        >>> held = Interactions()
        >>> ann, bob = b"a" * 16, b"b" * 16
        >>> held.add(bob, ann, 2, "[]", has_values=True)
        >>> held.root_of(bob), held.root_of(ann)
        (1, -1)
        >>> held.was_decided(bob, "[]"), held.was_decided(bob, "[1]")
        (True, False)
    """

    def __init__(self) -> None:
        self._numbers = Numbers()
        self._root, self._earliest = array("q"), array("q")
        self._serial, self._decided = array("q"), array("Q")
        self._says = bytearray()
        self.n_interactions = 0
        """How many there are."""

    @property
    def n_numbers(self) -> int:
        """One more than the largest number."""
        return len(self._root)

    def number(self, key: bytes) -> int:
        """The number of an interaction; -1 if it is not there."""
        number = self._numbers.find(key)
        return number if number >= 0 and self._root[number] >= 0 else -1

    def add(self, key: bytes, root: bytes, serial: int, decision: str, *, has_values: bool) -> None:
        """An interaction: who holds it, its serial number, the document of its decision, whether its record has values."""
        number, root_number = self._number_of(key), self._number_of(root)
        self.n_interactions += 1
        self._root[number] = root_number
        self._serial[number] = serial
        self._decided[number] = digest_of(decision)
        earliest = self._earliest[root_number]
        if earliest < 0 or serial < self._serial[earliest]:
            self._earliest[root_number] = number
        if has_values:
            self._says[root_number] |= _HAS_VALUES

    def root_of(self, key: bytes) -> int:
        """The number of the identity that holds an interaction; -1 if that is not there."""
        number = self._numbers.find(key)
        return -1 if number < 0 else self._root[number]

    def was_decided(self, key: bytes, decision: str) -> bool:
        """Whether this document was that of an interaction's decision."""
        number = self._numbers.find(key)
        return number >= 0 and self._decided[number] == digest_of(decision)

    def identity(self, key: bytes) -> int:
        """The number of an identity, which is there."""
        number = self._number_of(key)
        self._says[number] |= _IS_IDENTITY
        return number

    def earliest_of(self, number: int) -> tuple[int, int] | None:
        """The serial number and the number of the earliest interaction that an identity holds."""
        earliest = self._earliest[number]
        return None if earliest < 0 else (self._serial[earliest], earliest)

    def has_values(self, number: int) -> bool:
        """Whether an identity holds a record with values."""
        return bool(self._says[number] & _HAS_VALUES)

    def without_identity(self) -> Iterator[bytes]:
        """The customer_ids of whoever holds interactions and is not there."""
        for key, number in self._numbers.items():
            if self._earliest[number] >= 0 and not self._says[number] & _IS_IDENTITY:
                yield key

    def _number_of(self, key: bytes) -> int:
        number = self._numbers.of(key)
        if number == len(self._root):
            for column in (self._root, self._earliest):
                column.append(-1)
            for column in (self._serial, self._decided):
                column.append(0)
            self._says.append(0)
        return number
