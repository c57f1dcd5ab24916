"""The course of a replay changes nothing but the order in which streams that never meet are handled."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from idlab.core.codes import HUB, INTERACTION, MISSING
from idlab.replay import Replay, encode_entries, replay
from idlab.replay.course import Course
from idlab.testing.worlds import draw_world
from tests.parity.engines import run_oracle

SEEDS = range(20)


@pytest.fixture(scope="module")
def replays() -> list[Replay]:
    """Replays of drawn worlds."""
    done = []
    for seed in SEEDS:
        world = draw_world(Random(seed))
        entries, _, _ = run_oracle(world.config, world.moves)
        done.append(replay(encode_entries(entries, world.config), world.config))
    return done


def in_the_order_handled(done: Replay) -> Replay:
    """The replay of the same tape in one go, nothing put anywhere else."""
    tape = replace(done.tape)
    whole = np.array([tape.n_interactions]), np.array([tape.n_entries])
    course = Course(tape, np.arange(tape.n_interactions), np.arange(tape.n_entries), *whole)
    tape.__dict__["course"] = course  # where the cached property would put its own
    return replay(tape, done.compiled)


def test_a_replay_by_components_is_the_replay_in_the_order_handled(replays: list[Replay]) -> None:
    for done in replays:
        plain = in_the_order_handled(done)
        assert np.array_equal(done.identity, plain.identity)
        assert np.array_equal(done.erased, plain.erased)
        assert done.links() == plain.links()
        assert done.reviews() == plain.reviews()
        for name in ("result", "outcome", "joined", "reasons", "target_start", "target", "level"):
            assert np.array_equal(getattr(done.results, name), getattr(plain.results, name)), name
        for name in ("union_at", "union_kept", "union_gone", "moved_at", "moved", "moved_to"):
            assert np.array_equal(getattr(done.results, name), getattr(plain.results, name)), name


def test_an_interaction_says_hub_just_when_a_key_of_its_own_was_one(replays: list[Replay]) -> None:
    seen = set()
    for done in replays:
        if not done.erased.any():  # an erasure takes marks along
            says = (done.results.reasons & HUB) != 0
            assert np.array_equal(done.met_hub.any(axis=1), says)
            seen |= set(says.tolist())
    assert seen == {False, True}


def test_most_drawn_worlds_have_streams_that_never_meet(replays: list[Replay]) -> None:
    moved = [not np.array_equal(done.tape.course.entries, np.arange(done.tape.n_entries)) for done in replays]
    assert sum(moved) > len(moved) / 2
    assert any(len(done.results.union_at) for done in replays)
    assert any(len(done.results.moved_at) for done in replays)


def test_a_course_numbers_interactions_as_they_come(replays: list[Replay]) -> None:
    for done in replays:
        tape, course = done.tape, done.tape.course
        assert sorted(course.interactions.tolist()) == list(range(tape.n_interactions))
        assert sorted(course.entries.tolist()) == list(range(tape.n_entries))
        first = course.tape.subject[course.tape.kind == INTERACTION]
        _, at = np.unique(first, return_index=True)
        assert np.array_equal(first[np.sort(at)], np.arange(tape.n_interactions))
        same = tape.subject[course.entries][course.tape.kind == INTERACTION]
        assert np.array_equal(course.handled(first), same)


def test_who_shares_a_key_keeps_the_order_handled(replays: list[Replay]) -> None:
    for done in replays:
        tape, course = done.tape, done.tape.course
        keys = tape.key.reshape(tape.n_interactions, -1)[course.interactions]
        for column in keys.T:
            for key in np.unique(column[column != MISSING]):
                assert np.all(np.diff(course.interactions[column == key]) > 0)
