"""A worker: handles its share of the deliveries, sends again whatever fails, and tells each decision once it is out.

    python -m benchmarks.faults.worker ORDER

The order is a JSON object, see ``Order``. A line is told for each delivery that was answered, ``place digest``; for each
fault that the worker injected, ``injected NAME``; for each that reached it, ``failed NAME``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from random import Random
from time import monotonic, sleep
from typing import TypeVar

from benchmarks.faults.injecting import Injector, injector_for
from benchmarks.faults.log import deliveries, draw_contacts, interaction
from idlab.config import ScoringConfig
from idlab.errors import StoreFailure
from idlab.model import Decision, Outcome
from idlab.resolver import Resolver
from idlab.stores import open_store

ERASED = "erased"
_PATIENCE = 120.0
"""Seconds in which an entry must get through at last."""
_WAIT = 0.05
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Order:
    """What a worker is to do.

    Args:
        url: The store.
        config: The file of the scoring config.
        seed, size: Of the log.
        worker, workers: Which share of the deliveries is this one's.
        begin, end: From which to which of its deliveries.
        faults: The share of entries at which the worker itself injects a fault.
        chance: Seed of when it does.
    """

    url: str
    config: str
    seed: int
    size: int
    worker: int
    workers: int
    begin: int
    end: int
    faults: float
    chance: int

    def text(self) -> str:
        """The order as one argument."""
        return json.dumps(asdict(self))


def digest_of(decision: Decision) -> str:
    """What stands for a decision in what is told; of an erased interaction nothing but that."""
    if decision.outcome == Outcome.ERASED:
        return ERASED
    return sha256(repr(tuple(decision)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def share(order: Order) -> list[int]:
    """The places of the interactions that the worker is handed, in order."""
    return deliveries(order.seed, order.size)[order.worker :: order.workers][order.begin : order.end]


def tell(line: str) -> None:
    """Tell something at once: a process that is killed has told what it did."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def patiently(work: Callable[[], _Answer]) -> _Answer:
    """Do work again for as long as the store fails, and tell of each failure."""
    patience = monotonic() + _PATIENCE
    while True:
        try:
            return work()
        except StoreFailure as failure:
            if monotonic() > patience:
                raise
            tell(f"failed {type(failure).__name__}")
            sleep(_WAIT)


def work(order: Order) -> None:
    """Handle the share."""
    tell("")  # ends a line that a killed worker broke off
    moves = draw_contacts(order.seed, order.size)
    store = patiently(lambda: open_store(order.url))
    injector: Injector = injector_for(store, Random(order.chance), order.faults, tell)  # noqa: S311
    resolver = Resolver(ScoringConfig.load(order.config), store)
    for place in share(order):
        decide = partial(resolver.resolve, interaction(moves, place))
        decision = patiently(partial(injector.around, decide))
        tell(f"{place} {digest_of(decision)}")
    store.close()


if __name__ == "__main__":
    work(Order(**json.loads(sys.argv[1])))
