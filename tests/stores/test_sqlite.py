"""The store in an SQLite file keeps the contract of a store, and what a file adds to it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random

import pytest

from idlab import Interaction, Resolver
from idlab.errors import BadInput, StoreFailure
from idlab.stores import open_store, sqlite
from idlab.stores.base import Changes, IdentifierState, Store
from idlab.stores.sqlite import SQLiteStore
from idlab.testing.kept_contract import log_of, noted
from idlab.testing.logs import contact
from idlab.testing.states import decision, handled, identity, put, record
from idlab.testing.store_contract import StoreContract
from tests.conftest import PROJECT
from tests.parity.engines import run_online, run_oracle, run_replay
from tests.parity.runs import seeded_world
from tests.stores.together import disagreements, draw_log, in_threads, work, work_at


class TestSQLiteStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = open_store(f"sqlite:///{tmp_path / 'id.db'}")
        yield store
        store.close()

    def opened_again(self, store: Store) -> Store:
        assert isinstance(store, SQLiteStore)
        store.close()
        return SQLiteStore(store._path)


@pytest.mark.parametrize("statement", ["UPDATE log SET document = '[]'", "DELETE FROM log"])
def test_the_log_is_only_added_to(statement: str, tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "id.db")
    noted(store, "accept", "decline")
    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        store._connection().execute(statement)
    assert [one.kind for one in log_of(store)] == ["accept", "decline"]
    store.close()


def test_a_text_that_no_encoding_takes_is_kept(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "id.db")
    for name in ("a\x00b", "a\ud800b"):
        put(store, handled(name))
        assert store.identity_of(name) is not None
        with store.step() as transaction:
            assert transaction.decision(name) == decision(name)
    store.close()


@pytest.mark.parametrize("seed", range(30))
def test_it_decides_as_the_store_in_memory(seed: int, tmp_path: Path) -> None:
    world = seeded_world(1000 + seed)
    entries, _, _ = run_oracle(world.config, world.moves)
    store = SQLiteStore(tmp_path / "id.db")
    got = run_online(world.config, entries, store)
    store.close()
    assert got == run_online(world.config, entries)


def test_a_file_that_is_opened_again_goes_on(tmp_path: Path) -> None:
    world = seeded_world(7)
    entries, _, _ = run_oracle(world.config, world.moves)
    interactions = [entry for entry in entries if isinstance(entry, Interaction)]
    expected = run_online(world.config, interactions)
    decisions = {}
    for one in interactions:
        store = SQLiteStore(tmp_path / "id.db")
        decisions.setdefault(one.interaction_id, Resolver(world.config, store).resolve(one))
        store.close()
    store = SQLiteStore(tmp_path / "id.db")
    assert list(decisions.values()) == expected.decisions
    assert (store.links(), store.reviews()) == (expected.links, expected.reviews)
    assert {one: store.identity_of(one) for one in decisions} == expected.identities
    store.close()


@pytest.mark.parametrize("seed", range(4))
def test_threads_agree_with_the_replay_of_their_order(seed: int, tmp_path: Path) -> None:
    config, moves = draw_log(seed, 120)
    store = SQLiteStore(tmp_path / "id.db")
    done = in_threads(store, config, moves, 4, work)
    assert disagreements(store, config, done) == []
    store.close()


@pytest.mark.parametrize("seed", [3])
def test_processes_agree_with_the_replay_of_their_order(seed: int, tmp_path: Path) -> None:
    url, size = f"sqlite:///{tmp_path / 'id.db'}", 200
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(work_at, url, seed, size, worker, 2) for worker in range(2)]
        done = [one for part in parts for one in part.result()]
    store = open_store(url)
    assert disagreements(store, draw_log(seed, size)[0], done) == []
    store.close()


_WORKER = """
import sys
from tests.stores.test_sqlite import handle_all
handle_all(sys.argv[1], int(sys.argv[2]))
"""


def handle_all(path: str, seed: int) -> None:
    """Handle the contacts of a log, and tell each once its decision is out."""
    config, moves = draw_log(seed, 400)
    resolver = Resolver(config, SQLiteStore(Path(path)))
    for number, move in enumerate(moves):
        resolver.resolve(contact(number, move.picks))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


@pytest.mark.parametrize("seed", [5])
def test_a_killed_process_loses_nothing_and_leaves_no_half(seed: int, tmp_path: Path) -> None:
    chance, path, told = Random(seed), tmp_path / "id.db", -1
    for _ in range(6):
        command = [sys.executable, "-c", _WORKER, str(path), str(seed)]
        with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.0, 0.15))
            os.kill(process.pid, signal.SIGKILL)
            told = max([told, *(int(line) for line in process.stdout.read().split("\n")[:-1])])
    config, moves = draw_log(seed, 400)
    store = SQLiteStore(path)
    kept = sum(store.identity_of(f"i{number}") is not None for number in range(len(moves)))
    assert told + 1 <= kept
    whole = run_replay(config, [contact(number, move.picks) for number, move in enumerate(moves[:kept])])
    assert {one: store.identity_of(one) for one in whole.identities} == whole.identities
    assert (store.links(), store.reviews()) == (whole.links, whole.reviews)
    with store.step() as transaction:
        assert [transaction.decision(f"i{number}") for number in range(kept)] == whole.decisions
    store.close()


def test_a_full_disk_keeps_nothing_of_the_entry_and_the_store_works_on(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "id.db")
    put(store, handled("a"))
    connection = store._connection()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    many = [f"b{k}" for k in range(400)]
    changes = Changes(
        records=[(record(name, 2), name) for name in many],
        identities=[identity(name, 2) for name in many],
        decisions=[decision(name) for name in many],
    )
    with pytest.raises(StoreFailure, match="the disk is full") as failure:
        put(store, changes)
    assert failure.value.__cause__ is None
    assert "+1202" not in str(failure.value)
    assert store.identity_of("b0") is None
    assert store.identity_of("a") is not None
    connection.execute("PRAGMA max_page_count = 1000000")
    put(store, changes)
    assert store.identity_of("b399") is not None
    store.close()


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    SQLiteStore(tmp_path / "id.db").close()
    connection = sqlite3.connect(tmp_path / "id.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(BadInput, match=r"schema version 99.*newer idlab"):
        SQLiteStore(tmp_path / "id.db")


def test_an_older_schema_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SQLiteStore(tmp_path / "id.db")
    put(store, handled("a"))
    store.close()
    newer = (*sqlite.MIGRATIONS, "ALTER TABLE links ADD COLUMN assigned TEXT;\nCREATE TABLE more (a TEXT)")
    monkeypatch.setattr(sqlite, "MIGRATIONS", newer)
    store = SQLiteStore(tmp_path / "id.db")
    assert store.identity_of("a") is not None
    assert store._connection().execute("SELECT count(*) FROM more").fetchone() == (0,)
    assert store._connection().execute("PRAGMA user_version").fetchone() == (len(newer),)
    store.close()


def test_another_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    before = (tmp_path / "other.db").read_bytes()
    with pytest.raises(BadInput, match=r"no store of idlab's"):
        SQLiteStore(tmp_path / "other.db")
    assert (tmp_path / "other.db").read_bytes() == before
    (tmp_path / "text.db").write_text("phone +1 202 555 0143\n" * 100)
    with pytest.raises(StoreFailure, match="no SQLite database") as failure:
        SQLiteStore(tmp_path / "text.db")
    assert "555" not in str(failure.value)
    with pytest.raises(StoreFailure, match="cannot be opened"):
        SQLiteStore(tmp_path / "absent" / "id.db")


def test_what_is_deleted_is_overwritten(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "id.db")
    phone = ("phone", "+12025550143")

    put(store, Changes(identifiers=[(phone, IdentifierState(1))]))
    put(store, Changes(identifiers=[(phone, None)]))
    store.close()
    assert b"12025550143" not in (tmp_path / "id.db").read_bytes()


def test_many_may_make_the_same_file_at_once(tmp_path: Path) -> None:
    for number in range(10):
        with ThreadPoolExecutor(4) as pool:
            stores = list(pool.map(SQLiteStore, [tmp_path / f"{number}.db"] * 4))
        for store in stores:
            assert store.identity_of("a") is None
            store.close()
