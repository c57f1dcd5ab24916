"""``idlab generate``: variations, workers, progress and refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

import synthetic
from tests.cli.running import Idlab

WORLD = ("generate", "tiny", "--interactions", 120, "--seed", 3)


def digest(idlab: Idlab, *options: object) -> str:
    found: str = idlab(*WORLD, *options, "--json").json["dataset_digest"]
    return found


def test_the_command_writes_what_python_makes(idlab: Idlab, tmp_path: Path) -> None:
    options = ("--like", "dirty", "--like", "crowded", "--set", "noise.keyboard=0.1", "--set", "days=60")
    world = synthetic.generate("tiny", 120, 3, {"noise.keyboard": 0.1, "days": 60}, ["dirty", "crowded"])
    assert digest(idlab, *options, "--out", tmp_path / "a") == world.dataset.digest
    made = idlab(*WORLD, *options, "--out", tmp_path / "b", "--workers", 2, "--json").json
    assert made["dataset_digest"] == world.dataset.digest
    assert made["persons"] == world.truth["person_id"].nunique()


def test_the_order_of_variations_counts_and_set_comes_last(idlab: Idlab, tmp_path: Path) -> None:
    clean = digest(idlab, "--like", "clean", "--out", tmp_path / "a")
    assert digest(idlab, "--like", "dirty", "--like", "clean", "--out", tmp_path / "b") == clean
    assert digest(idlab, "--like", "clean", "--set", "noise.formatting=1", "--out", tmp_path / "c") != clean


def test_a_file_of_ones_own(idlab: Idlab, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("like: tiny\nname: mine\nlives: {phone_change: 0.9}\n", "utf-8")
    shown = idlab("generate", file, "--interactions", 50, "--out", tmp_path / "world").out
    assert "50 interactions of" in shown


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--like", "dirti"), "unknown variation 'dirti'; valid names are dirty"),
        (("--set", "noise.keybord=0.1"), "unknown rate 'noise.keybord'; valid names are noise.keyboard,"),
        (("--set", "noise.keyboard=1.5"), "Input should be less than or equal to 1, got 1.5"),
        (("--set", "telephony.trunk=1", "--set", "telephony.spoofed=1"), "cannot sum above 1"),
        (("--workers", 0), "workers must be a whole number from 1"),
        (("--interactions", 0), "interactions must be a whole number from 1"),
    ],
)
def test_a_refusal_leaves_nothing(
    idlab: Idlab, tmp_path: Path, options: tuple[object, ...], said: str
) -> None:
    assert said in idlab(*WORLD, *options, "--out", tmp_path / "world").refusal
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_named(idlab: Idlab, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refusal = idlab(*WORLD, "--out", tmp_path / "file" / "world").refusal
    assert refusal.startswith(str(tmp_path / "file" / "world"))
    assert "cannot be written" in refusal
