"""Whether so many were found as are said to be there, for millions of values."""

from __future__ import annotations

from array import array
from collections import Counter

_N_PARTS = 256
_MOST = 1 << 62


class Tally:
    """Counts digests, and compares with how often each is said to be there; in 8 bytes a digest and 16 a saying.

    Digests are kept by 72 of their bits, in parts that are compared one after the other.

    Example:
        >>> ann, bob = b"a" * 16, b"b" * 16
        >>> tally = Tally()
        >>> for one in (ann, bob, ann):
        ...     tally.found(one)
        >>> tally.said(ann, 2)
        >>> tally.differing()
        1
    """

    def __init__(self) -> None:
        self._found = [array("Q") for _ in range(_N_PARTS)]
        self._said = [(array("Q"), array("q")) for _ in range(_N_PARTS)]

    def found(self, digest: bytes) -> None:
        """One was found."""
        self._found[digest[0]].append(int.from_bytes(digest[1:9], "little"))

    def said(self, digest: bytes, times: int) -> None:
        """So many are said to be there."""
        digests, counts = self._said[digest[0]]
        digests.append(int.from_bytes(digest[1:9], "little"))
        counts.append(times if 0 <= times < _MOST else -1)

    def differing(self) -> int:
        """For how many digests that is not so."""
        differing = 0
        for found, (digests, counts) in zip(self._found, self._said, strict=True):
            left = Counter(found)
            for digest, times in zip(digests, counts, strict=True):
                left[digest] -= times
            differing += sum(count != 0 for count in left.values())
        return differing
