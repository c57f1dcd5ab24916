"""The same decisions judged by the final identities: what accepted links, unions and splits made of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from idlab.metrics.arrays import Flags, Ints, labels
from idlab.metrics.contingency import contingency, plurality_rows
from idlab.metrics.decisions import Disposition, Judgements, seen_before
from idlab.metrics.history import History, OutcomeCode, check_history
from idlab.metrics.holdings import NOBODY
from idlab.metrics.served import cells_of


def judge_in_the_end(history: History, person: ArrayLike, judged: Judgements) -> Judgements:
    """Judge every decision and union of a history by the final identities.

    MERGE is right if the plurality person of the identity that holds the interaction at the end is the
    person. PENDING and REVIEW are right if an identity that holds at the end what they point to has the
    person as its plurality person. NEW is right for a person never seen before, or if the identity that holds
    the interaction at the end holds an earlier one of the person. A union is judged as it was when it was
    made, and only if it stands: its two identities are one at the end.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown.
        judged: What ``judge`` says of it.

    Returns:
        The judgements.

    Raises:
        BadInput: If arrays do not fit each other.

    Example:
        >>> from idlab.metrics.decisions import judge
        >>> from idlab.metrics.history import unsplit
        >>> history, person = unsplit(np.array([0, 0, 0, 3])), np.array([8, 9, 9, 8])
        >>> found = judge_in_the_end(history, person, judge(history, person))
        >>> [Disposition(code).name for code in found.disposition]
        ['NEW_RIGHT', 'MERGE_RIGHT', 'MERGE_RIGHT', 'NEW_MISSED']
    """
    check_history(history)
    people = labels(person, "person", history.outcome.size)
    owner, rejoined = _by_the_end(history, people)
    linkable = seen_before(people)
    of_target = np.repeat(np.arange(people.size), np.diff(history.target_start))
    target = owner[history.identity[history.target]]
    hit, unclear = (np.zeros(people.size, dtype=np.bool_) for _ in range(2))
    hit[of_target[target == people[of_target]]] = True
    unclear[of_target[target == NOBODY]] = True
    new, merge = history.outcome == OutcomeCode.NEW, history.outcome == OutcomeCode.MERGE
    merged = owner[history.identity] == people
    right = np.where(new, ~linkable | rejoined, np.where(merge, merged, hit))
    unjudged = (people < 0) | (~new & ~merge & unclear & ~hit)
    disposition = np.where(unjudged, Disposition.UNJUDGED, 2 * history.outcome + ~right)
    stands = history.identity[history.union_kept] == history.identity[history.union_gone]
    return Judgements(
        disposition.astype(np.int64), linkable, judged.union_right, judged.union_judged & stands
    )


def _by_the_end(history: History, person: Ints) -> tuple[Ints, Flags]:
    """The plurality person of every final identity, and which interactions lie with an earlier one of theirs."""
    owner = np.full(person.size, NOBODY, dtype=np.int64)
    rejoined = np.zeros(person.size, dtype=np.bool_)
    known = np.flatnonzero(person >= 0)
    people, into = person[known], history.identity[known]
    table = contingency(people, into)
    rows = plurality_rows(table)
    owner[into[rows]] = people[rows]
    rejoined[known] = table.first[cells_of(table.first, people, into)] < np.arange(known.size)
    return owner, rejoined
