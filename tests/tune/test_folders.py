"""Folders of encoded worlds: those of killed searches go with the next one, and nobody else's ever does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from idlab.data.erasing import erase_from_files
from idlab.tune import LeastCost
from idlab.tune.folders import LOCK, PREFIX, folder_of_worlds, remove_left_behind
from idlab.tune.objective import encoded
from idlab.tune.workers import workers_for

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no locks that end with a process"
)

PROJECT = Path(__file__).resolve().parents[2]

SEARCH = """
import sys
import synthetic
from idlab.config import ScoringConfig
from idlab.tune import LeastCost
from idlab.tune.objective import encoded
from idlab.tune.workers import workers_for

if __name__ == "__main__":
    world = encoded(synthetic.generate("tiny", 100, 1).dataset, ScoringConfig.load("configs/default.json"))
    with workers_for(2, [world], LeastCost()):
        print("ready", flush=True)
        sys.stdin.read()
"""

HOLDER = """
import sys
from idlab.tune.folders import folder_of_worlds

with folder_of_worlds() as folder:
    (folder / "arrays").write_bytes(b"somebody's")
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, for this process and those that it starts."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def folders(place: Path) -> list[Path]:
    return sorted(place.glob(f"{PREFIX}*"))


@contextmanager
def running(program: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has a folder, and keeps it until its input ends."""
    command = [sys.executable, "-c", program]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=PROJECT, text=True, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.communicate(
                timeout=300
            )  # at its end when every process that inherited the pipe has ended


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def left_by_a_kill(place: Path) -> Path:
    """The folder of a process that was killed."""
    before = set(folders(place))
    with running(HOLDER) as process:
        (folder,) = set(folders(place)) - before
        kill(process)
    assert {one.name for one in folder.iterdir()} == {LOCK, "arrays"}
    return folder


def test_the_next_search_removes_what_a_killed_one_left_and_nothing_of_a_living_one(place, default):
    with running(HOLDER) as living:
        (theirs,) = folders(place)
        with running(SEARCH) as process:
            (left,) = set(folders(place)) - {theirs}
            assert any(one.stat().st_size > 1000 for one in left.iterdir())
            kill(process)
        assert folders(place) == sorted([left, theirs])
        with workers_for(1, [], LeastCost()):
            assert folders(place) == [theirs]
        kill(living)
    with workers_for(1, [], LeastCost()):
        assert folders(place) == []


def test_a_folder_is_gone_with_its_search(place, retail, default):
    with workers_for(2, [encoded(retail, default)], LeastCost()):
        (folder,) = folders(place)
        remove_left_behind()
        assert (folder / "arrays").exists()
    assert folders(place) == []
    with pytest.raises(KeyboardInterrupt), folder_of_worlds():
        raise KeyboardInterrupt
    assert folders(place) == []


def test_a_search_ends_well_whoever_tidies_up_meanwhile(place):
    with folder_of_worlds() as folder:
        (folder / LOCK).unlink()
        folder.rmdir()
    assert folders(place) == []


def test_what_may_be_somebody_elses_stays(place, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name, said in {"older": None, "just-begun": b"", "other-machine": b"7f0c"}.items():
        folder = place / f"{PREFIX}{name}"
        folder.mkdir()
        (folder / "arrays").write_bytes(b"theirs")
        if said is not None:
            (folder / LOCK).write_bytes(said)
    left = left_by_a_kill(place)
    (place / f"{PREFIX}lead-away").symlink_to(elsewhere)
    for file in left.iterdir():
        (elsewhere / file.name).write_bytes(file.read_bytes())
    (place / f"{PREFIX}a-file").write_bytes(b"")
    before = set(folders(place))
    remove_left_behind()
    assert set(folders(place)) == before - {left}
    assert {one.name for one in elsewhere.iterdir()} == {LOCK, "arrays"}


def test_another_users_stays(place, monkeypatch):
    folder = left_by_a_kill(place)
    with monkeypatch.context() as patched:
        patched.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1)
        remove_left_behind()
    assert (folder / "arrays").exists()
    remove_left_behind()
    assert folders(place) == []


def test_one_that_was_half_removed_is_removed_by_the_next(place, monkeypatch):
    folder = left_by_a_kill(place)
    (folder / "worlds").write_bytes(b"")
    honest, removed = Path.unlink, []

    def one_only(self: Path, missing_ok: bool = False) -> None:
        if len(removed) == 2:
            raise KeyboardInterrupt
        removed.append(self.name)
        honest(self, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", one_only)
        with pytest.raises(KeyboardInterrupt):
            remove_left_behind()
    assert removed == ["arrays", "worlds"] and folder.exists()
    remove_left_behind()
    assert folders(place) == []


def test_erasing_from_files_warns_of_a_folder_as_long_as_it_is_there(place, tmp_path_factory):
    run = tmp_path_factory.mktemp("run")

    def warnings() -> list[str]:
        return [str(one.file) for one in erase_from_files([run], ["call-1"]).warnings]

    assert warnings() == []
    left_by_a_kill(place)
    assert warnings() == [str(place / f"{PREFIX}*")]
    remove_left_behind()
    assert warnings() == []
