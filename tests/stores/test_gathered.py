"""What PostgreSQL is given inserts the very rows that the statements of every other database do."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from idlab import Interaction, Resolver
from idlab.stores import open_store, sqlite
from idlab.stores.base import Changes
from idlab.stores.documents import as_text, customer_key, digest_key, statements
from idlab.stores.gathered import gathered, leading_of, parted_ids
from idlab.testing.states import identity
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
    """A database with the tables, and the columns of ids that PostgreSQL's have."""
    connection = sqlite3.connect(":memory:")
    for migration in sqlite.MIGRATIONS:
        for statement in migration.split(";\n"):
            connection.execute(statement)
    for table, column in (("keys", "posted"), ("identities", "links"), ("identities", "ends")):
        connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} BLOB")
    return connection


@pytest.mark.parametrize("seed", range(6))
def test_gathered_statements_write_the_same_rows(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite knows no inserts under WITH: they are run one by one there, in the order in which they stand."""
    plain, other = an_empty_one(), an_empty_one()
    n_together = 0
    for changes in changes_of(seed, monkeypatch):
        for statement, rows in statements(changes):
            plain.executemany(statement, rows)
        for statement, values in gathered(changes):
            parts = parts_of(statement)
            n_together += len(parts) > 1
            remaining = list(values)
            for part in parts:
                n_values = part.count("%s")
                other.execute(part.replace("%s", "?"), remaining[:n_values])
                del remaining[:n_values]
            assert remaining == []
    for table in _TABLES:
        columns = "id, document" if table in {"keys", "identities"} else "*"
        query = f"SELECT {columns} FROM {table} ORDER BY id"  # noqa: S608 - no values
        assert plain.execute(query).fetchall() == other.execute(query).fetchall()
    for document, posted in other.execute("SELECT document, posted FROM keys"):
        assert leading_of("keys", document) == (posted,)
    for document, *ends in other.execute("SELECT document, links, ends FROM identities"):
        assert leading_of("identities", document) == tuple(ends)
    assert n_together > 0


def parts_of(statement: str) -> list[str]:
    """The inserts of a statement."""
    if not statement.startswith("WITH "):
        return [statement]
    parts = statement.split("INSERT INTO ")[1:]
    return ["INSERT INTO " + part.rsplit(")", 1)[0] for part in parts[:-1]] + ["INSERT INTO " + parts[-1]]


def test_many_rows_go_by_several_statements() -> None:
    changes = Changes(turned=[(f"i{number}", (f"i{number // 2}", 1)) for number in range(40)])
    ((_, rows),) = statements(changes)
    found = list(gathered(changes))
    assert [len(values) for _, values in found] == [32, 32, 16]
    assert [value for _, values in found for value in values] == [value for row in rows for value in row]


def test_the_ids_posted_are_those_of_the_document() -> None:
    document = '[["phone.e164","+12025550143"],["call-1","call-2"],2,false]'
    assert parted_ids(*leading_of("keys", document)) == [customer_key("call-1"), customer_key("call-2")]


def test_the_ids_of_links_are_those_of_the_document() -> None:
    state = identity("a", 1)._replace(links=(("b", "a"), ("a", "c")), cannot=(("a", "d"),))
    links, ends = leading_of("identities", as_text(state))
    assert parted_ids(links) == [digest_key(("b", "a")), digest_key(("a", "c"))]
    assert parted_ids(ends) == [customer_key(name) for name in "bacd"]


def test_rows_that_an_older_idlab_wrote_are_followed_as_well(empty: Callable[[], str]) -> None:
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
            connection.execute("UPDATE identities SET links = NULL, ends = NULL")
    store.close()
    assert list(decisions.values()) == expected.decisions
