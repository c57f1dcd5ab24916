"""An erasure that was broken off anywhere is finished by doing it again, with one certificate."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from idlab import Resolver, Store, open_store
from idlab.erasure import erase, erasing, finish
from idlab.errors import StoreFailure, UnknownReference
from idlab.stores.cleaned import Cleaned
from idlab.stores.erasure_log import ErasureLog
from tests.erasure.conftest import Server
from tests.erasure.people import START, config, contacts, customers, fill, held_by, needles
from tests.erasure.searching import files, search
from tests.erasure.stores import InPostgres

LATER = START + timedelta(days=90)


class BrokenOff(BaseException):
    """As if the process had been killed here."""


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[tuple[Resolver, list[str], dict[bytes, str]]]:
    store = open_store(f"sqlite:///{tmp_path / 'id.db'}")
    resolver = Resolver(config(), store)
    fill(resolver, contacts())
    ids = customers(resolver)
    yield resolver, ids, needles(resolver, held_by(resolver, ids))
    store.close()


def _break(what: str, patch: pytest.MonkeyPatch) -> None:
    """Break off before or after one of the things that an erasure does."""

    def broken(*_: Any, **__: Any) -> Any:
        raise BrokenOff

    moment, _, name = what.partition(" ")
    owner, attribute = {
        "intent": (ErasureLog, "append"),
        "act": (erasing, "catch_up"),
        "requests": (erasing, "_cancel_requests"),
        "move": (erasing, "_move"),
        "certificate": (erasing.Certificate, "write"),
    }[name]
    done = getattr(owner, attribute)

    def then_broken(*given: Any, **named: Any) -> Any:
        done(*given, **named)
        raise BrokenOff

    patch.setattr(owner, attribute, broken if moment == "before" else then_broken)


@pytest.mark.parametrize("name", ["intent", "act", "requests", "move", "certificate"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("way", ["again", "resume"])
def test_whatever_is_broken_off_is_finished(
    moment: str, name: str, way: str, filled: tuple[Resolver, list[str], dict[bytes, str]], tmp_path: Path
) -> None:
    resolver, ids, wanted = filled
    with pytest.MonkeyPatch.context() as patch:
        _break(f"{moment} {name}", patch)
        with pytest.raises(BrokenOff):
            erase(resolver, ids, by="officer", at=LATER)
    if way == "resume" and f"{moment} {name}" != "before intent":
        finish(Resolver(config(), resolver.store), at=LATER)
    found = erase(Resolver(config(), resolver.store), ids, by="officer", at=LATER)
    _all_done(tmp_path, [one.to_json() for one in found], ids, wanted)


def _all_done(folder: Path, certificates: list[str], ids: list[str], wanted: dict[bytes, str]) -> None:
    (written,) = folder.glob("*.erasure-*.json")
    assert certificates == [written.read_text(encoding="utf-8")]
    assert set(json.loads(certificates[0])["customers"]) == set(ids)
    assert len((folder / "id.db.erasures").read_text(encoding="utf-8").splitlines()) == 1
    assert not any(one.found for one in search({"": files(folder.glob("id.db*"))}, wanted).values())


def test_unknown_customers_are_refused_before_anything_happens(
    filled: tuple[Resolver, list[str], dict[bytes, str]], tmp_path: Path
) -> None:
    resolver, ids, _ = filled
    before = {path.name: path.read_bytes() for path in tmp_path.glob("id.db*") if "shm" not in path.name}
    with pytest.raises(UnknownReference, match="nobody was erased"):
        erase(resolver, [*ids, "5ed0e5f6-8d4f-5d0c-9c39-7a1f6f0f8a51"], by="", at=LATER)
    assert before == {
        path.name: path.read_bytes() for path in tmp_path.glob("id.db*") if "shm" not in path.name
    }


def test_what_stands_in_the_way_of_cleaning_is_told_and_can_be_done_later(
    filled: tuple[Resolver, list[str], dict[bytes, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process reads an older state: the write-ahead log cannot be cut until it is through."""
    resolver, ids, wanted = filled
    monkeypatch.setattr("idlab.stores.sqlite._PATIENCE", 0.2)
    other = open_store(f"sqlite:///{tmp_path / 'id.db'}")
    with other.reading() as rows:
        rows.settings()
        with pytest.raises(StoreFailure, match=r"write-ahead log.*idlab erase --resume"):
            erase(resolver, ids, by="officer", at=LATER)
        assert not list(tmp_path.glob("*.erasure-*.json"))
    found = finish(resolver, at=LATER)
    other.close()
    _all_done(tmp_path, [one.to_json() for one in found], ids, wanted)


