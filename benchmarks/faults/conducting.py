"""One run: workers handle a log while faults are injected, until every delivery was answered."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from time import monotonic, sleep

from benchmarks.faults.outside import Fault
from benchmarks.faults.worker import ERASED, Order, share

PROJECT = Path(__file__).resolve().parents[2]
_WAIT = 0.01
_PATIENCE = 600.0
"""Seconds for one round."""
_BREATH = 0.4
"""Seconds within which a worker that has begun meets the next fault."""


@dataclass
class Told:
    """What the workers told.

    Args:
        faults: Faults injected, by name.
        failures: Failures that reached a worker, by name: each was followed by sending the entry again.
        answers: The digests of the decisions told, by the place of the interaction.
        sent: Deliveries that were answered.
    """

    faults: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    answers: dict[int, set[str]] = field(default_factory=dict)
    sent: int = 0

    def take(self, lines: Sequence[str]) -> int:
        """Take in what a worker told; returns how many deliveries it had answered."""
        answered = 0
        for line in lines:
            first, _, rest = line.partition(" ")
            if first == "injected":
                self.faults[rest] += 1
            elif first == "failed":
                self.failures[rest] += 1
            elif first.isdecimal() and rest:
                if rest != ERASED:
                    self.answers.setdefault(int(first), set()).add(rest)
                answered += 1
        self.sent += answered
        return answered


class _Worker:
    """A process that works through an order, and what it told; started again where it was killed."""

    def __init__(self, order: Order, told: Told, folder: Path) -> None:
        self._order, self._told = order, told
        self._file = folder / f"told-{order.worker}-{order.begin}.txt"
        self._read = 0
        self.is_done = False
        self.has_begun = False
        self._start()

    def poll(self) -> None:
        """Take in what it told meanwhile, and whether it has finished.

        Raises:
            RuntimeError: If it broke down by itself.
        """
        code = self._process.poll()
        answered = self._take()
        self.has_begun = self.has_begun or answered > 0
        self._order = replace(self._order, begin=self._order.begin + answered)
        if code is not None:
            if code != 0:
                raise RuntimeError(f"a worker left with {code}")
            self.is_done = True

    def kill(self) -> None:
        """Kill it, and let another one begin with the delivery that it answered last."""
        self._process.kill()
        self._process.wait()
        answered = self._take()
        begin = max(0, self._order.begin + answered - 1)
        self._order = replace(self._order, begin=begin, chance=self._order.chance + 1)
        self._start()

    def end(self) -> None:
        """Kill it for good."""
        self._process.kill()
        self._process.wait()

    def _start(self) -> None:
        self.has_begun = False
        command = [sys.executable, "-m", "benchmarks.faults.worker", self._order.text()]
        with self._file.open("ab") as file:
            self._process = subprocess.Popen(command, cwd=PROJECT, stdout=file)  # noqa: S603 - our own

    def _take(self) -> int:
        with self._file.open("rb") as file:
            file.seek(self._read)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + len(newline)
        return self._told.take(whole.decode().split("\n"))


@dataclass(frozen=True)
class Breaking:
    """How much is to be broken in a round.

    Args:
        kills: How many workers are killed.
        outside: What else is broken from outside.
        times: How often each of these is.
    """

    kills: int
    outside: Sequence[Fault] = ()
    times: int = 0


def conduct(orders: Sequence[Order], breaking: Breaking, chance: Random, folder: Path, told: Told) -> None:
    """Let workers carry out orders while things break.

    Args:
        orders: One for each worker.
        breaking: What is to be broken.
        chance: Says when, and in which order.
        folder: Room for what workers tell.
        told: Takes it in.
    """
    due = ["worker killed"] * breaking.kills + [one.name for one in breaking.outside] * breaking.times
    chance.shuffle(due)
    faults = {one.name: one for one in breaking.outside}
    patience = monotonic() + _PATIENCE
    with _started(orders, told, folder) as workers:
        while not all(worker.is_done for worker in workers):
            if monotonic() > patience:
                raise TimeoutError(f"the workers are not through after {_PATIENCE:.0f} s")
            for worker in workers:
                if not worker.is_done:
                    worker.poll()
            begun = [worker for worker in workers if worker.has_begun and not worker.is_done]
            if due and begun:
                sleep(chance.uniform(0.0, _BREATH))
                name = due.pop()
                told.faults[name] += 1
                if name == "worker killed":
                    chance.choice(begun).kill()
                else:
                    faults[name].inject()
            sleep(_WAIT)


@contextmanager
def _started(orders: Sequence[Order], told: Told, folder: Path) -> Iterator[list[_Worker]]:
    workers = [_Worker(order, told, folder) for order in orders]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.end()


def n_deliveries(orders: Sequence[Order]) -> int:
    """How many deliveries orders ask for."""
    return sum(len(share(order)) for order in orders)
