"""What met an erased customer is left out of a check, and nothing else: nothing is reported falsely, no corruption missed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import given

from idlab.checking import Report, check
from idlab.checking.components import touched_in
from idlab.checking.marks import marks_under
from idlab.serving import config_of
from idlab.stores import Store, open_store
from idlab.stores.conditional import ConditionalStore
from idlab.stores.documents import as_text, customer_key, from_text
from idlab.testing.worlds import DrawnWorld, draw_world, worlds
from tests.checking.districts import district_of, fill_districts
from tests.checking.filled import fill, filled, quick, report_on
from tests.stores.interleaved import ROOMY, FakeTable
from tests.stores.together import draw_log, in_threads, work

_FILES = count()


def checked(world: DrawnWorld, folder: Path) -> Report:
    path = folder / f"{next(_FILES)}.db"
    filled(path, world)
    report = report_on(path)
    path.unlink()
    return report


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("checked")


@given(world=worlds())
def test_nothing_is_reported_falsely(world: DrawnWorld, folder: Path) -> None:
    report = checked(world, folder)
    assert report.failing == []
    assert report.not_decided_again is None


@given(world=worlds(most=90))
def test_nothing_is_reported_falsely_however_many_are_erased(world: DrawnWorld, folder: Path) -> None:
    moves = [
        replace(move, kind="erase") if move.kind == "contact" and place % 7 == 6 else move
        for place, move in enumerate(world.moves)
    ]
    assert checked(replace(world, moves=moves), folder).failing == []


@pytest.mark.parametrize("seed", range(12))
def test_districts_without_erasures_are_compared_wholly(seed: int, tmp_path: Path) -> None:
    store = quick(tmp_path / "id.db")
    erased = fill_districts(store, seed, 6)
    with store.reading() as rows:
        report = check(rows)
        is_left_out = touched_in(rows, marks_under(config_of(rows)))
        left_out = {
            district_of(one.interaction_id)
            for one in rows.records()
            if is_left_out(customer_key(one.interaction_id))
        }
    store.close()
    assert report.failing == []
    assert left_out == erased
    assert report.compared > 0


def meddled(path: Path, erased: set[int], chance: Random) -> bool:
    """Changes a decision, a holder or a profile of somebody in a district in which nobody was erased."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT id, name, decision, root FROM interactions ORDER BY id").fetchall()
    here = [row for row in rows if district_of(from_text(row[1])) not in erased]
    key, _, decision, root = chance.choice(here)
    if chance.random() < 0.5:
        document = json.loads(decision)
        document[chance.choice((3, 4, 6))] = 0.123
        connection.execute("UPDATE interactions SET decision = ? WHERE id = ?", (as_text(document), key))
    else:
        (text,) = connection.execute("SELECT document FROM identities WHERE id = ?", (root,)).fetchone()
        document = json.loads(text)
        document[chance.choice((3, 4))] += 1
        connection.execute("UPDATE identities SET document = ? WHERE id = ?", (as_text(document), root))
    connection.commit()
    connection.close()
    return True


@pytest.mark.parametrize("seed", range(6))
def test_a_corruption_where_nobody_was_erased_is_found(seed: int, tmp_path: Path) -> None:
    store = quick(tmp_path / "id.db")
    erased = fill_districts(store, seed, 6)
    store.close()
    for number in range(8):
        copy = tmp_path / "changed.db"
        shutil.copyfile(tmp_path / "id.db", copy)
        meddled(copy, erased, Random(number))
        assert not report_on(copy).ok


def test_a_tombstone_that_the_log_does_not_know_is_found(tmp_path: Path) -> None:
    filled(tmp_path / "id.db", draw_world(Random(5)))
    connection = sqlite3.connect(tmp_path / "id.db")
    connection.execute("DROP TRIGGER log_is_not_cut")
    gone = connection.execute("DELETE FROM log WHERE json_extract(document, '$[3]') = 'erase'").rowcount
    connection.commit()
    connection.close()
    assert gone > 0
    failing = [one.invariant for one in report_on(tmp_path / "id.db").failing]
    assert "the log tells of every erasure, and who it tells of is erased" in failing


@pytest.mark.parametrize("seed", range(20))
def test_a_table_of_items_is_compared_as_well(seed: int) -> None:
    store = ConditionalStore(FakeTable(ROOMY))
    fill(store, draw_world(Random(seed)))
    with store.reading() as rows:
        report = check(rows)
    assert (report.failing, report.not_decided_again) == ([], None)


def compared(store: Store) -> Report:
    with store.reading() as rows:
        return check(rows)  # type: ignore[arg-type] - a reading of a database


@pytest.mark.parametrize("seed", range(5))
def test_what_eight_writers_made_on_a_server_is_the_replay_of_its_log(
    seed: int, empty: Callable[[], str]
) -> None:
    config, moves = draw_log(seed, 120)
    store = open_store(empty())
    in_threads(store, config, moves, 8, work)
    report = compared(store)
    store.close()
    assert (report.failing, report.not_decided_again) == ([], None)


def test_districts_on_a_server_are_compared_but_for_the_erased(empty: Callable[[], str]) -> None:
    store = open_store(empty())
    fill_districts(store, 3, 4)
    report = compared(store)
    store.close()
    assert report.failing == []
    assert report.compared > 0 and report.left_out > 0
