"""``idlab plan`` and ``idlab drift``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from idlab.bundle import Bundle
from idlab.config import ScoringConfig
from idlab.data.dataset import read_dataset
from idlab.evaluate import replayed
from idlab.tune.expected import expectations
from tests.cli.running import Idlab


@pytest.fixture(scope="module")
def bundle(world: Path, configs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle that expects more of this world."""
    config, data = ScoringConfig.load(configs / "default.json"), read_dataset(world)
    channels = data.interactions["channel"].to_numpy()[data.order].tolist()
    expected = expectations(replayed(data, config), channels, config)
    path = tmp_path_factory.mktemp("bundle") / "bundle.json"
    Bundle.of(config, golden=[], expected=expected).write(path)
    return path


@pytest.fixture(scope="module")
def run(idlab: Idlab, world: Path, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "run"
    assert idlab("resolve", world, "--config", bundle, "--out", folder).code == 0
    return folder


def test_a_plan_is_told_printed_and_drawn(
    idlab: Idlab, world: Path, bundle: Path, configs: Path, tmp_path: Path
) -> None:
    page = tmp_path / "plan.html"
    asked = ("plan", "--from", configs / "baseline.json", "--to", bundle, world, "--resamples", 20)
    done = idlab(*asked, "--report", page, "--most", 2)
    assert done.code == 0, done.err
    found = idlab(*asked, "--most", 2, "--json").json
    assert (
        f"{found['customers']['interactions_affected']} of 600 interactions would lie with others" in done.out
    )
    assert f"merges: {found['merges']['count']}, with" in done.out
    assert all(row["customer_id"] in done.out for row in found["merges"]["riskiest"])
    assert found["from"]["name"] == "baseline" and found["to"]["name"] == "default"
    for rate in found["load"]["links_per_1000"].values():
        assert set(rate) == {"value", "low", "high"}
    first = page.read_bytes()
    assert b"idlab plan" in first
    assert idlab(*asked, "--report", page, "--most", 2).code == 0
    assert page.read_bytes() == first


def test_a_plan_needs_both_configs_and_a_dataset(
    idlab: Idlab, world: Path, configs: Path, tmp_path: Path
) -> None:
    default, page = configs / "default.json", tmp_path / "plan.html"
    assert "--to" in idlab("plan", world, "--from", default).refusal
    gone = idlab("plan", world, "--from", default, "--to", tmp_path / "none.json", "--report", page).refusal
    assert "none.json" in gone
    assert "nowhere" in idlab("plan", tmp_path / "nowhere", "--from", default, "--to", default).refusal
    assert not page.exists()


def test_quiet_where_nothing_drifted(idlab: Idlab, run: Path, bundle: Path, world: Path) -> None:
    done = idlab("drift", run, "--bundle", bundle, "--dataset", world)
    assert done.code == 0, (done.out, done.err)
    assert done.out.startswith("quiet: 600 decisions in ")
    told = idlab("drift", run / "decisions.parquet", "--bundle", bundle, "--json")
    assert told.code == 0
    assert told.json["alarm"] is False and told.json["alarms"] == [] and told.json["began"] is None
    assert sum(week["decisions"] for week in told.json["weeks"]) == 600


def test_both_engines_leave_decisions_to_watch(
    idlab: Idlab, world: Path, bundle: Path, tmp_path: Path
) -> None:
    assert (
        idlab("resolve", world, "--config", bundle, "--engine", "online", "--out", tmp_path / "run").code == 0
    )
    assert idlab("drift", tmp_path / "run", "--bundle", bundle).code == 0


def test_an_alarm_is_told_by_the_exit_code(idlab: Idlab, bundle: Path, tmp_path: Path) -> None:
    """Everybody calls: another mix of channels than the bundle's world has."""
    calls = tmp_path / "calls"
    rates = [f"channels.{name}.share={share}" for name, share in (("voice", 0.97), ("webchat", 0.01))]
    sets = [part for rate in rates for part in ("--set", rate)]
    assert idlab("generate", "retail", "--interactions", 600, "--seed", 8, *sets, "--out", calls).code == 0
    assert idlab("resolve", calls, "--config", bundle, "--out", tmp_path / "run").code == 0
    done = idlab("drift", tmp_path / "run", "--bundle", bundle)
    assert done.code == 1
    assert done.out.startswith("ALARM: 600 decisions")
    assert "channels on all channels: voice" in done.out and "model.prior" in done.out
    told = idlab("drift", tmp_path / "run", "--bundle", bundle, "--json")
    assert told.code == 1
    assert (
        told.json["alarm"]
        and told.json["began"]
        and told.json["noticed"]
        and "model.prior" in told.json["stale_knobs"]
    )
    json.dumps(told.json, allow_nan=False)


def test_older_weeks_and_other_configs_are_remarked(
    idlab: Idlab, run: Path, bundle: Path, world: Path, configs: Path, tmp_path: Path
) -> None:
    old = idlab("drift", run, "--bundle", bundle, "--history-weeks", 200)
    assert "weeks are older than the bundle's world" in old.err
    assert idlab("resolve", world, "--config", configs / "baseline.json", "--out", tmp_path / "run").code == 0
    refused = idlab("drift", tmp_path / "run", "--bundle", bundle).refusal
    assert "holds no decision of this bundle's config" in refused


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("{world}", "--bundle", "{bundle}"), "has no decisions.parquet"),
        (("{run}", "--bundle", "{config}"), "is no bundle; make one with idlab export"),
        (("{run}", "--bundle", "{bundle}", "--false-alarms", "2"), "must lie between 0 and 1"),
        (("{run}",), "--bundle"),
    ],
)
def test_what_cannot_be_watched_is_refused(
    idlab: Idlab, run: Path, bundle: Path, world: Path, configs: Path, arguments: tuple[str, ...], told: str
) -> None:
    places = {"world": world, "run": run, "bundle": bundle, "config": configs / "default.json"}
    assert told in idlab("drift", *(one.format(**places) for one in arguments)).refusal
