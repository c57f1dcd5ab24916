"""Splitting a dataset so that what is tuned on one part says something about another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from idlab.errors import BadInput
from idlab.replay.components import columns
from idlab.replay.components import components_of as connected

IntArray = np.ndarray[Any, np.dtype[np.int64]]


def components_of(person: IntArray, shared_keys: IntArray) -> IntArray:
    """Connected components of rows that are one person or share a key.

    Args:
        person: The person of each of n rows (int64[n]); -1 where it is not known.
        shared_keys: Identifiers of each row as integers (int64[n, k]), each column its own kind; -1
            where missing.

    Returns:
        A number for each row's component, from 0 by first appearance (int64[n]).

    Example:
        >>> components_of(np.array([0, 1, 2]), np.array([[7], [7], [8]])).tolist()
        [0, 0, 1]
    """
    return connected(len(person), columns(np.column_stack([person, shared_keys.reshape(len(person), -1)])))


def split_by_component(
    person: IntArray, shared_keys: IntArray, fractions: Sequence[float], seed: int
) -> IntArray:
    """Parts between which no person and no key is shared.

    Whole components, shuffled, are laid end to end; each goes to the part in which its middle row falls. So a
    part misses its fraction by no more than the largest component.

    Args:
        person: The person of each of n rows (int64[n]); -1 where it is not known.
        shared_keys: Identifiers of each row as integers (int64[n, k]); -1 where missing.
        fractions: The share of rows of every part; positive, their sum 1.
        seed: Of the shuffle.

    Returns:
        The part of every row, from 0 (int64[n]).

    Raises:
        BadInput: If the fractions are not positive or do not sum to 1.

    Example:
        >>> part = split_by_component(np.arange(100) // 2, np.full((100, 1), -1), (0.5, 0.5), seed=1)
        >>> np.bincount(part).tolist(), bool((part[::2] == part[1::2]).all())
        ([50, 50], True)
    """
    bounds = _bounds(fractions)
    component = components_of(person, shared_keys)
    sizes = np.bincount(component)
    shuffled = np.random.default_rng(seed).permutation(len(sizes))
    middle = np.cumsum(sizes[shuffled]) - sizes[shuffled] / 2
    part = np.empty(len(sizes), dtype=np.int64)
    part[shuffled] = np.searchsorted(bounds * len(component), middle, side="right")
    return part[component]


def split_by_time(moments: IntArray, fractions: Sequence[float]) -> IntArray:
    """Parts that follow each other in time; rows of one moment are never parted.

    Args:
        moments: When each row happened, in microseconds (int64[n]).
        fractions: The share of rows of every part, the earliest first; positive, their sum 1.

    Returns:
        The part of every row, from 0 (int64[n]).

    Raises:
        BadInput: If the fractions are not positive or do not sum to 1.

    Example:
        >>> split_by_time(np.array([30, 10, 20, 40]), (0.5, 0.5)).tolist()
        [1, 0, 0, 1]
    """
    bounds = _bounds(fractions)
    before = np.searchsorted(np.sort(moments), moments, side="left")
    return np.asarray(np.searchsorted(bounds * len(moments), before, side="right"), dtype=np.int64)


def _bounds(fractions: Sequence[float]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Where each part but the last ends, as shares of the whole."""
    shares = np.asarray(fractions, dtype=np.float64)
    if not len(shares) or not (shares > 0).all() or abs(float(shares.sum()) - 1) > 1e-9:
        hint = "give positive numbers that sum to 1, as in 0.6, 0.2, 0.2"
        raise BadInput(f"got the fractions {', '.join(map(str, fractions))}", hint=hint)
    return np.round(np.cumsum(shares)[:-1], 12)
