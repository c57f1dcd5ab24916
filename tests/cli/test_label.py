"""``idlab label``: from the draw over the filled-in worksheet to estimates."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from idlab.data.dataset import read_dataset
from tests.cli.running import Idlab
from tests.sweep.conftest import family_world


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of people who are not declared synthetic."""
    folder = tmp_path_factory.mktemp("label") / "crm"
    family_world(60, 500, seed=5).write(folder)
    return folder


@pytest.fixture(scope="module")
def person_of(crm: Path) -> dict[str, str]:
    truth = read_dataset(crm, truth=True).truth
    return dict(zip(truth["interaction_id"], truth["person_id"], strict=True))


def _filled(sheet: pd.DataFrame, person_of: dict[str, str]) -> pd.DataFrame:
    """What a labeller who finds everything would hand back."""
    drawn = sheet[sheet["drawn"] == "yes"].set_index("draw")["interaction_id"].map(person_of)
    mine = sheet["interaction_id"].map(person_of) == sheet["draw"].map(drawn)
    sheet["same_person"] = mine.map({True: "yes", False: "No"})
    listed = set(zip(sheet["draw"], sheet["interaction_id"], strict=True))
    found = [
        {"draw": draw, "interaction_id": one, "drawn": "no", "same_person": "yes"}
        for draw, person in drawn.items()
        for one, who in person_of.items()
        if who == person and (draw, one) not in listed
    ]
    return pd.concat([sheet, pd.DataFrame(found)], ignore_index=True)


def test_people_from_worksheet_to_estimate(
    idlab: Idlab, crm: Path, configs: Path, person_of: dict[str, str], tmp_path: Path
) -> None:
    sheet, config = tmp_path / "sheet.csv", configs / "default.json"
    done = idlab("label", "sample", crm, "--config", config, "--people", 25, "--out", sheet, "--json")
    assert done.code == 0 and done.json["people"] == 25
    rows = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    assert (rows["drawn"] == "yes").sum() == 25 and len(rows) > 60
    assert not rows["email"].str.contains("lopez").any() and rows["phone"].str.startswith("***").any()
    filled = tmp_path / "filled.csv"
    _filled(rows, person_of).to_csv(filled, index=False)
    assert idlab("label", "take", crm, filled, "--out", tmp_path / "labelled").code == 0
    by_truth = idlab(
        "label", "sample", crm, "--config", config, "--people", 25, "--by-truth", "--out", tmp_path / "true"
    )
    assert by_truth.code == 0, by_truth.err
    labels = [read_dataset(tmp_path / name, labels=True).labels for name in ("labelled", "true")]
    weights = [
        one.sort_values("interaction_id")[["interaction_id", "weight"]].values.tolist() for one in labels
    ]
    assert weights[0] == weights[1]
    estimates = [
        idlab("label", "estimate", tmp_path / name, "--config", config, "--json").json
        for name in ("labelled", "true")
    ]
    assert estimates[0] == estimates[1]
    told = json.loads(idlab("evaluate", crm, "--config", config, "--json").out)
    for section, rate in (
        ("bcubed", "recall"),
        ("bcubed", "f1"),
        ("merge", "precision"),
        ("merge", "recall"),
    ):
        one = estimates[0][f"{section}_{rate}"]
        assert one["low"] <= told[section][rate]["value"] <= one["high"], (section, rate)
    cost = estimates[0]["cost_unanswered_per_1000"]
    assert cost["low"] <= told["cost_unanswered_per_1000"]["value"] <= cost["high"]
    priced = idlab(
        "label", "estimate", tmp_path / "true", "--config", config, "--costs", "missed=9", "--json"
    )
    assert priced.json["cost_unanswered_per_1000"]["value"] > cost["value"]
    assert "merge precision" in idlab("label", "estimate", tmp_path / "true", "--config", config).out
    refused = idlab("evaluate", tmp_path / "true", "--config", config).refusal
    assert "sample with weights" in refused and "idlab label estimate" in refused


def test_pairs_from_worksheet_to_estimate(
    idlab: Idlab, crm: Path, configs: Path, person_of: dict[str, str], tmp_path: Path
) -> None:
    sheet, config = tmp_path / "pairs.csv", configs / "default.json"
    asked = ("label", "sample", crm, "--config", config, "--pairs", 60)
    assert idlab(*asked, "--out", sheet).code == 0
    rows = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    assert len(rows) == 60 and "score" not in rows.columns
    same = rows["left"].map(person_of) == rows["right"].map(person_of)
    rows.assign(same=same.map({True: "yes", False: "no"})).to_csv(sheet, index=False)
    assert idlab("label", "take", crm, sheet, "--out", tmp_path / "judged").code == 0
    assert idlab(*asked, "--by-truth", "--out", tmp_path / "true").code == 0
    found = [
        idlab("label", "estimate", tmp_path / name, "--config", config, "--json").json
        for name in ("judged", "true")
    ]
    assert found[0] == found[1] and 0 < found[0]["pair_precision"]["value"] <= 1
    assert "pair precision" in idlab("label", "estimate", tmp_path / "true", "--config", config).out


def test_plan(idlab: Idlab) -> None:
    assert idlab("label", "plan", "--half-width", 0.05, "--share", 0.9, "--json").json["people"] == 141
    assert "141 people" in idlab("label", "plan", "--half-width", 0.05).out
    assert "half width is 0.0" in idlab("label", "plan", "--half-width", 0).refusal


def test_mistakes_are_one_line(idlab: Idlab, crm: Path, configs: Path, tmp_path: Path) -> None:
    config, sheet = ("--config", configs / "default.json"), tmp_path / "sheet.csv"
    assert "either --people or --pairs" in idlab("label", "sample", crm, *config, "--out", sheet).refusal
    many = idlab("label", "sample", crm, *config, "--people", 10**6, "--out", sheet)
    assert "cannot be drawn" in many.refusal and not sheet.exists()
    assert idlab("label", "sample", crm, *config, "--people", 3, "--out", sheet).code == 0
    again = idlab("label", "sample", crm, *config, "--people", 3, "--out", sheet)
    assert "exists already" in again.refusal
    unfilled = idlab("label", "take", crm, sheet, "--out", tmp_path / "labelled")
    assert "column 'same_person': is neither yes nor no" in unfilled.refusal
    assert not (tmp_path / "labelled").exists()
    rows = pd.read_csv(sheet, dtype=str, keep_default_na=False)
    rows.assign(same_person="no").to_csv(sheet, index=False)
    assert "is not yes" in idlab("label", "take", crm, sheet, "--out", tmp_path / "labelled").refusal
    clash = pd.DataFrame(
        [(1, "i00001", "yes", "yes"), (1, "i00002", "no", "yes"), (2, "i00002", "yes", "yes")],
        columns=["draw", "interaction_id", "drawn", "same_person"],
    )
    clash.to_csv(sheet, index=False)
    assert (
        "contradicts an earlier draw" in idlab("label", "take", crm, sheet, "--out", tmp_path / "x").refusal
    )
    rows[["draw"]].to_csv(sheet, index=False)
    assert "has neither the columns" in idlab("label", "take", crm, sheet, "--out", tmp_path / "x").refusal
    assert "has no labels.parquet" in idlab("label", "estimate", crm, *config).refusal
