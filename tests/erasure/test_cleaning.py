"""What stands in the way of cleaning a server, and what a role may not do, is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from idlab import Resolver, open_store
from idlab.erasure import erase, finish
from idlab.errors import StoreFailure
from idlab.stores.conditional import ConditionalStore
from tests.cli.running import run_idlab
from tests.erasure.conftest import Server
from tests.erasure.people import START, config, contacts, customers, fill, held_by, needles
from tests.erasure.searching import search
from tests.erasure.stores import InPostgres
from tests.stores.interleaved import FakeTable

LATER = START + timedelta(days=90)


@pytest.mark.slow
def test_a_transaction_that_still_sees_them_is_waited_for_and_told(
    open_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """VACUUM FULL would copy the rows that it can see."""
    import psycopg

    monkeypatch.setattr("idlab.stores.wiping_postgres.PATIENCE", 0.3)
    kept = InPostgres(open_server.url, open_server.folder)
    resolver = Resolver(config(), kept.store)
    fill(resolver, contacts())
    ids = customers(resolver)
    wanted = needles(resolver, held_by(resolver, ids))
    with psycopg.connect(open_server.url) as other:
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT count(*) FROM idlab.keys")
        with pytest.raises(StoreFailure, match=r"older than the erasure still holds.*--resume"):
            erase(resolver, ids, by="", at=LATER)
        other.rollback()
    assert finish(resolver, at=LATER) != []
    assert not any(one.found for one in search(kept.places(), wanted).values())
    kept.store.close()


@pytest.mark.slow
def test_a_role_without_rights_is_told_which_it_lacks(open_server: Server) -> None:
    import psycopg

    InPostgres(open_server.url, open_server.folder).store.close()
    with psycopg.connect(open_server.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA idlab CASCADE")
        connection.execute("DROP DATABASE IF EXISTS humble")
        connection.execute("DROP ROLE IF EXISTS humble")
        connection.execute("CREATE ROLE humble LOGIN PASSWORD 'humble'")
        connection.execute("CREATE DATABASE humble")
        connection.execute("GRANT CREATE ON DATABASE humble TO humble")
    host = quote(str(open_server.folder), safe="")
    store = open_store(f"postgresql://humble:humble@/humble?host={host}")
    resolver = Resolver(config(), store)
    fill(resolver, contacts())
    (certificate,) = erase(resolver, customers(resolver), by="", at=LATER)
    beyond = " ".join(certificate.document["beyond"])
    assert "pg_checkpoint" in beyond and "VACUUM FULL pg_statistic" in beyond
    assert certificate.document["cleaned"] == ["tables, their overflow and their indexes, written anew"]
    store.close()
    with psycopg.connect(open_server.url, autocommit=True) as connection:
        connection.execute("DROP DATABASE humble")
        connection.execute("DROP ROLE humble")


@pytest.mark.slow
def test_a_server_needs_an_erasure_log_or_a_word(
    open_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IDLAB_ERASURE_LOG", raising=False)
    kept = InPostgres(open_server.url, open_server.folder)
    resolver = Resolver(config(), kept.store)
    fill(resolver, contacts())
    first, other, *_ = customers(resolver)
    kept.store.close()
    command = ("--store", open_server.url, "--yes", "--json")
    assert "needs an erasure log" in run_idlab("erase", first, *command).refusal
    assert run_idlab("erase", first, *command, "--no-erasure-log").code == 0
    log = tmp_path / "erasures"
    done = run_idlab("erase", other, *command, "--erasure-log", log)
    assert done.code == 0, done.err
    assert len(log.read_text(encoding="utf-8").splitlines()) == 1
    assert len(list(tmp_path.glob("erasures.erasure-*.json"))) == 1


def test_journals_of_dead_steps_are_removed() -> None:
    """They hold what a step was about to write, and nobody carries them out."""
    table = FakeTable()
    store = ConditionalStore(table)
    resolver = Resolver(config(), store)
    for interaction in list(contacts())[:20]:
        resolver.resolve(interaction)
    before = {place for place in table.items if place[0] != "store"}
    table.items["journal#dead", "00000000"] = {"operation": '["k#1","key","put",{"document":"+43 660"}]'}
    table.items["journal#dead", "00000001"] = {"operation": "[]"}
    store.clean()
    assert {place for place in table.items if place[0] != "store"} == before
