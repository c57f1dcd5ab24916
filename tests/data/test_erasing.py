"""Erasing from files: what is known is mended, what is not is named, and what is not theirs keeps its values."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from idlab.data.dataset import read_dataset, write_dataset
from idlab.data.erased import interactions_on_disk
from idlab.data.erasing import erase_from_files
from idlab.data.manifest import read_manifest
from idlab.errors import BadInput, UnknownReference
from idlab.model import customer_id_of

MOMENT = pd.Timestamp("2026-01-05T09:30Z")


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "interaction_id": ["a-1", "a-2", "b-1"],
            "occurred_at": [MOMENT, MOMENT, MOMENT],
            "channel": ["voice", "sms", "email"],
            "phone": ["+43 660 9174463", None, "+43 660 9174464"],
            "full_name": ['Änna "Größe"', "Anna", "Berta"],
            "card": ["QX-90417733", None, "QX-1"],
            "sequence": [3, 1, 2],
        }
    )


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    labels = pd.DataFrame({"left": ["a-1"], "right": ["a-2"], "same": ["yes"]})
    write_dataset(tmp_path / "calls", frame(), labels=labels)
    return tmp_path / "calls"


def identities(folder: Path, held: dict[str, str]) -> Path:
    folder.mkdir()
    names = [customer_id_of(one) for one in held.values()]
    pq.write_table(
        pa.table({"interaction_id": list(held), "customer_id": names}), folder / "identities.parquet"
    )
    return folder


def test_labels_of_which_none_is_left_are_gone_and_the_dataset_is_whole(calls: Path) -> None:
    done = erase_from_files([calls], ["a-1", "a-2"])
    assert {one.file.name for one in done.touched} == {"interactions.parquet", "labels.parquet"}
    assert not (calls / "labels.parquet").exists()
    assert set(read_manifest(calls).files) == {"interactions.parquet"}
    now = read_dataset(calls).interactions
    assert now["sequence"].tolist() == [3, 1, 2]
    assert now.loc[2, ["phone", "full_name", "card"]].tolist() == ["+43 660 9174464", "Berta", "QX-1"]
    assert now.loc[[0, 1], ["phone", "full_name", "card"]].isna().all().all()


def test_erasing_again_changes_nothing(calls: Path) -> None:
    erase_from_files([calls], ["a-1"])
    before = {path.name: path.read_bytes() for path in calls.iterdir()}
    erase_from_files([calls], ["a-1"])
    assert {path.name: path.read_bytes() for path in calls.iterdir()} == before


def test_a_dry_run_changes_nothing(calls: Path) -> None:
    before = {path.name: path.read_bytes() for path in calls.iterdir()}
    assert len(erase_from_files([calls], ["a-1"], dry_run=True).touched) == 2
    assert {path.name: path.read_bytes() for path in calls.iterdir()} == before


def test_a_folder_without_a_manifest_is_mended_too(calls: Path) -> None:
    (calls / "manifest.json").unlink()
    erase_from_files([calls], ["a-1"])
    assert {path.name for path in calls.iterdir()} == {"interactions.parquet", "labels.parquet"} - {
        "labels.parquet"
    }
    assert pd.read_parquet(calls / "interactions.parquet")["phone"].isna().tolist() == [True, True, False]


def test_files_that_are_not_known_are_named_and_left(calls: Path, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("phone\n+43 660 9174463\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("nothing of theirs", encoding="utf-8")
    (tmp_path / "config.json").write_text('{"schema": "idlab.scoring/1"}', encoding="utf-8")
    (tmp_path / "escaped.json").write_text(
        '{"schema": "idlab.x/1", "name": "\\u00c4nna \\"Gr\\u00f6\\u00dfe\\""}', encoding="utf-8"
    )
    pq.write_table(pa.table({"phone": ["x"]}), tmp_path / "more.parquet")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    named = {
        one.file.name: one.what
        for one in erase_from_files([tmp_path], ["a-1"]).warnings
        if "*" not in one.file.name
    }
    assert set(named) == {"export.csv", "notes.md", "more.parquet", "escaped.json"}
    assert (
        "holds values of theirs" in named["export.csv"] and "holds values of theirs" in named["escaped.json"]
    )
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_pages_that_show_them_are_removed_and_others_stay(calls: Path, tmp_path: Path) -> None:
    shown = {
        "by-name.html": "<td>Änna &quot;Größe&quot;</td>",
        "by-id.html": "<h3>a-1: merged</h3>",
        "in-script.html": '<script>{"name": "\\u00c4nna \\"Gr\\u00f6\\u00dfe\\""}</script>',
        "other.html": "<td>Berta</td>",
    }
    for name, text in shown.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    erase_from_files([tmp_path], ["a-1"])
    assert [path.name for path in tmp_path.glob("*.html")] == ["other.html"]


def test_runs_that_differ_are_refused_until_one_is_named(calls: Path, tmp_path: Path) -> None:
    one = identities(tmp_path / "one", {"a-1": "a-1", "a-2": "a-1", "b-1": "b-1"})
    other = identities(tmp_path / "other", {"a-1": "a-1", "a-2": "a-2", "b-1": "a-1"})
    customer = [customer_id_of("a-1")]
    with pytest.raises(BadInput, match="2 runs differ"):
        interactions_on_disk([tmp_path], customer)
    assert interactions_on_disk([tmp_path], customer, one) == ["a-1", "a-2"]
    assert interactions_on_disk([tmp_path], customer, other) == ["a-1", "b-1"]
    assert interactions_on_disk([calls], customer) == ["a-1"]
    assert interactions_on_disk([calls, one], [customer_id_of("a-2")]) == ["a-1", "a-2"]
    with pytest.raises(UnknownReference, match="nothing was erased"):
        interactions_on_disk([calls], [customer_id_of("c-1")])


def test_a_damaged_file_is_told(calls: Path) -> None:
    (calls / "interactions.parquet").write_bytes(b"PAR1")
    with pytest.raises(BadInput, match="is not a readable Parquet file"):
        erase_from_files([calls], ["a-1"])
