"""The benchmark of a store: what it fills is what deciding one by one would leave, and its figures are those of what it did."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

import synthetic
from idlab import BadInput, Resolver, ScoringConfig
from idlab.bench.filling import fill, put_into
from idlab.bench.online_store import bench_store, must_be_empty, prepared
from idlab.bench.workload import SCENARIO, SEED
from idlab.data.dataset import read_dataset
from idlab.data.stream import interactions_of
from idlab.stores import open_store
from idlab.telling import untold

CONFIG = Path(__file__).resolve().parents[2] / "configs" / "default.json"
IDENTITIES = 400
TABLES = (
    "interactions",
    "identities",
    "keys",
    "identifiers",
    "links",
    "reviews",
    "turned",
    "settings",
    "numbers",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / SCENARIO
    synthetic.generate(SCENARIO, 1400, SEED).write(folder)
    return folder


@pytest.fixture(scope="module")
def config() -> ScoringConfig:
    """The default config with guards so strict that links, review items and shared identifiers come about."""
    document = json.loads(CONFIG.read_text(encoding="utf-8"))
    document["guards"] |= {"max_distinct_names": 1, "max_names_per_identifier": 1}
    document["decide"]["pending_at"] = 0.2
    return ScoringConfig.parse(document)


def rows_of(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(file)) as connection:
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608 - no values
            for table in TABLES
        }


def test_a_filled_store_has_the_rows_of_one_that_decided(
    folder: Path, config: ScoringConfig, tmp_path: Path
) -> None:
    filled, decided = tmp_path / "filled.db", tmp_path / "decided.db"
    stream = interactions_of(read_dataset(folder))
    filling = fill(filled, config, stream, IDENTITIES, untold)
    assert filling.n_identities == IDENTITIES
    n_taken = sum(1 for _ in interactions_of(read_dataset(folder))) - sum(1 for _ in stream)
    store = open_store(f"sqlite:///{decided}")
    resolver = Resolver(config, store)
    for one in islice(interactions_of(read_dataset(folder)), n_taken):
        resolver.resolve(one)
    store.close()
    found, expected = rows_of(filled), rows_of(decided)
    for table in TABLES:
        assert found[table] == expected[table], table
    assert len(expected["identities"]) == IDENTITIES
    assert expected["links"]
    assert expected["turned"]


def test_a_filled_store_goes_on_as_one_that_decided(
    folder: Path, config: ScoringConfig, tmp_path: Path
) -> None:
    stream = interactions_of(read_dataset(folder))
    filling = fill(tmp_path / "filled.db", config, stream, IDENTITIES, untold)
    url = f"sqlite:///{tmp_path / 'id.db'}"
    put_into(url, tmp_path / "filled.db", untold)
    store = open_store(url)
    resolver, over_memory = Resolver(config, store), Resolver(config, filling)
    for one in islice(stream, 200):
        assert resolver.resolve(one) == over_memory.resolve(one)
    store.close()


def test_figures_are_of_what_was_done(folder: Path, config: ScoringConfig, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'id.db'}"
    must_be_empty(url)
    ground = prepared(folder, config, tmp_path, interactions=120, identities=IDENTITIES)
    found = bench_store(ground, config, url, writers=2)
    assert (found.interactions, found.writers, found.identities_before) == (120, 2, IDENTITIES)
    with open_store(url).reading() as rows:
        assert sum(1 for _ in rows.records()) > IDENTITIES + 120
    assert IDENTITIES < found.identities <= IDENTITIES + 120
    assert 0 < found.p50_ms <= found.p95_ms <= found.p99_ms
    assert 0 < found.bare_insert_p50_ms <= found.bare_insert_p99_ms
    assert found.bytes_per_decision > 500
    assert found.disk_mib > 0
    assert found.resolver_mib > 1
    assert set(found.document()) >= {"decisions_per_s", "p50_ms", "bare_insert_p99_ms", "identities"}
    with pytest.raises(BadInput, match="already"):
        must_be_empty(url)


def test_a_world_that_is_too_small_is_told(folder: Path, config: ScoringConfig, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="dataset ends"):
        prepared(folder, config, tmp_path, interactions=10, identities=100_000)


def test_a_store_that_is_not_filled_before_starts_from_nothing(
    folder: Path, config: ScoringConfig, tmp_path: Path
) -> None:
    ground = prepared(folder, config, tmp_path, interactions=60)
    found = bench_store(ground, config, f"sqlite:///{tmp_path / 'id.db'}")
    assert (found.identities_before, ground.first, len(ground.sizes)) == (0, 0, 60)
    assert 0 < found.identities <= 60
