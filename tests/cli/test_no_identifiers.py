"""Commands never repeat an identifier of a person, however wrong the file is that it stands in."""

from __future__ import annotations

import json
import shutil
import traceback
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from idlab.config import ScoringConfig
from idlab.data import importer
from idlab.data.importer import import_file
from idlab.testing.worlds import draw_world
from tests.cli.running import Idlab
from tests.observe.hearing import hearing
from tests.observe.people import POOLS, found_in, populate, traces

HEAD = "interaction_id,occurred_at,channel,phone,email,full_name,cookie_id,ip_address\n"
PERSON = [POOLS[name][0] for name in ("phone", "email", "full_name", "cookie_id", "ip_address")]
ROW = ",".join(["a", "2026-01-05T09:30:00Z", "voice", *PERSON]) + "\n"
TAIL = ",".join(PERSON)

FILES: dict[str, str | bytes] = {
    "columns that moved": HEAD + f"a,{PERSON[0]},2026-01-05T09:30:00Z,voice,{','.join(PERSON[1:])}\n",
    "a person where the time belongs": HEAD + f"a,{PERSON[2]},voice,{TAIL}\n",
    "a person where the channel belongs": HEAD + f"a,2026-01-05T09:30:00Z,{PERSON[1]},{TAIL}\n",
    "too many values": HEAD + ROW + ROW.rstrip() + "," + PERSON[2] + "\n",
    "too few values": HEAD + ROW + f"b,2026-01-05T09:30:00Z,{PERSON[1]}\n",
    "no header": ROW * 2,
    "a quotation mark that is never closed": HEAD + ROW + 'b,2026-01-05T09:30:00Z,voice,"' + TAIL + "\n",
    "a naive time": HEAD + ROW.replace("Z", ""),
    "an id twice": HEAD + ROW + ROW,
    "an empty id": HEAD + ROW.replace("a,", ",", 1),
    "Latin 1": (HEAD + ROW).encode()
    + "b,2026-01-05T09:30:00Z,voice,,,Zoltan Quexwörth,,\n".encode("latin-1"),
    "UTF-16": (HEAD + ROW).encode("utf-16"),
    "another delimiter": (HEAD + ROW).replace(",", "|"),
    "NUL": HEAD + ROW.replace("Zoltan", "Zol\x00tan"),
    "an Excel file": b"PK\x03\x04" + ROW.encode(),
}


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    populate(monkeypatch)
    return traces(draw_world(Random(5)).config)


@pytest.fixture
def said(idlab: Idlab) -> Callable[..., str]:
    """What a command lets out, refused or not; a fault of idlab's own would let out its traceback."""

    def run(*arguments: object) -> str:
        try:
            done = idlab(*arguments)
        except Exception as failure:  # noqa: BLE001 - shown as the user would see it
            return "".join(traceback.format_exception(failure))
        return f"{done.code}\n{done.out}\n{done.err}"

    return run


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_files_that_cannot_be_imported(
    what: str, ending: str, said: Callable[..., str], wanted: set[str], tmp_path: Path
) -> None:
    content = FILES[what]
    path = tmp_path / f"calls.{ending}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    told = said("import", path, "--out", tmp_path / "dataset")
    assert len(told) > 10
    assert found_in(told, wanted) == []


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_exceptions_behind_it_quote_nobody_either(
    what: str, ending: str, wanted: set[str], tmp_path: Path
) -> None:
    content = FILES[what]
    path = tmp_path / f"calls.{ending}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with hearing() as heard, heard.failing():
        import_file(path, {})
    assert found_in(heard.text, wanted) == []


@pytest.mark.parametrize("kind", ["--truth-file", "--labels"])
@pytest.mark.parametrize(
    "content",
    [
        f"interaction_id,person_id\n{PERSON[2]},{PERSON[1]}\n",
        f"interaction_id,person_id\na,{PERSON[2]}\na,{PERSON[1]}\n",
        f"left,right,same\n{PERSON[2]},{PERSON[1]},{PERSON[0]}\n",
        f"left,right,same,weight\na,a,1,{PERSON[0]}\n",
        f"a,{PERSON[2]}\n",
    ],
)
def test_labels_that_cannot_be_used(
    kind: str, content: str, said: Callable[..., str], wanted: set[str], tmp_path: Path
) -> None:
    (tmp_path / "calls.csv").write_text(HEAD + ROW)
    (tmp_path / "known.csv").write_text(content)
    told = said("import", tmp_path / "calls.csv", kind, tmp_path / "known.csv", "--out", tmp_path / "dataset")
    assert found_in(told, wanted) == []


