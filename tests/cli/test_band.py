"""``idlab band``: the cheapest band within capacity, and the prices that bands imply."""

from __future__ import annotations

from pathlib import Path

import pytest

import synthetic
from tests.cli.running import Idlab


def test_the_best_band_is_the_cheapest_that_reviewers_can_keep_up_with(
    idlab: Idlab, world: Path, configs: Path
) -> None:
    asked = ("band", world, "--config", configs / "default.json", "--resamples", 40, "--json")
    free = idlab(*asked).json
    costs = [band["cost_per_1000"] for band in free["bands"]]
    assert free["best"]["cost_per_1000"] == min(costs) and free["capacity"] is None
    evaluated = idlab("evaluate", world, "--config", configs / "default.json", "--json").json
    assert free["own"]["cost_per_1000"] == pytest.approx(evaluated["cost_per_1000"]["value"])
    loads = sorted(band["questions_per_day"] for band in free["bands"])
    limit = loads[len(loads) // 3]
    tight = idlab(*asked, "--capacity", limit).json
    kept = [band for band in tight["bands"] if band["affordable"]]
    assert all((band["questions_per_day"] <= limit) == band["affordable"] for band in tight["bands"])
    assert tight["best"]["cost_per_1000"] == min(band["cost_per_1000"] for band in kept)
    assert all((band["difference"] is None) == (not band["affordable"]) for band in tight["bands"])


def test_bands_and_prices_imply_each_other(idlab: Idlab, world: Path, configs: Path) -> None:
    asked = ("band", world, "--config", configs / "baseline.json", "--resamples", 20, "--json")
    own = idlab(*asked).json["own"]
    assert (own["pending_at"], own["merge_at"]) == (0.75, 0.85)
    assert (round(own["implied_false"], 2), round(own["implied_missed"], 2)) == (6.67, 1.33)
    prices = f"false={own['implied_false']},missed={own['implied_missed']}"
    assert idlab(*asked, "--costs", prices).json["band_of_costs"] == pytest.approx(
        {"pending_at": 0.75, "merge_at": 0.85}
    )


def test_where_reviewers_can_keep_up_with_no_band_the_exit_code_says_so(
    idlab: Idlab, configs: Path, tmp_path: Path
) -> None:
    desks = tmp_path / "desks"
    synthetic.generate("b2b_frontdesk", 1500, seed=5).write(desks)
    none = idlab("band", desks, "--config", configs / "default.json", "--capacity", 0, "--resamples", 20)
    assert none.code == 1 and "keep up with 0 of" in none.out and "own, too many" in none.out
    some = idlab("band", desks, "--config", configs / "default.json", "--capacity", 100, "--resamples", 20)
    assert some.code == 0 and "the best" in some.out and "too many" not in some.out


def test_mistakes_are_one_line(idlab: Idlab, world: Path, configs: Path) -> None:
    config = ("--config", configs / "default.json")
    assert "is no price" in idlab("band", world, *config, "--costs", "fals=1").refusal
    assert "--capacity" in idlab("band", world, *config, "--capacity", -1).refusal
