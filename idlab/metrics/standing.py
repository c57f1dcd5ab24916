"""Who owned an identity at a moment, and which identity held an interaction then."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from idlab.metrics.arrays import Ints
from idlab.metrics.history import History
from idlab.metrics.holdings import SizedHoldings
from idlab.metrics.ownership import Changes

NEVER = np.iinfo(np.int64).max
"""The log position of what never happened."""


class Standing(NamedTuple):
    """Identities at moments.

    Args:
        owner: [k] the plurality person, ties to who came first; -1 where none is known.
        size: [k] how many interactions of known persons it held.
    """

    owner: Ints
    size: Ints


def standing(history: History, person: Ints, at: Ints, identity: Ints) -> Standing:
    """The owners and sizes of identities at moments of a history, before anything happens at that moment.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown.
        at: [k] log positions.
        identity: [k] identities as they were numbered then.

    Returns:
        One of each per question.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> found = standing(unsplit(np.array([0, 0, 0])), np.array([8, 9, 9]), np.array([2, 3]), np.array([0, 0]))
        >>> found.owner.tolist(), found.size.tolist()
        ([8, 9], [2, 3])
    """
    persons = person.tolist()
    holdings = SizedHoldings(person.size)
    changes = Changes(history, persons, holdings)
    owner, size = [-1] * at.size, [0] * at.size
    joins = list(zip(history.entry.tolist(), history.joined.tolist(), persons, strict=True))
    row, rows = 0, len(joins)
    asked = np.argsort(at, kind="stable")
    for question, moment, who in zip(
        asked.tolist(), at[asked].tolist(), identity[asked].tolist(), strict=True
    ):
        while row < rows and joins[row][0] < moment:
            entry, joined, one = joins[row]
            changes.apply(entry + 1)
            if one >= 0:
                holdings.add(joined, one, row)
            row += 1
        changes.apply(moment)
        owner[question], size[question] = holdings.owner[who], holdings.size[who]
    return Standing(np.array(owner, dtype=np.int64), np.array(size, dtype=np.int64))


def holder_at(history: History, row: Ints, at: Ints) -> Ints:
    """The identities that held interactions at moments, before anything happened at that moment.

    Args:
        history: A replay without splits.
        row: [k] interactions, handled before then.
        at: [k] log positions.

    Returns:
        [k] identities.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> holder_at(unsplit(np.array([0, 0, 2])), np.array([1]), np.array([2])).tolist()
        [0]
    """
    gone_at, into = _absorbed(history)
    found = history.joined[row]
    while True:
        moved = gone_at[found] < at
        if not moved.any():
            return found
        found = np.where(moved, into[found], found)


def met_at(history: History, left: Ints, right: Ints) -> Ints:
    """When two interactions came to be held by one identity.

    Args:
        history: A replay without splits.
        left, right: [k] pairs of interactions.

    Returns:
        [k] log positions: of the union, or of the later interaction if it joined the other's identity;
        ``NEVER`` where they did not meet.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> met_at(unsplit(np.array([0, 0])), np.array([0]), np.array([1])).tolist()
        [1]
    """
    gone_at, into = _absorbed(history)
    one, other = history.joined[left], history.joined[right]
    met = np.maximum(history.entry[left], history.entry[right])
    while True:
        apart = (one != other) & (met < NEVER)
        if not apart.any():
            return met
        first = gone_at[one] <= gone_at[other]
        step = np.where(first, gone_at[one], gone_at[other])
        met = np.where(apart, np.maximum(met, step), met)
        one, other = (
            np.where(apart & first & (step < NEVER), into[one], one),
            np.where(apart & ~first & (step < NEVER), into[other], other),
        )


def _absorbed(history: History) -> tuple[Ints, Ints]:
    """[n] when each identity was absorbed, and by which."""
    gone_at = np.full(history.outcome.size, NEVER, dtype=np.int64)
    gone_at[history.union_gone] = history.union_at
    into = np.arange(history.outcome.size)
    into[history.union_gone] = history.union_kept
    return gone_at, into
