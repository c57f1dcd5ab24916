"""Addressed draws: every random decision has an address, so that decisions never disturb one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Weights = Sequence[float] | npt.NDArray[np.float64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MASK = (1 << 64) - 1


def mix(words: Words) -> Words:
    """The finaliser of SplitMix64: a bijection of 64-bit words that scatters neighbours.

    Args:
        words: Unsigned words, any shape.

    Returns:
        As many words, indistinguishable from random ones.

    Example:
        >>> int(mix(np.array([1], dtype=np.uint64))[0]) == int(mix(np.array([2], dtype=np.uint64))[0])
        False

    Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA.
    """
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class Draws:
    """Random decisions keyed by (seed, purpose, address) instead of by their place in a sequence.

    Changing how often one thing is drawn, or whether it is drawn at all, therefore leaves every other
    decision as it was.

    Args:
        seed: The world's seed, 0 to 2**64 - 1.

    Example:
        >>> draws = Draws(1)
        >>> people = np.arange(5)
        >>> bool((draws.chance("moves", 0.5, people)[3:] == draws.chance("moves", 0.5, people[3:])).all())
        True
    """

    seed: int

    def words(self, purpose: str, *address: npt.NDArray[np.generic]) -> Words:
        """64 random bits per address.

        Args:
            purpose: What is decided; two purposes are independent.
            address: One or more integer arrays of one shape, such as the person and the day.

        Returns:
            Unsigned words of that shape.
        """
        digest = blake2b(f"{self.seed & _MASK}/{purpose}".encode(), digest_size=8).digest()
        state = np.uint64(int.from_bytes(digest, "little"))
        word = mix(address[0].astype(np.uint64) * _STEP + state)
        for part in address[1:]:
            word = mix(word + (part.astype(np.uint64) + np.uint64(1)) * _STEP)
        return word

    def uniform(self, purpose: str, *address: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        """Numbers in [0, 1) with 53 random bits, one per address."""
        return (self.words(purpose, *address) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def chance(
        self, purpose: str, rate: float | npt.NDArray[np.float64], *address: npt.NDArray[np.generic]
    ) -> Flags:
        """True with the given rate. A higher rate keeps every True of a lower one."""
        return self.uniform(purpose, *address) < rate

    def below(
        self, purpose: str, bound: int | npt.NDArray[np.int64], *address: npt.NDArray[np.generic]
    ) -> Integers:
        """Whole numbers from 0 to bound - 1; bounds stay under 2**53."""
        return (self.uniform(purpose, *address) * bound).astype(np.int64)

    def choose(self, purpose: str, weights: Weights, *address: npt.NDArray[np.generic]) -> Integers:
        """Positions into ``weights``, each as often as its share of the sum."""
        cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
        inner = cumulative[:-1] / cumulative[-1]
        return np.searchsorted(inner, self.uniform(purpose, *address), side="right").astype(np.int64)
