"""Addressed draws: uniform numbers that depend on what they are drawn for, not on the order of drawing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from idlab.metrics.arrays import Floats

Words = NDArray[np.uint64]


def mixed(words: Words) -> Words:
    """Scramble 64-bit words one to one: the finaliser of SplitMix64 (Steele, Lea & Flood 2014).

    Args:
        words: [n] any words.

    Returns:
        [n] words that look random; equal words stay equal.

    Example:
        >>> mixed(np.array([1, 1, 2], dtype=np.uint64)).tolist().count(10451216379200822465)
        2
    """
    found = words + np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))


def digest(columns: list[Words], rows: int, seed: int = 0) -> Words:
    """One word per row that stands for the row's words in all columns.

    Args:
        columns: Columns of [rows] words.
        rows: How many rows there are.
        seed: Non-negative; another seed gives unrelated words.

    Returns:
        [rows] words: equal for equal rows, else different but for one chance in 2**64.

    Example:
        >>> one = np.array([5, 5], dtype=np.uint64)
        >>> len(set(digest([one, one], 2).tolist()))
        1
    """
    found = np.full(rows, seed, dtype=np.uint64)
    for column in columns:
        found = mixed(found ^ column)
    return found


def uniform(columns: list[Words], rows: int, seed: int) -> Floats:
    """One uniform number per row, a function of the seed and of the row's words alone.

    Args:
        columns: Columns of [rows] words that address the draw.
        rows: How many rows there are.
        seed: Non-negative.

    Returns:
        [rows] numbers from 0 to below 1.

    Example:
        >>> bool(0 <= uniform([np.array([5], dtype=np.uint64)], 1, seed=1)[0] < 1)
        True
    """
    return (digest(columns, rows, seed) >> np.uint64(11)).astype(np.float64) * 2.0**-53
