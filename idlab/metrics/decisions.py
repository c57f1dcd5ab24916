"""Decision-level metrics: was each decision right, given what the identity was before it?

An interaction is linkable if its person was seen before, in whatever interaction. With partial labels,
decisions on unknown persons, and decisions that point to identities none of whose persons is known, are not
judged and stand in no rate; outcome shares and loads need no truth and cover every counted interaction.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from idlab.metrics.arrays import Flags, Floats, Ints, group_sizes, group_sums, labels, runs
from idlab.metrics.history import History, OutcomeCode, check_history
from idlab.metrics.holdings import NOBODY
from idlab.metrics.ownership import Owners, owners


class Disposition(IntEnum):
    """How a decision turned out.

    NEW is right for a person never seen before and else missed a link; MERGE is right if the plurality person
    of the identity before the event is the person; PENDING and REVIEW are right if one of the identities that
    they point to has the person as its plurality person before the event.
    """

    NEW_RIGHT = 0
    NEW_MISSED = 1
    MERGE_RIGHT = 2
    MERGE_WRONG = 3
    PENDING_RIGHT = 4
    PENDING_WRONG = 5
    REVIEW_RIGHT = 6
    REVIEW_WRONG = 7
    UNJUDGED = 8


class Judgements(NamedTuple):
    """Every decision and every union, judged.

    Args:
        disposition: [n] a ``Disposition``.
        linkable: [n] whether the person is known and was seen before.
        union_right: [unions] whether both identities had the same plurality person just before.
        union_judged: [unions] whether a MERGE decision made it and both plurality persons are known.
    """

    disposition: Ints
    linkable: Flags
    union_right: Flags
    union_judged: Flags


class DecisionTotals(NamedTuple):
    """Decisions per group; the last eleven count judged ones only.

    Args:
        counted: [groups] decisions that count, right, wrong or unknown.
        new, merge, pending, review: [groups] of these, by outcome.
        merge_right, merge_judged: [groups] right and all judged MERGEs.
        pending_right, pending_judged: [groups] PENDINGs, likewise.
        review_right, review_judged: [groups] REVIEWs, likewise.
        new_missed: [groups] NEWs whose person was seen before.
        linkable: [groups] judged decisions on persons seen before.
        not_merged: [groups] linkable less rightly merged.
        union_right, union_judged: [groups] unions by MERGE decisions.
    """

    counted: Floats
    new: Floats
    merge: Floats
    pending: Floats
    review: Floats
    merge_right: Floats
    merge_judged: Floats
    pending_right: Floats
    pending_judged: Floats
    review_right: Floats
    review_judged: Floats
    new_missed: Floats
    linkable: Floats
    not_merged: Floats
    union_right: Floats
    union_judged: Floats


def judge(history: History, person: ArrayLike) -> Judgements:
    """Judge every decision and union of a history by the plurality persons just before it.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown.

    Returns:
        The judgements.

    Raises:
        BadInput: If arrays do not fit each other.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> found = judge(unsplit(np.array([0, 0, 0, 3])), [8, 9, 8, 8])
        >>> [Disposition(code).name for code in found.disposition]
        ['NEW_RIGHT', 'MERGE_WRONG', 'MERGE_RIGHT', 'NEW_MISSED']
    """
    check_history(history)
    people = labels(person, "person", history.outcome.size)
    linkable = seen_before(people)
    found = owners(history, people)
    wrong, unknown = _verdicts(history, people, linkable, found)
    disposition = np.where((people < 0) | unknown, Disposition.UNJUDGED, 2 * history.outcome + wrong)
    return Judgements(
        disposition.astype(np.int64),
        linkable,
        found.kept == found.gone,
        (history.union_by_action == 0) & (found.kept != NOBODY) & (found.gone != NOBODY),
    )


def seen_before(person: Ints) -> Flags:
    """Which interactions are of a known person who has an earlier one.

    Args:
        person: [n] the person of each interaction, -1 where unknown.

    Returns:
        [n] flags.

    Example:
        >>> seen_before(np.array([4, 4, -1, -1])).tolist()
        [False, True, False, False]
    """
    known = np.flatnonzero(person >= 0)
    seen = person >= 0
    if known.size:
        people = person[known]
        order, starts = runs(people, int(people.max()) + 1)
        seen[known[order[starts]]] = False
    return seen


def _verdicts(history: History, person: Ints, linkable: Flags, found: Owners) -> tuple[Flags, Flags]:
    """Whether each decision is wrong, and whether that cannot be known though its person is."""
    of_target = np.repeat(np.arange(person.size), np.diff(history.target_start))
    hit = np.zeros(person.size, dtype=np.bool_)
    hit[of_target[found.target == person[of_target]]] = True
    open_question = np.zeros(person.size, dtype=np.bool_)
    open_question[of_target[found.target == NOBODY]] = True
    new, merge = history.outcome == OutcomeCode.NEW, history.outcome == OutcomeCode.MERGE
    right = np.where(new, ~linkable, np.where(merge, found.joined == person, hit))
    unknown = np.where(merge, found.joined == NOBODY, open_question & ~hit) & ~new
    return ~right, unknown


def decision_totals(
    history: History, judged: Judgements, group: ArrayLike | None = None, groups: int = 1
) -> DecisionTotals:
    """Count decisions and unions per group; a union is in the group of the identity that survives.

    Args:
        history: The replay.
        judged: Its judgements.
        group: [n] the group of each interaction; all in one if None.
        groups: How many groups there are.

    Returns:
        The counts per group.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> history = unsplit(np.array([0, 0, 0, 3]))
        >>> totals = decision_totals(history, judge(history, [8, 9, 8, 8]))
        >>> totals.merge_right.tolist(), totals.merge_judged.tolist(), totals.linkable.tolist()
        ([1.0], [2.0], [2.0])
    """
    rows = history.outcome.size
    of_row = np.zeros(rows, dtype=np.int64) if group is None else labels(group, "group", rows)
    kinds = len(Disposition)
    counted = history.counted.astype(np.bool_)

    def table(codes: Ints, width: int, use: Flags) -> Floats:
        counts = np.bincount(of_row[use] * width + codes[use], minlength=groups * width)
        return counts.reshape(groups, width).astype(np.float64)

    outcome = table(history.outcome, len(OutcomeCode), counted)
    how = table(judged.disposition, kinds, counted)
    judged_rows = counted & (judged.disposition != Disposition.UNJUDGED)
    linkable = table(judged.linkable.astype(np.int64), 2, judged_rows)[:, 1]
    of_union = of_row[history.union_kept[judged.union_judged]]
    right = judged.union_right[judged.union_judged]
    return DecisionTotals(
        counted=outcome.sum(axis=1),
        new=outcome[:, OutcomeCode.NEW],
        merge=outcome[:, OutcomeCode.MERGE],
        pending=outcome[:, OutcomeCode.PENDING],
        review=outcome[:, OutcomeCode.REVIEW],
        merge_right=how[:, Disposition.MERGE_RIGHT],
        merge_judged=how[:, Disposition.MERGE_RIGHT] + how[:, Disposition.MERGE_WRONG],
        pending_right=how[:, Disposition.PENDING_RIGHT],
        pending_judged=how[:, Disposition.PENDING_RIGHT] + how[:, Disposition.PENDING_WRONG],
        review_right=how[:, Disposition.REVIEW_RIGHT],
        review_judged=how[:, Disposition.REVIEW_RIGHT] + how[:, Disposition.REVIEW_WRONG],
        new_missed=how[:, Disposition.NEW_MISSED],
        linkable=linkable,
        not_merged=linkable - how[:, Disposition.MERGE_RIGHT],
        union_right=group_sums(right, of_union, groups),
        union_judged=group_sizes(of_union, groups),
    )
