"""Label arrays: their types, their checks, and how rows that agree are brought together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from idlab.errors import BadInput

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_DIGIT_BITS = 16


class Runs(NamedTuple):
    """Rows sorted by a code: the rows in that order and where each run of equal codes starts.

    Args:
        order: [n] row numbers, by code and within a code by row.
        starts: [runs] positions in ``order``.
    """

    order: Ints
    starts: Ints


def labels(values: ArrayLike, name: str, rows: int | None = None) -> Ints:
    """An array of labels, checked: integers, one dimension, one per row.

    Args:
        values: [n] integers.
        name: What the array is called in a message.
        rows: How many there must be; any number if None.

    Returns:
        [n] int64.

    Raises:
        BadInput: If the values are no integers, not flat, or not ``rows`` many.

    Example:
        >>> labels([3, 1, 3], "truth")
        array([3, 1, 3])
    """
    found = np.asarray(values)
    if found.ndim != 1:
        raise BadInput(
            f"{name} has {found.ndim} dimensions and must have one label per interaction", where=name
        )
    if found.size and not np.issubdtype(found.dtype, np.integer):
        raise BadInput(
            f"{name} holds {found.dtype} and must hold integers", where=name, hint="number the labels first"
        )
    if rows is not None and found.size != rows:
        raise BadInput(
            f"{name} has {found.size} labels and must have {rows}, one per interaction", where=name
        )
    return found.astype(np.int64, copy=False)


def dense(values: Ints) -> tuple[Ints, int]:
    """Labels renumbered 0, 1, 2, ... in ascending order, and how many distinct ones there are.

    Linear in the rows where the labels span little more than their number, as identities and persons do.

    Args:
        values: [n] integers.

    Returns:
        [n] numbers from 0, and the number of distinct labels.

    Example:
        >>> dense(np.array([70, -2, 70]))
        (array([1, 0, 1]), 2)
    """
    if not values.size:
        return values, 0
    low = int(values.min())
    span = int(values.max()) - low + 1
    if span > 8 * values.size + 1024:
        distinct, numbers = np.unique(values, return_inverse=True)
        return numbers.astype(np.int64, copy=False), int(distinct.size)
    present = np.zeros(span, dtype=np.bool_)
    shifted = values - low
    present[shifted] = True
    number = np.cumsum(present, dtype=np.int64) - 1
    return number[shifted], int(number[-1]) + 1


def runs(codes: Ints, limit: int) -> Runs:
    """Rows brought together by code; equal codes keep the order of their rows.

    A radix sort by 16 bits at a time: linear in the rows, several times faster than sorting by comparison.

    Args:
        codes: [n] integers from 0 to ``limit`` - 1.
        limit: One more than the largest code can be.

    Returns:
        The sorted rows and the starts of the runs.

    Example:
        >>> runs(np.array([5, 2, 5]), 6)
        Runs(order=array([1, 0, 2]), starts=array([0, 1]))
    """
    order = np.argsort(_digit(codes, 0), kind="stable")
    for shift in range(_DIGIT_BITS, (limit - 1).bit_length(), _DIGIT_BITS):
        order = order[np.argsort(_digit(codes, shift)[order], kind="stable")]
    found = codes[order]
    fresh = np.ones(codes.size, dtype=np.bool_)
    np.not_equal(found[1:], found[:-1], out=fresh[1:])
    return Runs(order.astype(np.int64, copy=False), np.flatnonzero(fresh))


def _digit(codes: Ints, shift: int) -> NDArray[np.uint16]:
    return ((codes >> shift) & ((1 << _DIGIT_BITS) - 1)).astype(np.uint16)


def group_sums(values: ArrayLike, group: Ints, groups: int) -> Floats:
    """The sum of the values of each group.

    Args:
        values: [n] numbers.
        group: [n] group of each, from 0.
        groups: How many groups there are.

    Returns:
        [groups] sums, exact for whole numbers up to 2**53.

    Example:
        >>> group_sums([0.5, 2, 1], np.array([1, 0, 1]), 3).tolist()
        [2.0, 1.5, 0.0]
    """
    weights = np.asarray(values, dtype=np.float64)
    return np.bincount(group, weights=weights, minlength=groups).astype(np.float64, copy=False)


def group_sizes(group: Ints, groups: int) -> Floats:
    """How many members each group has.

    Args:
        group: [n] group of each member, from 0.
        groups: How many groups there are.

    Returns:
        [groups] whole numbers, as floats like every total.

    Example:
        >>> group_sizes(np.array([1, 0, 1]), 3).tolist()
        [1.0, 2.0, 0.0]
    """
    return np.bincount(group, minlength=groups).astype(np.float64)
