"""The best that perfect decisions could reach with the same keys: what no key joins, nobody can unite."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from idlab.errors import BadInput
from idlab.metrics.arrays import Ints, dense, labels, runs
from idlab.metrics.bcubed import BCubedScores, bcubed
from idlab.metrics.contingency import contingency, united
from idlab.metrics.costs import Costs


def ceiling(keys: ArrayLike, person: ArrayLike) -> Ints:
    """The best partition within reach: each person's interactions, joined where they share a key value.

    Limits on hubs are set aside. An interaction of an unknown person stays alone.

    Args:
        keys: [n, k] code of each key's value, -1 where missing; columns are different keys, whatever their
            codes.
        person: [n] the person of each interaction, -1 where unknown.

    Returns:
        [n] the number of the earliest interaction in the same part.

    Raises:
        BadInput: If the arrays do not fit each other or hold no integers.

    Example:
        >>> ceiling([[7, -1], [7, 4], [-1, 4], [-1, 5]], [1, 1, 1, 1]).tolist()
        [0, 0, 0, 3]
    """
    people = labels(person, "person")
    codes = np.asarray(keys)
    if codes.ndim != 2 or codes.shape[0] != people.size:
        raise BadInput(f"keys has shape {codes.shape} and must have one row per interaction", where="keys")
    neighbours = [_sharing(labels(column, "keys"), people) for column in codes.T]
    left = np.concatenate([pair[0] for pair in neighbours] or [people[:0]])
    right = np.concatenate([pair[1] for pair in neighbours] or [people[:0]])
    part, parts = united(left, right, people.size)
    earliest = np.full(parts, people.size, dtype=np.int64)
    np.minimum.at(earliest, part, np.arange(people.size))
    return earliest[part]


def _sharing(code: Ints, person: Ints) -> tuple[Ints, Ints]:
    """Each interaction with the next one of the same person under the same key value."""
    rows = np.flatnonzero((code >= 0) & (person >= 0))
    value, values = dense(code[rows])
    who, people = dense(person[rows])
    order, starts = runs(who * values + value, people * values)
    follows = np.ones(rows.size, dtype=np.bool_)
    follows[starts] = False
    at = np.flatnonzero(follows)
    return rows[order[at - 1]], rows[order[at]]


def ceiling_bcubed(keys: ArrayLike, person: ArrayLike) -> BCubedScores:
    """B-cubed of the best partition within reach, over interactions of known persons.

    Args:
        keys: [n, k] code of each key's value, -1 where missing.
        person: [n] the person of each interaction, -1 where unknown.

    Returns:
        The scores; precision is 1.

    Example:
        >>> ceiling_bcubed([[7], [7], [-1], [-1]], [1, 1, 2, 2])
        BCubedScores(precision=1.0, recall=0.75, f1=0.8571428571428571)
    """
    people = labels(person, "person")
    known = people >= 0
    return bcubed(contingency(people[known], ceiling(keys, people)[known]))


def ceiling_cost(keys: ArrayLike, person: ArrayLike, costs: Costs) -> float | None:
    """Cost per 1,000 known interactions of the best partition within reach: missing unions only, and no work.

    Args:
        keys: [n, k] code of each key's value, -1 where missing.
        person: [n] the person of each interaction, -1 where unknown.
        costs: The prices.

    Returns:
        The cost; None without known persons.

    Example:
        >>> ceiling_cost([[7], [7], [-1], [-1]], [1, 1, 1, 2], Costs())
        332.5
    """
    people = labels(person, "person")
    known = people >= 0
    table = contingency(people[known], ceiling(keys, people)[known])
    missing = table.sizes.size - table.truth_sizes.size
    return 1000 * costs.c_missed * missing / int(known.sum()) if known.any() else None
