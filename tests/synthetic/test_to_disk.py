"""Worlds written in bounded memory are the worlds in memory, byte by byte, however they are parted."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idlab.data.dataset import handling_order, read_dataset
from synthetic import generate, generate_to, scenario_names


def digests(folder: Path) -> dict[str, str]:
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def small_parts(monkeypatch: pytest.MonkeyPatch, people: int, rows: int) -> None:
    """Blocks of so few people and slices of so few rows that a small world has many."""
    monkeypatch.setattr("synthetic.blocks.BLOCK", people)
    monkeypatch.setattr("synthetic.people.BLOCK", people)
    monkeypatch.setattr("synthetic.to_disk._SLICE_ROWS", rows)


@pytest.mark.parametrize("scenario", scenario_names())
def test_many_blocks_and_slices_give_the_bytes_of_the_world_in_memory(
    scenario: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_parts(monkeypatch, 100, 150)
    generate(scenario, 2500, 8).write(tmp_path / "memory")
    generate_to(tmp_path / "disk", scenario, 2500, 8)
    assert digests(tmp_path / "disk") == digests(tmp_path / "memory")
    read = read_dataset(tmp_path / "disk", truth=True)
    assert handling_order(read.table).tolist() == list(range(2500))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.integers(1, 400), interactions=st.integers(1, 300), seed=st.integers(0, 2**63 - 1))
def test_slices_shape_nothing(
    rows: int, interactions: int, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("worlds")
    with pytest.MonkeyPatch.context() as patch:
        small_parts(patch, 30, rows)
        written = generate_to(folder / "disk", "tiny", interactions, seed)
        assert written.digest == generate("tiny", interactions, seed).dataset.digest


def test_any_number_of_workers_gives_the_same_bytes(tmp_path: Path) -> None:
    rows = 170_000  # two blocks
    for workers in (1, 2, 3):
        generate_to(tmp_path / str(workers), "drift", rows, 5, like=["dirty"], workers=workers)
    assert digests(tmp_path / "1") == digests(tmp_path / "2") == digests(tmp_path / "3")


def test_blocks_are_independent_of_how_many_follow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_parts(monkeypatch, 100, 150)
    few, many = (generate("retail", rows, 8) for rows in (1000, 3000))
    first = few.truth["person_id"] < "p-00000100"
    again = many.truth["person_id"] < "p-00000100"
    columns = ["occurred_at", "channel", "conversation_id", "phone", "full_name", "cookie_id"]
    assert (
        few.interactions.loc[first, columns].reset_index(drop=True)
        .equals(many.interactions.loc[again, columns].reset_index(drop=True))
    )  # fmt: skip


def test_people_of_different_blocks_share_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    small_parts(monkeypatch, 200, 10_000)
    for scenario in ("b2b_frontdesk", "adversarial", "international"):
        world = generate(scenario, 8000, 3, {"telephony.trunk": 0.0}, ["clean"])
        block = world.truth["person_id"].str[2:].astype(int) // 200
        assert block.nunique() > 5
        for field in ("phone", "email", "cookie_id", "ip_address", "conversation_id"):
            held = pd.DataFrame({"value": world.interactions[field], "block": block}).dropna()
            assert held.groupby("value")["block"].nunique().max() == 1, (scenario, field)
        households = block.groupby(world.truth["household_id"]).nunique()
        assert households.max() == 1


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    generate_to(tmp_path / "w", "tiny", 500, 1, progress=lambda *told: heard.append(told))
    assert [doing for doing, _, _ in heard] == ["people", "blocks", "writing"]
    assert all(0 < done <= total for _, done, total in heard)
    assert heard[-1] == ("writing", 500, 500)


def test_the_manifest_says_how_it_was_made(tmp_path: Path) -> None:
    manifest = generate_to(tmp_path / "w", "tiny", 50, 4, {"noise.ocr": 0.5}, ["dirty"])
    assert (manifest.seed, manifest.synthetic, manifest.rows) == (4, True, 50)
    assert manifest.recipe["rates"]["noise"]["keyboard"]["crm"] == pytest.approx(0.05)
    assert manifest.recipe["overrides"] == {"noise.ocr": 0.5}
