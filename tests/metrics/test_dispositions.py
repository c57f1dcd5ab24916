"""Served profiles, the disposition matrix and the judgement in the end, against worlds lived with plain sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from idlab.metrics.aftermath import judge_in_the_end
from idlab.metrics.decisions import Disposition, judge
from idlab.metrics.history import OutcomeCode, unsplit
from idlab.metrics.matrix import disposition_matrix
from idlab.metrics.served import served, served_in_the_end
from idlab.metrics.shares import Components
from tests.metrics import naive
from tests.metrics.worlds import Lived, partitions, worlds


@given(worlds())
def test_served_profiles_are_those_of_plain_sets(lived: Lived) -> None:
    world, history = lived
    person = world.person
    found = served(history, person)
    for row, (held, who) in enumerate(zip(world.profile, person, strict=True)):
        known = [person[one] for one in held if person[one] >= 0] if who >= 0 else []
        earlier = sum(one == who for one in person[:row]) if who >= 0 else 0
        own = known.count(who)
        assert (found.own[row], found.foreign[row]) == (own, len(known) - own)
        assert found.elsewhere[row] == earlier - own
        assert found.wrong[row] == (len(known) > own) and found.incomplete[row] == (earlier > own)


@given(worlds())
def test_profiles_in_the_end_are_those_of_plain_sets(lived: Lived) -> None:
    world, history = lived
    person, identity = world.person, history.identity.tolist()
    found = served_in_the_end(history, person)
    for row, who in enumerate(person):
        others = [one for one in range(len(person)) if one != row and person[one] >= 0 <= who]
        together = [one for one in others if identity[one] == identity[row]]
        own = sum(person[one] == who for one in together)
        assert (found.own[row], found.foreign[row]) == (own, len(together) - own)
        assert found.elsewhere[row] == sum(person[one] == who for one in others) - own


def _in_the_end(
    world_person: list[int], identity: list[int], outcome: int, row: int, targets: list[int]
) -> int:
    def owner(of: int) -> int | None:
        rows = [one for one, held in enumerate(identity) if held == identity[of]]
        return naive.plurality(rows, world_person)

    who = world_person[row]
    if who < 0:
        return Disposition.UNJUDGED
    earlier = [one for one in range(row) if world_person[one] == who]
    if outcome == OutcomeCode.NEW:
        right = not earlier or any(identity[one] == identity[row] for one in earlier)
    elif outcome == OutcomeCode.MERGE:
        right = owner(row) == who
    else:
        owners = [owner(target) for target in targets]
        right = who in owners
        if not right and None in owners:
            return Disposition.UNJUDGED
    return 2 * outcome + (not right)


@given(worlds())
def test_decisions_in_the_end_are_judged_by_final_sets(lived: Lived) -> None:
    world, history = lived
    judged = judge(history, world.person)
    found = judge_in_the_end(history, world.person, judged)
    identity = history.identity.tolist()
    for row in range(len(world.person)):
        targets = history.target[history.target_start[row] : history.target_start[row + 1]].tolist()
        expected = _in_the_end(world.person, identity, int(history.outcome[row]), row, targets)
        assert found.disposition[row] == expected
    stands = [
        identity[kept] == identity[gone]
        for kept, gone in zip(history.union_kept, history.union_gone, strict=True)
    ]
    assert found.union_judged.tolist() == (judged.union_judged & np.array(stands, dtype=bool)).tolist()


@given(worlds())
def test_the_matrix_adds_up_and_keeps_the_impossible_cells_empty(lived: Lived) -> None:
    world, history = lived
    judged = judge(history, world.person)
    alone = Components(np.arange(len(world.person)), len(world.person))
    cells = disposition_matrix(judged, history.counted, alone)
    known = history.counted & (judged.disposition != Disposition.UNJUDGED)
    assert len(cells) == 16 and sum(cell.decisions for cell in cells) == known.sum()
    for cell in cells:
        if cell.right and not cell.seen_before and cell.outcome != "NEW":
            assert cell.decisions == 0
        if cell.outcome == "NEW" and cell.right == cell.seen_before:
            assert cell.decisions == 0
        if known.any():
            assert cell.share.value == pytest.approx(cell.decisions / known.sum())


@given(partitions())
def test_a_history_without_wrong_unions_and_splits_serves_what_it_holds(
    labels: tuple[list[int], list[int]],
) -> None:
    person, identity = labels
    found = served(unsplit(np.array(identity)), person)
    for row, who in enumerate(person):
        before = [person[one] for one in range(row) if identity[one] == identity[row]]
        assert found.own[row] == before.count(who) and found.foreign[row] == len(before) - before.count(who)
