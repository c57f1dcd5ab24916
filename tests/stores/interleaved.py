"""Resolvers over one table of items, whose requests are let through one by one in an order that the test chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Semaphore, Thread, current_thread

import pytest

from idlab import Action, Interaction, MemoryStore, Resolver, ScoringConfig
from idlab.checking import check
from idlab.errors import Conflict, StoreFailure
from idlab.model import Decision, Outcome
from idlab.stores import Store, base, gate
from idlab.stores.commit_plan import ANY, Operation
from idlab.stores.conditional import ConditionalStore
from idlab.stores.items import HEAD, Item, Place
from idlab.testing.logs import Move, Namer
from tests.parity.engines import answer, run_online
from tests.stores.together import Numbered

ROOMY, CRAMPED = 100, 6
"""Items that a table takes at once: as many as DynamoDB, and so few that most steps must run alone or leave a journal."""

SECONDS_A_REQUEST = 0.4
"""By the workers' clock: whoever is left waiting for 25 requests of others is taken for dead."""


_MOST_KILLED = 60
"""How many workers there may be one after the other."""


class Killed(BaseException):
    """A worker is no more: nothing that it asks for is done."""


class FakeTable:
    """A table of items in this process, where every request waits for its turn.

    What is read one by one may be half of what another writes; commits are one by one, and so is what is read together.

    Args:
        most: How many items it reads or writes at once.
    """

    where = "fake"

    def __init__(self, most: int = 100) -> None:
        self.most = self.most_together = most
        self.items: dict[Place, Item] = {}
        self.not_checked: set[Place] = set()
        self._in_flight: set[Place] = set()
        self.turn: Callable[[], None] = lambda: None
        self.writing: Callable[[], None] = lambda: None
        self.committed: Callable[[], None] = lambda: None

    def find(self, places: Sequence[Place]) -> dict[Place, Item | None]:
        """The places one after the other: others may write in between."""
        found = {}
        for place in places:
            self.turn()
            found[place] = self.items.get(place)
        return found

    def together(self, places: Sequence[Place]) -> dict[Place, Item | None]:
        self.turn()
        assert len(places) <= self.most_together
        self._must_not_be_in_flight(places)
        return {place: self.items.get(place) for place in places}

    def under(self, partition: str) -> Iterator[tuple[Place, Item]]:
        self.turn()
        yield from sorted((place, item) for place, item in self.items.items() if place[0] == partition)

    def every(self, mark: str) -> Iterator[tuple[Place, Item]]:
        self.turn()
        yield from [(place, item) for place, item in self.items.items() if place[0].startswith(mark)]

    def kept_apart(self) -> tuple[str, ...]:
        return ()

    def write(self, operations: Sequence[Operation]) -> None:
        self.turn()
        self.writing()
        assert len(operations) <= self.most
        assert len({one.place for one in operations}) == len(operations)
        self._must_not_be_in_flight(one.place for one in operations)
        for place, _, _, expected in operations:
            there = self.items.get(place)
            if (
                expected != ANY
                and place not in self.not_checked
                and (None if there is None else there["version"]) != expected
            ):
                raise Conflict("not as expected", where=self.where, hint="do it again")
        self._apply(operations)

    def _apply(self, operations: Sequence[Operation]) -> None:
        """Write one item after the other, to the end even if who asked for it is killed meanwhile."""
        drawn, places = self._drawn(), {one.place for one in operations}
        self._in_flight |= places
        killed = None
        for place, kind, item, _ in operations:
            if kind == "put":
                assert item is not None
                self.items[place] = item
            elif kind == "delete":
                self.items.pop(place, None)
            try:
                self.turn()
            except Killed as one:
                killed = one
        self._in_flight -= places
        if self._drawn() > drawn:
            self.committed()
        if killed is not None:
            raise killed

    def _must_not_be_in_flight(self, places: Iterable[Place]) -> None:
        if self._in_flight.intersection(places):
            raise Conflict("somebody is writing this", where=self.where, hint="do it again")

    def close(self) -> None:
        pass

    def _drawn(self) -> int:
        return int(self.items.get(HEAD, {"drawn": 0})["drawn"])


@dataclass
class _Worker:
    """A thread that handles entries, from one request to the next whenever it is let."""

    entries: list[tuple[int, Move]]
    at_hand: Interaction | Action | None = None
    go: Semaphore = field(default_factory=lambda: Semaphore(0))
    back: Semaphore = field(default_factory=lambda: Semaphore(0))
    is_killed: bool = False
    is_done: bool = False
    failure: Exception | None = None


