"""A live store moved to another config, and back: under traffic, under kills, over every kind of store."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

import pytest

from idlab import Interaction, Resolver, ScoringConfig
from idlab.checking import check
from idlab.errors import BadInput, ConfigSwitched
from idlab.model import Action, Decision, customer_id_of
from idlab.serving import config_of
from idlab.stores import Store, open_store
from idlab.stores.base import AtHand, Key, Transaction, in_a_step
from idlab.stores.generations import generations, open_serving
from idlab.stores.kinds import opened
from idlab.stores.urls import url_of
from idlab.switch import filling as filling_module
from idlab.switch.filling import AnswersLost, Filling
from idlab.switch.moving import Moving
from idlab.testing.configs import draw_config
from idlab.testing.logs import contact, draw_moves
from tests.conftest import PROJECT
from tests.switch.conftest import SLOW, forget_all
from tests.switch.held import filled_by, held

CONFIG, OTHER = draw_config(Random(1)), draw_config(Random(10**6 + 1))


def filled(url: str, seed: int = 5, most: int = 60, first: int = 0) -> dict[str, Interaction]:
    """Let a store handle a log under the config that it serves, or the first one."""
    with closing(open_store(url)) as store:
        settings = in_a_step(store, (), lambda rows: rows.settings())
        config = CONFIG if settings is None else in_a_step(store, (), config_of)
        return filled_by(store, config, draw_moves(Random(seed), most), first)


def config_at(url: str) -> str:
    """The digest of the config that a store serves."""
    with closing(open_store(url)) as store:
        return in_a_step(store, (), config_of).digest


def held_at(url: str, config: ScoringConfig) -> object:
    with closing(open_store(url)) as store:
        return held(store, config)


def must_be_whole(url: str) -> None:
    with closing(open_store(url)) as store, store.reading() as rows:
        report = check(rows)  # type: ignore[arg-type] # every database's rows can be listed
    assert report.ok, report.failing


def test_there_and_back_and_forgotten(url: str) -> None:
    sent = filled(url, most=24)
    said = Moving(url).foresee(OTHER)
    assert said.difference.interactions == len(sent)
    assert said.difference.erased == 0
    assert [one.number for one in generations(url)] == [1]
    moved = Moving(url).to(OTHER, drop_answers=True)
    assert (moved.former, moved.serving, moved.counts) == (1, 2, said.counts)
    assert config_at(url) == OTHER.digest
    must_be_whole(url)
    with pytest.raises(BadInput, match=r"serves config .* already"):
        Moving(url).to(OTHER)
    sent |= filled(url, seed=6, most=24, first=100)
    back = Moving(url).back(drop_answers=True)
    assert (back.former, back.serving) == (2, 1)
    assert config_at(url) == CONFIG.digest
    must_be_whole(url)
    with closing(open_store(url)) as store:
        assert all(store.identity_of(name) for name in sent)
    with pytest.raises(BadInput, match="no former generation"):
        Moving(url).back()
    again = Moving(url).to(OTHER, drop_answers=True)
    assert again.serving == 3  # the second is not filled any further
    assert again.forgotten == [2]
    assert Moving(url).forget() == [1]
    with pytest.raises(BadInput, match="no former generation"):
        Moving(url).back()
    assert config_at(url) == OTHER.digest
    must_be_whole(url)


def test_a_move_that_is_refused_leaves_everything_as_it_is(tmp_path: Path) -> None:
    refused = 0
    for seed in range(40):
        url = f"sqlite:///{tmp_path / f'{seed}.db'}"
        filled(url, seed)
        before = held_at(url, CONFIG)
        lost = Moving(url).foresee(OTHER).lost
        if not lost:
            continue
        with pytest.raises(AnswersLost) as refusal:
            Moving(url).to(OTHER)
        assert len(refusal.value.lost) == len(lost)
        assert config_at(url) == CONFIG.digest
        assert held_at(url, CONFIG) == before
        assert Moving(url).to(OTHER, drop_answers=True).serving == 2
        refused += 1
        if refused == 2:
            return
    pytest.fail("no log was drawn whose answers cannot be carried over")


def test_whoever_is_erased_is_erased_in_the_former_generation_when_it_serves_again(url: str) -> None:
    sent = filled(url, most=24)
    Moving(url).to(OTHER, drop_answers=True)
    with closing(open_store(url)) as store:
        resolver = Resolver(OTHER, store)
        resolver.act(Action.erase(*map(customer_id_of, list(sent)[:4])))
        gone = {name for name in sent if _is_erased(store, name)}
    assert len(gone) >= 4
    Moving(url).back(drop_answers=True)
    with closing(open_store(url)) as store:
        assert {name for name in sent if _is_erased(store, name)} == gone
        with store.reading() as rows:
            assert not any(any(rows.record(name).values) for name in gone)


def _is_erased(store: Store, name: str) -> bool:
    return in_a_step(store, (), lambda rows: rows.identity(rows.holder(name) or "").erased)


@pytest.mark.parametrize("url", ["sqlite", SLOW[0]], indirect=True)  # moto loses writes under concurrency
def test_nothing_of_live_traffic_is_lost(url: str) -> None:
    filled(url, most=30)
    decided: dict[str, Decision] = {}
    begun, may_end, failures = Event(), Event(), list[BaseException]()

    def call(worker: int) -> None:
        try:
            number = 1000 * (worker + 1)
            chance = Random(worker)
            while not may_end.is_set() or number % 1000 < 40:
                picks = tuple(chance.randrange(256) for _ in range(12))
                for decision in _resolved(url, [contact(number, picks)]):
                    decided[decision.interaction_id] = decision
                number += 1
                begun.set()
        except BaseException as failure:
            failures.append(failure)
            raise

    workers = [Thread(target=call, args=(worker,)) for worker in range(3)]
    for worker in workers:
        worker.start()
    begun.wait(60)
    Moving(url).to(OTHER, drop_answers=True)
    may_end.set()
    for worker in workers:
        worker.join()
    assert not failures
    with closing(open_store(url)) as store, store.reading() as rows:
        for name, decision in decided.items():
            kept = rows.decision(name)
            assert kept is not None, "an interaction was lost"
            if decision.config_digest == OTHER.digest:
                assert kept == decision
        ordered = [one.interaction_id for one in rows.records()]
    with closing(opened(url_of(url, 1))) as former, former.reading() as rows:
        before = [one.interaction_id for one in rows.records()]
    assert ordered[: len(before)] == before
    assert {one.config_digest for one in decided.values()} == {CONFIG.digest, OTHER.digest}
    must_be_whole(url)


def _resolved(url: str, interactions: list[Interaction]) -> Iterator[Decision]:
    """Decide with whichever config serves, opening the store anew where it was switched meanwhile."""
    for interaction in interactions:
        while True:
            try:
                with closing(open_store(url)) as store:
                    yield Resolver(in_a_step(store, (), config_of), store).resolve(interaction)
                break
            except ConfigSwitched:
                continue


KILLED = """
import os, signal, sys
from contextlib import contextmanager
from pathlib import Path
import idlab.testing.configs  # registers a predicate
from idlab import ScoringConfig
from idlab.stores.sqlite import SQLiteStore
from idlab.switch.moving import Moving

