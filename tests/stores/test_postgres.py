"""The store on PostgreSQL keeps the contract of a store, and is exact under concurrency."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

from idlab import Resolver
from idlab.errors import BadInput, Conflict, StoreFailure
from idlab.stores import open_store
from idlab.stores.base import Changes, KeyState, Store
from idlab.stores.documents import customer_key
from idlab.testing.kept_contract import log_of, noted
from idlab.testing.logs import contact
from idlab.testing.states import KEY, decision, handled, identity, put, record
from idlab.testing.store_contract import StoreContract
from tests.parity.engines import run_online, run_oracle
from tests.parity.runs import seeded_world
from tests.stores.together import (
    disagreements,
    draw_log,
    in_threads,
    work,
    work_at,
    work_through_districts,
)

pytest.importorskip("psycopg", reason="idlab[postgres] is not installed")
import psycopg

from idlab.stores.postgres import PostgresStore
from idlab.stores.postgres_step import Step, _lock_of


@pytest.fixture
def store(empty: Callable[[], str]) -> Iterator[PostgresStore]:
    store = open_store(empty())
    yield store
    store.close()


class TestPostgresStore(StoreContract):
    @pytest.fixture
    def store(self, empty: Callable[[], str]) -> Iterator[Store]:
        self.url = empty()
        store = open_store(self.url)
        yield store
        store.close()

    def opened_again(self, store: Store) -> Store:
        store.close()
        return open_store(self.url)


@pytest.mark.parametrize("statement", ["UPDATE log SET document = '[]'", "DELETE FROM log", "TRUNCATE log"])
def test_the_log_is_only_added_to(statement: str, store: PostgresStore) -> None:
    noted(store, "accept", "decline")
    with store._pool.connection() as connection, pytest.raises(psycopg.Error, match="only added to"):
        connection.execute(statement)
    assert [one.kind for one in log_of(store)] == ["accept", "decline"]


@pytest.mark.parametrize("seed", range(10))
def test_it_decides_as_the_store_in_memory(seed: int, store: Store) -> None:
    world = seeded_world(1000 + seed)
    entries, _, _ = run_oracle(world.config, world.moves)
    assert run_online(world.config, entries, store) == run_online(world.config, entries)


def test_one_look_finds_what_keys_and_links_lead_to(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is asked twice for most steps: once to look, and once to commit."""
    looked_for: list[str] = []
    find = Step._find

    def note(step: Step, table: str, key: bytes) -> Any:
        looked_for.append(table)
        return find(step, table, key)

    config, moves = draw_log(11, 300)
    resolver = Resolver(config, store)
    monkeypatch.setattr(Step, "_find", note)
    decisions = [resolver.resolve(contact(number, move.picks)) for number, move in enumerate(moves)]
    assert len({one.outcome for one in decisions}) > 2
    assert {"keys", "identities", "links"}.isdisjoint(looked_for)


def test_what_is_read_after_the_number_was_drawn_is_a_conflict_unless_it_is_locked(
    store: PostgresStore,
) -> None:
    def draw_then_look() -> None:
        with store.step([KEY]) as late:
            late.draw()
            late.identity("a")
            late.put(Changes(identities=[identity("a", 1)]))

    put(store, handled("a"))
    with pytest.raises(Conflict):
        draw_then_look()
    put(store, Changes(keys=[(KEY, KeyState(("a",), 1))]))
    draw_then_look()


def together(empty: Callable[[], str], seed: int, size: int, workers: int = 8) -> list[str]:
    config, moves = draw_log(seed, size)
    store = open_store(empty())
    try:
        return disagreements(store, config, in_threads(store, config, moves, workers, work))
    finally:
        store.close()


@pytest.mark.parametrize("seed", range(10))
def test_eight_writers_agree_with_the_replay_of_their_numbers(seed: int, empty: Callable[[], str]) -> None:
    assert together(empty, seed, 200) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 150))
def test_they_agree_over_many_logs(seed: int, empty: Callable[[], str]) -> None:
    assert together(empty, seed, 200) == []


@pytest.mark.slow
def test_eight_writers_agree_over_one_log_of_twenty_thousand_entries(empty: Callable[[], str]) -> None:
    config, _ = draw_log(7, 1)
    districts = [draw_log(1_000 + district, 200)[1] for district in range(100)]
    store = open_store(empty())
    try:
        done = in_threads(store, config, districts, 8, work_through_districts)
        assert len(done) == 20_000
        assert disagreements(store, config, done) == []
    finally:
        store.close()


def test_processes_agree_with_the_replay_of_their_numbers(empty: Callable[[], str]) -> None:
    url, seed, size = empty(), 3, 240
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        parts = [pool.submit(work_at, url, seed, size, worker, 2) for worker in range(2)]
        done = [one for part in parts for one in part.result()]
    store = open_store(url)
    assert disagreements(store, draw_log(seed, size)[0], done) == []
    store.close()


def rename(store: Store) -> None:
    """Another step changes identity a."""
    with store.step([]) as transaction:
        transaction.identity("a")
        transaction.put(Changes(identities=[identity("a", 1)._replace(names=7)]))


