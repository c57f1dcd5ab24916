"""Identifiers of people are never in logs, metrics, messages or exceptions, whatever happens: grepped, not believed."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from idlab import Action, Interaction, MemoryStore, Resolver, ScoringConfig, Store, open_store
from idlab.errors import BadInput, Conflict, StoreFailure
from idlab.observe import Logs, logs
from idlab.stores.sqlite import SQLiteStore
from idlab.testing.logs import KINDS, contact, draw_moves
from tests.observe.driving import drive, silence, watched, world_of
from tests.observe.hearing import Heard, hearing
from tests.observe.people import POOLS, found_in, populate, traces


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    populate(monkeypatch)


@pytest.fixture
def heard() -> Iterator[Heard]:
    with hearing() as heard:
        yield heard


STORES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: MemoryStore(),
    "sqlite": lambda folder: open_store(f"sqlite:///{folder / 'id.db'}"),
}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", STORES)
def test_a_drawn_world_lets_nothing_out(kind: str, seed: int, tmp_path: Path, heard: Heard) -> None:
    world, store = world_of(seed), STORES[kind](tmp_path)
    drive(watched(world.config, store, heard), world.moves, heard)
    heard.say(repr(store.links()) + repr(store.reviews()))
    store.close()
    silence(world.config, heard)


def test_the_worlds_reach_every_outcome_action_and_failure(heard: Heard) -> None:
    for seed in range(12):
        world = world_of(seed)
        drive(watched(world.config, MemoryStore(), heard), world.moves, heard)
    lines = [json.loads(line) for line in heard.lines.getvalue().splitlines()]
    assert {line.get("outcome") for line in lines} >= {"NEW", "MERGE", "PENDING", "REVIEW", "ERASED"}
    assert {line.get("action") for line in lines} >= set(KINDS) - {"contact", "repeat"}
    assert {line.get("failure") for line in lines} >= {"UnknownReference", "BadInput"}


def test_the_traces_of_people_are_found_in_every_disguise() -> None:
    config = world_of(1).config
    wanted = traces(config)
    assert len(wanted) > 60
    for said in (
        "call from +14157362817",
        "tel:4157362817,",
        "ZOLTAN.QUEXWORTH",
        "mail to zoltan%2Equexworth%40murkelpost.com",
        json.dumps({"name": POOLS["full_name"][-1]}),
        repr(json.dumps({"name": POOLS["full_name"][-1]})),
        "203.113.87.0/24",
        "born 1973-11-28",
    ):
        assert found_in(said, wanted), said
    for said in ("0.4157362817", "5f4157362817ab", "2026-01-05T09:00:00Z", "customer 1973", "merged"):
        assert found_in(said, wanted) == [], said


def _log_the_record(patch: pytest.MonkeyPatch) -> None:
    handle = Resolver.resolve

    def resolve(self: Resolver, interaction: Interaction) -> Any:
        logging.getLogger("idlab").debug("values %s", self.ready.normalizer.values(interaction))
        return handle(self, interaction)

    patch.setattr(Resolver, "resolve", resolve)


def _name_the_caller(patch: pytest.MonkeyPatch) -> None:
    def decided(self: Logs, origin: Any, decision: Any, seconds: float) -> None:
        self._tell(logging.INFO, "decided", origin, who=POOLS["full_name"][0].split()[0])

    patch.setattr(Logs, "decided", decided)


def _quote_the_value(patch: pytest.MonkeyPatch) -> None:
    def act(self: Resolver, action: Action, **_: Any) -> str:
        raise BadInput(f"{POOLS['phone'][1]} is nobody's")

    patch.setattr(Resolver, "act", act)


def _count_by_phone(patch: pytest.MonkeyPatch) -> None:
    def act(self: Resolver, action: Action, **_: Any) -> str:
        return "+14157362817"

    patch.setattr(Resolver, "act", act)


def _tell_foreign_text(patch: pytest.MonkeyPatch) -> None:
    def act(self: Resolver, action: Action, **_: Any) -> str:
        raise ZeroDivisionError from ValueError(POOLS["card"][0])

    patch.setattr(Resolver, "act", act)
    patch.setattr(logs, "_told", lambda failure: {"message": str(failure.__cause__)})


@pytest.mark.parametrize(
    "plant", [_log_the_record, _name_the_caller, _quote_the_value, _count_by_phone, _tell_foreign_text]
)
def test_a_planted_leak_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch, heard: Heard
) -> None:
    plant(monkeypatch)
    world = world_of(3)
    drive(watched(world.config, MemoryStore(), heard), world.moves, heard)
    with pytest.raises(AssertionError):
        silence(world.config, heard)


def test_what_fails_for_reasons_of_its_own_is_told_by_its_class(
    monkeypatch: pytest.MonkeyPatch, heard: Heard
) -> None:
    world = world_of(3)
    resolver = watched(world.config, MemoryStore(), heard)

    def fail(_: Interaction) -> None:
        raise RuntimeError(f"no use for {POOLS['email'][0]}") from ValueError(POOLS["phone"][0])

    monkeypatch.setattr(resolver._resolver, "resolve", fail)
    with pytest.raises(RuntimeError):  # which is the application's to deal with, as it came
        resolver.resolve(contact(1, world.moves[0].picks))
    (line,) = [json.loads(one) for one in heard.lines.getvalue().splitlines() if '"failed"' in one]
    assert (line["failure"], line["level"], line["interaction_id"]) == ("RuntimeError", "ERROR", "i1")
    assert "message" not in line
    silence(world.config, heard)


def test_stores_that_fail(tmp_path: Path, heard: Heard) -> None:
    world = world_of(5)
    store = SQLiteStore(tmp_path / "id.db")
    resolver = watched(world.config, store, heard)
    drive(resolver, world.moves[:20], heard)
    connection = store._connection()
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with heard.failing(StoreFailure):  # the disk is full
        for number, move in enumerate(draw_moves(Random(1), 400)):
            resolver.resolve(contact(1000 + number, move.picks))
    connection.execute("PRAGMA max_page_count = 1000000")
    connection.execute("UPDATE identities SET document = substr(document, 1, 90)")
    with heard.failing(Exception):  # rows are cut short
        for number, move in enumerate(draw_moves(Random(2), 400)):
            resolver.resolve(contact(5000 + number, move.picks))
    connection.close()
    with heard.failing(StoreFailure):  # the connection is closed
        resolver.resolve(contact(9000, world.moves[0].picks))
    heard.say(str(heard.text))  # scrapes with a store that is gone
    store.close()
    silence(world.config, heard)


def test_stores_that_are_refused(tmp_path: Path, heard: Heard) -> None:
    world, other = world_of(5), world_of(6)
    store = SQLiteStore(tmp_path / "id.db")
    drive(watched(world.config, store, heard), world.moves[:20], heard)
    with heard.failing(BadInput):  # it serves another config
        watched(other.config, store, heard)
    store.close()
    with sqlite3.connect(tmp_path / "id.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with heard.failing(BadInput):  # it is of a newer version
        SQLiteStore(tmp_path / "id.db")
    (tmp_path / "text.db").write_text("\n".join(POOLS["phone"]) * 100)
    with heard.failing(StoreFailure):  # it is no database
        SQLiteStore(tmp_path / "text.db")
    silence(world.config, heard)


def test_steps_that_conflict(heard: Heard) -> None:
    world, store = world_of(7), MemoryStore()
    resolver = watched(world.config, store, heard)
    left = [3]

    class Disturbed:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def step(self, locks: Any = None, at_hand: Any = None) -> Any:
            if left[0]:
                left[0] -= 1
                raise Conflict("another step changed what was read", where="memory", hint="do it again")
            return store.step(locks, at_hand)

    resolver._resolver.store = Disturbed()  # type: ignore[assignment] - a double
    drive(resolver, world.moves[:10], heard)
    assert heard.lines.getvalue().count('"retried"') == 3
    assert heard.metrics.registry.get_sample_value("idlab_conflicts_total") == 3
    silence(world.config, heard)


CHANGES: tuple[Callable[[dict[str, Any]], Any], ...] = (
    lambda phone: phone.update(blocked=POOLS["phone"][0]),
    lambda phone: phone.update(blocked=[[POOLS["phone"][0]]]),
    lambda phone: phone.update(blocked={POOLS["phone"][0]: 1}),
    lambda phone: phone.update(known_shared=[POOLS["phone"][1], 5]),
    lambda phone: phone.update(term_frequencies={"zoltan quexworth": "many"}),
    lambda phone: phone.update(term_frequencies={"zoltan quexworth": 7.0}),
    lambda phone: phone.update(term_frequencies=["zoltan quexworth"]),
    lambda phone: phone.update(levels=POOLS["email"][0]),
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("field", ["phone", "full_name"])
def test_configs_that_are_refused(
    field: str, change: Callable[[dict[str, Any]], Any], tmp_path: Path, heard: Heard
) -> None:
    config = world_of(5).config
    document = json.loads(config.to_json())
    change(next(one for one in document["fields"] if one["name"] == field))
    path = tmp_path / "config.json"
    path.write_text(json.dumps(document))
    with heard.failing():
        ScoringConfig.load(path)
    heard.say("-" * 1000)
    silence(config, heard)