url, config, left, how = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
step = SQLiteStore.step

@contextmanager
def killed(store, locks=None, at_hand=None):
    global left
    with step(store, locks, at_hand) as transaction:
        yield transaction
        left -= 1
        if left == 0 and how == "within":
            os.kill(os.getpid(), signal.SIGKILL)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

SQLiteStore.step = killed
moving = Moving(url)
if config == "back":
    moving.back(drop_answers=True)
else:
    moving.to(ScoringConfig.load(Path(config)), drop_answers=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [5, 6])
def test_killed_at_any_step_the_same_command_goes_on(tmp_path: Path, seed: int) -> None:
    config = tmp_path / "other.json"
    config.write_text(OTHER.to_json())
    killed_at, whole_at = (f"sqlite:///{tmp_path / name}" for name in ("killed.db", "whole.db"))
    for url in (killed_at, whole_at):
        filled(url, seed, most=60)
    assert _until_done(killed_at, str(config), OTHER, Random(seed)) > 2
    Moving(whole_at).to(OTHER, drop_answers=True)
    assert held_at(killed_at, OTHER) == held_at(whole_at, OTHER)
    must_be_whole(killed_at)
    for url in (killed_at, whole_at):
        filled(url, seed + 10, most=60, first=100)
    assert _until_done(killed_at, "back", CONFIG, Random(seed)) > 2
    Moving(whole_at).back(drop_answers=True)
    assert held_at(killed_at, CONFIG) == held_at(whole_at, CONFIG)
    must_be_whole(killed_at)


