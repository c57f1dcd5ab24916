"""Several workers on one store at the same moment, and what a replay makes of the order that the store recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from idlab import Action, Interaction, Resolver, ScoringConfig
from idlab.model import Decision
from idlab.stores import open_store
from idlab.stores.base import Key, Store
from idlab.testing.logs import Move, Namer, contact
from idlab.testing.worlds import draw_world
from tests.parity.engines import Account, answer, differences, run_replay


@dataclass(frozen=True)
class Done:
    """One entry, its number, None where it changed nothing, and what it came to."""

    number: int | None
    entry: Interaction | Action
    result: str
    decision: Decision | None = None


class Numbered:
    """A store that tells which number the last step drew first; a step that runs alone draws one to begin with."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.links, self.reviews, self.identity_of = store.links, store.reviews, store.identity_of
        self.close = store.close
        self.number: int | None = None

    @contextmanager
    def step(self, locks: Iterable[Key] | None = None) -> Iterator[Any]:
        with self._store.step(locks) as transaction:
            self.number = None
            noting = _Noting(transaction, self)
            if locks is None:
                noting.draw()
            yield noting


class _Noting:
    def __init__(self, transaction: Any, numbered: Numbered) -> None:
        self._transaction, self._numbered = transaction, numbered

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def draw(self) -> int:
        number: int = self._transaction.draw()
        if self._numbered.number is None:
            self._numbered.number = number
        return number


def draw_log(seed: int, size: int) -> tuple[ScoringConfig, list[Move]]:
    """A drawn config, and so many moves."""
    chance = Random(seed)
    world = draw_world(chance)
    moves = list(world.moves)
    while len(moves) < size:
        moves += draw_world(chance).moves
    return world.config, moves[:size]


def work(store: Store, config: ScoringConfig, moves: Sequence[Move], worker: int, workers: int) -> list[Done]:
    """Handle the worker's share of a log, and now and then another one's entry once more."""
    numbered = Numbered(store)
    resolver = Resolver(config, numbered)
    namer = Namer(store.links, store.reviews, store.identity_of)
    done = []
    for place in range(worker, len(moves), workers):
        entries = [namer.entry(place, moves[place])]
        if moves[place].picks[-1] % 8 == 0:
            entries.append(contact(place ^ 1, moves[(place ^ 1) % len(moves)].picks))
        for entry in entries:
            decision = resolver.resolve(entry) if isinstance(entry, Interaction) else None
            result = (
                answer(resolver, entry) if isinstance(entry, Action) else str(decision and decision.outcome)
            )
            done.append(Done(numbered.number, entry, result, decision))
    return done


def work_at(url: str, seed: int, size: int, worker: int, workers: int) -> list[Done]:
    """The same in a process of its own."""
    config, moves = draw_log(seed, size)
    store = open_store(url)
    try:
        return work(store, config, moves, worker, workers)
    finally:
        store.close()


def in_threads(store: Store, config: ScoringConfig, moves: Sequence[Move], workers: int) -> list[Done]:
    """What so many threads made of a log together."""
    with ThreadPoolExecutor(workers) as pool:
        parts: list[Future[list[Done]]] = [
            pool.submit(work, store, config, moves, worker, workers) for worker in range(workers)
        ]
        return [one for part in parts for one in part.result()]


def disagreements(store: Store, config: ScoringConfig, done: Sequence[Done]) -> list[str]:
    """Where the store and a replay of the entries in the order of their numbers differ, entry for entry."""
    again = [one for one in done if one.number is None]
    ordered = sorted((one for one in done if one.number is not None), key=lambda one: one.number or 0)
    first = {one.decision.interaction_id: one.decision for one in ordered if one.decision}
    found = [
        f"a repeat was answered otherwise: {one.result}"
        for one in again
        if one.decision and one.result != "ERASED" and one.decision != first[one.decision.interaction_id]
    ]
    account = Account(
        [one.result for one in ordered],
        list(first.values()),
        {name: store.identity_of(name) or "" for name in first},
        store.links(),
        store.reviews(),
    )
    return found + differences(run_replay(config, [one.entry for one in ordered]), account)
