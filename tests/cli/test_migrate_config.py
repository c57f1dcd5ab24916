"""``idlab migrate-config``, ``idlab shadow`` and ``idlab resolve --shadow``."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from idlab import Resolver
from idlab.model import Action
from idlab.serving import config_of
from idlab.stores import open_store
from tests.cli.running import Idlab


@pytest.fixture(scope="module")
def resolved(idlab: Idlab, world: Path, configs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that the small world was resolved into."""
    folder = tmp_path_factory.mktemp("resolved")
    store = f"sqlite:///{folder / 'id.db'}"
    done = idlab(
        *("resolve", world, "--config", configs / "default.json", "--engine", "online"),
        *("--store", store, "--out", folder / "run"),
    )
    assert done.code == 0, done.err
    return folder / "id.db"


@pytest.fixture
def file(resolved: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(resolved, tmp_path / "id.db"))


@pytest.fixture
def migrate(idlab: Idlab, file: Path, configs: Path) -> Idlab:
    """The command over the copy."""
    return lambda *options: idlab("migrate-config", "--store", f"sqlite:///{file}", *options)


def test_a_dry_run_says_what_becomes_of_people_and_changes_nothing(
    migrate: Idlab, file: Path, configs: Path
) -> None:
    done = migrate("--to", configs / "baseline.json", "--dry-run", "--json")
    said = done.json
    made = said["difference"]
    assert said["counts"]["records"] == made["interactions"] == 600
    assert made["divided"] > 0
    assert len(made["divided_ids"]) == min(20, made["divided"])
    assert set(said["lost_values"]) == {"conversation", "ip_address"}
    assert said["seconds"] > 0
    assert said["bytes_needed"] >= file.stat().st_size
    assert [one.name for one in file.parent.iterdir() if ".db." in one.name] == []
    shown = migrate("--to", configs / "baseline.json", "--dry-run").out
    assert f"{made['stay']} stay, {made['divided']} are divided" in shown
    assert "what the former config could not use was never held" in shown


def test_there_and_back_and_forgotten(migrate: Idlab, idlab: Idlab, file: Path, configs: Path) -> None:
    assert migrate("--to", configs / "baseline.json", "--json").json["serving"] == 2
    assert idlab("check", "--store", f"sqlite:///{file}").code == 0
    again = migrate("--to", configs / "baseline.json")
    assert again.refusal.endswith("already; there is nothing to do")
    assert "switched from generation 2 to 1" in migrate("--back").out
    assert idlab("check", "--store", f"sqlite:///{file}").code == 0
    assert migrate("--forget").out == "generations removed: 2\n"
    assert "no former generation" in migrate("--back").refusal


def test_answers_that_cannot_be_carried_over_are_named_and_nothing_is_switched(
    migrate: Idlab, file: Path, configs: Path
) -> None:
    store = open_store(f"sqlite:///{file}")
    with store.reading() as rows:
        config = config_of(rows)
    declined = [one.link_id for one in store.links() if one.state == "open"]
    resolver = Resolver(config, store)
    for link in declined:
        resolver.act(Action.decline(link), by="ann")
    store.close()
    eager = file.parent / "eager.json"
    document = json.loads(config.to_json())
    document["decide"] |= {"pending_at": 0.011, "merge_at": 0.012, "margin": 0.0}
    eager.write_text(json.dumps(document))
    done = migrate("--to", eager, "--json")
    assert done.code == 1
    assert done.json["switched"] is False
    lost = {one["link"] for one in done.json["lost"]}
    assert lost
    assert lost <= set(declined)
    assert {(one["kind"], one["by"]) for one in done.json["lost"]} == {("decline", "ann")}
    assert "answers cannot be carried over: decline of " in done.err
    assert "  declined, and now one: " in migrate("--to", eager).out
    assert migrate("--to", eager, "--drop-answers", "--json").json["serving"] == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "it is not clear what to do; name one of --to FILE, --back and --forget"),
        (("--back", "--forget"), "it is not clear what to do"),
        (("--back", "--dry-run"), "there is no config to try; name one with --to FILE"),
        (("--to", "x.json", "--dry-run", "--shadow"), "a dry run fills no generation"),
        (("--to", "absent.json"), "absent.json"),
    ],
)
def test_options_that_make_no_sense(migrate: Idlab, options: tuple[str, ...], said: str) -> None:
    assert said in migrate(*options).refusal


def test_a_store_that_is_not_there_is_not_made(idlab: Idlab, tmp_path: Path) -> None:
    done = idlab("migrate-config", "--store", f"sqlite:///{tmp_path / 'no.db'}", "--back")
    assert "there is no such file" in done.refusal
    assert not list(tmp_path.iterdir())


def test_a_shadow_decides_beside_and_its_log_is_summed_up(
    migrate: Idlab, idlab: Idlab, file: Path, world: Path, configs: Path, tmp_path: Path
) -> None:
    shadow = migrate("--to", configs / "baseline.json", "--shadow", "--json").json["shadow"]
    log = tmp_path / "shadow.jsonl"
    resolve = ("resolve", world, "--config", configs / "default.json", "--out", tmp_path / "run")
    beside = ("--shadow", configs / "baseline.json", "--shadow-log", log)
    done = idlab(
        *resolve, "--engine", "online", "--store", f"sqlite:///{file}", *beside, "--shadow-store", shadow
    )
    assert done.code == 0, done.err
    said = idlab("shadow", log, "--json").json
    assert said["compared"] == 600
    assert 0 < said["agreed"]["low"] <= said["agreed"]["value"] <= said["agreed"]["high"] < 1
    assert sum(said["outcomes"].values()) == 600
    assert said["dropped"] == 0
    assert said["failed"] == {}
    assert "600 decisions compared" in idlab("shadow", log).out
    text = log.read_text()
    assert not [sign for sign in ("@", "+1") if sign in text]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--shadow", "x.json", "--shadow-log", "l"), "the engine 'replay' has no shadow"),
        (("--engine", "online", "--shadow", "x.json"), "name a file with --shadow-log FILE"),
        (("--engine", "online", "--shadow-log", "l"), "there is no candidate; name one with --shadow FILE"),
        (
            (
                *("--engine", "online", "--store", "sqlite:///a", "--shadow", "x.json"),
                *("--shadow-log", "l", "--shadow-store", "sqlite:///a"),
            ),
            "the candidate cannot share the store that serves",
        ),
    ],
)
def test_options_of_a_shadow_that_make_no_sense(
    idlab: Idlab, world: Path, configs: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    done = idlab("resolve", world, "--config", configs / "default.json", "--out", tmp_path / "run", *options)
    assert said in done.refusal
