"""What PostgreSQL is given inserts the very rows that the statements of every other database do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from idlab import Interaction, Resolver
from idlab.stores import open_store, sqlite
from idlab.stores.base import Changes
from idlab.stores.documents import customer_key, statements
from idlab.stores.gathered import gathered, posted_in, posted_of
from tests.parity.engines import run_online, run_oracle
from tests.parity.runs import seeded_world

_TABLES = ("interactions", "identities", "identifiers", "keys", "links", "reviews", "turned")


def changes_of(seed: int, monkeypatch: pytest.MonkeyPatch) -> list[Changes]:
    """What deciding about a drawn world changes, step by step."""
    from idlab.stores.memory import MemoryStore

    kept: list[Changes] = []
    write = MemoryStore.write

    def note(store: MemoryStore, changes: Changes) -> None:
        kept.append(changes)
        write(store, changes)

    world = seeded_world(seed)
    entries, _, _ = run_oracle(world.config, world.moves)
    with monkeypatch.context() as patch:
        patch.setattr(MemoryStore, "write", note)
        run_online(world.config, entries)
    return kept


def an_empty_one() -> sqlite3.Connection:
    """A database with the tables, and the column that PostgreSQL's keys have."""
    connection = sqlite3.connect(":memory:")
    for migration in sqlite.MIGRATIONS:
        for statement in migration.split(";\n"):
            connection.execute(statement)
    connection.execute("ALTER TABLE keys ADD COLUMN posted BLOB")
    return connection


@pytest.mark.parametrize("seed", range(6))
def test_gathered_statements_write_the_same_rows(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite knows no inserts under WITH: they are run one by one there, in the order in which they stand."""
    plain, other = an_empty_one(), an_empty_one()
    n_together = 0
    for changes in changes_of(seed, monkeypatch):
        for statement, rows in statements(changes):
            plain.executemany(statement, rows)
        for statement, values in gathered(statements(changes)):
            parts = parts_of(statement)
            n_together += len(parts) > 1
            remaining = list(values)
            for part in parts:
                n_values = part.count("%s")
                other.execute(part.replace("%s", "?"), remaining[:n_values])
                del remaining[:n_values]
            assert remaining == []
    for table in _TABLES:
        columns = "id, document" if table == "keys" else "*"
        query = f"SELECT {columns} FROM {table} ORDER BY id"  # noqa: S608 - no values
        assert plain.execute(query).fetchall() == other.execute(query).fetchall()
    for document, posted in other.execute("SELECT document, posted FROM keys"):
        assert posted == posted_of(document)
    assert n_together > 0


def parts_of(statement: str) -> list[str]:
    """The inserts of a statement."""
    if not statement.startswith("WITH "):
        return [statement]
    parts = statement.split("INSERT INTO ")[1:]
    return ["INSERT INTO " + part.rsplit(")", 1)[0] for part in parts[:-1]] + ["INSERT INTO " + parts[-1]]


def test_many_rows_go_by_several_statements() -> None:
    rows = [(Random(number).randbytes(16), f"{number}") for number in range(40)]
    insert = "INSERT INTO identities (id, document) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET document = excluded.document"
    found = list(gathered([(insert, rows)]))
    assert [len(values) for _, values in found] == [32, 32, 16]
    assert [value for _, values in found for value in values] == [value for row in rows for value in row]


def test_the_ids_posted_are_those_of_the_document() -> None:
    document = '[["phone.e164","+12025550143"],["call-1","call-2"],2,false]'
    assert posted_in(posted_of(document)) == [customer_key("call-1"), customer_key("call-2")]


def test_keys_that_an_older_idlab_wrote_are_followed_as_well(empty: Callable[[], str]) -> None:
    pytest.importorskip("psycopg", reason="idlab[postgres] is not installed")
    world = seeded_world(4)
    interactions = [one for one in run_oracle(world.config, world.moves)[0] if isinstance(one, Interaction)]
    expected = run_online(world.config, interactions)
    store: Any = open_store(empty())
    resolver = Resolver(world.config, store)
    decisions = {}
    for one in interactions:
        decisions.setdefault(one.interaction_id, resolver.resolve(one))
        with store._pool.connection() as connection:
            connection.execute("UPDATE keys SET posted = NULL")
    store.close()
    assert list(decisions.values()) == expected.decisions
