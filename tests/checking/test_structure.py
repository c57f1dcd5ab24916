"""A store that a resolver filled passes every check; one that was meddled with fails the right one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from idlab.checking import INVARIANTS, check
from idlab.cli import app
from idlab.stores.sqlite import SQLiteStore
from tests.checking.filled import quick
from tests.parity.engines import run_online, run_oracle
from tests.parity.runs import seeded_world

SEED = 5


def fill(path: Path, seed: int) -> SQLiteStore:
    world = seeded_world(seed)
    entries, _, _ = run_oracle(world.config, world.moves)
    store = quick(path)
    run_online(world.config, entries, store)
    return store


def failing(store: SQLiteStore) -> list[str]:
    with store.reading() as rows:
        return [one.invariant for one in check(rows, decide=False).failing]


@pytest.mark.parametrize("seed", range(60))
def test_what_a_resolver_wrote_hangs_together(seed: int, tmp_path: Path) -> None:
    store = fill(tmp_path / "id.db", seed)
    with store.reading() as rows:
        report = check(rows)
    assert [one.invariant for one in report.findings] == list(INVARIANTS)
    assert report.ok
    assert report.not_decided_again is None
    store.close()


MEDDLING = {
    "every row can be read": "UPDATE links SET document = substr(document, 2)",
    "every row lies under the digest of its name": "UPDATE links SET id = x'00' WHERE id = (SELECT min(id) FROM links)",
    "every interaction has a record and a decision": "UPDATE interactions SET decision = NULL",
    "no two records have the same serial number": "UPDATE interactions SET serial = 1",
    "every interaction is held by one identity, and that is there": "DELETE FROM identities",
    "every identity is called by its earliest interaction": "UPDATE interactions SET serial = -serial",
    "a link joins two handled interactions": "DELETE FROM interactions",
    "an open link joins two live identities, and both know it": (
        "UPDATE links SET document = replace(replace(document, 'declined', 'open'), 'superseded', 'open')"
    ),
    "a record turned away is in a review item that is there": "INSERT INTO turned VALUES (x'00', x'00')",
    "a key leads to handled interactions, as many as hold it at most": "DELETE FROM interactions",
    "keys are those of the records": "DELETE FROM keys",
    "marks of identifiers are those of the records": "DELETE FROM identifiers",
}


@pytest.mark.parametrize("invariant", MEDDLING)
def test_meddling_is_found(invariant: str, tmp_path: Path) -> None:
    found: list[str] = []
    for seed in range(12):
        store = fill(tmp_path / f"{seed}.db", seed)
        store._connection().execute(MEDDLING[invariant])
        found += failing(store)
        store.close()
        if invariant in found:
            return
    pytest.fail(f"never found; found {sorted(set(found))}")


def test_the_command_says_what_to_do(tmp_path: Path) -> None:
    fill(tmp_path / "id.db", SEED).close()
    command = ["check", "--store", f"sqlite:///{tmp_path / 'id.db'}"]
    assert CliRunner().invoke(app, command).exit_code == 0
    connection = sqlite3.connect(tmp_path / "id.db")
    connection.execute("DELETE FROM identities")
    connection.commit()
    connection.close()
    told = CliRunner().invoke(app, [*command, "--json"])
    assert told.exit_code == 1
    assert "restore a backup" in told.stdout
