"""What becomes of identities from one partition to another: which merge, which split, which exchange members."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from idlab.metrics.arrays import Flags, Ints, labels
from idlab.metrics.contingency import Contingency, contingency, united


class Regrouping(IntEnum):
    """What becomes of identities that share interactions."""

    SAME = 0
    """One identity with the same members in both."""
    MERGE = 1
    """Several become one."""
    SPLIT = 2
    """One becomes several."""
    MOVE = 3
    """Several become several others: members move between them."""


class Regrouped(NamedTuple):
    """The smallest groups of identities that hold the same interactions in both partitions.

    Args:
        of_row: [n] the group of each interaction.
        kind: [groups] a ``Regrouping``.
        interactions: [groups] how many they hold.
        before, after: [groups] how many identities there are in one and the other.
    """

    of_row: Ints
    kind: Ints
    interactions: Ints
    before: Ints
    after: Ints

    @property
    def changed(self) -> Flags:
        """[groups] whether anything becomes of it."""
        found: Flags = self.kind != Regrouping.SAME
        return found


class UnionErrors(NamedTuple):
    """Wrong and missing unions of a partition, per group.

    Args:
        wrong: [groups] for each identity the number of different people in it minus one, summed.
        missing: [groups] for each pair of a person and a group the number of identities minus one, summed.
    """

    wrong: Ints
    missing: Ints


def regrouped(before: ArrayLike, after: ArrayLike) -> Regrouped:
    """Compare two partitions of the same interactions.

    Args:
        before: [n] identity of each interaction.
        after: [n] likewise, under any numbers.

    Returns:
        The groups, in the order of their first interactions.

    Raises:
        BadInput: If the labels are no integers or differ in number.

    Example:
        >>> found = regrouped([1, 1, 2, 3, 3], [1, 1, 1, 3, 4])
        >>> [Regrouping(kind).name for kind in found.kind]
        ['MERGE', 'SPLIT']
    """
    table = contingency(before, after)
    one, other = table.truth_sizes.size, table.predicted_sizes.size
    component, groups = united(table.truth, one + table.predicted, one + other)
    of_cell = component[table.truth]
    first = np.full(groups, np.iinfo(np.int64).max)
    np.minimum.at(first, of_cell, table.first)
    rank = np.empty(groups, dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(groups)
    of_before = rank[component[:one]]
    many = np.bincount(of_before, minlength=groups), np.bincount(rank[component[one:]], minlength=groups)
    kind = (many[0] > 1) * Regrouping.MERGE + (many[1] > 1) * Regrouping.SPLIT
    sizes = np.bincount(of_before, weights=table.truth_sizes, minlength=groups).astype(np.int64)
    return Regrouped(_rows(table, of_before, before), kind.astype(np.int64), sizes, *many)


def _rows(table: Contingency, of_before: Ints, before: ArrayLike) -> Ints:
    """The group of each row, from those of the identities before."""
    whose = labels(before, "before")
    by_label = np.unique(whose, return_inverse=True)[1]
    found: Ints = of_before[by_label] if table.sizes.size else whose
    return found


def union_errors(person: ArrayLike, identity: ArrayLike, groups: Regrouped) -> UnionErrors:
    """Wrong and missing unions of one of the partitions that were compared, over known persons.

    Args:
        person: [n] the person of each interaction, -1 where unknown.
        identity: [n] its identity in that partition.
        groups: What came of comparing it with the other.

    Returns:
        The errors per group; only their difference between the partitions says something of ``missing``, as
        a person's interactions in other groups are left aside.

    Raises:
        BadInput: If the labels are no integers or differ in number.

    Example:
        >>> groups = regrouped([1, 1, 2], [1, 1, 1])
        >>> union_errors([8, 8, 9], [1, 1, 1], groups).wrong.tolist()
        [1]
    """
    people = labels(person, "person", groups.of_row.size)
    known = np.flatnonzero(people >= 0)
    number = groups.kind.size
    table = contingency(people[known], labels(identity, "identity", people.size)[known])
    of_cell = groups.of_row[known[table.first]]
    of_identity = np.zeros_like(table.predicted_sizes)
    of_identity[table.predicted] = of_cell
    persons = np.unique(np.stack([table.truth, of_cell]), axis=1)[1] if known.size else of_cell
    cells = np.bincount(of_cell, minlength=number)
    return UnionErrors(
        cells - np.bincount(of_identity, minlength=number), cells - np.bincount(persons, minlength=number)
    )