def _until_done(url: str, config: str, wanted: ScoringConfig, chance: Random) -> int:
    """Run a command, killed at a step or another, until it comes to its end; how often it was killed."""
    for kills in range(40):
        steps, how = str(chance.randrange(1, 10) + 4 * kills), chance.choice(("within", "after"))
        done = subprocess.run(
            [sys.executable, "-c", KILLED, url, config, steps, how], cwd=PROJECT, check=False
        )
        assert done.returncode in {0, -signal.SIGKILL}
        must_be_whole(url)  # somebody serves, whole, at any moment
        if done.returncode == 0:
            assert config_at(url) == wanted.digest
            return kills
        if config_at(url) == wanted.digest:
            return kills + 1  # it was killed after the switch
    pytest.fail("it never came to its end")


class Paused:
    """A store whose steps of records wait before they commit, once they have drawn their number."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.holds, self.may = Event(), Event()
        self.erasure_log = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def step(self, locks: list[Key] | None = None, at_hand: AtHand | None = None) -> Iterator[Transaction]:
        with self._store.step(locks, at_hand) as transaction:
            yield transaction
            if locks:
                self.holds.set()
                assert self.may.wait(60)


@contextmanager
def a_late_commit(url: str) -> Iterator[tuple[Store, Paused, str]]:
    """A store in which one step has drawn its number, and has not committed yet."""
    filled(url, most=20)
    with closing(open_store(url)) as store, closing(open_store(url)) as beside:
        paused = Paused(beside)
        late = contact(900, (0,) * 12)

        def resolve() -> None:
            Resolver(CONFIG, paused).resolve(late)  # type: ignore[arg-type] # it has all that is asked of a store

        thread = Thread(target=resolve)
        thread.start()
        assert paused.holds.wait(60)
        try:
            yield store, paused, late.interaction_id
        finally:
            paused.may.set()
            thread.join()


@pytest.mark.slow
def test_a_commit_that_comes_late_is_waited_for(server: str, tmp_path: Path) -> None:
    forget_all(server)
    with a_late_commit(server) as (store, paused, late):
        Resolver(CONFIG, store).resolve(contact(901, (255,) * 12))  # has a larger number, and is there
        target = Resolver(OTHER, opened(f"sqlite:///{tmp_path / 'target.db'}"))
        filling = Filling(store, 1, target)
        running = Thread(target=filling.switch, args=(2,), kwargs={"drop_answers": True})
        running.start()
        running.join(0.5)
        assert running.is_alive()
        paused.may.set()
        running.join()
        assert target.store.identity_of(late) is not None
        with store.reading() as rows, target.store.reading() as others:
            assert [one.interaction_id for one in rows.records()] == [
                one.interaction_id for one in others.records()
            ]
        target.store.close()
    forget_all(server)


@pytest.mark.slow
@pytest.mark.parametrize("bug", ["mark", "switch"])
def test_planted_bug_whoever_does_not_run_alone_loses_a_late_commit(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    def beside_others(store: Store, locks: object, work: Any) -> Any:
        return in_a_step(store, (), work)

    def largest_seen(store: Store) -> int:
        with store.reading() as rows:
            return max((one.serial for one in rows.records()), default=0)

    forget_all(server)
    with a_late_commit(server) as (store, paused, late):
        Resolver(CONFIG, store).resolve(contact(901, (255,) * 12))
        target = Resolver(OTHER, opened(f"sqlite:///{tmp_path / 'target.db'}"))
        monkeypatch.setattr(filling_module, "mark", largest_seen)
        if bug == "switch":
            monkeypatch.setattr(filling_module, "in_a_step", beside_others)
        filling = Filling(store, 1, target)
        filling.run()
        if bug == "mark":
            paused.may.set()
        filling.switch(2, drop_answers=True)
        assert target.store.identity_of(late) is None
        target.store.close()
    forget_all(server)


def test_what_cannot_be_moved_is_refused() -> None:
    with pytest.raises(BadInput, match="ends with its process"):
        Moving("memory://")
    with pytest.raises(
        BadInput, match=r"names one generation of the store; name the store itself: sqlite:///a\.db"
    ):
        Moving("sqlite:///a.db?generation=2")


def test_a_shadow_generation_is_filled_beside_and_is_none_to_move_to(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'id.db'}"
    filled(url)
    shadow = Moving(url).beside(OTHER).shadow
    assert shadow == url_of(url, 2)
    assert config_at(url) == CONFIG.digest
    with closing(open_store(shadow)) as store:
        Resolver(OTHER, store).resolve(contact(901, (255,) * 12))  # it decides about what comes
    moved = Moving(url).to(OTHER, drop_answers=True)
    assert moved.serving == 3
    number, store = open_serving(url)
    store.close()
    assert number == 3
    assert [one.number for one in generations(url)] == [1, 3]
