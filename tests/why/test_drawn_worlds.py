"""Why, asked about pairs of drawn worlds that contain every kind of decision and action."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from idlab.core.codes import MISSING, OUTCOMES
from idlab.core.world import OUTCOME, REASON_BITS, SUBJECT
from idlab.model import Interaction
from idlab.replay import Replay, encode_entries, replay
from idlab.why import Cause, Why, why
from idlab.why.past import before, entry_of
from idlab.why.sides import rule_names
from tests.parity.engines import run_oracle
from tests.parity.runs import seeded_world

N_WORLDS = 110
N_PAIRS = 8

RARE = {Cause.NOT_UNITED, Cause.KEY_NOT_KEPT, Cause.REVIEW}
"""Causes that few drawn worlds contain; ``test_examples`` has one of each."""


@pytest.fixture(scope="module")
def replays() -> list[Replay]:
    """Drawn worlds, replayed."""
    done = []
    for seed in range(N_WORLDS):
        world = seeded_world(seed)
        entries, _, _ = run_oracle(world.config, world.moves)
        if len({one.interaction_id for one in entries if isinstance(one, Interaction)}) > 1:
            done.append(replay(encode_entries(entries, world.config), world.config))
    return done


@pytest.fixture(scope="module")
def answers(replays: list[Replay]) -> list[tuple[Replay, Why]]:
    """Answers about some pairs of every world."""
    chance = Random(7)
    found = []
    for done in replays:
        size = _share(done, N_PAIRS)
        for pairs in _kinds_of_pairs(done):
            found += [(done, why(done, *pair)) for pair in chance.sample(pairs, min(size, len(pairs)))]
    return found


def _share(done: Replay, usual: int) -> int:
    """How often to look back in a world: once where a predicate of the user's is compiled each time."""
    return 1 if done.compiled.predicates else usual


def _kinds_of_pairs(done: Replay) -> list[list[tuple[str, str]]]:
    """Pairs of interactions: in one identity, linked, sharing a key, and any."""
    ids, keys = done.tape.ids, done.tape.key.reshape(len(done.tape.ids), -1)
    every = list(combinations(range(len(ids)), 2))
    shared = [(a, b) for a, b in every if ((keys[a] == keys[b]) & (keys[a] != MISSING)).any()]
    together = [(a, b) for a, b in every if done.identity[a] == done.identity[b]]
    linked = [(link.left, link.right) for link in done.links()]
    return [linked, *([(ids[a], ids[b]) for a, b in pairs] for pairs in (together, shared, every))]


def _number(done: Replay, interaction_id: str) -> int:
    return done.tape.ids.index(interaction_id)


def test_the_verdict_is_that_of_the_replay(answers: list[tuple[Replay, Why]]) -> None:
    for done, answer in answers:
        one, other = (_number(done, name) for name in (answer.earlier, answer.later))
        assert one < other
        assert answer.same == (done.identity[one] == done.identity[other])
        assert answer.customers == tuple(done.customer_ids(done.identity[[one, other]]))
        assert answer.lines() and answer.to_json()


def test_every_cause_occurs_and_fits_the_verdict(answers: list[tuple[Replay, Why]]) -> None:
    uniting = {Cause.JOINED, Cause.BRIDGED, Cause.ACCEPTED}
    for _, answer in answers:
        if answer.cause is not Cause.ERASED:
            assert answer.same == (answer.cause in uniting)
    assert {answer.cause for _, answer in answers} >= set(Cause) - RARE


def test_the_past_decides_as_the_replay_did(replays: list[Replay]) -> None:
    """The plan made again in plain Python is the compiled decision: outcome, reasons, weight, evidence."""
    chance = Random(3)
    for done in replays:
        for i in chance.sample(range(len(done.tape.ids)), min(_share(done, 8), len(done.tape.ids))):
            past = before(done, entry_of(done.tape, i))
            size = past.decide(i)
            plan, subject = past.world.candidates.plan, int(done.results.subject[i])
            assert OUTCOMES[plan[OUTCOME]] == OUTCOMES[done.results.outcome[i]]
            written_later = 16384 | 262144  # LINKED and NOW_FLAGGED come with carrying it out
            assert plan[REASON_BITS] == int(done.results.reasons[i]) & ~written_later
            if subject == MISSING:
                assert plan[SUBJECT] == MISSING
                continue
            standing = past.standing(i, size, subject)
            assert standing.weight == done.results.weight[i]
            assert standing.evidence == done.decision(i).evidence


def test_every_step_of_a_way_is_a_shared_key_or_a_link(answers: list[tuple[Replay, Why]]) -> None:
    ways = 0
    for done, answer in answers:
        if not answer.path:
            continue
        ways += 1
        names, keys = rule_names(done), done.tape.key.reshape(len(done.tape.ids), -1)
        here = _number(done, answer.earlier)
        for step in answer.path:
            there = _number(done, step.to)
            for rule in step.by:
                if rule != "accepted link":
                    column = names.index(rule)
                    assert keys[here, column] == keys[there, column] != MISSING
            here = there
        assert here == _number(done, answer.later)
    assert ways > 50


def test_a_way_is_missing_only_where_a_split_parted_what_it_led_over(
    answers: list[tuple[Replay, Why]],
) -> None:
    for done, answer in answers:
        if answer.same and answer.cause is not Cause.ERASED and not answer.path:
            assert len(done.results.moved)


def test_a_joined_one_is_told_the_evidence_of_its_own_decision(answers: list[tuple[Replay, Why]]) -> None:
    compared = 0
    for done, answer in answers:
        if answer.cause is not Cause.JOINED:
            continue
        later = _number(done, answer.later)
        (comparison,) = answer.comparisons
        decision = done.decision(later)
        assert answer.outcome == decision.outcome and answer.reasons == decision.reasons
        subject = done.customer_ids(done.results.subject[[later]])[0]
        if comparison.customer_id == subject:
            compared += 1
            assert comparison.evidence == decision.evidence
            assert comparison.score == decision.score
    assert compared > 25


def test_identifiers_are_shown_only_on_demand(replays: list[Replay]) -> None:
    shown = 0
    for done in replays:
        a, b = done.tape.ids[:2]
        masked, plain = why(done, a, b), why(done, a, b, show_identifiers=True)
        for value in {one for pair in plain.values for one in (pair.earlier, pair.later) if one}:
            shown += 1
            if value not in (a, b) and len(value) > 3:
                assert value not in "\n".join(masked.lines()) and value not in masked.to_json()
    assert shown


def test_nothing_is_told_of_what_was_erased(answers: list[tuple[Replay, Why]]) -> None:
    for done, answer in answers:
        erased = [bool(done.erased[_number(done, name)]) for name in (answer.earlier, answer.later)]
        assert any(erased) == (answer.cause is Cause.ERASED)
        if any(erased):
            assert not (
                answer.values or answer.keys or answer.comparisons or answer.path or answer.other_forms
            )
