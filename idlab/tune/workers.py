"""Who tries configs: this process alone, or several that share the encoded worlds."""

from __future__ import annotations

import signal
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import NamedTuple, Protocol

from idlab.config import ScoringConfig
from idlab.errors import BadInput, IdlabError
from idlab.tune.bars import Bar
from idlab.tune.encoded import EncodedWorld
from idlab.tune.folders import folder_of_worlds, remove_left_behind
from idlab.tune.goal import Goal
from idlab.tune.measured import Numbers
from idlab.tune.objective import measured
from idlab.tune.shared import read_shared, write_shared

_GONE = (EOFError, BrokenPipeError, ConnectionResetError)
"""What a pipe says whose other end is gone."""


class Task(NamedTuple):
    """A config to be tried.

    Args:
        number: Of the trial.
        config: What is tried.
        bar: When it is broken off.
    """

    number: int
    config: ScoringConfig
    bar: Bar


class Workers(Protocol):
    """Who tries configs; whatever their number, each trial gives the same numbers.

    Args:
        window: How many trials are on their way at once.
    """

    @property
    def window(self) -> int:
        """How many trials are on their way at once."""
        ...

    def send(self, task: Task) -> None:
        """Hands over a task."""
        ...

    def receive(self) -> tuple[int, list[Numbers]]:
        """Waits for some task to end: the number of its trial, and what each world that it met said."""
        ...


class Alone:
    """This process.

    Args:
        worlds: What configs are tried on.
        goal: Says what is measured.
    """

    window = 1

    def __init__(self, worlds: Sequence[EncodedWorld], goal: Goal) -> None:
        self._worlds = worlds
        self._goal = goal
        self._tasks: deque[Task] = deque()

    def send(self, task: Task) -> None:
        """Keeps the task until it is asked for."""
        self._tasks.append(task)

    def receive(self) -> tuple[int, list[Numbers]]:
        """Does the oldest task."""
        task = self._tasks.popleft()
        return task.number, measured(self._worlds, task.config, self._goal, task.bar)


class Processes:
    """Processes that end with this one, however it ends.

    Args:
        number: How many.
        folder: Where the shared worlds lie.
        goal: Says what is measured.
    """

    def __init__(self, number: int, folder: Path, goal: Goal) -> None:
        self._tasks: deque[Task] = deque()
        self._idle: list[Connection] = []
        self._processes: dict[Connection, SpawnProcess] = {}
        context = get_context("spawn")
        with _interruptions_held_back():
            for _ in range(number):
                mine, other = context.Pipe()
                process = context.Process(target=work, args=(other, folder, goal), daemon=True)
                process.start()
                other.close()  # so that the end of the process is the end of the pipe
                self._processes[mine] = process
                self._idle.append(mine)

    @property
    def window(self) -> int:
        """Two for each process, so that one that is done need not wait for what is told in order."""
        return 2 * len(self._processes)

    def send(self, task: Task) -> None:
        """Hands the task to an idle process, or keeps it until one is."""
        self._tasks.append(task)
        self._hand_over()

    def receive(self) -> tuple[int, list[Numbers]]:
        """Waits for whichever process is done first."""
        busy = [end for end in self._processes if end not in self._idle]
        end = wait(busy)[0]
        assert isinstance(end, Connection)
        try:
            said = end.recv()
        except _GONE:
            raise _ended() from None
        self._idle.append(end)
        self._hand_over()
        if isinstance(said, Exception):
            raise said
        number, numbers = said
        return number, numbers

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for end, process in self._processes.items():
            process.terminate()
            process.join()
            end.close()

    def _hand_over(self) -> None:
        while self._tasks and self._idle:
            try:
                self._idle.pop(0).send(self._tasks.popleft())
            except _GONE:
                raise _ended() from None


@contextmanager
def _interruptions_held_back() -> Iterator[None]:
    """Starts processes that never hear of Ctrl-C, which is the parent's to act on, right after the block."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ended() -> IdlabError:
    return IdlabError(
        "a process that tried configs ended without an answer; give it more memory, or fewer workers; "
        "trials made so far are kept"
    )


def work(end: Connection, folder: Path, goal: Goal) -> None:
    """What one process does: task after task, until the other end of the pipe is gone.

    Args:
        end: Where tasks come from and numbers go to.
        folder: Where the shared worlds lie.
        goal: Says what is measured.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be held back before
    worlds = read_shared(folder)
    try:
        while True:
            task: Task = end.recv()
            try:
                said: object = (task.number, measured(worlds, task.config, goal, task.bar))
            except IdlabError as error:
                said = error
            end.send(said)
    except _GONE:
        return


@contextmanager
def workers_for(number: int, worlds: Sequence[EncodedWorld], goal: Goal) -> Iterator[Workers]:
    """So many workers, which are gone when the block ends; so is what searches that were killed have left of theirs.

    Args:
        number: 1 for this process alone.
        worlds: Encoded once; several processes map them into memory.
        goal: Says what is measured.

    Raises:
        BadInput: If the number is below 1.
    """
    if number < 1:
        raise BadInput(f"got {number} workers", hint="ask for at least 1")
    remove_left_behind()
    if number == 1:
        yield Alone(worlds, goal)
        return
    with ExitStack() as stack:
        folder = stack.enter_context(folder_of_worlds())
        write_shared(worlds, folder)
        processes = Processes(number, folder, goal)
        stack.callback(processes.close)
        yield processes
