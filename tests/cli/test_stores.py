"""Commands over a store that keeps what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Idlab, digests


def test_resolving_into_a_file_decides_as_the_replay_and_twice_the_same(
    idlab: Idlab, world: Path, configs: Path, tmp_path: Path
) -> None:
    store = f"sqlite:///{tmp_path / 'id.db'}"
    command = ["resolve", world, "--config", configs / "default.json", "--out"]
    for run in ("first", "again"):
        assert idlab(*command, tmp_path / run, "--engine", "online", "--store", store).code == 0
    assert idlab(*command, tmp_path / "replay").code == 0
    replayed = digests(tmp_path / "replay")
    assert digests(tmp_path / "first") == replayed
    assert digests(tmp_path / "again") == replayed
    checked = idlab("check", "--store", store, "--config", configs / "default.json", "--json").json
    assert checked["ok"] is True
    assert len(checked["findings"]) > 10


@pytest.mark.slow
@pytest.mark.parametrize("writers", [1, 2])
def test_the_benchmark_of_a_store_gives_its_figures(writers: int, idlab: Idlab, tmp_path: Path) -> None:
    command = ["bench", "online", "--store", f"sqlite:///{tmp_path / 'id.db'}", "--interactions", 800]
    found = idlab(*command, "--writers", writers, "--json").json
    assert 0 < found["p50_ms"] <= found["p95_ms"] <= found["p99_ms"]
    assert found["bare_insert_p99_ms"] > 0
    assert found["decisions_per_s"] > 0
    assert 0 < found["identities"] < 800
    assert "holds something already" in idlab(*command).refusal


def test_a_store_that_keeps_nothing_is_neither_measured_nor_checked(idlab: Idlab) -> None:
    assert "keeps nothing" in idlab("bench", "online", "--store", "memory://", "--interactions", 50).refusal
    assert "holds nothing that could be checked" in idlab("check", "--store", "memory://").refusal
