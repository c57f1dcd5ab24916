"""``idlab profile`` and ``idlab fit-world``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idlab.profile import Profile
from synthetic import load_scenario
from tests.cli.running import Idlab


@pytest.fixture(scope="module")
def profile(idlab: Idlab, world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("profile") / "retail.profile.json"
    done = idlab("profile", world, "--out", path)
    assert done.code == 0, done.err
    assert f"{path}: " in done.out
    return path


def test_a_profile_is_written_and_printed_alike(idlab: Idlab, world: Path, profile: Path) -> None:
    printed = idlab("profile", world, "--json")
    assert json.loads(printed.out) == json.loads(profile.read_text())
    assert "fill.voice.phone" in idlab("profile", world).out


def test_profiles_are_drawn_side_by_side(idlab: Idlab, world: Path, tmp_path: Path) -> None:
    page = tmp_path / "worlds.html"
    assert idlab("profile", world, world, "--report", page).code == 0
    text = page.read_text()
    assert text.count("<svg") >= 5
    assert "http" not in text.replace("http://www.w3.org", "")


def test_one_profile_is_written_at_a_time(idlab: Idlab, world: Path, tmp_path: Path) -> None:
    refused = idlab("profile", world, world, "--out", tmp_path / "p.json")
    assert refused.code == 2
    assert "one profile is written" in refused.refusal
    assert not (tmp_path / "p.json").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [("{", "cannot be read"), ("{}", "is no profile"), ('{"schema": "idlab.scoring/1"}', "is no profile")],
)
def test_what_is_no_profile_cannot_be_fitted_to(
    idlab: Idlab, tmp_path: Path, content: str, told: str
) -> None:
    wrong, out = tmp_path / "wrong.json", tmp_path / "world.yaml"
    wrong.write_text(content)
    refused = idlab("fit-world", wrong, "--out", out)
    assert refused.code == 2
    assert told in refused.refusal
    assert not out.exists()


def test_a_scenario_is_a_yaml_file(idlab: Idlab, profile: Path, tmp_path: Path) -> None:
    refused = idlab("fit-world", profile, "--out", tmp_path / "world.json")
    assert refused.code == 2
    assert "name a YAML file" in refused.refusal


def test_an_unknown_scenario_to_start_from_is_refused(idlab: Idlab, profile: Path, tmp_path: Path) -> None:
    refused = idlab("fit-world", profile, "--out", tmp_path / "world.yaml", "--like", "retial")
    assert refused.code == 2
    assert "retail" in refused.refusal


@pytest.mark.slow
def test_a_fitted_world_is_a_scenario_that_can_be_generated(
    idlab: Idlab, profile: Path, tmp_path: Path
) -> None:
    out, page = tmp_path / "calls.yaml", tmp_path / "fit.html"
    done = idlab("fit-world", profile, "--out", out, "--interactions", 600, "--report", page, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["distance"] <= found["distance_before"]
    assert set(found["fitted"]).isdisjoint(found["pinned"])
    scenario = load_scenario(out)
    assert scenario.name == "calls"
    assert scenario.days == Profile.load(profile).days
    assert page.read_text().count("<svg") >= 5
    assert idlab("generate", out, "--interactions", 200, "--out", tmp_path / "again").code == 0
