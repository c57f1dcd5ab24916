"""Answers as actions: against the online engine that is asked link by link, and queues against counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab import Action, BadInput, MemoryStore, Resolver, ScoringConfig
from idlab.data.stream import interactions_of
from idlab.model import customer_id_of
from idlab.sweep.consent import Answering, answered_stream
from idlab.sweep.prepared import DAY, Prepared, changed, prepare
from idlab.sweep.queues import answered_in_turn, queue, queue_lengths
from tests.sweep.conftest import family_world


@pytest.fixture(scope="module")
def asking(default: ScoringConfig) -> ScoringConfig:
    """Asks much: a wide band."""
    return changed(default, decide={"pending_at": 0.3, "merge_at": 0.99})


@pytest.mark.parametrize(("people", "seed"), [(60, 5), (12, 1), (12, 2), (30, 3), (30, 4)])
def test_it_is_what_the_online_engine_does_with_these_answers(
    people: int, seed: int, asking: ScoringConfig
) -> None:
    prepared = prepare(family_world(people, 10 * people, seed), asking)
    found = answered_stream(prepared, asking, Answering(0.5, 0.5, 0.8, 1.0, 0.8, 0.8, seed=3))
    answers = found.answers
    assert found.rounds > 2 and 0 < answers.accepted.sum() < len(answers.accepted)
    store = MemoryStore()
    resolver, ids = Resolver(asking, store), prepared.tape.ids
    given_at, waiting = 0, list[int]()
    for row, interaction in enumerate(interactions_of(prepared.dataset)):
        while given_at < len(answers.slot) and answers.slot[given_at] <= row:
            assert _carried_out(resolver, answers, given_at, ids)
            given_at += 1
        resolver.resolve(interaction)
        waiting.append(sum(link.state == "open" for link in store.links()))
    assert all(_carried_out(resolver, answers, place, ids) for place in range(given_at, len(answers.slot)))
    held = [store.identity_of(one) for one in ids]
    assert held == found.replay.customer_ids(found.replay.identity)
    steps = queue_lengths(found.opened, found.closed)
    places = np.searchsorted(steps["at"], prepared.arrived, side="right") - 1
    told = np.where(places >= 0, steps["waiting"].to_numpy()[places], 0)
    assert told.tolist() == waiting


def _carried_out(resolver, answers, place, ids) -> bool:
    """Whether the link was open and got this answer."""
    link = "+".join(customer_id_of(ids[side[place]]) for side in (answers.left, answers.right))
    if answers.accepted[place]:
        return resolver.act(Action.accept(link)) == "accepted"
    return resolver.act(Action.decline(link)) == "declined"


def test_each_answer_is_right_by_who_owns_the_sides_then(prepared: Prepared, asking: ScoringConfig) -> None:
    """A naive walk over the log: plain sets, united as the replay says."""
    found = answered_stream(prepared, asking, Answering(customers=1.0, customer_days=0.3))
    history, answers = prepared.history(found.replay), found.answers
    held = {}
    unions = sorted(
        zip(history.union_at.tolist(), history.union_kept.tolist(), history.union_gone.tolist(), strict=True)
    )
    entry = dict(zip(history.entry.tolist(), range(len(prepared)), strict=True))
    answer_entries = iter(range(len(answers.left)))
    for position in range(len(prepared) + len(answers.left)):
        if position not in entry:
            place = next(answer_entries)
            sides = [
                next(rows for rows in held.values() if int(side) in rows)
                for side in (answers.left[place], answers.right[place])
            ]
            owners = [_plurality(rows, prepared.person) for rows in sides]
            assert (owners[0] == owners[1]) == answers.accepted[place]
        while unions and unions[0][0] == position:
            _, kept, gone = unions.pop(0)
            held[kept] |= held.pop(gone)
        if position in entry:
            row = entry[position]
            held.setdefault(int(history.joined[row]), set()).add(row)


def _plurality(rows, person) -> int:
    people = person[sorted(rows)].tolist()
    return max(dict.fromkeys(people), key=people.count)


def test_nobody_answering_changes_nothing_and_truth_helps(prepared: Prepared, asking: ScoringConfig) -> None:
    nobody = answered_stream(prepared, asking, Answering(customers=0.0, reviewers=0.0))
    assert nobody.rounds == 1 and nobody.without == nobody.with_answers
    assert nobody.agreement.pairs_changed_per_1000 == 0
    at_once = answered_stream(prepared, asking, Answering(customers=1.0, customer_days=0.0))
    assert at_once.with_answers["bcubed_recall"] > nobody.without["bcubed_recall"]
    assert at_once.with_answers["questions"] < nobody.without["questions"]
    wrong = answered_stream(prepared, asking, Answering(0.0, sensitivity=0.0, specificity=0.0))
    assert wrong.with_answers["bcubed_precision"] < nobody.without["bcubed_precision"]


def test_more_customers_change_no_other_link_s_fate(prepared: Prepared, asking: ScoringConfig) -> None:
    few, many = (answered_stream(prepared, asking, Answering(share, reviewers=0.0)) for share in (0.2, 0.6))
    times = {(a, b): at for a, b, at in zip(*few.answers[:3], strict=True)}
    again = {(a, b): at for a, b, at in zip(*many.answers[:3], strict=True)}
    common = times.keys() & again.keys()
    assert common and all(times[link] == again[link] for link in common)


def test_little_s_law_holds_for_the_queue(prepared: Prepared, asking: ScoringConfig) -> None:
    found = answered_stream(prepared, asking, Answering(0.5, 0.7, 0.7, 2.0))
    line = found.queue
    assert line.left > 0 and line.longest >= line.left
    assert line.mean_length == pytest.approx(line.arrivals_per_day * line.mean_wait_days)


spans = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 30)), min_size=1, max_size=20)


@given(spans, st.integers(51, 70))
def test_a_queue_is_what_counting_says(drawn: list[tuple[int, int]], end: int) -> None:
    opened = np.array([start for start, _ in drawn])
    closed = opened + np.array([length for _, length in drawn])
    lengths = [sum(a <= moment < b for a, b in zip(opened, closed, strict=True)) for moment in range(end)]
    found = queue(opened, closed, 0, end)
    assert found.mean_length == pytest.approx(sum(lengths) / end)
    assert found.longest == max(*lengths, 0, sum(a <= end < b for a, b in zip(opened, closed, strict=True)))
    assert found.mean_length == pytest.approx(found.arrivals_per_day * found.mean_wait_days)
    steps = queue_lengths(opened, closed)
    assert steps["waiting"].iloc[-1] == 0


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=30), st.floats(0.5, 500.0))
def test_answers_in_turn_are_those_of_a_clerk(moments: list[int], per_day: float) -> None:
    opened, free = np.array(sorted(moments)), 0.0
    for start, done in zip(opened.tolist(), answered_in_turn(opened, per_day).tolist(), strict=True):
        free = max(float(start), free) + DAY / per_day
        assert done == pytest.approx(free, abs=2, rel=1e-9)


def test_bad_answering_and_queues_are_refused(prepared: Prepared, asking: ScoringConfig) -> None:
    with pytest.raises(BadInput, match="customers is 2"):
        answered_stream(prepared, asking, Answering(customers=2.0))
    with pytest.raises(BadInput, match="reviewer_days is -1"):
        answered_stream(prepared, asking, Answering(reviewer_days=-1.0))
    none = np.zeros(1, dtype=np.int64)
    with pytest.raises(BadInput, match="closes before it opens"):
        queue(none + 5, none, 0, 9)
    with pytest.raises(BadInput, match="per_day"):
        answered_in_turn(none, 0.0)


@pytest.mark.parametrize("seed", range(4))
def test_other_worlds_converge(seed: int, asking: ScoringConfig) -> None:
    small = prepare(family_world(30, 200, seed), asking)
    found = answered_stream(small, asking, Answering(0.3, 0.1, 0.9, 0.2, 0.7, 0.7, seed=seed))
    assert found.rounds < 30
