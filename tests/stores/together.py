"""Several workers on one store at the same moment, and what a replay makes of the order that the store recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any, TypeVar

from idlab import Action, Interaction, Resolver, ScoringConfig
from idlab.model import Decision, Link, ReviewItem
from idlab.stores import open_store
from idlab.stores.base import AtHand, Key, Store
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
        self.close, self.clean, self.erasure_log = store.close, store.clean, store.erasure_log
        self.number: int | None = None

    @contextmanager
    def step(self, locks: Iterable[Key] | None = None, at_hand: AtHand | None = None) -> Iterator[Any]:
        with self._store.step(locks, at_hand) as transaction:
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


def work_through_districts(
    store: Store, config: ScoringConfig, districts: Sequence[Sequence[Move]], worker: int, workers: int
) -> list[Done]:
    """Handle the worker's share of one long log: one district after the other, whose people hardly meet those of others."""
    numbered = Numbered(store)
    resolver = Resolver(config, numbered)
    done: list[Done] = []
    for district, moves in enumerate(districts):
        since = max((one.number or 0 for one in done), default=0)
        namer = Namer(
            partial(_links_since, store, since), partial(_reviews_since, store, since), store.identity_of
        )
        for place in range(worker, len(moves), workers):
            entry = namer.entry(district * len(moves) + place, moves[place])
            if isinstance(entry, Interaction):
                decision = resolver.resolve(moved_to(district, entry))
                done.append(Done(numbered.number, moved_to(district, entry), str(decision.outcome), decision))
            else:
                result = answer(resolver, entry)
                done.append(Done(numbered.number, entry, result))
    return done


def _links_since(store: Store, since: int) -> list[Link]:
    with store.reading() as rows:
        return [Link(*one.name, one.state) for one in rows.links_in("open", after=since, limit=50)]


def _reviews_since(store: Store, since: int) -> list[ReviewItem]:
    with store.reading() as rows:
        return [ReviewItem(*one.name, one.state) for one in rows.reviews_in("open", after=since, limit=50)]


def moved_to(district: int, contact: Interaction) -> Interaction:
    """The contact of somebody like this who lives elsewhere: another exchange, mail server, cookie and conversation."""
    phone, email, cookie, talk = contact.phone, contact.email, contact.cookie_id, contact.conversation_id
    return replace(
        contact,
        phone=phone and phone.replace(" 555 ", f" {200 + district} ").replace("7946", f"7{100 + district}"),
        email=email and email.replace("@", f"@d{district}."),
        cookie_id=cookie and f"{cookie}-{district}",
        conversation_id=talk and f"{talk}-{district}",
    )


def work_at(url: str, seed: int, size: int, worker: int, workers: int) -> list[Done]:
    """The same in a process of its own."""
    config, moves = draw_log(seed, size)
    store = open_store(url)
    try:
        return work(store, config, moves, worker, workers)
    finally:
        store.close()


_Log = TypeVar("_Log")
_Work = Callable[[Store, ScoringConfig, _Log, int, int], list[Done]]


def in_threads(store: Store, config: ScoringConfig, log: _Log, workers: int, work: _Work[_Log]) -> list[Done]:
    """What so many threads made of a log together."""
    with ThreadPoolExecutor(workers) as pool:
        parts: list[Future[list[Done]]] = [
            pool.submit(work, store, config, log, worker, workers) for worker in range(workers)
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
