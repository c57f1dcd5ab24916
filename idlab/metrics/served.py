"""The profile that each interaction was served with: whose interactions it held, and whose it lacked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from idlab.metrics.arrays import Flags, Ints, labels, runs
from idlab.metrics.contingency import contingency
from idlab.metrics.history import History, check_history
from idlab.metrics.holdings import SizedHoldings
from idlab.metrics.ownership import Changes


class Served(NamedTuple):
    """The profile of each interaction of a known person; counts are of interactions of known persons.

    Args:
        elsewhere: [n] interactions of its person that the profile lacks.
        own: [n] other interactions of its person that the profile holds.
        foreign: [n] interactions of other persons that the profile holds.
    """

    elsewhere: Ints
    own: Ints
    foreign: Ints

    @property
    def wrong(self) -> Flags:
        """[n] whether the profile holds another person's interactions."""
        return self.foreign > 0

    @property
    def incomplete(self) -> Flags:
        """[n] whether the profile lacks interactions of the person."""
        return self.elsewhere > 0


def served(history: History, person: ArrayLike) -> Served:
    """The profile of each interaction when it was handled: what the agent's screen showed.

    It is the identity that the decision put the interaction into, after the unions of that decision and
    before the interaction itself joined; empty if the decision opened one.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown; all numbers of such a row are 0.

    Returns:
        The profiles. Time: a few microseconds per interaction.

    Raises:
        BadInput: If arrays do not fit each other.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> found = served(unsplit(np.array([0, 0, 0, 3])), [8, 9, 8, 8])
        >>> found.own.tolist(), found.foreign.tolist(), found.elsewhere.tolist()
        ([0, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 2])
    """
    check_history(history)
    people = labels(person, "person", history.outcome.size)
    profiles = SizedHoldings(people.size)
    persons = people.tolist()
    changes = Changes(history, persons, profiles)
    own, size = [0] * people.size, [0] * people.size
    walk = zip(history.entry.tolist(), history.joined.tolist(), persons, strict=True)
    for row, (at, joined, who) in enumerate(walk):
        if changes.at <= at:
            changes.apply(at + 1)
        if who >= 0:
            own[row], size[row] = profiles.count(joined, who), profiles.size[joined]
            profiles.add(joined, who, row)
    held = np.array(own, dtype=np.int64)
    return Served(_earlier(people) - held, held, np.array(size, dtype=np.int64) - held)


def served_in_the_end(history: History, person: ArrayLike) -> Served:
    """The profile of each interaction in the final identities, which hold later interactions too.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown; all numbers of such a row are 0.

    Returns:
        The profiles; an interaction is not counted in its own.

    Raises:
        BadInput: If arrays do not fit each other.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> found = served_in_the_end(unsplit(np.array([0, 0, 0, 3])), [8, 9, 8, 8])
        >>> found.own.tolist(), found.foreign.tolist(), found.elsewhere.tolist()
        ([1, 0, 1, 0], [1, 2, 1, 0], [1, 0, 1, 2])
    """
    check_history(history)
    people = labels(person, "person", history.outcome.size)
    own, foreign, elsewhere = (np.zeros(people.size, dtype=np.int64) for _ in range(3))
    known = np.flatnonzero(people >= 0)
    table = contingency(people[known], history.identity[known])
    cell = cells_of(table.first, people[known], history.identity[known])
    own[known] = table.sizes[cell] - 1
    foreign[known] = table.predicted_sizes[table.predicted[cell]] - table.sizes[cell]
    elsewhere[known] = table.truth_sizes[table.truth[cell]] - table.sizes[cell]
    return Served(elsewhere, own, foreign)


def cells_of(first: Ints, truth: Ints, predicted: Ints) -> Ints:
    """The cell of a contingency that each row lies in.

    Args:
        first: [cells] a row of each cell, as ``Contingency.first``.
        truth: [n] the labels that were counted.
        predicted: [n] likewise.

    Returns:
        [n] cell of each row.

    Example:
        >>> from idlab.metrics.contingency import contingency
        >>> truth, predicted = np.array([1, 1, 2]), np.array([7, 8, 8])
        >>> cells_of(contingency(truth, predicted).first, truth, predicted).tolist()
        [0, 1, 2]
    """
    if not truth.size:
        return truth
    low, span = int(truth.min()), int(truth.max()) - int(truth.min()) + 1
    codes = (predicted - int(predicted.min())) * span + truth - low
    order, starts = runs(codes, int(codes.max()) + 1)
    of_first = np.empty(truth.size, dtype=np.int64)
    of_first[first] = np.arange(first.size)
    cell = np.empty(truth.size, dtype=np.int64)
    cell[order] = np.repeat(of_first[order[starts]], np.diff(starts, append=order.size))
    return cell


def _earlier(person: Ints) -> Ints:
    """How many earlier interactions of its person each one has; 0 where that is unknown."""
    found = np.zeros(person.size, dtype=np.int64)
    known = np.flatnonzero(person >= 0)
    if known.size:
        order, starts = runs(person[known], int(person.max()) + 1)
        place = np.arange(order.size)
        found[known[order]] = place - np.repeat(starts, np.diff(starts, append=order.size))
    return found
