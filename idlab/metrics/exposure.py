"""The blast radius of wrong merges: whose interactions and identifiers lay open to somebody else, how long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from idlab.errors import BadInput
from idlab.metrics.arrays import Ints, dense, labels
from idlab.metrics.history import History, check_history

NEVER = -1
"""The end of an exposure that no split ended."""


class Exposures(NamedTuple):
    """What each wrong merge laid open.

    Args:
        row: [k] the interaction merged wrongly.
        interactions: [k] interactions of other known persons that lay in one identity with it, at any time
            until it was parted from all of them by a split, or until the end.
        persons: [k] how many persons these are of.
        identifiers: [k] their distinct values that no interaction of its own person has.
        until: [k] the first interaction handled after the split that parted it from all others, ``NEVER`` if
            none did.
    """

    row: Ints
    interactions: Ints
    persons: Ints
    identifiers: Ints
    until: Ints


def exposures(history: History, person: ArrayLike, values: ArrayLike, rows: Ints) -> Exposures:
    """What wrong merges laid open to other people.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown.
        values: [n, fields] distinct identifiers by number, -1 where missing; a number means the same in all
            columns.
        rows: [k] the wrong merges, of known persons.

    Returns:
        What each laid open.

    Raises:
        BadInput: If arrays do not fit each other.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> history, values = unsplit(np.array([0, 0, 0])), np.array([[5, 1], [5, 2], [5, 3]])
        >>> exposures(history, [8, 9, 8], values, np.array([1]))[1:4]
        (array([2]), array([1]), array([2]))
    """
    check_history(history)
    people = labels(person, "person", history.outcome.size)
    held = np.asarray(values)
    if held.ndim != 2 or held.shape[0] != people.size:
        raise BadInput(f"values has shape {held.shape} and must have one row per interaction", where="values")
    split = np.isin(rows, history.moved[history.moved_at > _least_entry(history, rows)])
    whole = _Together(history.identity, people, held).about(history.identity[rows], people[rows])
    found = Exposures(rows, *whole, np.full(rows.size, NEVER, dtype=np.int64))
    for place in np.flatnonzero(split).tolist():
        told = _through_splits(history, people, held, int(rows[place]))
        for column, number in zip(found[1:], told, strict=True):
            column[place] = number
    return found


def _least_entry(history: History, rows: Ints) -> int:
    return int(history.entry[rows].min()) if rows.size else 0


class _Together:
    """Whose interactions and values lie in each identity."""

    def __init__(self, identity: Ints, person: Ints, values: Ints) -> None:
        known = np.flatnonzero(person >= 0)
        self.identity, self.person = identity[known], person[known]
        self.values = values[known]

    def about(self, identity: Ints, person: Ints) -> tuple[Ints, Ints, Ints]:
        """Interactions, persons and values in an identity beyond those of a person in it, for [k] of both."""
        into, _ = dense(np.concatenate([self.identity, identity]))
        who, people = dense(np.concatenate([self.person, person]))
        rows, asked = slice(None, self.identity.size), slice(self.identity.size, None)
        cells = into * people + who
        persons = np.unique(cells[rows])
        own = _counted(cells[rows], cells[asked])
        size = _counted(into[rows], into[asked])
        crowd = _counted(persons // max(people, 1), into[asked])
        return size - own, crowd - 1, self._values(into, who, asked)

    def _values(self, into: Ints, who: Ints, asked: slice) -> Ints:
        """Distinct values of an identity, less those of them that the person has anywhere."""
        flat = self.values.reshape(-1)
        there = np.flatnonzero(flat >= 0)
        row = there // max(self.values.shape[1], 1)
        code, number = dense(flat[there])
        number = max(number, 1)
        of_identity = np.unique(into[row] * number + code)
        of_person = np.unique(who[row] * number + code)
        pairs, pair = np.unique(np.stack([into[asked], who[asked]]), axis=1, return_inverse=True)
        starts = np.searchsorted(of_person, pairs[1] * number)
        sizes = np.searchsorted(of_person, (pairs[1] + 1) * number) - starts
        owner = np.repeat(np.arange(sizes.size), sizes)
        place = np.arange(owner.size) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(starts, sizes)
        held = pairs[0][owner] * number + of_person[place] % number
        shared = np.bincount(owner[np.isin(held, of_identity)], minlength=sizes.size)
        found: Ints = (_counted(of_identity // number, pairs[0]) - shared)[pair.reshape(-1)]
        return found


def _counted(codes: Ints, asked: Ints) -> Ints:
    """How often each asked code occurs."""
    if not codes.size:
        return np.zeros(asked.size, dtype=np.int64)
    most = max(int(codes.max()), int(asked.max(initial=0)))
    if most < 64 * codes.size:
        return np.bincount(codes, minlength=most + 1)[asked]
    ordered = np.sort(codes)
    found: Ints = np.searchsorted(ordered, asked, side="right") - np.searchsorted(ordered, asked)
    return found


def _through_splits(history: History, person: Ints, values: Ints, row: int) -> Iterator[int]:
    """Interactions, persons, identifiers and end for a merge whose identity was split later."""
    lay, until = set[int](), NEVER
    for at in np.unique(history.moved_at[history.moved == row]).tolist():
        if at < history.entry[row]:
            continue
        moves = history.moved_at == at
        members, parts = history.moved[moves], history.moved_to[moves]
        lay.update(members.tolist())
        part = members[parts == parts[members == row][0]]
        if not np.any((person[part] >= 0) & (person[part] != person[row])):
            until = int(np.searchsorted(history.entry, at))
            break
    else:
        lay.update(np.flatnonzero(history.identity == history.identity[row]).tolist())
    others = [one for one in sorted(lay) if person[one] >= 0 and person[one] != person[row]]
    exposed = set(values[others].reshape(-1).tolist()) - {-1}
    exposed -= set(values[person == person[row]].reshape(-1).tolist())
    yield from (len(others), len(set(person[others].tolist())), len(exposed), until)
