"""Combinations that cannot be are refused by name, and nothing is left half-written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from idlab.errors import BadInput
from synthetic import generate_to, load_scenario
from synthetic.blocks import block_table


@pytest.mark.parametrize(
    ("scenario", "overrides", "said"),
    [
        (
            "retail",
            {"telephony.spoofed": 0.6, "telephony.trunk": 0.5},
            "cannot sum above 1, but got spoofed=0.6 + trunk=0.5 = 1.1",
        ),
        ("drift", {"drift.telephony.spoofed": 0.95}, "cannot sum above 1, but got spoofed=0.95 + trunk=0.1"),
        ("drift", {"drift.day": 180}, "drift.day < days must hold, but got drift.day=180, days=180"),
        ("drift", {"days": 60}, "drift.day < days must hold, but got drift.day=90, days=60"),
        ("retail", {"contacts.median": 90.0}, "median <= most must hold, but got median=90.0, most=80"),
        ("retail", {"businesses.smallest": 20}, "smallest <= mean_size <= largest must hold"),
        ("retail", {"lives.short_cookie_days": 60}, "short_cookie_days <= cookie_days must hold"),
        ("retail", {"regions.US": 0.0}, "regions: one weight must be above 0 among US, GB, DE, MX, IN"),
        (
            "drift",
            {"drift.noise.misheard": 1.5},
            "drift.noise.misheard.voice: Input should be less than or equal",
        ),
        (
            "retail",
            {"telephony.spoofd": 0.1},
            "unknown rate 'telephony.spoofd'; valid names are telephony.spoofed,",
        ),
    ],
)
def test_an_impossible_combination_is_refused_before_anything_is_written(
    tmp_path: Path, scenario: str, overrides: dict[str, float], said: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        generate_to(tmp_path / "world", scenario, 100, 1, overrides)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("households: {twins: 0.1, size_weights: [0.5, 0.5]}", "no household has the four people it takes"),
        ("drift: {day: 9, lives: {recycled: 0.5}}", "drift.lives.recycled"),
        (
            "drift: {day: 9, noise: {keybord: {crm: 0.5}}}",
            "drift.noise: unknown keybord; valid names are keyboard,",
        ),
        ("drift: {day: 9, channels: {crm: {learnt_later: 0.5}}}", "drift.channels.crm.learnt_later"),
        ("regions: {FR: 1.0}", "regions.FR: Input should be 'US', 'GB', 'DE', 'MX' or 'IN'"),
    ],
)
def test_an_impossible_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"like: retail\nname: mine\n{text}\n", "utf-8")
    with pytest.raises(BadInput) as refusal:
        load_scenario(file)
    assert said in str(refusal.value)
    assert str(refusal.value).startswith(str(file))


@pytest.mark.parametrize("workers", [0, -1, 1000])
def test_a_wrong_number_of_workers_is_refused(tmp_path: Path, workers: int) -> None:
    with pytest.raises(BadInput, match=f"workers must be a whole number from 1 to 256, got {workers}"):
        generate_to(tmp_path / "world", interactions=10, workers=workers)


def test_a_folder_in_use_is_refused_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic.to_disk.plan_blocks", None)
    (tmp_path / "mine.txt").write_text("keep me", "utf-8")
    with pytest.raises(BadInput, match="which is no part of a dataset"):
        generate_to(tmp_path, interactions=10)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(
        BadInput, match=r"file/world: cannot be written \((File exists|Not a directory)\); name a"
    ):
        generate_to(tmp_path / "file" / "world", interactions=10)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_folder_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr("synthetic.to_disk.write_dataset", refuse)
    with pytest.raises(BadInput, match=r"world: cannot be written \(Permission denied\)"):
        generate_to(tmp_path / "world", interactions=10)
    assert list(tmp_path.iterdir()) == []


def test_what_fails_midway_leaves_nothing_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate_to(tmp_path / "world", interactions=50, seed=1)
    before = {file.name: file.read_bytes() for file in (tmp_path / "world").iterdir()}

    def fail_at_the_second(block: Any, *rest: Any) -> Any:
        if block.place == 1:
            raise RuntimeError("power cut")
        return block_table(block, *rest)

    monkeypatch.setattr("synthetic.blocks.BLOCK", 50)
    monkeypatch.setattr("synthetic.people.BLOCK", 50)
    monkeypatch.setattr("synthetic.to_disk.block_table", fail_at_the_second)
    with pytest.raises(RuntimeError, match="power cut"):
        generate_to(tmp_path / "world", interactions=1000, seed=2, overwrite=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["world"]
    assert {file.name: file.read_bytes() for file in (tmp_path / "world").iterdir()} == before
