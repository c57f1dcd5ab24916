"""One identity laid open: its interactions in time, its identifiers, whose they are, and whom it should have met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation, column_of
from idlab.explore.sides import FieldValues, profile_values
from idlab.metrics import Disposition, OutcomeCode
from idlab.metrics.arrays import Ints
from idlab.model import customer_id_of
from idlab.why import why

UNKNOWN = -1
"""The person of an interaction of whom nothing is known."""

NEIGHBOURS = 4
"""How many of the identities that an identity should have met are told of."""


@dataclass(frozen=True)
class Member:
    """One interaction of an identity.

    Args:
        number: In the order handled.
        interaction_id: Its id.
        time: When it occurred, microseconds since 1970 UTC.
        channel: Where.
        person: Whose it is: 0 for the person with most of the identity's interactions, 1 for the next, ...;
            ``UNKNOWN``.
        outcome: What was decided about it.
        entered_wrongly: Whether a wrong merge came in with it: it joined another person's identity, or its
            decision united identities of two persons.
    """

    number: int
    interaction_id: str
    time: int
    channel: str
    person: int
    outcome: str
    entered_wrongly: bool


@dataclass(frozen=True)
class Neighbour:
    """Another identity that holds interactions of the person that an identity is mostly of.

    Args:
        customer_id: The identity.
        interactions: How many of the person's interactions it holds.
        told: Why the two never met, in a sentence.
        linked: Whether a link between them waits for an answer.
    """

    customer_id: str
    interactions: int
    told: str
    linked: bool


@dataclass(frozen=True)
class Cluster:
    """One identity laid open.

    Args:
        customer_id: The identity.
        members: Its interactions, in the order handled.
        persons: How many known persons it holds.
        profile: Every field with the values that the identity has.
        neighbours: Whom it should have met, those with most interactions first.
        further: How many more such identities there are.
    """

    customer_id: str
    members: tuple[Member, ...]
    persons: int
    profile: tuple[FieldValues, ...]
    neighbours: tuple[Neighbour, ...]
    further: int


def cluster_of(dataset: Dataset, evaluation: Evaluation, number: int, *, show_identifiers: bool) -> Cluster:
    """Lay open the identity that holds an interaction at the end.

    Args:
        dataset: What the evaluation is of.
        evaluation: Of the config that decided.
        number: The interaction, in the order handled.
        show_identifiers: Whether values are shown as they are; else they are masked.

    Returns:
        The identity. Time: that of a replay for each neighbour.
    """
    done = evaluation.replay
    rows = np.flatnonzero(done.identity == done.identity[number])
    rank = _ranks(evaluation.person[rows])
    others = _should_have_met(evaluation, rows, rank)
    return Cluster(
        customer_id_of(done.tape.ids[int(done.identity[number])]),
        _members(dataset, evaluation, rows, rank),
        len(set(rank.tolist()) - {UNKNOWN}),
        tuple(profile_values(done, rows, show_identifiers=show_identifiers)),
        tuple(_neighbour(evaluation, rows[rank == 0], theirs) for theirs in others[:NEIGHBOURS]),
        max(0, len(others) - NEIGHBOURS),
    )


def tangled(evaluation: Evaluation) -> Ints:
    """An interaction of each identity that holds several known persons, those that hold most of others first.

    Args:
        evaluation: Of the config that decided.
    """
    known = np.flatnonzero(evaluation.person >= 0)
    cells = np.stack([evaluation.replay.identity[known], evaluation.person[known]])
    (identity, _), sizes = np.unique(cells, axis=1, return_counts=True)
    roots, start = np.unique(identity, return_index=True)
    if not roots.size:
        return roots
    strangers = np.add.reduceat(sizes, start) - np.maximum.reduceat(sizes, start)
    order = np.lexsort((roots, -strangers))
    found: Ints = roots[order][strangers[order] > 0]
    return found


def _ranks(person: Ints) -> Ints:
    """The persons of an identity, numbered by how much they hold of it; ties go to who came first."""
    who, first, count = np.unique(person, return_index=True, return_counts=True)
    order = np.lexsort((first, -count, who < 0))
    rank = np.empty(who.size, dtype=np.int64)
    rank[order] = np.arange(who.size)
    found: Ints = np.where(person < 0, UNKNOWN, rank[np.searchsorted(who, person)])
    return found


def _members(dataset: Dataset, evaluation: Evaluation, rows: Ints, rank: Ints) -> tuple[Member, ...]:
    tape, history = evaluation.replay.tape, evaluation.history
    channel = column_of(dataset, "channel")
    wrong = _wrong_entries(evaluation)
    return tuple(
        Member(
            row,
            tape.ids[row],
            int(tape.time[row]),
            channel.names[channel.code[row]],
            person,
            OutcomeCode(int(history.outcome[row])).name,
            row in wrong,
        )
        for row, person in zip(rows.tolist(), rank.tolist(), strict=True)
    )


def _wrong_entries(evaluation: Evaluation) -> set[int]:
    """The interactions that joined another person's identity, or whose decision united two persons'."""
    history, judged = evaluation.history, evaluation.judgements
    united = judged.union_judged & ~judged.union_right
    by = np.searchsorted(history.entry, history.union_at[united])
    joined = np.flatnonzero(evaluation.disposition == Disposition.MERGE_WRONG)
    return {*joined.tolist(), *by.tolist()}


def _should_have_met(evaluation: Evaluation, rows: Ints, rank: Ints) -> list[Ints]:
    """The person's interactions in other identities, identity by identity, the largest first."""
    if not (rank == 0).any():
        return []
    person, identity = evaluation.person, evaluation.replay.identity
    theirs = np.flatnonzero(person == person[rows[rank == 0][0]])
    theirs = theirs[identity[theirs] != identity[rows[0]]]
    parts = [theirs[identity[theirs] == root] for root in np.unique(identity[theirs]).tolist()]
    return sorted(parts, key=lambda part: (-part.size, int(part[0])))


def _neighbour(evaluation: Evaluation, mine: Ints, theirs: Ints) -> Neighbour:
    done = evaluation.replay
    answer = why(done, done.tape.ids[int(mine[0])], done.tape.ids[int(theirs[0])])
    linked = any(link.state == "open" for link in answer.links)
    customer = customer_id_of(done.tape.ids[int(done.identity[theirs[0]])])
    return Neighbour(customer, int(theirs.size), answer.told, linked)
