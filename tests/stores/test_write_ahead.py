"""What a step of the SQLite store handed out is on the disk, and the write-ahead log does not grow for ever."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from idlab import Resolver
from idlab.errors import StoreFailure
from idlab.stores import sqlite, write_ahead
from idlab.stores.sqlite import SQLiteStore
from idlab.testing.logs import contact
from tests.stores.together import draw_log


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore(tmp_path / "id.db")
    yield store
    store.close()


class Disk:
    """What of a write-ahead log would be left after a power cut: what it was when it last reached the disk."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self._cut = path, path.with_name("cut.db")
        monkeypatch.setattr(write_ahead, "to_disk", self._note)
        self._log = b""

    def _note(self, file: int) -> None:
        self._log = os.pread(file, os.fstat(file).st_size, 0)

    def after_a_power_cut(self) -> SQLiteStore:
        shutil.copy(self.path, self._cut)
        self._cut.with_name("cut.db-wal").write_bytes(self._log)
        self._cut.with_name("cut.db-shm").unlink(missing_ok=True)
        return SQLiteStore(self._cut)


def test_a_decision_is_on_the_disk_when_it_is_handed_out(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "_BETWEEN", 25)
    config, moves = draw_log(3, 80)
    disk, resolver = Disk(store._path, monkeypatch), Resolver(config, store)
    for number, move in enumerate(moves):
        decision = resolver.resolve(contact(number, move.picks))
        left = disk.after_a_power_cut()
        with left.reading() as rows:
            assert rows.decision(decision.interaction_id) == decision
        left.close()


def test_a_repeat_is_answered_once_the_first_is_on_the_disk(
    store: SQLiteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is committed, and its process gone before it waited for the disk."""
    config, moves = draw_log(3, 1)
    resolver, first = Resolver(config, store), contact(0, moves[0].picks)
    with monkeypatch.context() as patch:
        patch.setattr(write_ahead.WriteAheadLog, "reach_the_disk", lambda _: None)
        decision = resolver.resolve(first)
    disk = Disk(store._path, monkeypatch)
    assert resolver.resolve(first) == decision
    left = disk.after_a_power_cut()
    with left.reading() as rows:
        assert rows.decision(first.interaction_id) == decision
    left.close()


def test_a_disk_that_fails_is_told_without_data(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "+12025550143")

    config, moves = draw_log(3, 1)
    resolver = Resolver(config, store)
    monkeypatch.setattr(write_ahead, "to_disk", fail)
    with pytest.raises(StoreFailure, match="EIO") as failure:
        resolver.resolve(contact(0, moves[0].picks))
    assert "555" not in str(failure.value)


def test_the_log_begins_anew_while_many_write(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_BETWEEN", 40)
    config, moves = draw_log(3, 600)
    resolver = Resolver(config, store)
    log = store._path.with_name("id.db-wal")

    def handle(numbers: range) -> int:
        largest = 0
        for number in numbers:
            resolver.resolve(contact(number, moves[number].picks))
            largest = max(largest, log.stat().st_size)
        return largest

    with ThreadPoolExecutor(3) as pool:
        early = max(pool.map(handle, [range(k, 300, 3) for k in range(3)]))
        late = max(pool.map(handle, [range(300 + k, 600, 3) for k in range(3)]))
    assert late <= 1.5 * early
