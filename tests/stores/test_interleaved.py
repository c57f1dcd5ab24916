"""Resolvers on one table, interleaved request by request, leave what one resolver would that handles their line of commits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from idlab.stores.conditional import ConditionalStore
from tests.parity.planted import Bug, planted
from tests.stores import test_conditional
from tests.stores.interleaved import CRAMPED, ROOMY, FakeTable, Interleaved, hurried
from tests.stores.together import draw_log

WORKERS, LOG = 3, 24


class Interleavings(RuleBasedStateMachine):
    """Any order of the requests of some resolvers, some of them killed."""

    @initialize(seed=st.integers(0, 2**16), most=st.sampled_from([ROOMY, CRAMPED]))
    def begin(self, seed: int, most: int) -> None:
        config, moves = draw_log(seed, LOG)
        self.interleaved = Interleaved(config, moves, WORKERS, most)
        self.hurry = hurried(self.interleaved.clock)
        self.hurry.__enter__()

    @rule(worker=st.integers(0, WORKERS - 1), requests=st.integers(1, 40))
    def advance(self, worker: int, requests: int) -> None:
        self.interleaved.advance(worker, requests)

    @rule(worker=st.integers(0, WORKERS - 1))
    def kill(self, worker: int) -> None:
        self.interleaved.kill(worker)

    def teardown(self) -> None:
        if hasattr(self, "interleaved"):
            try:
                self.interleaved.finish()
                assert self.interleaved.disagreements() == []
            finally:
                self.interleaved.break_off()
                self.hurry.__exit__(None, None, None)


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=25, stateful_step_count=50, deadline=None)


def at_random(seed: int, most: int) -> list[str]:
    """What a drawn interleaving, now and then with one killed, came to."""
    chance = Random(seed)
    interleaved = Interleaved(*draw_log(seed, LOG), WORKERS, most)
    with hurried(interleaved.clock):
        try:
            for _ in range(200):
                if chance.random() < 0.03:
                    interleaved.kill(chance.randrange(WORKERS))
                interleaved.advance(chance.randrange(WORKERS), chance.randrange(1, 25))
            interleaved.finish()
            return interleaved.disagreements()
        finally:
            interleaved.break_off()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(500))
@pytest.mark.parametrize("most", [ROOMY, CRAMPED])
def test_interleaved_resolvers_leave_what_one_would(seed: int, most: int) -> None:
    assert at_random(seed, most) == []


PLAN, GATE, STEP = "stores.commit_plan:", "stores.gate:Gate.", "stores.conditional:_Transaction."
PLANNING = PLAN + "_Planning."
TOUCH = 'self._touch(identity_place(from_text(self._end_of(interaction["root"]))))'
BUGS = [
    Bug("nothing is checked", PLAN + "commit_plan", "] + checked", "]"),
    Bug("members change behind an identity's back", PLANNING + "_touch_holder", TOUCH, "pass"),
    Bug("a split leaves the old lists", PLANNING + "_plan_split", "self.new[place] = None", "pass"),
    Bug("a split leaves the old paths", PLANNING + "_plan_split", '{**item, "root": as_text(root)}', "item"),
    Bug("a union is not listed", PLANNING + "_plan_unions", "absorbed#{", "lost#{"),
    Bug("a superseded item keeps its records", PLANNING + "_plan_human_work", 'f"item#{', 'f"lost#{'),
    Bug("every version is the same", PLAN + "_written", '"version": number', '"version": 1'),
    Bug("commits stand in no line", GATE + "_write", "written, expected)", "written, -1)"),
    Bug("half a journal is read", GATE + "must_hold", '"journal" in head', "False"),
    Bug("who runs alone is not alone", GATE + "look", 'if "alone" in head:', "if False:"),
    Bug("a journal is left undone", GATE + "_carry_out", "self._write(part, head)", "break"),
    Bug("another drew before this one ran alone", GATE + "enter", "head != self._head", "False"),
    Bug("a step that only reads does not look again", STEP + "commit", "self.look_again()", "pass"),
    Bug(
        "what is guarded is not read again",
        STEP + "check",
        "startswith(LISTED)",
        "startswith((*LISTED, 'inter'))",
    ),
    Bug("what is read again is no one moment", STEP + "check", "_table.together(", "_table.find("),
]


def _checks() -> Iterator[Callable[[], object]]:
    """What would notice a bug: directed tests first, then interleavings."""
    contract, directed = test_conditional.TestOverAFakeTable(), test_conditional
    yield lambda: contract.test_an_item_that_is_superseded_hands_its_records_over(
        ConditionalStore(FakeTable())
    )
    yield lambda: contract.test_a_split_moves_its_members(ConditionalStore(FakeTable()))
    yield directed.test_nobody_draws_beside_a_step_that_runs_alone
    for killed_at in range(16):
        yield partial(directed.test_who_is_killed_over_a_journal_leaves_all_or_nothing, killed_at)
    for moment in range(40):
        for who in ("the reader", "the writer"):
            yield partial(directed.test_a_split_is_seen_wholly_or_not_at_all, who, ROOMY, moment)
    for what in directed.MEANWHILE:
        yield partial(directed.test_a_commit_checks_every_item_that_was_read, what)
        for writes in (True, False):
            yield partial(directed.test_a_step_that_looked_too_early_gives_up, what, writes, ROOMY)
    for seed in range(40):
        for most in (CRAMPED, ROOMY):
            yield partial(test_interleaved_resolvers_leave_what_one_would, seed, most)


def _fails(check: Callable[[], object]) -> bool:
    try:
        check()
    except (AssertionError, KeyError, pytest.fail.Exception):
        return True
    return False


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_planted_bug_is_noticed(bug: Bug) -> None:
    with planted(bug):
        assert any(map(_fails, _checks()))


def test_without_a_bug_nothing_is_noticed() -> None:
    assert not any(_fails(check) for check, _ in zip(_checks(), range(40), strict=False))
