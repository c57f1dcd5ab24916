"""The erasure log: only ever added to, whatever is killed beside it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.errors import BadInput
from idlab.stores.erasure_log import Erasure, ErasureLog, log_of_server


def erasure(number: int, customers: int = 2) -> Erasure:
    return Erasure(f"e{number}", number, "änn", tuple(f"c{one}" for one in range(customers)), ("m",), "p")


def test_what_is_added_is_read_again_in_order(tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / "log")
    assert log.last() is None and list(log.entries()) == []
    written = [log.append(erasure(number, 3000 if number == 2 else 2)) for number in range(5)]
    assert list(log.entries()) == written
    assert log.last() == written[-1]
    assert [one.number for one in written] == [1, 2, 3, 4, 5]
    assert written[2]._replace(number=0, chain="") == erasure(2, 3000)


@given(cut=st.integers(1, 400))
def test_a_line_that_was_cut_short_is_as_if_it_had_never_been(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = ErasureLog(tmp_path_factory.mktemp("cut") / "log")
    first = [log.append(erasure(number)) for number in range(2)]
    whole = log.path.read_bytes()
    log.append(erasure(2))
    line = log.path.read_bytes()[len(whole) :]
    log.path.write_bytes(whole + line[: min(cut, len(line) - 1)])
    assert log.last() == first[-1]
    assert list(log.entries()) == first
    again = log.append(erasure(3))
    assert list(log.entries()) == [*first, again] and again.number == 3


def test_writers_at_once_keep_one_chain(tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / "log")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: log.append(erasure(number)), range(60)))
    assert [one.number for one in log.entries()] == list(range(1, 61))


@pytest.mark.parametrize("change", ["a line is gone", "a customer is another", "two lines are swapped"])
def test_a_change_shows(change: str, tmp_path: Path) -> None:
    log = ErasureLog(tmp_path / "log")
    for number in range(4):
        log.append(erasure(number))
    lines = log.path.read_text(encoding="utf-8").splitlines(keepends=True)
    if change == "a line is gone":
        del lines[1]
    elif change == "two lines are swapped":
        lines[1], lines[2] = lines[2], lines[1]
    else:
        lines[1] = json.dumps({**json.loads(lines[1]), "customers": ["c9"]}) + "\n"
    log.path.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(BadInput, match="was changed: line 2"):
        list(log.entries())


@pytest.mark.parametrize("text", ["a diary\n", "a diary", '{"number":1}\n', "[]\n", "\udcff\n"])
def test_another_file_is_refused_and_left_as_it_is(text: str, tmp_path: Path) -> None:
    path = tmp_path / "diary"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(BadInput, match="the erasure log was changed"):
        ErasureLog(path).append(erasure(1))
    assert path.read_bytes() == text.encode("utf-8", "surrogateescape")


def test_the_environment_names_the_log_of_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IDLAB_ERASURE_LOG", raising=False)
    assert log_of_server() is None
    monkeypatch.setenv("IDLAB_ERASURE_LOG", "/var/lib/idlab/erasures")
    assert log_of_server() == Path("/var/lib/idlab/erasures")
