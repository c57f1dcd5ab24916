"""``tune``, ``export`` and ``verify``: one JSON object, exit codes, and nothing written on a refusal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idlab.bundle.canonical import digest_of
from tests.cli.running import Idlab


@pytest.fixture(scope="module")
def study(idlab: Idlab, world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tuned") / "study"
    done = idlab("tune", world, "--trials", 3, "--seed", 2, "--out", folder, "--no-findings", "--json")
    assert done.code == 0, done.err
    assert set(done.json["hold_out"]["numbers"]) == {"tuned", "base", "baseline", "default"}
    return folder


@pytest.fixture(scope="module")
def gates(study: Path) -> Path:
    """One gate that nobody fails, on a small fresh world."""
    path = study.parent / "gates.yaml"
    easy = "{name: easy, metric: cost_per_1000, at_most: 1000000}"
    path.write_text(
        f"schema: idlab.gates/1\nfresh: {{interactions: 500}}\nresamples: 20\nmetrics: [{easy}]\n"
    )
    return path


@pytest.fixture(scope="module")
def bundle(idlab: Idlab, study: Path, gates: Path) -> Path:
    path, card = study.parent / "bundle.json", study.parent / "card.md"
    done = idlab("export", study, "--gates", gates, "--out", path, "--card", card, "--force", "--json")
    assert done.code == 0, done.err
    assert done.json["golden"] >= 200
    assert done.json["forced"] is False
    assert card.read_text().startswith("# Model card: tuned")
    return path


def test_best_json_is_a_scoring_config(idlab: Idlab, study: Path, world: Path) -> None:
    assert idlab("evaluate", world, "--config", study / "best.json", "--json").code == 0


def test_tuning_goes_on_where_it_was(idlab: Idlab, study: Path, world: Path) -> None:
    done = idlab("tune", world, "--trials", 4, "--seed", 2, "--out", study)
    assert done.code == 0, done.err
    assert "on the hold-out world" in done.out
    report = json.loads((study / "study.json").read_text())
    assert report["trials"]["complete"] == 4
    assert "what matters most: " in done.out and report["sensitivity"]["numbers"]
    assert report["slack"]["numbers"] and report["importance"]["refused"].startswith("3 trials changed")


def test_prices_are_the_objective(idlab: Idlab, world: Path, tmp_path: Path) -> None:
    done = idlab(
        "tune",
        world,
        *(
            "--trials",
            2,
            "--out",
            tmp_path / "s",
            "--costs",
            "false=10,missed=0.5",
            "--no-findings",
            "--json",
        ),
    )
    assert done.code == 0, done.err
    costs = json.loads((tmp_path / "s" / "study.json").read_text())["costs"]
    assert (costs["c_false"], costs["c_missed"], costs["c_review"]) == (10.0, 0.5, 1.0)


def test_a_bundle_verifies(idlab: Idlab, bundle: Path) -> None:
    done = idlab("verify", bundle, "--card", bundle.parent / "again.md", "--json")
    assert done.code == 0, done.err
    assert (bundle.parent / "again.md").read_bytes() == (bundle.parent / "card.md").read_bytes()
    assert done.json["verified"] is True
    assert done.json["warnings"] == []
    assert "golden decisions made again" in idlab("verify", bundle).out


def test_a_bundle_is_accepted_wherever_a_config_is(
    idlab: Idlab, bundle: Path, study: Path, world: Path
) -> None:
    by_bundle = idlab("evaluate", world, "--config", bundle, "--json").json
    assert by_bundle["config_digest"] == json.loads(bundle.read_text())["digests"]["config"]


def test_a_tampered_bundle_is_refused_with_exit_code_1(idlab: Idlab, bundle: Path, tmp_path: Path) -> None:
    document = json.loads(bundle.read_text())
    document["config"]["model"]["prior"] += 1
    tampered = tmp_path / "tampered.json"
    tampered.write_text(json.dumps(document))
    done = idlab("verify", tampered)
    assert done.code == 1
    assert done.out == ""
    assert done.err.startswith("idlab: refused:") and done.err.count("\n") == 1
    told = idlab("verify", tampered, "--json")
    assert told.code == 1
    assert told.json["verified"] is False


@pytest.mark.parametrize("text", ["{", '{"schema": "idlab.bundle/9"}', '{"schema": "idlab.scoring/1"}'])
def test_what_is_no_bundle_is_bad_input(idlab: Idlab, text: str, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(text)
    assert str(path) in idlab("verify", path).refusal


def test_a_bundle_that_decides_otherwise_is_explained_part_by_part(
    idlab: Idlab, bundle: Path, tmp_path: Path
) -> None:
    document = json.loads(bundle.read_text())
    document["golden"][0]["decision"]["outcome"] = "MERGE"
    document["digests"]["bundle"] = digest_of(document)
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document))
    done = idlab("verify", other)
    assert done.code == 1
    assert "must be" in done.out and "outcome" in done.out
    assert done.err.count("\n") == 1
    told = idlab("verify", other, "--json").json
    assert told["differences"] == [{"part": "outcome", "got": "'NEW'", "wanted": "'MERGE'"}]


def test_what_is_wrong_with_gates_is_told_before_anything_is_done(
    idlab: Idlab, study: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "gates.yaml"
    wrong.write_text("schema: idlab.gates/1\nmetric: []\n")
    refused = idlab("export", study, "--gates", wrong, "--out", tmp_path / "bundle.json").refusal
    assert "'metric' is no key here; valid: schema" in refused
    assert not (tmp_path / "bundle.json").exists()


def test_a_study_beside_production_is_not_held_against_another_config(
    idlab: Idlab, study: Path, gates: Path, configs: Path, tmp_path: Path
) -> None:
    for name in ("best.json", "study.json"):
        (tmp_path / name).write_bytes((study / name).read_bytes())
    report = json.loads((tmp_path / "study.json").read_text())
    report["hold_out"]["numbers"]["production"] = report["hold_out"]["numbers"]["default"]
    (tmp_path / "study.json").write_text(json.dumps(report))
    asked = ("export", tmp_path, "--gates", gates, "--out", tmp_path / "bundle.json")
    assert "--production: the study was tuned beside" in idlab(*asked).refusal
    assert idlab(*asked, "--production", configs / "default.json").code == 0
    lineage = json.loads((tmp_path / "bundle.json").read_text())["lineage"]
    assert lineage["production"]["name"] == "default"


def test_labelled_data_is_judged_as_well(
    idlab: Idlab, study: Path, gates: Path, world: Path, tmp_path: Path
) -> None:
    strict = tmp_path / "strict.yaml"
    strict.write_text(gates.read_text() + "hold_out_used_once: false\nblast_radius: {worst: {days: 0}}\n")
    own = tmp_path / "own"
    assert idlab("generate", "household_telecom", "--interactions", 500, "--out", own).code == 0
    out = tmp_path / "bundle.json"
    done = idlab("export", study, "--gates", strict, "--data", own, "--out", out, "--json")
    assert done.code == 1
    assert done.json["bundle"] is None
    judged = [one["on"] for one in done.json["gates"] if one["gate"] == "easy"]
    assert judged == ["fresh retail world 1", "labelled data"]
    assert not out.exists()
    seen = idlab("export", study, "--gates", strict, "--data", world, "--out", out).refusal
    assert "is data that the study read" in seen


def test_an_export_that_a_gate_stops_leaves_nothing(
    idlab: Idlab, study: Path, gates: Path, tmp_path: Path
) -> None:
    for name in ("best.json", "study.json"):
        (tmp_path / name).write_bytes((study / name).read_bytes())
    report = json.loads((tmp_path / "study.json").read_text())
    report["hold_out"]["fresh"] = False
    (tmp_path / "study.json").write_text(json.dumps(report))
    out = tmp_path / "bundle.json"
    done = idlab("export", tmp_path, "--gates", gates, "--out", out)
    assert done.code == 1
    assert "gate hold-out used once: FAILED" in done.out
    assert not out.exists()
    assert idlab("export", tmp_path, "--gates", gates, "--out", out, "--force").code == 0
    assert "hold-out used once" in idlab("verify", out).out


def test_a_folder_without_a_study(idlab: Idlab, tmp_path: Path) -> None:
    refused = idlab("export", tmp_path, "--out", tmp_path / "bundle.json").refusal
    assert "there is no finished study here" in refused


def test_a_base_without_a_search_space(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    out = tmp_path / "study"
    assert (
        "no search space" in idlab("tune", world, "--config", configs / "baseline.json", "--out", out).refusal
    )
    assert not out.exists()
