"""``idlab compare``: two configs on one dataset."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import Idlab

RATE = {"value", "low", "high"}


def test_json_holds_both_configs_changes_channels_and_customers(
    idlab: Idlab, world: Path, configs: Path
) -> None:
    baseline, default = configs / "baseline.json", configs / "default.json"
    found = idlab("compare", world, baseline, default, "--most", 3, "--resamples", 40, "--json").json
    evaluated = {
        name: idlab("evaluate", world, "--config", path, "--json").json
        for name, path in (("reference", baseline), ("candidate", default))
    }
    for side, numbers in evaluated.items():
        assert found[side]["config_digest"] == numbers["config_digest"]
        assert found["changes"]["merge.recall"][side] == numbers["merge"]["recall"]["value"]
        assert found["changes"]["cost_per_1000"][side] == numbers["cost_per_1000"]["value"]
    for change in found["changes"].values():
        assert set(change["absolute"]) == set(change["relative"]) == RATE
    assert {row["channel"] for row in found["channels"]} >= {"voice", "email"}
    for row in found["channels"]:
        assert row["verdict"] in {"non-inferior", "inferior", "unclear", "no case"}
    told = found["customers"]
    assert len(told["largest"]) == 3 and told["merge"] + told["split"] + told["move"] > 3
    sizes = [row["interactions"] for row in told["largest"]]
    assert sizes == sorted(sizes, reverse=True)


def test_the_gate_says_no_by_its_exit_code(idlab: Idlab, world: Path, configs: Path) -> None:
    default = configs / "default.json"
    same = idlab("compare", world, default, default, "--gate", "--margin", 0.99, "--resamples", 20)
    assert same.code == 0 and "0 merges, 0 splits, 0 moves" in " ".join(same.out.split())
    tight = idlab("compare", world, default, default, "--gate", "--margin", 0.001, "--resamples", 20)
    assert tight.code == 1  # so few interactions cannot show it


def test_the_tables_tell_the_rates(idlab: Idlab, world: Path, configs: Path) -> None:
    found = idlab("compare", world, configs / "baseline.json", configs / "default.json", "--resamples", 20)
    assert found.code == 0
    for word in (
        "merge recall",
        "difference",
        "channels, by a margin of 1 percentage points",
        "customers: ",
    ):
        assert word in " ".join(found.out.split())


def test_a_margin_that_is_none_is_refused(idlab: Idlab, world: Path, configs: Path) -> None:
    default = configs / "default.json"
    refusal = idlab("compare", world, default, default, "--margin", 2).refusal
    assert refusal.startswith("margin: the margin is 2.0 and must lie between 0 and 1")
