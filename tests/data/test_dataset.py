"""The dataset format: round trips, same bytes, and every way in which rows can be wrong."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from idlab.data import storage
from idlab.data.dataset import (
    BUILT_IN,
    Manifest,
    handling_order,
    in_memory,
    ordered,
    read_dataset,
    write_dataset,
)
from idlab.data.stream import interactions_of
from idlab.errors import BadInput
from idlab.model import CHANNELS, microseconds

START = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def rows(count: int = 3, **columns: Any) -> pd.DataFrame:
    """Valid interactions, some columns of which are replaced."""
    frame = {
        "interaction_id": [f"i-{row}" for row in range(count)],
        "occurred_at": [START + timedelta(seconds=row) for row in range(count)],
        "channel": ["voice"] * count,
        "phone": [f"+1202555{row:04d}" for row in range(count)],
        **columns,
    }
    return pd.DataFrame({name: values for name, values in frame.items() if values is not None})


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# -- round trips


texts = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
moments = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
worlds = st.lists(
    st.fixed_dictionaries(
        {
            "interaction_id": st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
            "occurred_at": moments | st.sampled_from([START]),
            "channel": st.sampled_from(CHANNELS),
            "phone": texts,
            "full_name": texts,
            "loyalty": texts,
        }
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row["interaction_id"],
)


@given(world=worlds)
def test_what_is_written_is_read_again(world: list[dict[str, Any]], tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("world") / "dataset"
    frame = pd.DataFrame(world).astype(object)
    truth = pd.DataFrame({"interaction_id": frame["interaction_id"], "person_id": ["p"] * len(frame)})
    manifest = write_dataset(folder, frame, truth=truth)
    dataset = read_dataset(folder, truth=True)
    expected = [
        {**row, **{name: row[name] or None for name in ("phone", "full_name", "loyalty")}} for row in world
    ]
    assert dataset.table.select(list(world[0])).to_pylist() == expected
    assert dataset.table.column_names == [*BUILT_IN, "loyalty"]
    assert dataset.digest == manifest.digest == in_memory(frame, truth=truth).digest
    assert dataset.person.tolist() == [0] * len(world)


@given(world=worlds)
def test_the_order_is_that_of_microseconds_then_utf_8_bytes(world: list[dict[str, Any]]) -> None:
    frame = pd.DataFrame(world).astype(object)
    expected = sorted(
        world, key=lambda row: (microseconds(row["occurred_at"]), row["interaction_id"].encode())
    )
    ids = [row["interaction_id"] for row in expected]
    assert ordered(frame)["interaction_id"].tolist() == ids
    dataset = in_memory(frame)
    assert [interaction.interaction_id for interaction in interactions_of(dataset)] == ids
    assert [interaction.occurred_at for interaction in interactions_of(dataset)] == [
        row["occurred_at"] for row in expected
    ]
    assert [interaction.raw("loyalty") for interaction in interactions_of(dataset)] == [
        row["loyalty"] or None for row in expected
    ]


def test_a_sequence_goes_before_time() -> None:
    frame = rows(sequence=[20, -1, 3])
    assert ordered(frame)["interaction_id"].tolist() == ["i-1", "i-2", "i-0"]
    assert handling_order(in_memory(frame).table).tolist() == [1, 2, 0]


# -- the same bytes


def test_the_same_input_gives_the_same_bytes_in_one_piece_or_in_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "ROW_GROUP", 64)
    frame = rows(1000, email=[None if row % 3 else f"a{row % 7}@example.com" for row in range(1000)])
    truth = pd.DataFrame({"interaction_id": frame["interaction_id"], "person_id": frame.index.astype(str)})
    write_dataset(tmp_path / "whole", frame, truth=truth)
    whole = files_of(tmp_path / "whole")
    table = in_memory(frame).table
    for step in (1, 63, 64, 65, 999):
        pieces = (table.slice(start, step).to_batches()[0] for start in range(0, 1000, step))
        write_dataset(
            tmp_path / "pieces", pieces, truth=truth.sample(frac=1, random_state=step), overwrite=True
        )
        assert files_of(tmp_path / "pieces") == whole
    frames = [frame.iloc[:500], frame.iloc[500:]]
    write_dataset(tmp_path / "frames", frames, truth=[truth.iloc[:10], truth.iloc[10:]])
    assert files_of(tmp_path / "frames") == whole
    assert pq.ParquetFile(tmp_path / "whole" / "interactions.parquet").num_row_groups == 16


def test_types_are_exact(tmp_path: Path) -> None:
    write_dataset(tmp_path / "d", rows(sequence=[3, 1, 2], loyalty=["a", "", None]))
    schema = pq.read_schema(tmp_path / "d" / "interactions.parquet")
    expected = dict.fromkeys([*BUILT_IN, "loyalty"], pa.string())
    expected |= {"occurred_at": pa.timestamp("us", tz="UTC"), "sequence": pa.int64()}
    assert {field.name: field.type for field in schema} == expected
    assert schema.metadata is None


def test_the_manifest_says_how_it_was_made(tmp_path: Path) -> None:
    made = Manifest(
        {"kind": "scenario"}, 7, synthetic=True, fields={"loyalty": "code"}, versions={"faker": "1"}
    )
    written = write_dataset(tmp_path / "d", rows(), manifest=made)
    assert read_dataset(tmp_path / "d").manifest == written
    document = json.loads((tmp_path / "d" / "manifest.json").read_text())
    assert document["schema"] == "idlab.dataset/1"
    assert (document["recipe"], document["seed"], document["synthetic"]) == ({"kind": "scenario"}, 7, True)
    assert document["versions"] == {"faker": "1", "pyarrow": pa.__version__}
    assert document["rows"] == 3
    assert list(document["files"]) == ["interactions.parquet"]


def test_every_way_to_be_missing_is_null() -> None:
    frame = rows(4, phone=["+1", None, float("nan"), ""], email=[pd.NA, pd.NaT, "", "x"])
    table = in_memory(frame).table
    assert table["phone"].to_pylist() == ["+1", None, None, None]
    assert table["email"].to_pylist() == [None, None, None, "x"]


def test_long_odd_and_right_to_left_texts_stay_as_they_are(tmp_path: Path) -> None:
    odd = ["x" * 10_000, "a\0b", "\u202eמרים", "e\u0301", "👩\u200d👧"]
    write_dataset(tmp_path / "d", rows(5, full_name=odd))
    assert read_dataset(tmp_path / "d").table["full_name"].to_pylist() == odd


def test_lone_surrogates_are_dropped() -> None:
    frame = rows(2, full_name=pd.Series(["A\ud800nn", "Lee"], dtype=object))
    assert in_memory(frame).table["full_name"].to_pylist() == ["Ann", "Lee"]


def test_times_of_other_zones_and_units_become_microseconds_in_utc() -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    frame = rows(1, occurred_at=[datetime(2026, 1, 5, 15, 0, tzinfo=there)])
    assert in_memory(frame).table["occurred_at"][0].as_py() == START
    nanoseconds = pd.to_datetime(["2026-01-05T09:30:00.123456789Z"]).as_unit("ns")
    assert str(in_memory(rows(1, occurred_at=nanoseconds)).interactions["occurred_at"][0]) == (
        "2026-01-05 09:30:00.123456+00:00"
    )


# -- truth stays apart


def test_truth_is_read_only_when_asked_for(tmp_path: Path) -> None:
    truth = pd.DataFrame(
        {"interaction_id": ["i-2", "i-0", "i-1"], "person_id": ["b", "a", "a"], "household_id": "h"}
    )
    write_dataset(tmp_path / "d", rows(), truth=truth)
    (tmp_path / "d" / "truth.parquet").chmod(0)
    (tmp_path / "d" / "truth.parquet").unlink()
    dataset = read_dataset(tmp_path / "d")
    assert dataset.truth_table is None
    assert not {"person_id", "household_id"} & set(dataset.table.column_names)
    with pytest.raises(BadInput, match="there is no truth here; make it with truth, and read it with"):
        _ = dataset.truth


def test_truth_comes_in_the_order_of_the_rows(tmp_path: Path) -> None:
    truth = pd.DataFrame(
        {"interaction_id": ["i-2", "i-0", "i-1"], "person_id": [9, 5, 5], "household_id": "h"}
    )
    write_dataset(tmp_path / "d", rows(), truth=truth)
    dataset = read_dataset(tmp_path / "d", truth=True)
    assert dataset.truth["person_id"].tolist() == ["5", "5", "9"]
    assert dataset.person.tolist() == [0, 0, 1]
    chosen = dataset.select(np.array([True, False, True]))
    assert chosen.truth["person_id"].tolist() == ["5", "9"]
    assert chosen.digest != dataset.digest
    assert len(chosen) == 2


# -- refusals


def refusals() -> dict[str, tuple[dict[str, Any], str]]:
    """What is wrong with the columns, and the exact message."""
    ids, at, sequence = "column 'interaction_id'", "column 'occurred_at'", "column 'sequence'"
    own = "give every interaction an id of its own"
    zone = "give it an offset, as in 2026-01-05T09:30:00Z, or name the time zone of all such rows"
    iso = "write it as in 2026-01-05T09:30:00Z"
    time = "give every interaction its time"
    number = "number all interactions in the order they were handled, or leave the column out"
    needs = "every dataset needs interaction_id, occurred_at, channel"
    good, bare = "2026-01-05T09:30:00Z", datetime(2026, 1, 5)  # noqa: DTZ001
    guess = "convert it first: which unit and start it counts from is not for idlab to guess; " + iso
    bare_number = (
        f"interactions, row 1, {at}: is a bare number, as spreadsheets and epoch clocks write time; {guess}"
    )
    not_text = "but only text, whole numbers and dates are valid; convert the column to text first"
    return {
        "no id column": (
            {"interaction_id": None},
            f"interactions: column 'interaction_id' is missing; {needs}",
        ),
        "no time column": ({"occurred_at": None}, f"interactions: column 'occurred_at' is missing; {needs}"),
        "no channel column": ({"channel": None}, f"interactions: column 'channel' is missing; {needs}"),
        "empty id": ({"interaction_id": ["a", "", "b"]}, f"interactions, row 2, {ids}: is empty; {own}"),
        "id twice": (
            {"interaction_id": ["a", "b", "a"]},
            f"interactions, row 3, {ids}: repeats the value of row 1; {own}",
        ),
        "naive text": (
            {"occurred_at": [good, "2026-01-05T09:30:00", good]},
            f"interactions, row 2, {at}: has no time zone; {zone}",
        ),
        "naive typed": (
            {"occurred_at": [bare] * 3},
            f"interactions, row 1, {at}: has no time zone; {zone}",
        ),
        "naive among aware": (
            {"occurred_at": pd.Series([START, bare, START], dtype=object)},
            f"interactions, row 2, {at}: has no time zone; {zone}",
        ),
        "no timestamp": (
            {"occurred_at": [good, good, "tomorrow"]},
            f"interactions, row 3, {at}: is not a timestamp; {iso}",
        ),
        "no such day": (
            {"occurred_at": [good, "2026-02-30T00:00:00Z", good]},
            f"interactions, row 2, {at}: is not a date and time that exists; {iso}",
        ),
        "no time": ({"occurred_at": [good, None, good]}, f"interactions, row 2, {at}: is missing; {time}"),
        "not a time": (
            {"occurred_at": pd.to_datetime(pd.Series([good, None, good]))},
            f"interactions, row 2, {at}: is missing; {time}",
        ),
        "epoch seconds": ({"occurred_at": [1767605400] * 3}, bare_number),
        "excel serial": ({"occurred_at": ["46027.395833"] * 3}, bare_number),
        "unknown channel": (
            {"channel": ["voice", "telegram", "sms"]},
            (
                "interactions, row 2, column 'channel': is not a channel; "
                "valid are voice, webchat, email, whatsapp, sms, crm"
            ),
        ),
        "no channel": (
            {"channel": ["voice", "sms", None]},
            (
                "interactions, row 3, column 'channel': is not a channel; "
                "valid are voice, webchat, email, whatsapp, sms, crm"
            ),
        ),
        "sequence twice": (
            {"sequence": [1, 2, 2]},
            (
                f"interactions, row 3, {sequence}: repeats the value of row 2; number every "
                f"interaction differently"
            ),
        ),
        "sequence empty": (
            {"sequence": [1, None, 2]},
            f"interactions, row 2, {sequence}: is empty; {number}",
        ),
        "sequence of words": (
            {"sequence": ["1", "2", "x"]},
            f"interactions, row 3, {sequence}: is not a whole number; {number}",
        ),
        "fractions": (
            {"loyalty": [1.0, 2.5, 3.0]},
            (
                "interactions, row 2, column 'loyalty': holds a number that is not whole, which has "
                "no one notation "
                "as text; convert the column to text first"
            ),
        ),
        "objects": (
            {"loyalty": ["a", "b", ["c"]]},
            f"interactions, row 3, column 'loyalty': got a value of type list, {not_text}",
        ),
        "truth among them": (
            {"person_id": ["a", "b", "c"]},
            (
                "interactions: column 'person_id' is truth, which no resolver may read; "
                "give it as truth, apart from the interactions"
            ),
        ),
    }


@pytest.mark.parametrize("name", refusals())
def test_bad_rows_are_refused_in_one_line_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    columns, message = refusals()[name]
    frame = rows(**columns)
    with pytest.raises(BadInput) as refused:
        write_dataset(tmp_path / "d", frame)
    assert str(refused.value) == message
    with pytest.raises(BadInput) as refused:
        in_memory(frame)
    assert str(refused.value) == message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["empty id", "id twice", "unknown channel", "no time", "sequence twice", "naive text"]
)
def test_bad_rows_in_a_file_are_refused_with_its_name(name: str, tmp_path: Path) -> None:
    columns, message = refusals()[name]
    write_dataset(tmp_path / "d", rows())
    path = tmp_path / "d" / "interactions.parquet"
    pq.write_table(pa.Table.from_pandas(rows(**columns)), path)
    _adopt(path)
    with pytest.raises(BadInput) as refused:
        read_dataset(tmp_path / "d")
    assert str(refused.value) == message.replace("interactions", str(path), 1)


def _adopt(path: Path) -> None:
    """Has the manifest describe a file that somebody else wrote."""
    manifest = path.parent / "manifest.json"
    document = json.loads(manifest.read_text())
    document["files"][path.name]["sha256"] = sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(document))


def test_rows_of_later_pieces_are_named_by_their_number_in_all(tmp_path: Path) -> None:
    pieces = [rows(3), rows(2, interaction_id=["x", "y"], channel=["sms", "fax"])]
    with pytest.raises(BadInput, match=re.escape("interactions, row 5, column 'channel': is not a channel")):
        write_dataset(tmp_path / "d", pieces)
    with pytest.raises(
        BadInput, match=re.escape("interactions, row 4, column 'interaction_id': repeats the value of row 1")
    ):
        write_dataset(tmp_path / "d", [rows(3), rows(3)])
    with pytest.raises(BadInput, match="the piece from row 4 on has other columns than those before it"):
        write_dataset(tmp_path / "d", [rows(3), rows(1, interaction_id=["x"], loyalty=["y"])])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("empty", [rows(0), []])
def test_an_empty_dataset_is_refused(empty: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        write_dataset(tmp_path / "d", empty)
    assert str(refused.value) == "interactions: holds no interactions; a dataset needs at least one row"
    assert list(tmp_path.iterdir()) == []


TRUTHS = {
    "uncovered": (
        {"interaction_id": ["i-0", "i-2"], "person_id": ["a", "b"]},
        (
            "truth: covers 2 of 3 interactions; the first one left out is row 2; truth must name "
            "a person for every "
            "interaction; give partial knowledge as labels instead"
        ),
    ),
    "nobody": (
        {"interaction_id": ["i-0", "i-1", "i-2"], "person_id": ["a", "", "b"]},
        (
            "truth, row 2, column 'person_id': is empty; truth must name a person for every interaction; "
            "give partial knowledge as labels instead"
        ),
    ),
    "unknown": (
        {"interaction_id": ["i-0", "i-1", "i-2", "i-9"], "person_id": ["a", "a", "b", "b"]},
        (
            "truth, row 4, column 'interaction_id': is not the id of any interaction; "
            "use the interaction_id of the dataset"
        ),
    ),
    "twice": (
        {"interaction_id": ["i-0", "i-1", "i-0"], "person_id": ["a", "a", "b"]},
        (
            "truth, row 3, column 'interaction_id': repeats the value of row 1; name the person "
            "of an interaction once"
        ),
    ),
    "no person column": (
        {"interaction_id": ["i-0"], "person": ["a"]},
        "truth: column 'person_id' is missing; it needs interaction_id, person_id",
    ),
}


@pytest.mark.parametrize("name", TRUTHS)
def test_bad_truth_is_refused_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    columns, message = TRUTHS[name]
    with pytest.raises(BadInput) as refused:
        write_dataset(tmp_path / "d", rows(), truth=pd.DataFrame(columns))
    assert str(refused.value) == message
    assert list(tmp_path.iterdir()) == []


def test_damaged_changed_and_absent_files_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    with pytest.raises(
        BadInput, match="there is no dataset here; make a dataset with idlab generate or idlab import"
    ):
        read_dataset(folder)
    write_dataset(folder, rows())
    path = folder / "interactions.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    with pytest.raises(BadInput) as refused:
        read_dataset(folder)
    assert str(refused.value) == (
        f"{path}: is not the file that manifest.json describes; "
        "it was changed or damaged after it was written: make the dataset again"
    )
    _adopt(path)
    with pytest.raises(
        BadInput, match="is not a readable Parquet file; it may be cut short, or of another kind"
    ):
        read_dataset(folder)
    path.unlink()
    with pytest.raises(
        BadInput, match=re.escape("cannot be read (No such file or directory); check the path")
    ):
        read_dataset(folder)
    path.write_bytes(whole)
    _adopt(path)
    with pytest.raises(
        BadInput, match=r"the dataset has no truth.parquet; import it with --truth, or give partial"
    ):
        read_dataset(folder, truth=True)
    for text in ("{", "[]", '{"schema": "idlab.dataset/2"}', '{"schema": "idlab.dataset/1"}'):
        (folder / "manifest.json").write_text(text)
        with pytest.raises(BadInput, match=r"manifest\.json: .*make the dataset again"):
            read_dataset(folder)


def test_only_a_dataset_is_overwritten_and_only_when_allowed(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    write_dataset(folder, rows())
    before = files_of(folder)
    with pytest.raises(BadInput) as refused:
        write_dataset(folder, rows(2))
    assert (
        str(refused.value) == f"{folder}: holds a dataset already; allow overwriting, or name another folder"
    )
    with pytest.raises(BadInput, match="is not a channel"):
        write_dataset(folder, rows(1, channel=["fax"]), overwrite=True)
    assert files_of(folder) == before
    write_dataset(folder, rows(2), overwrite=True)
    assert len(read_dataset(folder)) == 2
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(
        BadInput, match=r"holds 'notes.txt', which is no part of a dataset; name another folder"
    ):
        write_dataset(folder, rows(), overwrite=True)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BadInput, match="is a file, not a folder; name another folder"):
        write_dataset(tmp_path / "file", rows(), overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d", "file"]


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    def pieces() -> Any:
        yield rows(3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_dataset(tmp_path / "d", pieces())
    assert list(tmp_path.iterdir()) == []
