"""``idlab erase`` and ``idlab purge``: from raw files to certificates, all that idlab wrote on the way searched."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from idlab import Resolver, open_store
from idlab.data.dataset import read_dataset, write_dataset
from idlab.data.manifest import Manifest
from idlab.model import customer_id_of
from tests.cli.running import Ran, run_idlab
from tests.erasure.people import FIELDS, config, contacts, customers, held_by, needles
from tests.erasure.searching import files, search, told


class BrokenOff(BaseException):
    """As if the process had been killed here."""


class Place:
    """Datasets, runs, a store and a log, as the commands leave them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dataset, self.run = folder / "data" / "calls", folder / "data" / "run"
        self.url = f"sqlite:///{folder / 'store' / 'id.db'}"
        (folder / "store").mkdir()
        (folder / "logs").mkdir()
        self.config = folder / "config.json"
        self.config.write_text(config().to_json(), encoding="utf-8")
        self._write_dataset()
        done = run_idlab(
            *("resolve", self.dataset, "--config", self.config, "--engine", "online", "--store", self.url),
            *("--out", self.run, "--log", folder / "logs" / "idlab.log"),
        )
        assert done.code == 0, done.err
        self._look()

    def _write_dataset(self) -> None:
        rows = [
            {name: getattr(one, name) for name in ("interaction_id", "occurred_at", "channel", *FIELDS)}
            for one in contacts()
        ]
        frame = pd.DataFrame(rows)
        truth = pd.DataFrame(
            {
                "interaction_id": frame["interaction_id"],
                "person_id": [name.partition("-")[0] for name in frame["interaction_id"]],
                "note": frame["full_name"],
            }
        )
        left, right = ["anna-0", "other-1", "witold-0"], ["anna-1", "other-2", "other-9"]
        labels = pd.DataFrame({"left": left, "right": right, "same": ["yes", "no", "no"]})
        write_dataset(self.dataset, frame, truth=truth, labels=labels, manifest=Manifest(seed=1))

    def _look(self) -> None:
        store = open_store(self.url)
        resolver = Resolver(config(), store)
        self.ids = customers(resolver)
        self.gone = held_by(resolver, self.ids)
        self.wanted = needles(resolver, self.gone)
        store.close()

    def erase(self, *more: object) -> Ran:
        return run_idlab("erase", *self.ids, "--store", self.url, "--dataset", self.folder / "data", *more)

    def places(self) -> dict[str, list[bytes]]:
        found = {
            path.name: files([path])
            for path in (self.folder / "data", self.folder / "store", self.folder / "logs")
        }
        tables = sorted((self.folder / "data").rglob("*.parquet"))
        found["rows of tables"] = [
            repr(pd.read_parquet(path).to_dict("list")).encode("utf-8") for path in tables
        ]
        return found


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_datasets_runs_stores_and_logs_hold_nobody_any_more(place: Place) -> None:
    sheet, page = place.folder / "data" / "sheet.csv", place.folder / "data" / "report.html"
    done = run_idlab(
        *(
            "label",
            "sample",
            place.dataset,
            "--config",
            place.config,
            "--people",
            30,
            "--out",
            sheet,
            "--show-identifiers",
        )
    )
    assert done.code == 0, done.err
    page.write_text("<p>anna-0: &Auml;nna &#x27;</p>", encoding="utf-8")
    (place.folder / "data" / "notes.txt").write_text("call Witold back", encoding="utf-8")
    before = search(place.places(), place.wanted)
    assert all(before[name].found for name in ("data", "store", "rows of tables"))
    others = pd.read_csv(sheet, dtype=str, keep_default_na=False).query(
        "interaction_id not in @gone", local_dict={"gone": place.gone}
    )

    done = place.erase("--yes", "--by", "officer", "--json")
    assert done.code == 0, done.err
    after = search(place.places(), place.wanted)
    print(told("\nbefore", before), told("after", after), sep="\n")  # noqa: T201 - what pytest -s is to show
    assert not any(one.found for one in after.values())
    (certificate,) = done.json["certificates"]
    touched = {Path(one["where"]).name for one in certificate["elsewhere"]}
    assert touched == {
        "interactions.parquet",
        "truth.parquet",
        "labels.parquet",
        "decisions.parquet",
        "sheet.csv",
        "report.html",
    }
    assert not page.exists()
    assert "notes.txt: not a file of idlab's" in done.err
    assert not any(value in (done.out + done.err).encode("utf-8") for value in place.wanted)
    now = pd.read_csv(sheet, dtype=str, keep_default_na=False).query(
        "interaction_id not in @gone", local_dict={"gone": place.gone}
    )
    pd.testing.assert_frame_equal(now, others)


def test_what_is_left_of_a_dataset_is_a_dataset(place: Place) -> None:
    before = read_dataset(place.dataset, truth=True, labels=True)
    decisions = pd.read_parquet(place.run / "decisions.parquet")
    assert place.erase("--yes").code == 0
    after = read_dataset(place.dataset, truth=True, labels=True)
    theirs = before.interactions["interaction_id"].isin(place.gone)
    pd.testing.assert_frame_equal(after.interactions[~theirs], before.interactions[~theirs])
    pd.testing.assert_frame_equal(after.truth[~theirs], before.truth[~theirs])
    stays = ["interaction_id", "occurred_at", "channel"]
    pd.testing.assert_frame_equal(after.interactions[theirs][stays], before.interactions[theirs][stays])
    assert after.interactions[theirs].drop(columns=stays).isna().all().all()
    assert after.truth[theirs]["person_id"].str.startswith("[REDACTED]").all()
    assert after.truth[theirs]["person_id"].is_unique
    assert list(zip(after.labels["left"], after.labels["right"], strict=True)) == [("other-1", "other-2")]
    now = pd.read_parquet(place.run / "decisions.parquet")
    theirs = decisions["interaction_id"].isin(place.gone)
    pd.testing.assert_frame_equal(now[~theirs], decisions[~theirs])
    kept = ["interaction_id", "outcome", "customer_id", "score", "reasons", "occurred_at"]
    pd.testing.assert_frame_equal(now[theirs][kept], decisions[theirs][kept])
    assert now[theirs]["runner_up"].isna().all() and not now[theirs]["levels"].map(len).any()
    assert run_idlab("evaluate", place.dataset, "--config", place.config, "--json").code == 0


