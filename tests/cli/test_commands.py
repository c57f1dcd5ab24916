"""What the commands print and write: keys that scripts rely on, the same files from both engines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from idlab.cli import COMMANDS, app
from idlab.cli.options import costs_of, named_numbers
from idlab.evaluate.evaluation import PER_1000, SECTIONS
from tests.cli.running import Idlab, digests

RATE = {"value", "low", "high"}


# -- help


def test_every_command_has_help_with_an_example(idlab: Idlab) -> None:
    named = [command.name for command in app.registered_commands]
    assert len(named) + len(app.registered_groups) == len(COMMANDS)
    for name in named:
        assert name is not None
        shown = idlab(name, "--help")
        assert shown.code == 0 and f"idlab {name} " in " ".join(shown.out.split()).partition("Example:")[2]


def test_help_loads_nothing_of_the_workbench() -> None:
    code = (
        "import sys\ntry:\n from idlab.cli import app; app(['--help'])\n"
        "except SystemExit: print({'numpy', 'pandas', 'pyarrow', 'numba', 'synthetic'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_without_the_workbench_one_line_says_what_to_install(configs: Path) -> None:
    code = "import sys; sys.modules['pandas'] = None\nfrom idlab.cli import app; app(sys.argv[1:])"
    command = [sys.executable, "-c", code, "evaluate", "world", "--config", str(configs / "default.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr == "idlab: this command requires idlab[lab]; install it with: pip install 'idlab[lab]'\n"
    )


# -- generate, resolve


def test_generate(idlab: Idlab, tmp_path: Path) -> None:
    made = idlab(
        "generate", "retail", "--interactions", 50, "--seed", 3, "--out", tmp_path / "a", "--json"
    ).json
    assert made["interactions"] == 50 and made["seed"] == 3 and made["persons"] > 1
    again = idlab(
        "generate", "retail", "--interactions", 50, "--seed", 3, "--out", tmp_path / "b", "--json"
    ).json
    assert again["dataset_digest"] == made["dataset_digest"]
    noisier = ("--set", "noise.keyboard=0.5", "--out", tmp_path / "b", "--overwrite", "--json")
    other = idlab("generate", "retail", "--interactions", 50, "--seed", 3, *noisier).json
    assert other["dataset_digest"] != made["dataset_digest"]


@pytest.mark.parametrize("name", ["baseline", "default", "draft"])
def test_both_engines_write_the_same_bytes(
    name: str, idlab: Idlab, world: Path, configs: Path, tmp_path: Path
) -> None:
    config = configs / f"{name}.json"
    if name == "draft":
        config = tmp_path / "draft.json"
        assert idlab("draft", world, "--out", config).code == 0
    runs = {}
    for engine in ("online", "replay"):
        run = tmp_path / engine
        done = idlab("resolve", world, "--config", config, "--engine", engine, "--out", run, "--json").json
        runs[engine] = digests(run)
        assert done["interactions"] == 600 and sum(done["outcomes"].values()) == 600
        assert done["outcomes"]["merge"] > 0 and done["engine"] == engine
        assert json.loads((run / "run.json").read_text())["engine"] == engine
    assert runs["online"] == runs["replay"]
    assert set(runs["replay"]) == {
        "decisions.parquet",
        "identities.parquet",
        "pending.parquet",
        "review.parquet",
        "manifest.json",
    }
    listed = json.loads((tmp_path / "replay" / "manifest.json").read_text())["files"]
    assert {file: entry["sha256"] for file, entry in listed.items()} == {
        file: digest for file, digest in runs["replay"].items() if file != "manifest.json"
    }


def test_results_of_a_run(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    idlab("resolve", world, "--config", configs / "default.json", "--out", run)
    decisions = pq.read_table(run / "decisions.parquet")
    assert decisions.column_names == [
        "interaction_id",
        "outcome",
        "customer_id",
        "score",
        "runner_up",
        "runner_up_score",
        "reasons",
        "config_digest",
        "weight",
        "levels",
        "occurred_at",
        "channel",
    ]
    identities = pq.read_table(run / "identities.parquet").to_pydict()
    assert identities["interaction_id"] == decisions["interaction_id"].to_pylist()
    holders = set(identities["customer_id"])
    for row in decisions.to_pylist():
        assert (row["score"] is None) == (
            row["reasons"][0] == "NO_CANDIDATE" or row["reasons"] == ["NO_CANDIDATE", "HUB"]
        )
    for link in pq.read_table(run / "pending.parquet").to_pylist():
        assert {link["left_customer"], link["right_customer"]} <= holders
        assert (link["left_customer"] == link["right_customer"]) == (
            link["state"] in ("superseded", "accepted")
        )


def test_results_of_an_earlier_run_are_replaced(
    idlab: Idlab, world: Path, configs: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    for command in ("evaluate", "resolve"):
        assert idlab(command, world, "--config", configs / "baseline.json", "--out", run).code == 0
        assert (run / "metrics.json").exists() == (command == "evaluate")
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


# -- evaluate


def test_evaluate_prints_the_agreed_keys(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    done = idlab("evaluate", world, "--config", configs / "default.json", "--out", run, "--json")
    found = done.json
    assert set(found) == {*SECTIONS, *PER_1000, "config_digest", "dataset_digest"}
    for section, names in SECTIONS.items():
        assert set(found[section]) == set(names)
        assert all(set(rate) == RATE for rate in found[section].values())
    assert all(set(found[name]) == RATE for name in PER_1000)
    assert "judged by truth: the persons of all 600 interactions" in done.err
    written = json.loads((run / "metrics.json").read_text())
    assert written["bcubed"] == found["bcubed"]
    assert written["knowledge"]["kind"] == "truth" and written["counts"]["interactions"] == 600
    assert written["config_digest"] == found["config_digest"]


def test_evaluate_is_the_same_every_time(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    command = ("evaluate", world, "--config", configs / "default.json", "--out", tmp_path / "run", "--json")
    first, files = idlab(*command).out, digests(tmp_path / "run")
    assert idlab(*command).out == first
    assert digests(tmp_path / "run") == files


def test_evaluate_shows_a_table(idlab: Idlab, world: Path, configs: Path) -> None:
    shown = idlab("evaluate", world, "--config", configs / "default.json").out
    assert "judged by truth" in shown and "bcubed recall" in shown and "cost per 1000" in shown


def test_costs_change_the_cost_alone(idlab: Idlab, world: Path, configs: Path) -> None:
    command = ("evaluate", world, "--config", configs / "default.json", "--json")
    usual, free = idlab(*command).json, idlab(*command, "--costs", "false=0,missed=0,review=0").json
    assert usual["cost_per_1000"]["value"] > 0 == free["cost_per_1000"]["value"]
    for section, names in SECTIONS.items():
        for name in names:
            assert free[section][name]["value"] == pytest.approx(usual[section][name]["value"]), (
                section,
                name,
            )


def test_prices_and_numbers() -> None:
    assert costs_of(None) == costs_of("")
    assert costs_of("false=10,review=0.5")[:3] == (10.0, 1.33, 0.5)
    assert named_numbers(["a=1", "b=2e-3"], "--set") == {"a": 1.0, "b": 0.002}


def test_evaluate_by_labels(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    """Labels that name everybody give the numbers of the truth; labels of some say of how many."""
    interactions = pq.read_table(world / "interactions.parquet").to_pandas()
    interactions.to_csv(tmp_path / "rows.csv", index=False)
    truth = pq.read_table(world / "truth.parquet", columns=["interaction_id", "person_id"]).to_pandas()
    truth.to_csv(tmp_path / "all.csv", index=False)
    truth[::3].to_csv(tmp_path / "some.csv", index=False)
    found = {}
    for name in ("all", "some"):
        took = idlab(
            "import", tmp_path / "rows.csv", "--labels", tmp_path / f"{name}.csv", "--out", tmp_path / name
        )
        assert took.code == 0, took.err
        done = idlab("evaluate", tmp_path / name, "--config", configs / "default.json", "--json")
        found[name] = done.json
        assert f"judged by labels: the persons of {600 if name == 'all' else 200} of 600" in done.err
    truly = idlab("evaluate", world, "--config", configs / "default.json", "--json").json
    assert {name: found["all"][name] for name in SECTIONS} == {name: truly[name] for name in SECTIONS}
    assert found["some"]["outcomes"]["merge"]["value"] == truly["outcomes"]["merge"]["value"]
    assert found["some"]["bcubed"] != truly["bcubed"]


# -- why, draft


def test_why(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    config = configs / "default.json"
    idlab("resolve", world, "--config", config, "--out", tmp_path / "run")
    identities = pq.read_table(tmp_path / "run" / "identities.parquet").to_pandas()
    ids = identities.groupby("customer_id")["interaction_id"].agg(list)
    a, b = max(ids, key=len)[:2]
    found = idlab("why", world, "--config", config, a, b, "--json").json
    assert found["same"] is True and found["cause"] in ("joined", "bridged") and found["path"][-1]["to"] == b
    shown = idlab("why", world, "--config", config, b, a).out
    assert shown.startswith(f"{a} and {b} are one customer, {found['customers'][0]}.")
    assert "there is no interaction 'nobody'" in idlab("why", world, "--config", config, a, "nobody").refusal


def test_why_masks_real_people(idlab: Idlab, configs: Path, tmp_path: Path) -> None:
    rows = "".join(f"i{n},+1 202 555 0143,Ann Lee,ann.lee@example.com\n" for n in range(2))
    (tmp_path / "crm.csv").write_text("interaction_id,phone,full_name,email\n" + rows)
    idlab("import", tmp_path / "crm.csv", "--out", tmp_path / "crm")
    command = ("why", tmp_path / "crm", "--config", configs / "default.json", "i0", "i1")
    for options in ((), ("--json",)):
        masked = idlab(*command, *options).out
        assert "***43" in masked
        for secret in ("2025550143", "ann", "lee", "example"):
            assert secret not in masked.lower()
    shown = idlab(*command, "--show-identifiers").out
    assert "+12025550143" in shown and "ann lee" in shown


def test_draft(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    config = tmp_path / "draft.json"
    drafted = idlab("draft", world, "--out", config, "--json").json
    assert drafted["config"] == str(config) and "phone.e164" in drafted["keys"]
    assert "exists already" in idlab("draft", world, "--out", config).refusal
    assert idlab("draft", world, "--out", config, "--overwrite", "--region", "GB").code == 0
    assert json.loads(config.read_text())["normalize"]["phone"]["region"] == "GB"
    evaluated = idlab("evaluate", world, "--config", config, "--json").json
    baseline = idlab("evaluate", world, "--config", configs / "baseline.json", "--json").json
    assert evaluated["cost_per_1000"]["value"] < baseline["cost_per_1000"]["value"]


def test_a_draft_says_what_it_cannot_use(idlab: Idlab, tmp_path: Path) -> None:
    rows = "tel;mail\nanonymous;n/a\n+1 202 555 0143;ann@example.com\n030 901820;n/a\n"
    (tmp_path / "crm.csv").write_text(rows, encoding="utf-8")  # semicolons, as spreadsheets write them
    folder, out = tmp_path / "crm", tmp_path / "crm.json"
    done = idlab("import", tmp_path / "crm.csv", "--map", "phone=tel", "--map", "email=mail", "--out", folder)
    assert done.code == 0, done.err
    told = idlab("draft", folder, "--out", out, "--json").json["unusable"]
    assert told["email"] == {"placeholder": 2} and told["phone"]["withheld"] == 1
    assert sum(told["phone"].values()) == 2  # a number of Berlin is none of the United States
    shown = idlab("draft", folder, "--region", "DE", "--out", out, "--overwrite").out
    assert "phone that cannot be used: 1 withheld\n" in shown
    assert "email that cannot be used: 2 placeholder\n" in shown
