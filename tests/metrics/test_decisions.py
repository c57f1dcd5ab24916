"""The history pass against worlds that were lived through with plain sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from idlab.errors import BadInput
from idlab.metrics.decisions import Disposition, decision_totals, judge
from idlab.metrics.history import History, OutcomeCode, unsplit
from idlab.metrics.holdings import NOBODY
from idlab.metrics.ownership import owners
from tests.metrics.worlds import Lived, World, partitions, worlds


def _number(owner: int | None) -> int:
    return NOBODY if owner is None else owner


@given(worlds())
def test_owners_are_those_of_plain_sets(lived: Lived) -> None:
    world, history = lived
    found = owners(history, np.array(world.person, dtype=np.int64))
    assert found.joined.tolist() == [_number(owner) for owner in world.merge_owner]
    assert found.target.tolist() == [_number(owner) for held in world.target_owners for owner in held]
    assert list(zip(found.kept.tolist(), found.gone.tolist(), strict=True)) == [
        (_number(kept), _number(gone)) for kept, gone in world.union_owners
    ]


def _expected(world: World, history: History, row: int) -> Disposition:
    who, outcome = world.person[row], history.outcome[row]
    if who < 0:
        return Disposition.UNJUDGED
    if outcome == OutcomeCode.NEW:
        return Disposition.NEW_MISSED if who in world.person[:row] else Disposition.NEW_RIGHT
    if outcome == OutcomeCode.MERGE:
        if world.merge_owner[row] is None:
            return Disposition.UNJUDGED
        right = world.merge_owner[row] == who
        return Disposition.MERGE_RIGHT if right else Disposition.MERGE_WRONG
    pending = outcome == OutcomeCode.PENDING
    if who in world.target_owners[row]:
        return Disposition.PENDING_RIGHT if pending else Disposition.REVIEW_RIGHT
    if None in world.target_owners[row]:
        return Disposition.UNJUDGED
    return Disposition.PENDING_WRONG if pending else Disposition.REVIEW_WRONG


@given(worlds())
def test_dispositions_and_totals(lived: Lived) -> None:
    world, history = lived
    judged = judge(history, np.array(world.person, dtype=np.int64))
    expected = [_expected(world, history, row) for row in range(len(world.person))]
    assert judged.disposition.tolist() == expected
    assert judged.linkable.tolist() == [
        who >= 0 and who in world.person[:row] for row, who in enumerate(world.person)
    ]
    rows = [row for row in range(len(expected)) if history.counted[row]]
    totals = decision_totals(history, judged)

    def many(*dispositions: Disposition) -> int:
        return sum(expected[row] in dispositions for row in rows)

    linkable = sum(
        expected[row] != Disposition.UNJUDGED and world.person[row] in world.person[:row] for row in rows
    )
    unions = [
        kept == gone
        for (kept, gone), by_action in zip(world.union_owners, history.union_by_action, strict=True)
        if not by_action and kept is not None and gone is not None
    ]
    assert [float(total[0]) for total in totals] == [
        len(rows),
        *(sum(history.outcome[row] == code for row in rows) for code in OutcomeCode),
        many(Disposition.MERGE_RIGHT),
        many(Disposition.MERGE_RIGHT, Disposition.MERGE_WRONG),
        many(Disposition.PENDING_RIGHT),
        many(Disposition.PENDING_RIGHT, Disposition.PENDING_WRONG),
        many(Disposition.REVIEW_RIGHT),
        many(Disposition.REVIEW_RIGHT, Disposition.REVIEW_WRONG),
        many(Disposition.NEW_MISSED),
        linkable,
        linkable - many(Disposition.MERGE_RIGHT),
        sum(unions),
        len(unions),
    ]


@given(partitions())
def test_a_clustering_without_decisions_reads_as_new_and_merge(labels: tuple[list[int], list[int]]) -> None:
    person, identity = labels
    history = unsplit(np.array(identity))
    assert len(set(history.identity.tolist())) == len(set(identity))
    totals = decision_totals(history, judge(history, person))
    assert totals.new[0] == len(set(identity))
    assert totals.new[0] + totals.merge[0] == totals.counted[0] == len(identity)


def test_a_bridging_record_is_judged_by_the_identity_that_survives_as_it_was_before() -> None:
    """Persons 1 and 2 hold identities 0 and 1; a record of 2 unites both: not what identity 0 was."""
    history = unsplit(np.array([0, 1, 1, 0]))._replace(
        union_at=np.array([3]),
        union_kept=np.array([0]),
        union_gone=np.array([1]),
        union_by_action=np.array([0]),
        identity=np.array([0, 0, 0, 0]),
    )
    judged = judge(history, [1, 2, 2, 2])
    assert judged.disposition[3] == Disposition.MERGE_WRONG
    assert judged.union_judged.tolist() == [True] and judged.union_right.tolist() == [False]


def test_arrays_that_do_not_fit_are_refused_by_name() -> None:
    history = unsplit(np.array([0, 0]))
    with pytest.raises(BadInput, match="reviewed has 1 entries and must have 2, as outcome"):
        judge(history._replace(reviewed=np.zeros(1, dtype=bool)), [1, 1])
    with pytest.raises(BadInput, match="entry must ascend"):
        judge(history._replace(entry=np.array([3, 1])), [1, 1])
    with pytest.raises(BadInput, match="outcome must be 0 NEW"):
        judge(history._replace(outcome=np.array([0, 4])), [1, 1])
    with pytest.raises(BadInput, match="person has 3 labels and must have 2"):
        judge(history, [1, 1, 1])


def test_uniting_a_small_mixed_identity_with_a_larger_mixed_one_loses_nobody() -> None:
    """Identity 0 holds persons 1 and 2, identity 4 holds 3, 4 and 5; united, person 2 takes the lead."""
    identity, person = [0, 0, 0, 0, 4, 4, 4, 4, 0, 0], [1, 1, 2, 2, 3, 4, 5, 5, 2, 2]
    history = unsplit(np.array(identity))._replace(
        union_at=np.array([8]),
        union_kept=np.array([0]),
        union_gone=np.array([4]),
        union_by_action=np.array([1]),
    )
    assert owners(history, np.array(person)).joined.tolist() == [-1, 1, 1, 1, -1, 3, 3, 3, 1, 2]
