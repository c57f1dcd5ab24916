"""``idlab fit``: a config that production could read, its report, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idlab.config import ScoringConfig
from tests.cli.running import Idlab


@pytest.fixture(scope="module")
def larger(idlab: Idlab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fit") / "retail"
    done = idlab("generate", "retail", "--interactions", 2500, "--seed", 5, "--out", folder)
    assert done.code == 0, done.err
    return folder


@pytest.mark.parametrize("method", ["em", "labels", "logistic"])
def test_a_fit_is_a_config_and_a_report(
    idlab: Idlab, larger: Path, configs: Path, tmp_path: Path, method: str
) -> None:
    out, base = tmp_path / "fitted.json", configs / "default.json"
    done = idlab("fit", larger, "--method", method, "--config", base, "--out", out, "--json")
    assert done.code == 0, done.err
    told, fitted = done.json, ScoringConfig.load(out)
    assert told["config_digest"] == fitted.digest
    assert told["prior"] == fitted.model.prior
    weights = [level.weight for field in fitted.fields for level in field.levels]
    assert weights == [one["weight"] for one in told["levels"]]
    assert (told["rounds"][-1]["log_likelihood"] is not None) == (method == "em")
    assert ("held_out" in told) == (method != "em")
    assert fitted.decide == ScoringConfig.load(base).decide
    again = tmp_path / "again.json"
    table = idlab("fit", larger, "--method", method, "--config", base, "--term-frequencies", "--out", again)
    assert table.code == 0 and "weights by" in table.out
    assert again.read_bytes() == out.read_bytes()  # no name has 20 holders here


@pytest.mark.parametrize("curve", ["isotonic", "platt"])
def test_a_calibrated_config_keeps_its_weights(
    idlab: Idlab, larger: Path, configs: Path, tmp_path: Path, curve: str
) -> None:
    out = tmp_path / "calibrated.json"
    base = configs / "default.json"
    done = idlab(
        "fit", larger, "--method", "none", "--calibrate", curve, "--config", base, "--out", out, "--json"
    )
    assert done.code == 0, done.err
    assert done.json["calibration"]["after"]["ece"] < done.json["calibration"]["before"]["ece"]
    document = json.loads(out.read_text())
    assert document["model"].pop("calibration")["weight"]
    assert ScoringConfig.parse(document).digest == ScoringConfig.load(base).digest
    assert idlab("evaluate", larger, "--config", out, "--json").code == 0


def test_mistakes_are_refused_before_anything_is_written(
    idlab: Idlab, world: Path, configs: Path, tmp_path: Path
) -> None:
    out = tmp_path / "fitted.json"
    default, baseline = configs / "default.json", configs / "baseline.json"

    def refused(*options: object, config: Path = default) -> str:
        return idlab("fit", world, "--config", config, "--out", out, *options).refusal

    assert "valid are em, labels, logistic, none" in refused("--method", "guess")
    assert "valid are isotonic, platt" in refused("--calibrate", "spline")
    assert "nothing to do" in refused("--method", "none")
    assert "weighted_average" in refused(config=baseline)
    assert not out.exists()
    out.write_text("mine")
    assert "exists already" in refused()
    assert out.read_text() == "mine"
