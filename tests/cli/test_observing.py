"""``idlab resolve --log --metrics``: what the online engine does, as it does it."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from tests.cli.running import Idlab, digests


@pytest.fixture
def resolve(world: Path, configs: Path, tmp_path: Path) -> tuple[object, ...]:
    """The command without its options."""
    return ("resolve", world, "--config", configs / "default.json", "--out", tmp_path / "run")


def test_a_log_has_a_line_for_each_decision_and_changes_none(
    resolve: tuple[object, ...], idlab: Idlab, tmp_path: Path
) -> None:
    assert idlab(*resolve).code == 0
    replayed = digests(tmp_path / "run")
    log, metrics = tmp_path / "idlab.log", tmp_path / "idlab.prom"
    done = idlab(*resolve, "--engine", "online", "--log", log, "--metrics", metrics, "--json")
    assert digests(tmp_path / "run") == replayed
    opened, *decided = [json.loads(line) for line in log.read_text().splitlines()]
    assert opened["event"] == "opened"
    assert {line["event"] for line in decided} == {"decided"}
    assert len(decided) == done.json["interactions"]
    for name, count in done.json["outcomes"].items():
        assert sum(line["outcome"] == name.upper() for line in decided) == count
        assert f'idlab_decisions_total{{outcome="{name.upper()}"}} {count}.0' in metrics.read_text()
    assert f"idlab_open_links {done.json['pending']}.0" in metrics.read_text()
    assert f"idlab_open_reviews {done.json['review']}.0" in metrics.read_text()
    assert not logging.getLogger("idlab").handlers


def test_a_dash_is_standard_error(resolve: tuple[object, ...], idlab: Idlab) -> None:
    done = idlab(*resolve, "--engine", "online", "--log", "-", "--json")
    assert len(done.err.splitlines()) == 1 + done.json["interactions"]
    assert json.loads(done.err.splitlines()[-1])["event"] == "decided"


def test_a_port_of_this_machine_is_open_meanwhile(resolve: tuple[object, ...], idlab: Idlab) -> None:
    assert idlab(*resolve, "--engine", "online", "--metrics", 0).code == 0


def test_metrics_are_written_at_a_bad_end_too(
    resolve: tuple[object, ...], idlab: Idlab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from idlab.errors import StoreFailure
    from idlab.stores import MemoryStore

    step, left = MemoryStore.step, [20]

    def fail_later(store: MemoryStore, *_: object) -> object:
        left[0] -= 1
        if left[0] < 0:
            raise StoreFailure("the disk is full", where="memory", hint="free some space")
        return step(store)

    monkeypatch.setattr(MemoryStore, "step", fail_later)
    path = tmp_path / "idlab.prom"
    refusal = idlab(*resolve, "--engine", "online", "--metrics", path, "--store", "memory://").refusal
    assert refusal == "memory: the disk is full; free some space"
    assert 'idlab_failures_total{kind="StoreFailure"} 1.0' in path.read_text()
    assert not (tmp_path / "run").exists()


def test_options_that_are_not_valid(resolve: tuple[object, ...], idlab: Idlab, tmp_path: Path) -> None:
    for option in ("--log", "--metrics"):
        refusal = idlab(*resolve, option, tmp_path / "x").refusal
        assert refusal.startswith(f"{option}: the engine 'replay' ") and "--engine online" in refusal
    online = (*resolve, "--engine", "online")
    absent = tmp_path / "absent" / "file"
    assert "No such file" in idlab(*online, "--log", absent).refusal
    assert "cannot be written" in idlab(*online, "--metrics", absent).refusal
    assert "choose a free port" in idlab(*online, "--metrics", 123456).refusal
    assert not list(tmp_path.iterdir())