def unite(store: Store) -> None:
    """Another step unites b with a."""
    with store.step([]) as transaction:
        assert (transaction.holder("a"), transaction.holder("b")) == ("a", "b")
        transaction.put(Changes(absorbed=[("b", "a")], identities=[identity("a", 1)]))


def test_a_step_that_looked_too_early_gives_up(store: PostgresStore) -> None:
    def look_then_draw() -> None:
        with store.step([]) as slow:
            assert slow.identity("a") == identity("a", 1)
            rename(store)
            slow.draw()

    put(store, handled("a"))
    with pytest.raises(Conflict):
        look_then_draw()
    with store.step() as transaction:
        assert transaction.identity("a").names == 7


def test_a_number_comes_after_those_of_all_steps_whose_changes_were_seen(store: PostgresStore) -> None:
    put(store, handled("a"))
    with store.step([]) as slow:
        with store.step([]) as quick:
            quick.identity("a")
            number = quick.draw()
            quick.put(Changes(identities=[identity("a", 1)._replace(names=7)]))
        assert slow.identity("a").names == 7
        assert slow.draw() > number


def test_what_was_read_without_a_lock_is_not_waited_for(store: PostgresStore) -> None:
    def draw_both() -> None:
        with store.step([]) as first, store.step([]) as second:
            assert first.identity("a") == second.identity("a")
            first.draw()
            second.draw()

    put(store, handled("a"))
    with pytest.raises(Conflict):
        draw_both()


def test_an_absent_row_that_appears_is_a_conflict(store: PostgresStore) -> None:
    def look_then_put() -> None:
        with store.step([]) as slow:
            assert slow.decision("a") is None
            with store.step([]) as quick:
                assert quick.decision("a") is None
                quick.put(handled("a"))
            slow.put(handled("a"))

    with pytest.raises(Conflict):
        look_then_put()
    assert store.identity_of("a") is not None


def test_an_error_over_what_no_longer_holds_is_a_conflict(store: PostgresStore) -> None:
    def look_twice() -> None:
        with store.step([]) as slow:
            assert slow.holder("b") == "b"
            unite(store)
            slow.identity("b")

    put(store, handled("a", "b"))
    with pytest.raises(Conflict):
        look_twice()


def test_who_saw_a_member_holds_the_identity(store: PostgresStore) -> None:
    put(store, handled("a", "b"))
    put(store, Changes(records=[(record("c", 3), "b")], identities=[identity("b", 2)]))
    with store.step([]) as transaction:
        transaction.holder("c")
        transaction.draw()
        with store._pool.connection() as other:
            row = other.execute(
                "SELECT pg_try_advisory_xact_lock(%s)", (_lock_of(customer_key("b")),)
            ).fetchone()
    assert row == (False,)


def test_a_text_that_no_encoding_takes_is_kept(store: PostgresStore) -> None:
    for name in ("a\x00b", "a\ud800b"):
        put(store, handled(name))
        assert store.identity_of(name) is not None
        with store.step() as transaction:
            assert transaction.decision(name) == decision(name)


def test_a_key_of_any_length_is_found(store: PostgresStore) -> None:
    long = (KEY[0], "x" * 100_000)
    put(store, Changes(keys=[(long, KeyState(("a",), 1))]))
    with store.step([long]) as transaction:
        assert transaction.key(long) == KeyState(("a",), 1)


def test_connections_that_are_cut_lose_nothing_that_was_handed_out(store: PostgresStore) -> None:
    config, moves = draw_log(11, 120)
    expected = run_online(config, [contact(k, move.picks) for k, move in enumerate(moves)])
    resolver = Resolver(config, store)
    for number, move in enumerate(moves):
        if number % 10 == 5:
            with store._pool.connection() as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND datname = current_database() AND backend_type = 'client backend'"
                )
                other.close()
        interaction = contact(number, move.picks)
        assert resolver.resolve(interaction) == expected.decisions[number]
    assert (store.links(), store.reviews()) == (expected.links, expected.reviews)


def test_a_newer_schema_is_refused(empty: Callable[[], str]) -> None:
    url = empty()
    store = open_store(url)
    with store._pool.connection() as connection:
        connection.execute("UPDATE idlab.schema_version SET version = 99")
    store.close()
    with pytest.raises(BadInput, match=r"schema version 99.*newer idlab"):
        open_store(url)


def test_an_older_schema_is_migrated(empty: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    from idlab.stores import postgres_schema

    url = empty()
    store = open_store(url)
    put(store, handled("a"))
    store.close()
    newer = (*postgres_schema.MIGRATIONS, "ALTER TABLE idlab.links ADD COLUMN assigned text")
    monkeypatch.setattr(postgres_schema, "MIGRATIONS", newer)
    store = open_store(url)
    assert store.identity_of("a") is not None
    with store._pool.connection() as connection:
        assert connection.execute("SELECT version FROM idlab.schema_version").fetchone() == (len(newer),)
    store.close()


def test_a_server_that_is_not_there_is_told_without_password() -> None:
    with pytest.raises(
        StoreFailure, match=r"postgresql://127\.0\.0\.1/none: the server cannot be reached"
    ) as failure:
        open_store("postgresql://user:hunter2@127.0.0.1:1/none?connect_timeout=2")
    assert "hunter2" not in str(failure.value)
    assert failure.value.__cause__ is None
