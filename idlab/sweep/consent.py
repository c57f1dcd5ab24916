"""What answers do: replays in which customers and reviewers answer pending links while the stream goes on.

An accepted link unites two identities, so that later records find one; a declined one keeps them apart. Which
links there are to answer depends on the answers before. So a stream is replayed, the links that it opened are
answered, and it is replayed with these answers as actions of the log, until the answers are the same as the
round before: the state at every answer is then the one it was given in. Answers depend on what came before
them only, so each round is right for a longer part of the log, and the end is the same from wherever one
starts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from idlab.config import ScoringConfig
from idlab.core.codes import ACCEPT, DECLINE, INTERACTION, MISSING
from idlab.errors import BadInput
from idlab.evaluate.running import silent
from idlab.metrics import Costs, History
from idlab.metrics.agreement import Agreement, agreement
from idlab.metrics.arrays import Flags, Floats, Ints
from idlab.metrics.costs import DEFAULT_COSTS
from idlab.metrics.draws import uniform
from idlab.metrics.standing import NEVER, holder_at, standing
from idlab.replay import Replay, Tape, replay
from idlab.replay.encode import Progress
from idlab.sweep.points import measure
from idlab.sweep.prepared import DAY, Prepared
from idlab.sweep.queues import Queue, queue
from idlab.sweep.superseding import superseded_at


class Answering(NamedTuple):
    """Who answers links, how soon and how well.

    Args:
        customers: Share of links that the customer answers, truthfully.
        customer_days: After how many days on average; times are exponential.
        reviewers: Share of the other links that a reviewer answers; the rest stay open.
        reviewer_days: After how many days on average.
        sensitivity: Share of the links that should be accepted that reviewers accept.
        specificity: Share of the links that should be declined that reviewers decline.
        seed: Of all draws, each addressed by its link: more customers change no other link's fate.
    """

    customers: float = 0.5
    customer_days: float = 1.0
    reviewers: float = 1.0
    reviewer_days: float = 2.0
    sensitivity: float = 1.0
    specificity: float = 1.0
    seed: int = 0


def check_answering(asked: Answering) -> None:
    """Refuse shares outside 0 to 1, and delays that are negative or endless.

    Args:
        asked: Who answers.

    Raises:
        BadInput: Naming the field.

    Example:
        >>> check_answering(Answering(customers=0.2))
    """
    for name in ("customers", "reviewers", "sensitivity", "specificity"):
        share = getattr(asked, name)
        if not 0 <= share <= 1:
            raise BadInput(f"{name} is {share} and must lie between 0 and 1", where="answering")
    for name in ("customer_days", "reviewer_days", "seed"):
        number = getattr(asked, name)
        if not 0 <= number < np.inf:
            raise BadInput(f"{name} is {number} and must be a finite number of at least 0", where="answering")


class Answers(NamedTuple):
    """Answers to links, in the order in which they are given.

    Args:
        left, right: [k] the two interactions of the link.
        at: [k] when, microseconds.
        slot: [k] before which interaction, by number in the order handled.
        accepted: [k] whether the answer was yes.
        by_customer: [k] whether the customer gave it.
    """

    left: Ints
    right: Ints
    at: Ints
    slot: Ints
    accepted: Flags
    by_customer: Flags


_NO_ROWS, _NO_FLAGS = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_)
NO_ANSWERS = Answers(_NO_ROWS, _NO_ROWS, _NO_ROWS, _NO_ROWS, _NO_FLAGS, _NO_FLAGS)


@dataclass(frozen=True, eq=False)
class Consent:
    """A stream with answers beside the same stream without.

    Args:
        answers: Every answer given before the stream ended.
        without, with_answers: The numbers of ``idlab.sweep.points.NUMBERS``; the links that are still open
            at the end count as answered in both.
        agreement: The final partitions compared, open links left open.
        queue: The open links over time; those that the stream itself closed included.
        opened, closed: [links] when each was opened and closed, microseconds; ``NEVER`` if it stayed open.
        replay: The replay with the answers.
        rounds: How many replays it took.
    """

    answers: Answers
    without: dict[str, float]
    with_answers: dict[str, float]
    agreement: Agreement
    queue: Queue
    opened: Ints
    closed: Ints
    replay: Replay
    rounds: int


def answered_stream(
    prepared: Prepared,
    config: ScoringConfig,
    answering: Answering | None = None,
    *,
    costs: Costs = DEFAULT_COSTS,
    progress: Progress | None = None,
) -> Consent:
    """Replay a stream in which links are answered as it goes on.

    A link should be accepted if its two identities have the same plurality person when it is answered; where
    one has no known person, nobody answers.

    Args:
        prepared: The dataset, encoded for the config.
        config: What decides.
        answering: Who answers, how soon and how well.
        costs: The prices.
        progress: Called with what is being done.

    Raises:
        BadInput: If a share, delay or price is out of range.
    """
    asked = answering or Answering()
    check_answering(asked)
    say = progress or silent
    say("replay without answers")
    done, history = prepared.replayed(config)
    without, before = measure(history, prepared.person, prepared.day, costs).numbers, done.identity
    answers, rounds = NO_ANSWERS, 1
    while True:
        found = _answers(prepared, done, history, answers, asked)
        if _equal(found, answers):
            break
        answers, rounds = found, rounds + 1
        say(f"replay {rounds} with answers")
        done = replay(with_answers(prepared.tape, answers), config)
        history = prepared.history(done)
    opened, closed = _open_times(prepared, done, history, answers)
    start, end = int(prepared.arrived[0]), int(prepared.arrived[-1])
    return Consent(
        answers,
        without,
        measure(history, prepared.person, prepared.day, costs).numbers,
        agreement(before, done.identity),
        queue(opened, closed, start, max(end, start + 1)),
        opened,
        closed,
        done,
        rounds,
    )


def with_answers(tape: Tape, answers: Answers) -> Tape:
    """A tape of interactions with answers as actions of its log.

    Args:
        tape: Interactions only, each once.
        answers: In the order of their slots.
    """
    n, actions = tape.n_interactions, answers.slot.size
    verdicts = np.where(answers.accepted, ACCEPT, DECLINE)

    def among(interactions: Any, inserted: Any) -> Ints:
        return np.insert(np.asarray(interactions, dtype=np.int64), answers.slot, inserted)

    return replace(
        tape,
        kind=among(np.full(n, INTERACTION), verdicts),
        subject=among(np.arange(n), answers.left),
        other=among(np.full(n, MISSING), answers.right),
        verdict=np.full(n + actions, MISSING, dtype=np.int64),
        part_start=np.zeros(n + actions + 1, dtype=np.int64),
    )


def _answers(prepared: Prepared, done: Replay, history: History, given: Answers, asked: Answering) -> Answers:
    """The answers to the links of a replay in whose log the given ones stand."""
    left, right, _ = done.link_arrays
    row = np.maximum(left, right)
    by_customer, delay = _fates(left, right, asked)
    at = prepared.arrived[row] + np.where(np.isfinite(delay), delay * DAY, 0).astype(np.int64)
    slot = np.searchsorted(prepared.arrived, at, side="right")
    needless = superseded_at(history, history.links, _answered_at(given, left, right))
    in_time = np.isfinite(delay) & (at <= prepared.arrived[-1])
    order = np.lexsort((right, left, at, slot))
    order = order[in_time[order]]
    columns = (left, right, at, slot, by_customer, needless)
    left, right, at, slot, by_customer, needless = (part[order] for part in columns)
    position = slot + _before(given, left, right, at, slot)
    sides = np.concatenate([holder_at(history, side, position) for side in (left, right)])
    owners = standing(history, prepared.person, np.tile(position, 2), sides).owner
    one, other = owners[: left.size], owners[left.size :]
    same = one == other
    chance = _draw(left, right, asked.seed, "answer")
    rightly = by_customer | (chance < np.where(same, asked.sensitivity, asked.specificity))
    stands = (needless >= position) & (one >= 0) & (other >= 0)
    return Answers(*(part[stands] for part in (left, right, at, slot, same == rightly, by_customer)))


def _answered_at(answers: Answers, left: Ints, right: Ints) -> Ints:
    """[links] the log position of the answer to each link; ``NEVER`` without one."""
    position = (answers.slot + np.arange(answers.slot.size)).tolist()
    places = dict(zip(zip(answers.left.tolist(), answers.right.tolist(), strict=True), position, strict=True))
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    return np.array([places.get(pair, NEVER) for pair in pairs], dtype=np.int64)


def _fates(left: Ints, right: Ints, asked: Answering) -> tuple[Flags, Floats]:
    """Whether the customer answers each link, and after how many days somebody does; inf for nobody."""
    by_customer = _draw(left, right, asked.seed, "customer") < asked.customers
    answered = by_customer | (_draw(left, right, asked.seed, "reviewer") < asked.reviewers)
    mean = np.where(by_customer, asked.customer_days, asked.reviewer_days)
    delay = -np.log1p(-_draw(left, right, asked.seed, "delay")) * mean
    return by_customer, np.where(answered, delay, np.inf)


def _draw(left: Ints, right: Ints, seed: int, purpose: str) -> Floats:
    words = np.full(left.size, int.from_bytes(purpose.encode()[:8], "big"), dtype=np.uint64)
    address = [np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)]
    return uniform([words, *address], left.size, seed)


def _before(given: Answers, left: Ints, right: Ints, at: Ints, slot: Ints) -> Ints:
    """[k] how many of the given answers come before each answer; both are in order."""
    keys = [
        np.concatenate([old, new])
        for old, new in ((given.right, right), (given.left, left), (given.at, at), (given.slot, slot))
    ]
    is_old = np.arange(keys[0].size) < given.left.size
    # An answer that was given already stands at its own place: of equal keys the new one is counted first.
    order = np.lexsort((is_old, *keys))
    olds = np.cumsum(is_old[order])
    count = np.empty(keys[0].size, dtype=np.int64)
    count[order] = olds
    return count[given.left.size :]


def _equal(one: Answers, other: Answers) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def _open_times(prepared: Prepared, done: Replay, history: History, answers: Answers) -> tuple[Ints, Ints]:
    """When each link was opened and closed."""
    left, right, _ = done.link_arrays
    answered = _answered_at(answers, left, right)
    closed = np.minimum(answered, superseded_at(history, history.links, answered))
    log_time = np.insert(prepared.arrived, answers.slot, answers.at)
    known = closed != NEVER
    times = np.full(left.size, NEVER, dtype=np.int64)
    times[known] = log_time[closed[known]]
    return prepared.arrived[np.maximum(left, right)], times
