"""Interactions that share a code with an earlier one of the same person."""

from __future__ import annotations

import numpy as np

from idlab.metrics.arrays import Flags, Ints, dense, runs


def earlier_alike(person: Ints, codes: Ints) -> Flags:
    """Which interactions have a code that an earlier one of the same person has.

    Args:
        person: [n] the person of each interaction, -1 where unknown.
        codes: [n] a code of each, -1 where it has none.

    Returns:
        [n] flags.

    Example:
        >>> earlier_alike(np.array([1, 1, 2, 1]), np.array([7, 8, 7, 7])).tolist()
        [False, False, False, True]
    """
    found = np.zeros(person.size, dtype=np.bool_)
    rows = np.flatnonzero((person >= 0) & (codes >= 0))
    who, people = dense(person[rows])
    code, number = dense(codes[rows])
    order, starts = runs(who * number + code, people * number)
    follows = np.ones(rows.size, dtype=np.bool_)
    follows[starts] = False
    found[rows[order[follows]]] = True
    return found
