"""What holds an identity together: the thinnest evidence between parts of it that another config keeps apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from idlab.metrics.arrays import Floats, Ints, dense
from idlab.metrics.contingency import contingency
from idlab.replay import Replay


class Joins(NamedTuple):
    """Identities of one replay that hold several of another's, those first that are most likely wrong to.

    Args:
        identity: [k] each identity, as the number of its earliest interaction.
        interactions: [k] how many it holds.
        parts: [k] among how many identities the other replay divides them.
        exposed: [k] how many are not in the largest part: what that customer would see of others.
        weight: [k] the thinnest evidence that they rest on: the least weight of the decisions that first brought two
            parts together; of a decision that unites several identities, the weight of the best of them.
        score: [k] its score, 0 to 1.
    """

    identity: Ints
    interactions: Ints
    parts: Ints
    exposed: Ints
    weight: Floats
    score: Floats

    @property
    def risk(self) -> Floats:
        """[k] ``exposed`` times 1 - ``score``: how many interactions would lie with a stranger, were scores probabilities."""
        found: Floats = self.exposed * (1 - self.score)
        return found


def joins(done: Replay, other: Replay) -> Joins:
    """The identities that unite what another replay of the same interactions keeps apart.

    Args:
        done: The replay whose identities they are.
        other: The replay that keeps parts of them apart.

    Returns:
        The identities by descending risk, then by how much is exposed, then by age.
    """
    table = contingency(other.identity, done.identity)
    n_parts = np.bincount(table.predicted, minlength=table.predicted_sizes.size)
    largest = np.zeros_like(table.predicted_sizes)
    np.maximum.at(largest, table.predicted, table.sizes)
    several = np.flatnonzero(n_parts > 1)
    identity = np.unique(done.identity)[several]
    thinnest = _thinnest(done, other.identity, identity)
    found = Joins(
        identity,
        table.predicted_sizes[several],
        n_parts[several],
        (table.predicted_sizes - largest)[several],
        thinnest,
        np.array([done.compiled.score(weight) for weight in thinnest.tolist()]),
    )
    order = np.lexsort((found.identity, -found.exposed, -found.risk))
    return Joins._make(column[order] for column in found)


def _thinnest(done: Replay, part: Ints, identities: Ints) -> Floats:
    """[k] the least weight of the decisions that first brought the parts of each identity together.

    Only the first counts: once two parts are one profile, later records agree with it by what either part had.
    """
    thinnest = np.full(identities.size, np.nan)
    if not identities.size:
        return thinnest
    left, right, weight = _in_order(done)
    together = (part[left] != part[right]) & (done.identity[left] == done.identity[right])
    left, right, weight = left[together], right[together], weight[together]
    node, n_nodes = dense(part + done.identity * (int(part.max()) + 1))
    place = np.searchsorted(identities, done.identity[left])
    above = list(range(n_nodes))

    def root(one: int) -> int:
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    rows = zip(node[left].tolist(), node[right].tolist(), place.tolist(), weight.tolist(), strict=True)
    for one, another, at, strength in rows:
        roots = root(one), root(another)
        if roots[0] != roots[1]:
            above[roots[0]] = roots[1]
            thinnest[at] = np.fmin(thinnest[at], strength)
    return thinnest


def _in_order(done: Replay) -> tuple[Ints, Ints, Floats]:
    """What each decision brought together, in the order handled: two identities, or the record and one; and its weight."""
    results = done.results
    moved = np.flatnonzero(results.joined != np.arange(results.joined.size))
    decision = np.concatenate([done.tape.subject[results.union_at], moved])
    order = np.argsort(decision, kind="stable")
    left = np.concatenate([results.union_kept, moved])[order]
    right = np.concatenate([results.union_gone, results.joined[moved]])[order]
    return left, right, results.weight[decision[order]]
