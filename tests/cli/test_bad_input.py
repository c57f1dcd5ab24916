"""Bad input: one clear line on standard error, exit code 2, nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Idlab

HEAD = "interaction_id,occurred_at,channel,phone,full_name\n"
ROW = "a,2026-01-05T09:30:00Z,voice,+1 202 555 0143,Ann Lee\n"


def _import(idlab: Idlab, folder: Path, text: str | bytes, *options: object, name: str = "calls.csv") -> str:
    """Why importing a file is refused; asserts that nothing was written."""
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = sorted(folder.iterdir())
    refusal = idlab("import", file, "--out", folder / "dataset", *options).refusal
    assert sorted(folder.iterdir()) == before
    return refusal.replace(str(folder), "FOLDER")


NAIVE = (
    "has no time zone; give it an offset, as in 2026-01-05T09:30:00Z, or name the time zone of all such rows"
)
TWICE = "repeats the value of row 1; give every interaction an id of its own"
LATIN = (
    "is not in UTF-8: the byte at offset 96 fits no character; save it as UTF-8"
    " (Windows programs often write Windows-1252)"
)
ROWS: dict[str, tuple[str | bytes, str]] = {
    "no bytes": ("", ": is empty; its first line must name the columns"),
    "no rows": (HEAD, ": holds no rows; a dataset needs at least one row"),
    "duplicate id": (
        HEAD + ROW + ROW,
        f", row 2, column 'interaction_id': {TWICE}",
    ),
    "naive time": (HEAD + ROW.replace("Z", ""), f", row 1, column 'occurred_at': {NAIVE}"),
    "no time": (
        HEAD + ROW + "b,yesterday,voice,,\n",
        ", row 2, column 'occurred_at': is not a timestamp; write it as in 2026-01-05T09:30:00Z",
    ),
    "no channel": (
        HEAD + ROW.replace("voice", "pigeon"),
        ", row 1, column 'channel': is not a channel; valid are voice, webchat, email, whatsapp, sms, crm",
    ),
    "not UTF-8": ((HEAD + ROW).encode().replace(b"Ann", b"\xc4nn"), f": {LATIN}"),
}


@pytest.mark.parametrize("what", ROWS)
def test_rows_that_are_not_valid(what: str, idlab: Idlab, tmp_path: Path) -> None:
    text, said = ROWS[what]
    assert _import(idlab, tmp_path, text) == f"FOLDER/calls.csv{said}"


def test_files_that_cannot_be_read(idlab: Idlab, tmp_path: Path) -> None:
    target = tmp_path / "dataset"
    absent = idlab("import", tmp_path / "absent.csv", "--map", "phone=tel", "--out", target).refusal
    assert absent == f"{tmp_path}/absent.csv: cannot be read (No such file or directory); check the path"
    assert "is not a readable Parquet file" in _import(
        idlab, tmp_path, b"PAR1 and no more", name="calls.parquet"
    )
    assert "is of no known kind" in _import(idlab, tmp_path, b"x", name="calls.xlsx")
    assert not target.exists()


def test_columns_that_are_not_there(idlab: Idlab, tmp_path: Path) -> None:
    said = _import(idlab, tmp_path, HEAD + ROW, "--map", "email=mail")
    assert said.startswith(
        "FOLDER/calls.csv: column 'mail' is missing; the file has interaction_id, occurred_at"
    )
    assert "'fax' is not a built-in field" in _import(idlab, tmp_path, HEAD + ROW, "--map", "fax=phone")
    assert "write it as FIELD=COLUMN" in _import(idlab, tmp_path, HEAD + ROW, "--map", "phone")
    assert "'stone' is not a kind" in _import(idlab, tmp_path, HEAD + ROW, "--field", "ring:stone=phone")


def test_truth_that_does_not_cover_the_rows_points_to_labels(idlab: Idlab, tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    truth.write_text("interaction_id,person_id\na,p\n")
    rows = HEAD + ROW + ROW.replace("a,", "b,", 1)
    said = _import(idlab, tmp_path, rows, "--truth-file", truth)
    assert said == (
        "FOLDER/truth.csv: covers 1 of 2 interactions; the first one left out is row 2; truth must name"
        " a person for every interaction; give partial knowledge as labels instead"
    )
    assert "more than one of truth column, truth file and labels" in _import(
        idlab, tmp_path, rows, "--truth-file", truth, "--labels", truth
    )


def _changed(config: Path, folder: Path, change: Any) -> Path:
    document = json.loads(config.read_text())
    change(document)
    path = folder / "config.json"
    path.write_text(json.dumps(document))
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda d: d["decide"].update(merge_up=1),
            "decide.merge_up: is no key of a scoring config here; remove or correct it",
        ),
        (
            lambda d: d["decide"].update(merge_att=d["decide"].pop("merge_at")),
            "decide.merge_att: is no key of a scoring config here; write 'merge_at'",
        ),
        (
            lambda d: d["decide"].update(merge_at=0.9, pending_at=0.95),
            "pending_at 0.95 is above merge_at 0.9",
        ),
        (lambda d: d["decide"].update(on_rivals="oldest"), "'oldest' is for the baseline only"),
        (lambda d: d["decide"].update(flagged="top_wins"), "'top_wins' is for the baseline only"),
        (lambda d: d["fields"][1].update(keep="latest"), "'latest' is for the baseline only"),
        (lambda d: d["decide"].update(merge_at=1.5), "decide.merge_at: "),
        (lambda d: d["keys"][0].update(on=["fax.value"]), "'fax.value' names no declared field"),
        (lambda d: d.update(schema="idlab.scoring/9"), "schema is 'idlab.scoring/9'"),
    ],
)
@pytest.mark.parametrize("command", ["resolve", "evaluate"])
def test_configs_that_are_not_valid(
    command: str, change: Any, said: str, idlab: Idlab, world: Path, configs: Path, tmp_path: Path
) -> None:
    config = _changed(configs / "default.json", tmp_path, change)
    refusal = idlab(command, world, "--config", config, "--out", tmp_path / "run").refusal
    assert refusal.startswith(f"{config}: ") and said in refusal
    assert list(tmp_path.iterdir()) == [config]


def test_configs_that_cannot_be_read(idlab: Idlab, world: Path, tmp_path: Path) -> None:
    for text, said in (
        ("{", "is cut short"),
        ('{"a": }', "is no JSON"),
        (None, "cannot be read"),
        ("[]", ""),
    ):
        config = tmp_path / "config.json"
        config.unlink(missing_ok=True)
        if text is not None:
            config.write_text(text)
        refusal = idlab("evaluate", world, "--config", config, "--json").refusal
        assert refusal.startswith(f"{config}: ") and said in refusal


@pytest.mark.parametrize("engine", ["online", "replay"])
def test_a_config_with_a_field_that_the_dataset_lacks(
    engine: str, idlab: Idlab, world: Path, configs: Path, tmp_path: Path
) -> None:
    born = {"name": "born", "kind": "date", "levels": [{"name": "else", "weight": 0.0}]}
    config = _changed(configs / "default.json", tmp_path, lambda d: d["fields"].append(born))
    run = tmp_path / "run"
    refusal = idlab("resolve", world, "--config", config, "--engine", engine, "--out", run).refusal
    assert refusal == (
        f"{world}: the scoring config 'default' declares the field 'born', which is not in this dataset;"
        " its fields beyond the built-in ones: none; import it with --field born:date=COLUMN, or take it"
        " out of the config"
    )
    assert not run.exists()


def test_datasets_that_are_none(idlab: Idlab, configs: Path, tmp_path: Path) -> None:
    config = configs / "default.json"
    for command in ("resolve", "evaluate"):
        out = tmp_path / "run"
        refusal = idlab(command, tmp_path / "absent", "--config", config, "--out", out).refusal
        assert refusal.startswith(f"{tmp_path}/absent: there is no dataset here")
    assert (
        "there is no dataset here"
        in idlab("draft", tmp_path / "absent", "--out", tmp_path / "x.json").refusal
    )
    assert (
        "there is no dataset here" in idlab("why", tmp_path / "absent", "--config", config, "a", "b").refusal
    )
    assert not list(tmp_path.iterdir())


def test_a_damaged_dataset(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    for path in world.iterdir():
        data = path.read_bytes()
        (damaged / path.name).write_bytes(data[:-1] if path.name == "interactions.parquet" else data)
    refusal = idlab("evaluate", damaged, "--config", configs / "default.json").refusal
    assert "is not the file that manifest.json describes" in refusal


def test_nothing_to_judge_by(idlab: Idlab, configs: Path, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(HEAD + ROW)
    assert idlab("import", tmp_path / "calls.csv", "--out", tmp_path / "calls").code == 0
    refusal = idlab("evaluate", tmp_path / "calls", "--config", configs / "default.json").refusal
    assert "has neither truth nor labels" in refusal and "--truth" in refusal


def test_options_that_are_not_valid(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    resolve = ("resolve", world, "--config", configs / "default.json", "--out", tmp_path / "run")
    assert "valid are replay, online" in idlab(*resolve, "--engine", "spark").refusal
    assert "--store: the engine 'replay' keeps" in idlab(*resolve, "--store", "memory://").refusal
    assert "valid: memory://" in idlab(*resolve, "--engine", "online", "--store", "tape://x").refusal
    evaluate = ("evaluate", world, "--config", configs / "default.json")
    assert "valid are false, missed, review" in idlab(*evaluate, "--costs", "wrong=1").refusal
    assert "write it as NAME=NUMBER" in idlab(*evaluate, "--costs", "false=dear").refusal
    assert "c_false is -1.0" in idlab(*evaluate, "--costs", "false=-1").refusal
    assert "resamples" in idlab(*evaluate, "--resamples", 0).refusal
    generate = ("generate", "retail", "--interactions", 10, "--out", tmp_path / "world")
    assert "noise.nonsense" in idlab(*generate, "--set", "noise.nonsense=1").refusal
    assert "unknown scenario" in idlab("generate", "retial", "--out", tmp_path / "world").refusal
    assert not list(tmp_path.iterdir())


def test_usage_errors_are_one_line_too(idlab: Idlab) -> None:
    assert "No such command" in idlab("resovle").refusal
    assert "No such option" in idlab("evaluate", "--fast").refusal
    assert "Missing" in idlab("evaluate").refusal
    assert "No such option" in idlab("--nope").refusal


def test_targets_that_must_not_be_replaced(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    precious = tmp_path / "home"
    precious.mkdir()
    (precious / "letter.txt").write_text("dear Ann")
    config = configs / "default.json"
    for command in (
        ("resolve", world, "--config", config, "--out", precious),
        ("evaluate", world, "--config", config, "--out", precious),
        ("generate", "retail", "--interactions", 10, "--out", precious),
        ("generate", "retail", "--interactions", 10, "--overwrite", "--out", precious),
        ("draft", world, "--out", precious / "letter.txt"),
    ):
        assert idlab(*command).refusal.startswith(str(precious))
    assert [path.read_text() for path in precious.iterdir()] == ["dear Ann"]
    for name in ("resolve", "evaluate"):
        assert (
            "which is no part of a run's results"
            in idlab(name, world, "--config", config, "--out", world).refusal
        )
    assert (
        "holds a dataset already" in idlab("generate", "retail", "--interactions", 10, "--out", world).refusal
    )


def test_a_folder_that_cannot_be_written(idlab: Idlab, world: Path, configs: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    refusal = idlab("resolve", world, "--config", configs / "default.json", "--out", blocked / "run").refusal
    assert str(blocked) in refusal


def test_a_fault_of_idlab_keeps_its_traceback(
    idlab: Idlab, world: Path, configs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("idlab.results.tables_of_replay", broken)
    with pytest.raises(ZeroDivisionError):
        idlab("resolve", world, "--config", configs / "default.json", "--out", tmp_path / "run")
    assert not list(tmp_path.iterdir())


def test_no_half_written_results(
    idlab: Idlab, world: Path, configs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "run.json")

    monkeypatch.setattr("idlab.results._write_text", full)
    refusal = idlab("resolve", world, "--config", configs / "default.json", "--out", tmp_path / "run").refusal
    assert refusal == "run.json: No space left on device"
    assert not list(tmp_path.iterdir())


def test_odd_text_comes_through(idlab: Idlab, configs: Path, tmp_path: Path) -> None:
    names = [
        "x" * 10_240,
        "Ann\0 Lee",
        "\u05d3\u05d5\u05d3 \u05dc\u05d5\u05d9",
        "\u202eeel nnA",
        "Zoe\u0308 Mu\u0308ller",
        "\U0001f600 Lee",
        "nan",
        "",
    ]
    rows = "".join(
        f'i{number},2026-01-05T09:30:0{number}Z,voice,+1 202 555 0143,"{name}"\n'
        for number, name in enumerate(names)
    )
    surrogate = b"i9,2026-01-05T09:30:09Z,voice,,Ann \xed\xa0\x80Lee\n"
    (tmp_path / "odd.csv").write_bytes((HEAD + rows).encode() + surrogate)
    took = idlab("import", tmp_path / "odd.csv", "--out", tmp_path / "odd", "--json")
    assert took.json["rows"] == 9 and took.json["surrogates_dropped"] == 1
    assert took.json["filled"]["full_name"] == 8  # the empty name is missing, "nan" is a text
    for engine in ("online", "replay"):
        run = tmp_path / engine
        done = idlab(
            "resolve",
            tmp_path / "odd",
            "--config",
            configs / "default.json",
            "--engine",
            engine,
            "--out",
            run,
        )
        assert done.code == 0
    for name in (
        "decisions.parquet",
        "identities.parquet",
        "pending.parquet",
        "review.parquet",
        "manifest.json",
    ):
        assert (tmp_path / "online" / name).read_bytes() == (tmp_path / "replay" / name).read_bytes()


SEEDED = (
    ("generate", "tiny", "--out", "X"),
    ("evaluate", "X", "--config", "X"),
    ("compare", "X", "X", "X"),
    ("band", "X", "--config", "X"),
    ("fit", "X", "--config", "X", "--out", "X"),
    ("fit-world", "X", "--out", "X.yaml"),
    ("tune", "X", "--out", "X"),
    ("plan", "X", "--from", "X", "--to", "X"),
    ("report", "X", "--config", "X", "--out", "X"),
    ("label", "sample", "X", "--config", "X", "--out", "X"),
    ("demo", "--out", "X"),
)


@pytest.mark.parametrize("command", SEEDED, ids=" ".join)
def test_a_seed_below_0_is_refused_before_anything_is_done(command: tuple[str, ...], idlab: Idlab) -> None:
    assert "'--seed'" in idlab(*command, "--seed", "-1").refusal


def test_no_command_at_all_shows_the_help_and_nothing_else(idlab: Idlab) -> None:
    shown = idlab()
    assert shown.code == 2
    assert not [line for line in (shown.out + shown.err).splitlines() if line.startswith("idlab:")]


def test_a_folder_and_a_time_zone_that_do_not_exist(idlab: Idlab, tmp_path: Path) -> None:
    said = idlab("import", tmp_path, "--out", tmp_path / "dataset").refusal
    assert said == f"{tmp_path}: is a folder, not a file; name a CSV, TSV or Parquet file in it"
    said = _import(idlab, tmp_path, HEAD + ROW, "--timezone", "Mars/Olympus")
    assert said == "the time zone 'Mars/Olympus' is not known; name it as IANA does, as in Europe/Berlin"


@pytest.mark.parametrize("kind", ["missing", "folder", "bytes"])
def test_a_file_that_cannot_be_read_says_why(kind: str, idlab: Idlab, tmp_path: Path) -> None:
    file = tmp_path / "bundle.json"
    if kind == "folder":
        file.mkdir()
    if kind == "bytes":
        file.write_bytes(b"\xff\xfe")
    said = {
        "missing": "cannot be read (No such file or directory); check the path",
        "folder": "cannot be read (Is a directory); check the path",
        "bytes": "is not in UTF-8; give a JSON file",
    }
    assert idlab("verify", file).refusal == f"{file}: {said[kind]}"


def test_a_study_is_not_put_among_the_files_of_a_dataset(idlab: Idlab, world: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (there / "manifest.json").write_text("{}", encoding="utf-8")
    said = idlab("tune", world, "--trials", 1, "--out", there).refusal
    assert said == f"{there}: holds a dataset or a run; name a folder of the study's own"
    assert [one.name for one in there.iterdir()] == ["manifest.json"]
