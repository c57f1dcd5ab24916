"""Import of a user's own files: what comes in, what is assumed, what is refused, third-party data sets."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from idlab.data.dataset import read_dataset
from idlab.data.importer import import_file
from idlab.data.mapping import DeclaredField, parse_fields, parse_mapping
from idlab.data.tabular import read_file
from idlab.errors import BadInput


def file_of(folder: Path, text: str | bytes, name: str = "crm.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def table_of(path: Path, mapping: dict[str, str], **options: Any) -> list[dict[str, Any]]:
    dataset, _ = import_file(path, mapping, **options)
    names = ["interaction_id", *(name for name in mapping if name != "interaction_id")]
    rows: list[dict[str, Any]] = dataset.table.select(names).to_pylist()
    return rows


def refusal(path: Path, mapping: dict[str, str], **options: Any) -> str:
    with pytest.raises(BadInput) as refused:
        import_file(path, mapping, **options)
    return str(refused.value).removeprefix(str(path))


# -- what comes in


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(',"\n\t\0'), max_size=12)


@given(grid=st.lists(st.tuples(cells, cells), min_size=1, max_size=8), tab=st.booleans())
def test_every_text_comes_in_as_it_stands(
    grid: list[tuple[str, str]], tab: bool, tmp_path_factory: Any
) -> None:
    path = tmp_path_factory.mktemp("import") / ("crm.tsv" if tab else "crm.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t" if tab else ",", quoting=csv.QUOTE_ALL)
        writer.writerow(["name", "mail"])
        writer.writerows(grid)
    dataset, report = import_file(path, {"full_name": "name", "email": "mail"})
    assert dataset.table["full_name"].to_pylist() == [name or None for name, _ in grid]
    assert dataset.table["email"].to_pylist() == [mail or None for _, mail in grid]
    assert report.filled == {
        "full_name": sum(bool(name) for name, _ in grid),
        "email": sum(bool(mail) for _, mail in grid),
    }


def test_numbers_stay_text(tmp_path: Path) -> None:
    path = file_of(tmp_path, "tel,code\n0049301234567,007\n1e5,NaN\n")
    dataset, _ = import_file(path, {"phone": "tel"}, {"code": DeclaredField("code", "code")})
    assert dataset.table["phone"].to_pylist() == ["0049301234567", "1e5"]
    assert dataset.table["code"].to_pylist() == ["007", "NaN"]
    assert dataset.manifest.fields == {"code": "code"}


def test_what_the_file_lacks_is_assumed_and_said(tmp_path: Path) -> None:
    path = file_of(tmp_path, "tel,other\n1,x\n2,y\n")
    dataset, report = import_file(path, {"phone": "tel"})
    assert dataset.table.select(["interaction_id", "channel"]).to_pylist() == [
        {"interaction_id": "row-000001", "channel": "crm"},
        {"interaction_id": "row-000002", "channel": "crm"},
    ]
    assert dataset.interactions["occurred_at"].astype(str).tolist() == [
        "2000-01-01 00:00:00.000000+00:00",
        "2000-01-01 00:00:00.000001+00:00",
    ]
    assert dataset.order.tolist() == [0, 1]
    assert report.notes == (
        "no column gives interaction_id: rows are numbered in the order of the file",
        "no column gives occurred_at: rows are 1 microsecond apart from 2000-01-01T00:00:00Z on",
        "no column gives the channel: all rows get crm",
    )
    assert report.unused_columns == ("other",)
    assert report.channels == {"crm": 2}


def test_columns_that_are_named_as_a_field_need_no_mapping(tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        "interaction_id,occurred_at,channel,email,sequence\nc1,2026-01-05T09:30:00Z,sms,a@example.com,7\n",
    )
    dataset, report = import_file(path, {})
    assert dataset.table["sequence"].to_pylist() == [7]
    assert report.notes == ()
    assert report.unused_columns == ()


def test_several_columns_make_one_field(tmp_path: Path) -> None:
    path = file_of(tmp_path, "given,family,a+b\nAnn,Lee,1\n,Lee,\nAnn,,\n,,\n")
    assert [row["full_name"] for row in table_of(path, {"full_name": "given+family", "phone": "a+b"})] == [
        "Ann Lee",
        "Lee",
        "Ann",
        None,
    ]
    assert table_of(path, {"phone": "a+b"})[0]["phone"] == "1"


def test_a_byte_order_mark_and_lone_surrogates_are_dropped(tmp_path: Path) -> None:
    path = file_of(tmp_path, b"\xef\xbb\xbfname\nA\xed\xa0\x80nn\nJos\xc3\xa9\n")
    dataset, report = import_file(path, {"full_name": "name"})
    assert dataset.table["full_name"].to_pylist() == ["Ann", "José"]
    assert report.surrogates_dropped == 1


def test_parquet_comes_in_with_numbers_as_text(tmp_path: Path) -> None:
    path = tmp_path / "crm.parquet"
    times = pd.to_datetime(["2026-01-05T09:30:00+01:00", "2026-01-06T09:30:00+01:00"])
    frame = pd.DataFrame({"tel": [712747173.0, None], "n": pd.Categorical(["x", None]), "at": times})
    pq.write_table(pa.Table.from_pandas(frame), path)
    dataset, _ = import_file(path, {"phone": "tel", "full_name": "n", "occurred_at": "at"})
    assert dataset.table["phone"].to_pylist() == ["712747173", None]
    assert dataset.table["full_name"].to_pylist() == ["x", None]
    assert str(dataset.interactions["occurred_at"][0]) == "2026-01-05 08:30:00+00:00"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-05T09:30:00Z", "2026-01-05T09:30:00+00:00"),
        ("2026-01-05 09:30+02:00", "2026-01-05T07:30:00+00:00"),
        ("2026-01-05T09:30:00.1234567-0530", "2026-01-05T15:00:00.123456+00:00"),
        ("2026-01-05T09:30:00.5 +02", "2026-01-05T07:30:00.500000+00:00"),
        ("2026-07-05T09:30", "2026-07-05T07:30:00+00:00"),
        (" 2026-07-05 ", "2026-07-04T22:00:00+00:00"),
        ("2026-10-25T02:30:00", "2026-10-25T00:30:00+00:00"),
    ],
)
def test_times_are_read_in_iso_8601_and_the_time_zone_given(text: str, utc: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, f"tel,at\n1,{text}\n2,2026-01-05T00:00:00Z\n")
    dataset, report = import_file(path, {"phone": "tel", "occurred_at": "at"}, timezone="Europe/Berlin")
    assert dataset.table["occurred_at"][0].as_py().isoformat() == utc
    twice = "1 local times happened twice when clocks were set back; the earlier was taken"
    assert (twice in report.notes) == text.startswith("2026-10-25")


def test_an_import_is_written_and_read_again(tmp_path: Path) -> None:
    path = file_of(tmp_path, "tel,who\n1,p\n2,q\n3,p\n")
    dataset, report = import_file(path, {"phone": "tel"}, truth_column="who")
    assert report.persons == 2
    assert "who" not in dataset.table.column_names
    dataset.write(tmp_path / "d")
    again = read_dataset(tmp_path / "d", truth=True)
    assert again.person.tolist() == [0, 1, 0]
    assert again.digest == dataset.digest
    assert again.manifest.recipe == {"kind": "import", "file": "crm.csv", "mapping": {"phone": "tel"}}


def test_labels_come_in(tmp_path: Path) -> None:
    path = file_of(tmp_path, "tel\n1\n2\n3\n")
    labels = file_of(tmp_path, "left,right,same,weight\nrow-000001,row-000003,yes,2.5\n", "pairs.csv")
    dataset, report = import_file(path, {"phone": "tel"}, labels_file=labels)
    assert report.labels == 1
    dataset.write(tmp_path / "d")
    assert read_dataset(tmp_path / "d", labels=True).labels.to_dict("records") == [
        {"left": "row-000001", "right": "row-000003", "same": True, "weight": 2.5}
    ]


# -- refusals


PHONE = {"phone": "tel"}
TIMED = {"phone": "tel", "occurred_at": "at"}
REFUSALS: dict[str, tuple[str | bytes, dict[str, str], str]] = {
    "nothing": ("", PHONE, ": is empty; its first line must name the columns"),
    "no rows": ("tel\n", PHONE, ": holds no rows; a dataset needs at least one row"),
    "missing column": ("phone_no,x\n1,2\n", PHONE, ": column 'tel' is missing; the file has phone_no, x"),
    "column twice": ("tel,tel\n1,2\n", PHONE, ": column 'tel' occurs 2 times; rename one of them"),
    "nothing mapped": (
        "a,b\n1,2\n",
        {},
        ": no column became a field; map some with FIELD=COLUMN; the file has a, b",
    ),
    "latin-1": (
        b"tel\nJos\xe9\n",
        PHONE,
        (
            ": is not in UTF-8: the byte at offset 7 fits no character; "
            "save it as UTF-8 (Windows programs often write Windows-1252)"
        ),
    ),
    "utf-16": ("tel\n1\n".encode("utf-16"), PHONE, ": is in UTF-16, not in UTF-8; save it as UTF-8"),
    "misfit": (
        "tel,x\n1,2\n1,2,3\n",
        PHONE,
        (
            ", row 2: has 3 values, but the first line names 2 columns; "
            "put values that hold the delimiter into quotation marks"
        ),
    ),
    "open quote": (
        'tel,x\n1,2\n"1,2\n1,2\n',
        PHONE,
        (
            ", row 2: has a quotation mark that does not fit; "
            "close it; a quotation mark inside a quoted value is written twice"
        ),
    ),
    "naive time": (
        "tel,at\n1,2026-01-05T09:30:00Z\n2,2026-01-05T09:30:00\n",
        TIMED,
        (
            ", row 2, column 'at': has no time zone; "
            "give it an offset, as in 2026-01-05T09:30:00Z, or name the time zone of all such rows"
        ),
    ),
    "excel serial": (
        "tel,at\n1,46027\n",
        TIMED,
        (
            ", row 1, column 'at': is a bare number, as spreadsheets and epoch clocks write time; "
            "convert it first: which unit and start it counts from is not for idlab to guess; "
            "write it as in 2026-01-05T09:30:00Z"
        ),
    ),
    "id twice": (
        "tel,id\n1,a\n2,b\n3,b\n",
        {"phone": "tel", "interaction_id": "id"},
        ", row 3, column 'id': repeats the value of row 2; give every interaction an id of its own",
    ),
    "id empty": (
        "tel,id\n1,a\n2,\n",
        {"phone": "tel", "interaction_id": "id"},
        ", row 2, column 'id': is empty; give every interaction an id of its own",
    ),
    "channel": (
        "tel,how\n1,voice\n2,pigeon\n",
        {"phone": "tel", "channel": "how"},
        ", row 2, column 'how': is not a channel; valid are voice, webchat, email, whatsapp, sms, crm",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_bad_files_are_refused_in_one_line(name: str, tmp_path: Path) -> None:
    text, mapping, message = REFUSALS[name]
    assert refusal(file_of(tmp_path, text), mapping) == message


def test_files_of_no_known_kind_are_refused(tmp_path: Path) -> None:
    assert (
        refusal(tmp_path / "crm.csv", PHONE) == ": cannot be read (No such file or directory); check the path"
    )
    assert refusal(file_of(tmp_path, "x", "crm.xlsx"), PHONE) == (
        ": is of no known kind ('.xlsx'); valid are .csv, .tsv, .tab, .txt, .parquet, .pq"
    )
    assert refusal(file_of(tmp_path, "x", "crm.parquet"), PHONE) == (
        ": is not a readable Parquet file; it may be cut short, or of another kind"
    )


def test_times_that_clocks_skipped_and_unknown_zones_are_refused(tmp_path: Path) -> None:
    path = file_of(tmp_path, "tel,at\n1,2026-03-29T02:30:00\n")
    assert refusal(path, TIMED, timezone="Europe/Berlin") == (
        ", row 1, column 'at': is a time that clocks in Europe/Berlin skipped; check the time zone"
    )
    assert refusal(path, TIMED, timezone="Mars/Olympus") == (
        "the time zone 'Mars/Olympus' is not known; name it as IANA does, as in Europe/Berlin"
    )


def test_truth_that_leaves_rows_out_points_to_labels(tmp_path: Path) -> None:
    path = file_of(tmp_path, "tel,who\n1,p\n2,\n3,p\n")
    labels = "truth must name a person for every interaction; give partial knowledge as labels instead"
    assert refusal(path, PHONE, truth_column="who") == f", row 2, column 'who': is empty; {labels}"
    truth = file_of(tmp_path, "record,entity\nrow-000001,p\nrow-000003,q\n", "truth.csv")
    assert refusal(path, PHONE, truth_file=truth) == (
        f"{truth}: covers 2 of 3 interactions; the first one left out is row 2; {labels}"
    )
    truth = file_of(tmp_path, "record,entity\nrow-000001,p\nrow-000009,q\n", "truth.csv")
    assert refusal(path, PHONE, truth_file=truth) == (
        f"{truth}, row 2, column 'record': is not the id of any interaction; use the "
        f"interaction_id of the dataset"
    )
    truth = file_of(tmp_path, "record\nrow-000001\n", "truth.csv")
    assert refusal(path, PHONE, truth_file=truth) == (
        f"{truth}: has the columns record; a truth file has two columns: the id of an "
        f"interaction and of its person"
    )


def test_truth_never_becomes_a_field(tmp_path: Path) -> None:
    path = file_of(tmp_path, "tel,who\n1,p\n")
    assert refusal(path, PHONE | {"full_name": "who"}, truth_column="who") == (
        ": column 'who' is both truth and a field, which the resolver would read; map it to one of the two"
    )
    assert refusal(path, PHONE, truth_column="who", labels_file=path) == (
        "got more than one of truth column, truth file and labels; give one of them"
    )
    email = file_of(tmp_path, "tel,email\n1,p\n", "email.csv")
    dataset, _ = import_file(email, PHONE, truth_column="email")
    assert dataset.table["email"].to_pylist() == [None]


def test_no_message_holds_what_stands_in_the_rows(tmp_path: Path) -> None:
    secret = "ann.lee@example.com"  # noqa: S105
    for text in (
        f"tel,at\n{secret},{secret}\n",
        f"tel,at\n1,2026-01-05T09:30:00Z\n{secret},2,3\n",
        f'tel,at\n1,2\n"{secret},2\n',
    ):
        assert secret not in refusal(file_of(tmp_path, text), TIMED)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["phone"], "--map: got 'phone'; write it as FIELD=COLUMN"),
        (
            ["phone=a", "phone=b"],
            "--map: the field 'phone' is mapped twice; several columns make one field when joined",
        ),
        (["born=x"], "'born' is not a built-in field; valid are interaction_id, occurred_at, channel"),
    ],
)
def test_bad_mappings_are_refused(options: list[str], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_mapping(options)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["born=x"], "--field: got 'born=x'; write it as NAME:KIND=COLUMN"),
        (["born:date=x", "born:date=y"], "--field: the field 'born' is declared twice"),
        (["phone:phone=x"], "'phone' cannot be declared: idlab uses that name itself; choose another name"),
        (
            ["Born:date=x"],
            "'Born' cannot name a field; use small letters, digits and underscores, a letter first",
        ),
        (
            ["born:day=x"],
            (
                "'day' is not a kind, got for the field 'born'; "
                "valid are phone, email, name, cookie, ip, conversation, text, code, date"
            ),
        ),
    ],
)
def test_bad_declarations_are_refused(options: list[str], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_fields(options)
    assert str(refused.value).startswith(message)


# -- third-party data sets


SETS: dict[str, tuple[list[str], list[str], int, int]] = {
    "febrl3": (
        ["full_name=given_name+surname"],
        ["address:text=street_number+address_1", "born:date=date_of_birth", "social:code=soc_sec_id"],
        5000,
        2000,
    ),
    "splink_fake_1000": (
        ["full_name=first_name+surname", "email=email"],
        ["born:date=dob", "city:text=city"],
        1000,
        251,
    ),
    "csisk_messy_300": (["full_name=name", "email=email", "phone=phone"], ["address:text=address"], 300, 100),
    "cdc_recordlinker_100": (
        ["full_name=given+family", "phone=phone", "email=email"],
        ["born:date=birth_date", "record_number:code=mrn"],
        699,
        100,
    ),
    "opencr_uganda": (
        ["full_name=given_name+surname", "phone=phone_number"],
        ["born:date=date_of_birth", "nin:code=uganda_nin", "art:code=art_number"],
        5000,
        4000,
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_third_party_data_sets_come_in(name: str, shared: Path, tmp_path: Path) -> None:
    mapping, fields, count, persons = SETS[name]
    folder = shared / "data" / name
    dataset, report = import_file(
        folder / "records.csv",
        parse_mapping(["interaction_id=record_id", *mapping]),
        parse_fields(fields),
        truth_file=folder / "truth.csv",
    )
    raw = pd.read_csv(folder / "records.csv", dtype=str, keep_default_na=False)
    truth = pd.read_csv(folder / "truth.csv", dtype=str).set_index("record_id")
    assert (len(dataset), report.rows, report.persons) == (count, count, persons)
    assert dataset.truth["person_id"].tolist() == truth.loc[raw["record_id"], "entity_id"].tolist()
    for option in (*mapping, *fields):
        field, _, spec = option.partition("=")
        columns = spec.split("+")
        expected = [" ".join(filter(None, map(str.strip, row))) or None for row in raw[columns].to_numpy()]
        if len(columns) == 1:
            expected = [value or None for value in raw[spec]]
        assert dataset.table[field.partition(":")[0]].to_pylist() == expected
    dataset.write(tmp_path / name)
    assert read_dataset(tmp_path / name, truth=True).digest == dataset.digest


def test_rows_longer_than_a_block_come_in(tmp_path: Path) -> None:
    path = file_of(tmp_path, "tel,note\n1," + "x" * 6_000_000 + "\n2,y\n")
    table, _ = read_file(path)
    assert [len(value) for value in table["note"].to_pylist()] == [6_000_000, 1]
