"""Writers of a file stand in line, and nobody who is gone keeps others waiting."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from idlab.stores.turn import Turn
from tests.conftest import PROJECT

LOCKS = Path("/proc/locks")
pytestmark = pytest.mark.skipif(
    not LOCKS.exists(), reason="the kernel tells of locks in /proc/locks on Linux only"
)

_HOLDER = """
import sys
from pathlib import Path
from idlab.stores.turn import Turn
with Turn(Path(sys.argv[1])).taken():
    print("taken", flush=True)
    sys.stdin.read()
"""


def n_waiting(path: Path) -> int:
    """How many wait for the turn, as the kernel says."""
    inode = f":{path.with_name(path.name + '-turn').stat().st_ino} "
    return sum("->" in line and inode in line for line in LOCKS.read_text().splitlines())


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; at last give up."""
    for _ in range(3000):
        if holds():
            return
        sleep(0.01)
    pytest.fail("it never came to that")


def test_turns_come_in_the_order_in_which_they_were_asked_for(tmp_path: Path) -> None:
    path, order = tmp_path / "id.db", list[int]()
    turn, other_store, first = Turn(path), Turn(path), Turn(path)

    def take(number: int) -> None:
        with (turn, other_store)[number % 2].taken():
            order.append(number)

    with ThreadPoolExecutor(6) as pool, first.taken():
        for number in range(6):
            pool.submit(take, number)
            until(lambda number=number: n_waiting(path) == number + 1)  # type: ignore[misc]
        assert order == []
    assert order == list(range(6))
    for one in (turn, other_store, first):
        one.close()


def test_who_is_killed_in_its_turn_leaves_it(tmp_path: Path) -> None:
    path = tmp_path / "id.db"
    command = [sys.executable, "-c", _HOLDER, str(path)]
    with (
        subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as holder,
        ThreadPoolExecutor(1) as pool,
    ):
        assert holder.stdout is not None
        assert holder.stdout.readline() == "taken\n"
        turn = Turn(path)

        def take() -> bool:
            with turn.taken():
                return True

        waiting = pool.submit(take)
        until(lambda: n_waiting(path) == 1)
        assert not waiting.done()
        holder.send_signal(signal.SIGKILL)
        assert waiting.result(timeout=60)
        turn.close()


def test_a_forked_child_does_not_hold_its_parents_turn(tmp_path: Path) -> None:
    """The child outlives the turn, in which it was forked off."""
    turn, (told, tell) = Turn(tmp_path / "id.db"), os.pipe()
    with turn.taken():
        child = os.fork()
        if child == 0:
            os.close(tell)
            os.read(told, 1)
            os._exit(0)
        until(lambda: not has_turn(child, tmp_path))
        assert has_turn(os.getpid(), tmp_path)
    os.close(tell)
    os.waitpid(child, 0)
    os.close(told)
    turn.close()


def test_a_turn_that_nobody_has_any_more_leaves_no_file_open(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "id.db")
    with turn.taken():
        assert has_turn(os.getpid(), tmp_path)
    del turn
    gc.collect()
    assert not has_turn(os.getpid(), tmp_path)


def has_turn(process: int, folder: Path) -> bool:
    """Whether a process has the file of a turn of this folder open."""
    opened = (one.resolve() for one in Path(f"/proc/{process}/fd").iterdir())
    return any(one.parent == folder.resolve() and one.name.endswith("-turn") for one in opened)


def test_a_store_that_was_closed_can_take_turns_again(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "id.db")
    for _ in range(2):
        with turn.taken():
            assert len(turn._files) == 1
        turn.close()
        assert turn._files == []