def test_other_processes_may_have_the_store_open(
    filled: tuple[Resolver, list[str], dict[bytes, str]], tmp_path: Path
) -> None:
    resolver, ids, wanted = filled
    other = open_store(f"sqlite:///{tmp_path / 'id.db'}")
    beside = Resolver(config(), other)
    beside.resolve(next(contacts()))
    found = erase(resolver, ids, by="officer", at=LATER)
    beside.resolve(next(contacts()))
    _all_done(tmp_path, [one.to_json() for one in found], ids, wanted)
    other.close()


_ERASE = """
import sys
from idlab.cli import main
main()
"""


def _start(url: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _ERASE, *arguments, "--store", url]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.slow
def test_killed_at_any_moment_it_is_finished_by_the_same_command(tmp_path: Path) -> None:
    """SIGKILL at moments spread over the whole run; then once more, to its end."""
    draw = Random(7)
    killed = 0
    for turn in range(15):
        folder = tmp_path / str(turn)
        folder.mkdir()
        url = f"sqlite:///{folder / 'id.db'}"
        store: Store = open_store(url)
        resolver = Resolver(config(), store)
        fill(resolver, contacts())
        ids = customers(resolver)
        wanted = needles(resolver, held_by(resolver, ids))
        store.close()
        running = _start(url, "erase", *ids, "--yes", "--by", "officer")
        killed += _kill_once_under_way(running, folder, draw.uniform(0.0, 0.12))
        again = _start(url, "erase", *ids, "--yes", "--by", "officer")
        assert again.wait() == 0
        (written,) = folder.glob("*.erasure-*.json")
        _all_done(folder, [written.read_text(encoding="utf-8")], ids, wanted)
    assert killed >= 5, "most of them must have been broken off"


@pytest.mark.slow
def test_on_a_server_as_well(open_server: Server, tmp_path: Path) -> None:
    draw = Random(8)
    killed = 0
    for turn in range(6):
        folder = tmp_path / str(turn)
        folder.mkdir()
        kept = InPostgres(open_server.url, open_server.folder)
        resolver = Resolver(config(), kept.store)
        fill(resolver, contacts())
        ids = customers(resolver)
        wanted = needles(resolver, held_by(resolver, ids))
        command = ("erase", *ids, "--yes", "--erasure-log", str(folder / "id.db.erasures"))
        running = _start(open_server.url, *command)
        killed += _kill_once_under_way(running, folder, draw.uniform(0.0, 0.4))
        assert _start(open_server.url, *command).wait() == 0
        (written,) = folder.glob("*.erasure-*.json")
        _all_done(folder, [written.read_text(encoding="utf-8")], ids, wanted)
        assert not any(one.found for one in search(kept.places(), wanted).values())
        kept.store.close()
    assert killed >= 2, "some of them must have been broken off"


def _kill_once_under_way(running: subprocess.Popen[bytes], folder: Path, after: float) -> bool:
    """Kill it some time after its intent was written; True if it was not through by then."""
    while running.poll() is None and not (folder / "id.db.erasures").exists():
        time.sleep(0.001)
    time.sleep(after)
    os.kill(running.pid, signal.SIGKILL)
    return running.wait() == -signal.SIGKILL


def test_a_store_that_says_that_something_is_left_is_believed(
    filled: tuple[Resolver, list[str], dict[bytes, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolver, ids, _ = filled
    monkeypatch.setattr(type(resolver.store), "clean", lambda _: Cleaned(left=("the cellar",)))
    with pytest.raises(StoreFailure, match="the cellar"):
        erase(resolver, ids, by="", at=LATER)
