"""``idlab tune``: scenarios, objectives, spaces, machines, and a trial taken by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idlab.config import ScoringConfig
from tests.cli.running import Idlab

SMALL = ("--interactions", 200, "--no-findings")
SCENARIOS = ("--scenarios", "retail, tiny", "--seeds", 2, *SMALL)


def report_of(folder: Path) -> dict:
    return json.loads((folder / "study.json").read_text())


@pytest.fixture(scope="module")
def front(idlab: Idlab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("front") / "study"
    done = idlab("tune", *SCENARIOS, "--objective", "pareto", "--trials", 6, "--out", folder)
    assert done.code == 0, done.err
    assert "trials on the Pareto front" in done.out and "a further hold-out world" in done.out
    assert "chosen by: least mean cost per 1,000 at the study's prices" in done.out
    return folder


def test_scenarios_by_seeds_are_tuned_on_each_scenario_first(front: Path) -> None:
    report = report_of(front)
    assert len(report["worlds"]["tuning"]) == 4
    assert [one["recipe"]["scenario"] for one in report["worlds"]["origin"]["each"]] == ["retail", "tiny"]
    assert len(report["hold_out"]["further"]) == 1
    seeds = [world["seed"] for world in report["worlds"]["tuning"]]
    assert len(set(seeds)) == 4


def test_another_point_of_the_front_is_taken_and_reported_on_fresh_worlds(idlab: Idlab, front: Path) -> None:
    before = report_of(front)
    other = max(before["front"], key=lambda point: point["cost_per_1000"])["trial"]
    done = idlab("tune", *SCENARIOS, "--objective", "pareto", "--take", other, "--out", front, "--json")
    assert done.json["best"]["trial"] == other
    assert done.json["trials"] == before["trials"]
    assert done.json["best"]["rule"] == f"trial {other} was asked for"
    after = report_of(front)
    assert after["hold_out"]["reports_before"] == before["hold_out"]["reports_before"] + 1
    assert after["worlds"]["hold_out"] != before["worlds"]["hold_out"]
    assert ScoringConfig.load(front / "best.json").digest == after["best"]["config_digest"]
    missing = idlab("tune", *SCENARIOS, "--objective", "pareto", "--take", 77, "--out", front)
    assert missing.refusal.startswith("--take: there is no complete trial 77; complete are some of 0 to 5")


def test_recall_within_bounds_that_nothing_keeps_is_remarked(idlab: Idlab, tmp_path: Path) -> None:
    bounds = ("--objective", "recall", "--min-precision", 0.999, "--max-pending", 1)
    done = idlab("tune", "--scenarios", "tiny", *SMALL, *bounds, "--trials", 3, "--out", tmp_path / "s")
    assert done.code == 0
    assert "misses the bounds" in done.err


def test_a_space_file_and_what_production_runs(
    idlab: Idlab, configs: Path, world: Path, tmp_path: Path
) -> None:
    space, live = tmp_path / "space.yaml", tmp_path / "live.json"
    space.write_text("rest: pinned\nopen: [decide/*]\n")
    document = json.loads((configs / "default.json").read_text())
    live.write_text(json.dumps(document | {"name": "live", "keys": document["keys"][:-1]}))
    done = idlab(
        "tune", world, "--space", space, "--production", live, "--trials", 4, "--no-findings",
        "--out", tmp_path / "s", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    report = report_of(tmp_path / "s")
    assert list(report["starts"]) == ["baseline", "production", "base"]
    assert report["parameters"] == 7
    best = json.loads((tmp_path / "s" / "best.json").read_text())
    if report["best"]["origin"] in ("base", "search"):
        assert best["fields"] == json.loads(ScoringConfig.load(configs / "default.json").to_json())["fields"]


def test_another_machine_adds_trials_and_reports_nothing(idlab: Idlab, world: Path, tmp_path: Path) -> None:
    shared = (world, "--no-findings", "--storage", tmp_path / "trials.log")
    assert idlab("tune", *shared, "--trials", 3, "--out", tmp_path / "s").code == 0
    helped = idlab("tune", *shared, "--trials", 5, "--machine", 1, "--json")
    assert helped.json == {"machine": 1, "trials": 5}
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["s"]
    done = idlab("tune", *shared, "--trials", 5, "--out", tmp_path / "s", "--json")
    assert done.json["trials"]["complete"] == 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--out", "s"), "there is nothing to tune on; name a DATASET, or --scenarios retail,tiny"),
        (("--scenarios", "retial", "--out", "s"), "unknown scenario 'retial'"),
        (("--scenarios", "tiny", "--seeds", 0, "--out", "s"), "--seeds: got 0"),
        (("--scenarios", "tiny"), "--out: the study needs a folder"),
        (("--scenarios", "tiny", "--machine", 1), "--machine: this machine cannot assist"),
        (("--scenarios", "tiny", "--objective", "best", "--out", "s"), "--objective: 'best' is no objective"),
        (("--scenarios", "tiny", "--objective", "recall", "--out", "s"), "recall needs --min-precision and"),
        (("--scenarios", "tiny", "--max-pending", 5, "--out", "s"), "are for --objective recall"),
        (("--scenarios", "tiny", "--sampler", "grid", "--out", "s"), "'grid' is no sampler; valid are es,"),
        (("--scenarios", "tiny", "--workers", 0, "--out", "s"), "got 0 workers"),
        (("--scenarios", "tiny", "--split", "weeks", "--out", "s"), "'weeks' is no split"),
        (("--scenarios", "tiny", "--space", "none.yaml", "--out", "s"), "none.yaml: cannot be read"),
        (
            ("--scenarios", "tiny", "--sampler", "cmaes", "--objective", "pareto", "--out", "s"),
            "the sampler cmaes knows one value and no bounds",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    idlab: Idlab, arguments: tuple, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in idlab("tune", *SMALL, *arguments).refusal
    assert not list(tmp_path.iterdir())


def test_a_name_in_a_space_file_that_is_no_parameter_is_refused_by_its_file(
    idlab: Idlab, world: Path, tmp_path: Path
) -> None:
    space = tmp_path / "space.yaml"
    space.write_text("pin: [decide/margn]\n")
    refusal = idlab("tune", world, "--space", space, "--out", tmp_path / "s").refusal
    assert f"{space}: 'decide/margn' is no parameter; did you mean 'decide/margin'? valid are" in refusal
    assert not (tmp_path / "s").exists()
