from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import pytest

from idlab import ScoringConfig
from idlab.bench import run
from idlab.bench.figures import BenchFigures
from idlab.bench.fresh import in_fresh_process, peak_mib
from idlab.bench.online import CallFigures, call_times
from idlab.bench.replaying import ReplayFigures
from idlab.bench.splink_peer import SplinkFigures
from idlab.bench.timing import timed

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = ("replay_s", "encode_s", "online_s", "textbook_s", "splink_1_s", "splink_2_s")
KEYS = (*SECONDS, "ratio_splink", "ratio_online", "peak_mib", "online_p99_ms")
OF_SPLINK = {"splink_1_s", "splink_2_s", "ratio_splink"}
SPLINK_IS_HERE = all(find_spec(name) for name in ("splink", "duckdb"))


def _idlab(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from idlab.cli import main; main()", *arguments]
    paths = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    done = _idlab("bench", "replay", "--interactions", "2000", "--json", cwd=tmp_path_factory.mktemp("bench"))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert isinstance(document, dict)
    return document


def test_all_keys_are_there_and_positive(measured):
    assert set(KEYS) <= set(measured)
    for key in KEYS:
        if key in OF_SPLINK and not SPLINK_IS_HERE:
            assert measured[key] is None
        else:
            assert measured[key] > 0


def test_the_ratios_are_those_of_the_seconds(measured):
    assert measured["ratio_online"] == pytest.approx(measured["textbook_s"] / measured["online_s"], rel=2e-3)
    if SPLINK_IS_HERE:
        assert measured["ratio_splink"] == pytest.approx(
            measured["splink_2_s"] / measured["replay_s"], rel=2e-3
        )


def test_seconds_are_medians_of_as_many_times_as_promised(measured):
    times = measured["times_s"]
    assert {name: len(found) for name, found in times.items() if "splink" not in name} == {
        "replay": 5,
        "encode": 3,
        "online": 3,
        "textbook": 3,
    }
    for name in ("replay", "online", "textbook"):
        assert measured[f"{name}_s"] == pytest.approx(median(times[name]), rel=2e-3)


def test_everything_is_measured_on_the_whole_workload(measured):
    assert measured["interactions"] == 2000
    assert measured["sample"] == {"online": 2000, "textbook": 2000}
    assert sum(measured["workload"]["outcomes"].values()) == 2000
    assert measured["workload"]["widest_key"] <= 200


def test_splink_finds_about_the_customers_that_the_replay_finds(measured):
    if not SPLINK_IS_HERE:
        assert measured["splink"] is None
        assert any("idlab[peers]" in note for note in measured["notes"])
        return
    one, two = measured["splink"]
    assert (one["threads"], two["threads"]) == (1, 2)
    assert (one["pairs"], one["clusters"]) == (two["pairs"], two["clusters"])
    assert one["clusters"] == pytest.approx(measured["workload"]["identities"], rel=0.15)


def test_bad_input_is_one_line(tmp_path):
    for options, part in (
        (["--interactions", "0"], "interactions"),
        (["--config", str(PROJECT / "configs" / "baseline.json")], "fellegi_sunter"),
        (["--config", "absent.json"], "absent.json"),
    ):
        done = _idlab("bench", "replay", *options, "--json", cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert done.stdout == ""
        assert part in done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr


REPLAY = ReplayFigures(
    1_000_000, 10, {"NEW": 10}, 3, (9.0, 7.0, 8.0), 5.0, (0.5, 0.4, 0.6, 0.5, 0.7), 99.5, True
)
ONLINE = CallFigures(50_000, (4.0, 5.0, 6.0), (0.05, 0.05, 0.05), (0.3, 0.2, 0.4))
TEXTBOOK = CallFigures(50_000, (10.0, 12.0, 11.0), (0.1, 0.1, 0.1), (0.9, 0.9, 0.9))
SPLINK = (
    SplinkFigures(1, (30.0,), (10.0,), (10.0,), (10.0,), 5, 4),
    SplinkFigures(2, (20.0,), (7.0,), (7.0,), (6.0,), 5, 4),
)


def test_a_sample_is_scaled_to_all_interactions_and_it_says_so():
    document = BenchFigures(REPLAY, ONLINE, TEXTBOOK, SPLINK, "c", "d").document()
    assert document["online_s"] == 5.0 * 20
    assert document["textbook_s"] == 11.0 * 20
    assert document["ratio_online"] == 2.2
    assert document["online_p99_ms"] == 0.3
    assert document["encode_s"] == 8.0
    assert document["ratio_splink"] == 20.0 / 0.5
    assert "first 50000 of 1000000 interactions and scaled by 20" in document["notes"][0]


def test_without_splink_its_keys_are_null_and_the_note_says_how_to_install_it():
    figures = BenchFigures(REPLAY, ONLINE, TEXTBOOK, None, "c", "d")
    document = figures.document()
    assert {key for key in KEYS if document[key] is None} == OF_SPLINK
    assert any("pip install 'idlab[peers]'" in note for note in document["notes"])
    assert figures.table().row_count > 0


def test_a_busy_machine_is_noted():
    def notes(load):
        return " ".join(BenchFigures(REPLAY, ONLINE, TEXTBOOK, None, "c", "d", load).notes())

    assert "busy" in notes(2.5)
    assert "busy" not in notes(0.1)
    assert "busy" not in notes(None)


def test_where_splink_is_absent_nothing_of_it_is_started(monkeypatch, tmp_path):
    started = []

    def note(function, *arguments, **named):
        started.append(function.__name__)
        return (ONLINE, TEXTBOOK) if function.__name__ == "measure_online" else REPLAY

    class Manifest:
        rows, digest = 1_000_000, "d"

    monkeypatch.setattr(run, "in_fresh_process", note)
    monkeypatch.setattr(run, "is_installed", lambda: False)
    monkeypatch.setattr(run, "read_manifest", lambda folder: Manifest)
    config = ScoringConfig.load(PROJECT / "configs" / "default.json")
    found = run.bench_replay(tmp_path, config, tmp_path, progress=lambda doing: None)
    assert found.splink is None
    assert started == ["load_compiled_code", "measure_replay", "measure_online"]


def test_peak_memory_is_of_the_process_itself():
    burden = bytearray(200 * 1024 * 1024)
    burden[::4096] = b"x" * len(burden[::4096])
    assert peak_mib() > 200
    assert in_fresh_process(peak_mib) < 200


def test_what_was_made_is_dropped_before_the_next_time():
    alive: list[int] = []

    class Made:
        def __init__(self) -> None:
            assert alive == []
            alive.append(1)

        def __del__(self) -> None:
            alive.clear()

    seconds, made = timed(Made, at_most=3)
    assert len(seconds) == 3
    assert isinstance(made, Made)


def test_every_call_is_timed_once_and_in_order():
    seen: list[object] = []
    times = call_times(seen.append, ["a", "b", "c"])
    assert seen == ["a", "b", "c"]
    assert len(times) == 3
    assert (times >= 0).all()