@pytest.fixture
def dataset(idlab: Idlab, tmp_path: Path) -> Path:
    rows = [",".join([f"i{k}", f"2026-01-05T09:{k:02}:00Z", "voice", *PERSON]) for k in range(20)]
    (tmp_path / "calls.csv").write_text(HEAD + "\n".join(rows) + "\n")
    assert idlab("import", tmp_path / "calls.csv", "--out", tmp_path / "dataset").code == 0
    return tmp_path / "dataset"


def _blocked(field: dict[str, Any]) -> None:
    field["blocked"] = PERSON[0]


def _frequency(field: dict[str, Any]) -> None:
    field["term_frequencies"] = {"zoltan quexworth": 7}


def _shared(field: dict[str, Any]) -> None:
    field["known_shared"] = [[PERSON[1]]]


@pytest.mark.parametrize("change", [_blocked, _frequency, _shared])
@pytest.mark.parametrize("command", ["resolve", "evaluate", "why"])
def test_configs_that_hold_people(
    command: str,
    change: Callable[[dict[str, Any]], None],
    said: Callable[..., str],
    wanted: set[str],
    dataset: Path,
    configs: Path,
    tmp_path: Path,
) -> None:
    document = json.loads((configs / "default.json").read_text())
    change(document["fields"][0])
    config = tmp_path / "config.json"
    config.write_text(json.dumps(document))
    more = ("i1", "i2") if command == "why" else ("--out", tmp_path / "run")
    told = said(command, dataset, "--config", config, *more)
    assert str(config) in told
    assert found_in(told, wanted) == []


@pytest.mark.parametrize("engine", ["online", "replay"])
def test_a_run_and_what_is_made_of_it(
    engine: str, said: Callable[..., str], wanted: set[str], dataset: Path, configs: Path, tmp_path: Path
) -> None:
    config, store = configs / "default.json", f"sqlite:///{tmp_path / 'id.db'}"
    told = said("profile", dataset)
    options = ("--engine", engine, "--out", tmp_path / "run")
    watching = ("--store", store, "--log", "-", "--metrics", tmp_path / "idlab.prom")
    told += said("resolve", dataset, "--config", config, *options, *(watching if engine == "online" else ()))
    told += said("evaluate", dataset, "--config", config)
    told += said("why", dataset, "--config", config, "i1", "i2")
    told += said("why", dataset, "--config", config, "i1", "absent")
    told += said("check", "--store", store, "--config", config)
    told += said("check", "--store", store)
    if engine == "online":
        told += (tmp_path / "idlab.prom").read_text()
    assert found_in(told, wanted) == []


def test_a_damaged_dataset_and_store(
    said: Callable[..., str], wanted: set[str], dataset: Path, configs: Path, tmp_path: Path
) -> None:
    config = configs / "default.json"
    (tmp_path / "text.db").write_text(ROW * 100)
    online = ("--config", config, "--engine", "online", "--out", tmp_path / "run")
    told = said("resolve", dataset, *online, "--store", f"sqlite:///{tmp_path / 'text.db'}")
    told += said("check", "--store", f"sqlite:///{tmp_path / 'text.db'}")
    for name in ("interactions.parquet", "manifest.json"):
        damaged = tmp_path / f"damaged-{name}"
        shutil.copytree(dataset, damaged)
        (damaged / name).write_text(ROW * 3)
        told += said("resolve", damaged, *online)
    assert told.count("idlab: ") == 4
    assert found_in(told, wanted) == []


def test_a_config_of_the_project_holds_nobody(configs: Path, wanted: set[str]) -> None:
    assert found_in(ScoringConfig.load(configs / "default.json").to_json(), wanted) == []


def test_a_planted_leak_is_found(
    said: Callable[..., str], wanted: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importer, "columns_said", ", ".join)
    path = tmp_path / "calls.csv"
    path.write_text(ROW * 2)
    assert found_in(said("import", path, "--out", tmp_path / "dataset"), wanted)
