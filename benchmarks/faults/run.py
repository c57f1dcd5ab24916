"""A whole run: rounds of workers among faults, people's actions between them, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from rich.table import Table

from benchmarks.faults.conducting import Breaking, Told, conduct, n_deliveries
from benchmarks.faults.log import deliveries, draw_contacts, interaction
from benchmarks.faults.outside import Fault
from benchmarks.faults.verdict import Entry, Verdict, judge, order_handled
from benchmarks.faults.worker import Order
from idlab.config import ScoringConfig
from idlab.errors import BadInput
from idlab.model import Action
from idlab.resolver import Resolver
from idlab.stores import open_store
from idlab.testing.logs import POOLS, Move, Namer

_ACTIONS = ("accept", "decline", "expire", "split", "close", "do_not_link", "erase")
_EACH = 2
"""How many actions of each kind are carried out between two rounds."""


@dataclass(frozen=True)
class Plan:
    """What to run; see the options of the command."""

    url: str
    config: Path
    seed: int
    interactions: int
    workers: int
    rounds: int
    faults: int
    share: float

    def orders(self, number: int) -> list[Order]:
        """What each worker does in a round."""
        found = []
        for worker in range(self.workers):
            size = len(deliveries(self.seed, self.interactions)[worker :: self.workers])
            begin, end = size * number // self.rounds, size * (number + 1) // self.rounds
            found.append(
                Order(
                    url=self.url,
                    config=str(self.config.resolve()),
                    seed=self.seed,
                    size=self.interactions,
                    worker=worker,
                    workers=self.workers,
                    begin=begin,
                    end=end,
                    faults=self.share,
                    chance=1_000_000 * worker + 1_000 * number,
                )
            )
        return found


@dataclass(frozen=True)
class Report:
    """What a run came to."""

    store: str
    interactions: int
    deliveries: int
    actions: int
    told: Told
    verdict: Verdict

    def document(self) -> dict[str, Any]:
        """The report for scripts."""
        return {
            "store": self.store,
            "faults": dict(sorted(self.told.faults.items())),
            "failures_resent": dict(sorted(self.told.failures.items())),
            "interactions": self.interactions,
            "deliveries": self.deliveries,
            "actions": self.actions,
            **vars(self.verdict),
            "holds": self.verdict.holds,
        }

    def table(self) -> Table:
        """The report for people."""
        shown = Table(title=f"Faults on {self.store}")
        shown.add_column("what")
        shown.add_column("count", justify="right")
        for name, count in sorted(self.told.faults.items()):
            shown.add_row(f"injected: {name}", str(count))
        for name, count in sorted(self.told.failures.items()):
            shown.add_row(f"sent again after a {name}", str(count))
        shown.add_section()
        shown.add_row("interactions", str(self.interactions))
        shown.add_row("deliveries, each twice and out of order", str(self.deliveries))
        shown.add_row("people's actions", str(self.actions))
        shown.add_row("decisions found", str(self.verdict.found))
        shown.add_section()
        for name in ("lost", "doubled", "half_applied", "otherwise"):
            shown.add_row(_WORDS[name], str(getattr(self.verdict, name)))
        return shown


_WORDS = {
    "lost": "lost",
    "doubled": "doubled",
    "half_applied": "invariants that do not hold",
    "otherwise": "otherwise than the replay of the log",
}


def run(plan: Plan, outside: Sequence[Fault], chance: Random, tell: Callable[[str], None]) -> Report:
    """Run the rounds, and judge what is left.

    Args:
        plan: What to run.
        outside: What can be broken from outside, besides workers.
        chance: Says what is broken when.
        tell: Told of what is going on.

    Raises:
        BadInput: If the store is not empty.
    """
    config = ScoringConfig.load(plan.config)
    moves = draw_contacts(plan.seed, plan.interactions)
    store = open_store(plan.url)
    try:
        if order_handled(store):
            raise BadInput("the store is not empty", where="--store", hint="name an empty one")
    finally:
        store.close()
    told, actions = Told(), list[tuple[int, Action]]()
    breaking = Breaking(plan.faults, outside, plan.faults)
    with TemporaryDirectory(prefix="idlab-faults-") as folder:
        for number in range(plan.rounds):
            tell(f"round {number + 1} of {plan.rounds} ...")
            conduct(plan.orders(number), breaking, chance, Path(folder), told)
            actions += act(plan, moves, chance)
    tell("judging ...")
    store = open_store(plan.url)
    try:
        entries = _log(moves, order_handled(store), actions)
        sent = {interaction(moves, place).interaction_id: place for place in range(plan.interactions)}
        verdict = judge(store, config, entries, sent, told)
    finally:
        store.close()
    sizes = [n_deliveries(plan.orders(number)) for number in range(plan.rounds)]
    return Report(plan.url.partition(":")[0], plan.interactions, sum(sizes), len(actions), told, verdict)


def act(plan: Plan, moves: list[Move], chance: Random) -> list[tuple[int, Action]]:
    """Carry out some actions of every kind; returns each with how many interactions were handled before it."""
    store = open_store(plan.url)
    resolver = Resolver(ScoringConfig.load(plan.config), store)
    handled = order_handled(store)
    namer = Namer(store.links, store.reviews, store.identity_of)
    for name in handled[-40:]:
        place = int(name[1:])
        namer.entry(place, Move("contact", moves[place].picks))
    done = []
    try:
        for kind in _ACTIONS * _EACH:
            picks = tuple(chance.randrange(1, 256) for _ in range(len(POOLS) + 4))
            entry = namer.entry(0, Move(kind, picks))
            if isinstance(entry, Action) and _carried_out(resolver, entry):
                done.append((len(handled), entry))
    finally:
        store.close()
    return done


def _carried_out(resolver: Resolver, action: Action) -> bool:
    """Whether an action named something that there is."""
    try:
        resolver.act(action)
    except BadInput:
        return False
    return True


def _log(moves: list[Move], handled: Sequence[str], actions: Sequence[tuple[int, Action]]) -> list[Entry]:
    """The interactions in the order handled, with the actions where they were carried out."""
    entries: list[Entry] = []
    begin = 0
    for place, action in [*actions, (len(handled), None)]:
        entries += [interaction(moves, int(name[1:])) for name in handled[begin:place]]
        begin = place
        if action is not None:
            entries.append(action)
    return entries
