"""Identifiers stay out of logs and exceptions over servers too, which quote rows in their errors and log what they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from idlab import Action, open_store
from idlab.errors import BadInput, Conflict, StoreFailure
from idlab.model import customer_id_of
from idlab.observe import correlated
from idlab.testing.logs import contact
from tests.observe.driving import drive, silence, watched, world_of
from tests.observe.hearing import Heard, hearing
from tests.observe.people import populate

psycopg = pytest.importorskip("psycopg", reason="idlab[postgres] is not installed")


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    populate(monkeypatch)


@pytest.fixture
def heard() -> Iterator[Heard]:
    with hearing() as heard:
        yield heard


@pytest.mark.parametrize("seed", range(3))
def test_postgres(seed: int, empty: Callable[[], str], heard: Heard) -> None:
    world = world_of(seed)
    store = open_store(empty())
    drive(watched(world.config, store, heard), world.moves, heard)
    heard.say(heard.text)
    store.close()
    silence(world.config, heard)


def test_postgres_with_writers_in_each_others_way(empty: Callable[[], str], heard: Heard) -> None:
    world = world_of(9)
    store = open_store(empty())
    resolver = watched(world.config, store, heard)
    contacts = [contact(number, move.picks) for number, move in enumerate(world.moves)]

    def work(worker: int) -> None:
        with correlated(f"worker-{worker}"):
            for one in contacts[worker::4] * 3:
                resolver.resolve(one)
            for one in contacts[worker::4]:
                with heard.failing():
                    resolver.act(Action.do_not_link(customer_id_of(one.interaction_id)))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, worker) for worker in range(4)]:
            done.result()
    store.close()
    lines = [json.loads(line) for line in heard.lines.getvalue().splitlines()]
    assert {line["correlation"] for line in lines[1:]} == {f"worker-{worker}" for worker in range(4)}
    assert sum(line["event"] == "decided" for line in lines) == 3 * len(contacts)
    silence(world.config, heard)


def test_postgres_that_fails(empty: Callable[[], str], heard: Heard) -> None:
    world, url = world_of(4), empty()
    store = open_store(url)
    resolver = watched(world.config, store, heard)
    drive(resolver, world.moves[:20], heard)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "ALTER TABLE idlab.identities ADD CONSTRAINT small CHECK (length(document) < 5) NOT VALID"
        )
        with heard.failing(StoreFailure):  # the server quotes the row that it refuses
            for number, move in enumerate(world.moves):
                resolver.resolve(contact(1000 + number, move.picks))
        connection.execute("ALTER TABLE idlab.identities DROP CONSTRAINT small")
        connection.execute("ALTER TABLE idlab.links RENAME TO elsewhere")
        with heard.failing(StoreFailure):
            store.links()
        heard.say(heard.text)
        connection.execute("ALTER TABLE idlab.elsewhere RENAME TO links")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        with heard.failing():  # over another connection it is done all the same
            resolver.resolve(contact(3000, world.moves[0].picks))
        connection.execute("UPDATE idlab.schema_version SET version = 99")
    with heard.failing(BadInput):
        open_store(url)
    store.close()
    with heard.failing(StoreFailure):
        resolver.resolve(contact(4000, world.moves[0].picks))
    silence(world.config, heard)


def test_dynamodb(dynamodb: str, heard: Heard) -> None:
    world = world_of(2)
    store = open_store(f"dynamodb://idlab-leaks?region=eu-west-1&endpoint={dynamodb}")
    resolver = watched(world.config, store, heard)
    drive(resolver, world.moves[:20], heard)
    heard.say(heard.text)
    store._table.client.delete_table(TableName="idlab-leaks")
    with heard.failing(StoreFailure, Conflict):
        resolver.resolve(contact(4000, world.moves[0].picks))
    store.close()
    silence(world.config, heard)
