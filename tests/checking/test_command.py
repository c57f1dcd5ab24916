"""``idlab check`` from the command line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from idlab.checking import INVARIANTS
from idlab.checking.invariants import AGAIN
from tests.checking.filled import drawn, filled
from tests.cli.running import run_idlab


@pytest.fixture
def file(tmp_path: Path) -> Path:
    filled(tmp_path / "id.db", drawn(27, erasing=False))
    return tmp_path / "id.db"


def change(file: Path, *statements: str) -> None:
    connection = sqlite3.connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_it_tells_what_it_compared(file: Path) -> None:
    told = run_idlab("check", "--store", f"sqlite:///{file}", "--json")
    assert told.code == 0
    assert told.json["ok"]
    assert [one["invariant"] for one in told.json["findings"]] == list(INVARIANTS)
    assert (told.json["left_out"], told.json["not_decided_again"]) == (0, None)
    shown = run_idlab("check", "--store", f"sqlite:///{file}")
    assert f"{told.json['compared']:,} interactions and actions were decided again" in shown.out


def test_what_was_decided_otherwise_is_named_with_advice(file: Path) -> None:
    change(file, "UPDATE identities SET document = replace(document, '+1202', '+1203')")
    told = run_idlab("check", "--store", f"sqlite:///{file}", "--json")
    assert told.code == 1
    failing = {one["invariant"]: one["advice"] for one in told.json["findings"] if one["failures"]}
    assert list(failing) == ["identities are those that the log gives"]
    assert "restore a backup" in failing["identities are those that the log gives"]
    assert "+1203" not in told.out


def test_a_quick_check_decides_nothing_again(file: Path) -> None:
    change(file, "UPDATE identities SET document = replace(document, '+1202', '+1203')")
    told = run_idlab("check", "--store", f"sqlite:///{file}", "--quick", "--json")
    assert told.code == 0
    assert told.json["compared"] == 0
    assert not AGAIN.keys() & {one["invariant"] for one in told.json["findings"]}
    assert "nothing was decided again" in run_idlab("check", "--store", f"sqlite:///{file}", "--quick").out


def test_an_old_store_that_does_not_know_its_config_is_checked_under_a_named_one(
    file: Path, tmp_path: Path
) -> None:
    config = drawn(27, erasing=False).config
    (tmp_path / "config.json").write_text(config.to_json())
    change(file, "DELETE FROM settings")
    without = run_idlab("check", "--store", f"sqlite:///{file}", "--json")
    assert without.json["not_decided_again"] == "the store's config is not known"
    told = run_idlab("check", "--store", f"sqlite:///{file}", "--config", tmp_path / "config.json", "--json")
    assert told.json["not_decided_again"] is None
    failing = [one["invariant"] for one in told.json["findings"] if one["failures"]]
    assert failing == ["the store serves a config, and its digest is that config's"]


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    assert "no such file" in run_idlab("check", "--store", f"sqlite:///{tmp_path / 'absent.db'}").refusal
    assert "nothing that could be checked" in run_idlab("check", "--store", "memory://").refusal
