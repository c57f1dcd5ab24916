"""A replay on several threads is the replay on one, entry for entry."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import synthetic
from idlab.config import ScoringConfig
from idlab.core.codes import INTERACTION, MISSING
from idlab.errors import BadInput
from idlab.evaluate import tape_of
from idlab.model import Action, Interaction, customer_id_of
from idlab.replay import Replay, Tape, encode_entries, replay
from idlab.replay.handled import Handled
from idlab.replay.state import N_MOVED, N_TARGETS_WRITTEN, N_UNIONS
from idlab.testing.logs import draw_moves
from idlab.testing.worlds import DrawnWorld, draw_world, worlds
from tests.parity.engines import run_oracle

SEEDS = range(40)
THREADS = (2, 3, 7)
COLUMNS = [name for name in vars(Handled) if not name.startswith("_")]


def _estate(world: DrawnWorld, chance: Random, copies: int = 4) -> Tape:
    """The log of a drawn world between those of others that use identifiers of their own, under one config."""
    logs = []
    for copy in range(copies):
        moves = world.moves if copy == 0 else draw_moves(chance, 40)
        entries, _, _ = run_oracle(world.config, moves)
        logs.append([_renamed(one, copy) for one in entries])
    turns = [copy for copy, log in enumerate(logs) for _ in log]
    chance.shuffle(turns)
    return encode_entries([logs[copy].pop(0) for copy in turns], world.config)


def _renamed(entry: Interaction | Action, copy: int) -> Interaction | Action:
    """The same entry about other people, who are called and reached otherwise."""
    if copy == 0:
        return entry
    if isinstance(entry, Action):
        return replace(
            entry,
            link=entry.link and "+".join(_customer(one, copy) for one in entry.link.split("+")),
            review=entry.review and "#".join((_customer(entry.review[:-2], copy), entry.review[-1])),
            customers=tuple(_customer(one, copy) for one in entry.customers),
            interactions=tuple(f"{copy}{one}" for one in entry.interactions),
        )
    return replace(
        entry,
        interaction_id=f"{copy}{entry.interaction_id}",
        phone=entry.phone and entry.phone.replace("2 555", f"{copy} 555").replace("7946", f"794{copy}"),
        email=entry.email and entry.email.replace("example", f"{copy}.example"),
        cookie_id=entry.cookie_id and f"{copy}{entry.cookie_id}",
        conversation_id=entry.conversation_id and f"{copy}{entry.conversation_id}",
        ip_address=entry.ip_address and entry.ip_address.replace("113", f"{copy}"),
        fields={name: f"{copy}{raw}" if name == "card" else raw for name, raw in entry.fields.items()},
    )


_IDS = {customer_id_of(f"i{number}"): f"i{number}" for number in range(200)}


def _customer(customer: str, copy: int) -> str:
    return customer_id_of(f"{copy}{_IDS[customer]}") if customer in _IDS else customer


@pytest.fixture(scope="module")
def tapes() -> list[tuple[Tape, ScoringConfig]]:
    drawn = [(draw_world(Random(seed)), Random(seed)) for seed in SEEDS]
    return [(_estate(world, chance), world.config) for world, chance in drawn]


def _check_same(one: Replay, other: Replay) -> None:
    for name in COLUMNS:
        here, there = getattr(one.results, name), getattr(other.results, name)
        assert here.dtype == there.dtype and np.array_equal(here, there), name
    for name in ("identity", "erased", "reviewed", "met_hub", "score", "runner_up_score", "shared"):
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan="score" in name), name
    assert one.links() == other.links()
    assert one.reviews() == other.reviews()
    assert [one.decision(i) for i in range(len(one.identity))] == [
        other.decision(i) for i in range(len(one.identity))
    ]


def test_any_number_of_threads_decides_the_same(tapes: list[tuple[Tape, ScoringConfig]]) -> None:
    shared_out = Counter[str]()
    for tape, config in tapes:
        one = replay(tape, config)
        for threads in THREADS:
            other = replay(tape, config, threads=threads)
            _check_same(one, other)
        shared_out.update(_in_both_halves(replay(tape, config, threads=2)))
    assert min(shared_out.values()) >= 5 and len(shared_out) == 7, shared_out


def _in_both_halves(done: Replay) -> list[str]:
    """What of a replay there is at least one of on either thread."""
    if len(done.passes) < 2:
        return []
    counts = [
        {
            "passes": 1,
            "actions": int((one.course.tape.kind != INTERACTION).sum()),
            "unions": one.written.sizes[N_UNIONS],
            "moves": one.written.sizes[N_MOVED],
            "targets": one.written.sizes[N_TARGETS_WRITTEN],
            "links": len(one.links.left),
            "items": len(one.items.anchor),
        }
        for one in done.passes
    ]
    return [name for name in counts[0] if all(one[name] for one in counts)]


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(worlds(most=40))
def test_two_threads_decide_the_same_on_what_hypothesis_thinks_of(world: DrawnWorld) -> None:
    tape = _estate(world, Random(len(world.moves)), copies=2)
    _check_same(replay(tape, world.config), replay(tape, world.config, threads=2))


@pytest.mark.parametrize("scenario", ["retail", "household_telecom"])
def test_two_threads_decide_the_same_on_a_world(scenario: str, default: ScoringConfig) -> None:
    tape = tape_of(synthetic.generate(scenario, 3000, seed=5).dataset, default)
    one, other = replay(tape, default), replay(tape, default, threads=2)
    _check_same(one, other)
    sizes = [part.course.tape.n_entries for part in other.passes]
    assert len(sizes) == 2 and abs(sizes[0] - sizes[1]) < 0.1 * tape.n_entries


def test_parts_make_up_the_course_and_share_nothing(tapes: list[tuple[Tape, ScoringConfig]]) -> None:
    for tape, _ in tapes:
        for count in THREADS:
            parts = tape.parts(count)
            assert 1 <= len(parts) <= count and tape.parts(count) is parts
            for name in ("interactions", "entries"):
                together = np.concatenate([getattr(part, name) for part in parts])
                assert np.array_equal(together, getattr(tape.course, name))
            keys = tape.key.reshape(max(tape.n_interactions, 1), -1)
            held = [set(keys[part.interactions].ravel().tolist()) - {MISSING} for part in parts]
            assert sum(map(len, held)) == len(set().union(*held))


def test_parts_are_cut_between_components_only(tapes: list[tuple[Tape, ScoringConfig]]) -> None:
    for tape, _ in tapes:
        ends = {0, *tape.course.entries_upto.tolist()}
        for count in THREADS:
            cuts = np.cumsum([0, *(len(part.entries) for part in tape.parts(count))]).tolist()
            assert set(cuts) <= ends
            assert all(start < stop for start, stop in pairwise(cuts)) or tape.n_entries == 0


def test_what_belongs_together_is_never_shared_out(default: ScoringConfig) -> None:
    moment = datetime(2026, 1, 5, tzinfo=UTC)
    family = [
        Interaction(f"call-{i}", moment, "voice", phone="+1 202 555 0143", email=f"{i}@example.com")
        for i in range(40)
    ]
    done = replay(encode_entries(family, default), default, threads=2)
    assert len(done.passes) == 1 and done.passes[0].course is done.tape.course


def test_no_thread_is_refused(tapes: list[tuple[Tape, ScoringConfig]]) -> None:
    tape, config = tapes[0]
    with pytest.raises(BadInput, match="threads is 0"):
        replay(tape, config, threads=0)
