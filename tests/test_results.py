"""The results of a run: both engines give the same tables, and a folder appears whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idlab import BadInput, Interaction, MemoryStore, Resolver, ScoringConfig
from idlab.replay import encode_entries, replay
from idlab.results import (
    RunFacts,
    RunTables,
    check_results_target,
    tables_of_replay,
    tables_of_store,
    write_results,
)
from tests.parity.engines import run_oracle
from tests.parity.runs import seeded_world

N_WORLDS = 40


def _streams() -> list[tuple[ScoringConfig, list[Interaction]]]:
    found: list[tuple[ScoringConfig, list[Interaction]]] = []
    for seed in range(N_WORLDS):
        world = seeded_world(seed)
        entries, _, _ = run_oracle(world.config, world.moves)
        interactions = {one.interaction_id: one for one in entries if isinstance(one, Interaction)}
        found.append((world.config, list(interactions.values())))
    return found


def test_both_engines_give_the_same_tables() -> None:
    links = items = 0
    for config, interactions in _streams():
        store = MemoryStore()
        resolver = Resolver(config, store)
        decisions = [resolver.resolve(one) for one in interactions]
        online = tables_of_store(decisions, store)
        bulk = tables_of_replay(replay(encode_entries(interactions, config), config))
        for name, one, other in zip(online._fields, online, bulk, strict=True):
            assert one.schema == other.schema
            assert one.to_pylist() == other.to_pylist(), name
        links += len(online.pending)
        items += len(online.review)
    assert links > 50 and items > 10


@pytest.fixture(scope="module")
def tables() -> RunTables:
    config, interactions = _streams()[0]
    return tables_of_replay(replay(encode_entries(interactions, config), config))


def test_a_folder_of_results(tables: RunTables, tmp_path: Path) -> None:
    files = write_results(tmp_path / "run", tables, "c" * 64, "d" * 64, RunFacts.start("replay"))
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["files"] == {name: {"sha256": digest} for name, digest in sorted(files.items())}
    assert (manifest["config_digest"], manifest["dataset_digest"]) == ("c" * 64, "d" * 64)
    first = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir() if path.name != "run.json"}
    write_results(tmp_path / "run", tables, "c" * 64, "d" * 64, RunFacts.start("online"))
    assert first == {
        path.name: path.read_bytes() for path in (tmp_path / "run").iterdir() if path.name != "run.json"
    }
    assert json.loads((tmp_path / "run" / "run.json").read_text())["engine"] == "online"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_numbers_that_json_has_not_leave_the_earlier_results(tables: RunTables, tmp_path: Path) -> None:
    write_results(tmp_path / "run", tables, "c", "d", RunFacts.start("replay"))
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_results(
            tmp_path / "run", tables, "x", "d", RunFacts.start("replay"), metrics={"a": float("nan")}
        )
    assert json.loads((tmp_path / "run" / "manifest.json").read_text())["config_digest"] == "c"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize(
    "found", [{"letter.txt": ""}, {"manifest.json": "{}"}, {"manifest.json": "x"}, {"run.json": "{}"}]
)
def test_other_folders_are_left_alone(found: dict[str, str], tables: RunTables, tmp_path: Path) -> None:
    for name, text in found.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(BadInput):
        check_results_target(tmp_path)
    with pytest.raises(BadInput):
        write_results(tmp_path, tables, "c", "d", RunFacts.start("replay"))
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == found