class Interleaved:
    """Some workers on one table, a log between them.

    Args:
        config: The scoring config.
        moves: The log to be.
        workers: How many.
        most: How many items the table reads or writes at once.
    """

    def __init__(self, config: ScoringConfig, moves: Sequence[Move], workers: int, most: int) -> None:
        self._config, self._moves = config, moves
        self._table = FakeTable(most)
        self._ready = [self._opened() for _ in range(_MOST_KILLED)]  # here, where nothing waits for a turn
        self._table.turn, self._table.committed = self._wait_for_turn, self._note_commit
        self._requests = 0
        self._of_thread: dict[Thread, _Worker] = {}
        self._line: list[Interaction | Action] = []
        self._results: dict[int, str] = {}
        self._answers: list[Decision] = []
        numbered = list(enumerate(moves))
        self.workers = [self._started(numbered[worker::workers]) for worker in range(workers)]

    def advance(self, number: int, requests: int) -> None:
        """Let a worker ask so many times."""
        worker = self.workers[number]
        for _ in range(requests):
            if not worker.is_done:
                worker.go.release()
                worker.back.acquire()

    def kill(self, number: int) -> None:
        """End a worker where it stands; another one takes over, and is handed the same entry once more."""
        worker = self.workers[number]
        if not worker.is_done:
            self._end(worker)
            self.workers[number] = self._started(worker.entries, worker.at_hand)

    def finish(self) -> None:
        """Let all workers come to their ends, a few requests each in turn."""
        rounds = 0
        while not all(worker.is_done for worker in self.workers):
            for number in range(len(self.workers)):
                self.advance(number, 1 + rounds % 7)
            rounds += 1
            assert rounds < 1_500, "they never come to an end"
        for worker in self.workers:
            if worker.failure is not None:
                raise worker.failure

    def break_off(self) -> None:
        """End all workers."""
        for worker in self.workers:
            self._end(worker)

    def clock(self) -> float:
        """What the workers' clocks show, in seconds."""
        return self._requests * SECONDS_A_REQUEST

    def disagreements(self) -> list[str]:
        """Where the table differs from what one resolver over memory makes of the line of commits."""
        memory, store = MemoryStore(), ConditionalStore(self._table)
        expected = run_online(self._config, self._line, memory)
        first = {decision.interaction_id: decision for decision in expected.decisions}
        found = [
            f"entry {place} of the line: {expected.results[place]} against {result}"
            for place, result in self._results.items()
            if expected.results[place] != result
        ]
        found += [
            f"{one.interaction_id} was answered otherwise"
            for one in self._answers
            if one.outcome != Outcome.ERASED and one != first.get(one.interaction_id)
        ]
        for name in first:
            if (one := _known(memory, name)) != (other := _known(store, name)):
                found.append(f"{name}: {one} against {other}")
        found += [] if memory.links() == store.links() else ["links"]
        found += [] if memory.reviews() == store.reviews() else ["reviews"]
        with store.reading() as rows:
            failing = check(rows, decide=False).failing
        return found + [f"{one.failures} times not: {one.invariant}" for one in failing]

    def _opened(self) -> tuple[Resolver, Store]:
        store = Numbered(ConditionalStore(self._table))
        return Resolver(self._config, store), store

    def _started(
        self, entries: list[tuple[int, Move]], at_hand: Interaction | Action | None = None
    ) -> _Worker:
        worker = _Worker(entries, at_hand)
        resolver, store = self._ready.pop()
        thread = Thread(target=self._run, args=(worker, resolver, store), daemon=True)
        self._of_thread[thread] = worker
        thread.start()
        worker.back.acquire()
        return worker

    @staticmethod
    def _end(worker: _Worker) -> None:
        if not worker.is_done:
            worker.is_killed = True
            worker.go.release()
            worker.back.acquire()

    def _run(self, worker: _Worker, resolver: Resolver, store: Store) -> None:
        try:
            self._wait_for_turn()
            self._work(worker, resolver, store)
        except Killed:
            pass
        except Exception as failure:  # noqa: BLE001 - raised again by who waits for the end
            worker.failure = failure
        worker.is_done = True
        worker.back.release()

    def _work(self, worker: _Worker, resolver: Resolver, store: Store) -> None:
        """Handle entries; whatever the store fails in is sent again."""
        namer = Namer(store.links, store.reviews, store.identity_of)
        for place, move in enumerate(self._moves):  # an action may name what another worker handles
            namer.entry(place, Move("contact", move.picks))
        while worker.entries:
            if worker.at_hand is None:
                worker.at_hand = self._named(namer, *worker.entries[0])
            with suppress(StoreFailure):
                self._handle(resolver, worker.at_hand)
                worker.at_hand = None
                worker.entries.pop(0)

    @staticmethod
    def _named(namer: Namer, place: int, move: Move) -> Interaction | Action:
        while True:
            with suppress(StoreFailure):
                return namer.entry(place, move)

    def _handle(self, resolver: Resolver, entry: Interaction | Action) -> None:
        n_before = len(self._line)
        if isinstance(entry, Interaction):
            decision = resolver.resolve(entry)
            result = str(decision.outcome)
            self._answers.append(decision)
        else:
            result = answer(resolver, entry)
        for place in range(n_before, len(self._line)):
            if self._line[place] is entry:
                self._results[place] = result

    def _wait_for_turn(self) -> None:
        self._requests += 1
        worker = self._of_thread.get(current_thread())
        if worker is None:
            return
        if not worker.is_killed:
            worker.back.release()
            worker.go.acquire()
        if worker.is_killed:
            raise Killed

    def _note_commit(self) -> None:
        entry = self._of_thread[current_thread()].at_hand
        assert entry is not None
        self._line.append(entry)


def _known(store: Store, name: str) -> tuple[object, ...]:
    """What a store says of an interaction."""
    with store.step() as transaction:
        root = transaction.holder(name)
        if root is None:
            return ()
        members = [one.interaction_id for one in transaction.members(root)]
        return root, transaction.decision(name), members, transaction.record(name).values


@contextmanager
def hurried(clock: Callable[[], float]) -> Iterator[None]:
    """Nobody sleeps, and clocks show something else than the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "sleep", lambda _: None)
        patch.setattr(gate, "sleep", lambda _: None)
        patch.setattr(gate, "monotonic", clock)
        yield