def test_a_redaction_that_is_broken_off_is_finished(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, left = os.replace, [2]

    def until_killed(old: Any, new: Any) -> None:
        if ".erasing" in str(old) and not left[0]:
            raise BrokenOff
        left[0] -= ".erasing" in str(old)
        replace(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", until_killed)
        with pytest.raises(BrokenOff):
            place.erase("--yes")
    assert place.erase("--yes").code == 0
    assert not list(place.folder.rglob(".*erasing"))
    assert not any(one.found for one in search(place.places(), place.wanted).values())
    read_dataset(place.dataset, truth=True, labels=True)


def test_a_dry_run_names_fields_and_identities_and_changes_nothing(place: Place) -> None:
    before = {name: whole for name, whole in place.places().items() if name != "store"}
    done = place.erase("--dry-run", "--json")
    assert done.code == 0, done.err
    assert {name: whole for name, whole in place.places().items() if name != "store"} == before
    assert set(done.json["customers"]) == set(place.ids)
    others = {one["customer_id"]: set(one["through"]) for one in done.json["others"]}
    store = open_store(place.url)
    assert {"phone", "open link"} <= others[store.identity_of("milos-0") or ""]
    assert {"phone"} <= others[store.identity_of("nameless-0") or ""]
    assert store.identity_of("other-0") not in others and not set(others) & set(place.ids)
    store.close()
    assert not any(value in (done.out + done.err).encode("utf-8") for value in place.wanted)
    assert "other identities have something in common" in place.erase("--dry-run").out


def test_files_alone_are_erased_by_what_a_run_says(place: Place) -> None:
    done = run_idlab("erase", *place.ids, "--dataset", place.folder / "data", "--yes", "--json")
    assert done.code == 0, done.err
    (certificate,) = done.json["certificates"]
    assert certificate["removed"]["records"] == len(place.gone)
    found = search(place.places(), place.wanted)
    assert not found["data"].found and not found["rows of tables"].found


def test_without_a_run_an_interaction_is_found_by_its_own_id(place: Place) -> None:
    customer = customer_id_of("anna-1")
    done = run_idlab("erase", customer, "--dataset", place.dataset, "--dry-run", "--json")
    assert done.json["interactions"] == 1
    done = run_idlab("erase", customer, "--dataset", place.dataset, "--run", place.run, "--dry-run", "--json")
    assert done.json["interactions"] == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--store", "URL"], "--dry-run"),
        (["--store", "URL", "--yes", "--dry-run"], "--dry-run"),
        ([], "give --store or --dataset"),
        (["--store", "URL", "--resume"], "--resume"),
        (["--store", "sqlite:///nowhere.db", "--yes"], "no such file"),
        (["--dataset", "nowhere", "--yes"], "no such folder"),
    ],
)
def test_a_command_that_does_not_say_what_to_do_is_refused(
    options: list[str], said: str, place: Place
) -> None:
    given = [place.url if one == "URL" else one for one in options]
    assert said in run_idlab("erase", place.ids[0], *given).refusal


def test_nobody_unknown_is_erased(place: Place) -> None:
    assert (
        "never handed out"
        in run_idlab("erase", place.ids[0], "nobody", "--store", place.url, "--yes").refusal
    )
    assert (
        "no interaction here"
        in run_idlab("erase", "nobody", "--dataset", place.folder / "data", "--yes").refusal
    )
    assert search(place.places(), place.wanted)["store"].found


def test_the_certificate_goes_where_it_is_wanted(place: Place) -> None:
    file = place.folder / "certificate.json"
    first = place.erase("--yes", "--certificate", file, "--json")
    assert json.loads(file.read_text(encoding="utf-8")) == first.json["certificates"][0]
    assert place.erase("--yes", "--json").json == first.json
    assert run_idlab("erase", "--resume", "--store", place.url).out.strip() == "there was nothing left to do"


def test_the_environment_names_the_log_of_servers_only(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store in SQLite has its own beside it, which whoever opens it looks into."""
    monkeypatch.setenv("IDLAB_ERASURE_LOG", str(place.folder / "of-servers"))
    assert place.erase("--yes").code == 0
    assert not (place.folder / "of-servers").exists()
    assert (place.folder / "store" / "id.db.erasures").exists()


def test_purge_tells_and_does(place: Place) -> None:
    told_first = run_idlab(
        "purge", "--older-than", "10d", "--now", "2026-01-17", "--store", place.url, "--dry-run", "--json"
    )
    assert told_first.code == 0, told_first.err
    assert 0 < told_first.json["customers"] < 60
    assert "cannot be undone" in run_idlab("purge", "--older-than", "10d", "--store", place.url).refusal
    done = run_idlab(
        "purge", "--older-than", "10d", "--now", "2026-01-17", "--store", place.url, "--yes", "--json"
    )
    assert len(done.json["certificates"][0]["customers"]) == told_first.json["customers"]
    again = run_idlab(
        "purge", "--older-than", "10d", "--now", "2026-01-17", "--store", place.url, "--yes", "--json"
    )
    assert again.json == {"certificates": []}
