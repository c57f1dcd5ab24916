"""A generation filled from another one: what it holds afterwards, over many drawn worlds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from idlab import Action, Interaction, Resolver, ScoringConfig
from idlab.checking import check
from idlab.errors import BadInput, ConfigSwitched
from idlab.model import Outcome, customer_id_of
from idlab.stores import MemoryStore
from idlab.stores.base import Store
from idlab.stores.generations import reopen
from idlab.stores.kept import LogEntry, action_of, broken_links
from idlab.stores.sqlite import SQLiteStore
from idlab.switch import answers, entries
from idlab.switch.answers import INDIRECT, LOST, MOOT, Answers, _Carrying
from idlab.switch.filling import TOMBSTONES, Filling
from idlab.testing.configs import draw_config
from idlab.testing.logs import Move, draw_moves
from tests.switch.held import filled_by, fresh, handle, held, in_order

WORLDS = range(40)


def drawn(seed: int) -> tuple[ScoringConfig, ScoringConfig, list[Move]]:
    """A config, another one, and a log to be."""
    return draw_config(Random(seed)), draw_config(Random(seed + 10**6)), draw_moves(Random(seed + 2 * 10**6))


def without(moves: list[Move], *kinds: str) -> list[Move]:
    return [move for move in moves if move.kind not in kinds]


def moved(source: Store, config: ScoringConfig, target: Store | None = None) -> Filling:
    """A generation filled from a store until it took over."""
    filling = Filling(source, 1, Resolver(config, target or MemoryStore()))
    filling.switch(2, drop_answers=True)
    return filling


def test_a_generation_holds_what_a_store_of_its_own_would_hold() -> None:
    compared = 0
    for seed in WORLDS:
        config, other, moves = drawn(seed)
        source = MemoryStore()
        sent = filled_by(source, config, without(moves, "erase"))
        filling = moved(source, other)
        if not (filling.filled.counts.get(LOST) or filling.filled.counts.get(INDIRECT)):
            compared += 1
            expected = held(fresh(other, in_order(source, sent)), other)
            assert held(filling.target.store, other) == expected, f"world {seed}"
    assert compared > len(WORLDS) // 4


def test_the_log_of_a_generation_tells_all_that_was_done_in_it() -> None:
    seen: Counter[str] = Counter()
    for seed in WORLDS:
        config, other, moves = drawn(seed)
        source = MemoryStore()
        sent = filled_by(source, config, without(moves, "erase"))
        filling = moved(source, other)
        seen.update(filling.filled.counts)
        again = Resolver(other, MemoryStore())
        for entry in told(filling.target.store, sent):
            if isinstance(entry, str):
                again.open_link(entry)
            else:
                handle(again, entry)
        assert held(again.store, other) == held(filling.target.store, other), f"world {seed}"
        with filling.target.store.reading() as rows:
            assert broken_links(rows.logged()) == 0
    for what in ("direct", INDIRECT, MOOT, LOST):
        assert seen[what] > 0, what


def told(store: Store, sent: dict[str, Interaction]) -> list[Interaction | Action | str]:
    """What was done in a store, by its records and its log: a text is a link that was opened."""
    with store.reading() as rows:
        entries: list[tuple[int, Interaction | Action | str]] = [
            (one.serial, sent[one.interaction_id]) for one in rows.records()
        ]
        for one in rows.logged():
            action = action_of(one)
            if one.kind == "open_link":
                entries.append((one.serial, one.about["link"]))
            elif action is not None:
                entries.append((one.serial, action))
    return [entry for _, entry in sorted(entries, key=lambda one: one[0])]


def test_answers_that_hold_in_the_one_hold_in_the_other_or_are_named() -> None:
    seen: Counter[str] = Counter()
    for seed in WORLDS:
        config, other, moves = drawn(seed)
        source = MemoryStore()
        filled_by(source, config, without(moves, "erase"))
        filling = moved(source, other)
        target, lost = filling.target.store, {one.serial for one in filling.lost()}
        with source.reading() as rows:
            logged = [one for one in rows.logged() if one.kind in ("accept", "decline")]
        ends = {link.link_id: (link.left, link.right) for link in source.links()}
        for one in logged:
            here, there = (are_one(store, ends[one.about["link"]]) for store in (source, target))
            held = (one.kind == "accept") is here
            assert (held and here is not there) == (one.serial in lost), f"world {seed}: {one}"
            seen[f"{one.kind} {'lost' if one.serial in lost else 'held' if held else 'left'}"] += 1
    for what in ("accept held", "decline held", "decline lost"):
        assert seen[what] > 0, what


def are_one(store: Store, pair: tuple[str, str]) -> bool:
    return store.identity_of(pair[0]) == store.identity_of(pair[1])


def test_whoever_was_erased_is_erased_in_both_and_nobody_else() -> None:
    tombstones = 0
    for seed in WORLDS:
        config, other, moves = drawn(seed)
        source = MemoryStore()
        half = len(moves) // 2
        sent = filled_by(source, config, moves[:half])
        filling = Filling(source, 1, Resolver(other, MemoryStore()))
        early = erased_in(source)
        filling.run()  # some are erased before they are carried over, and some after
        sent |= filled_by(source, config, moves[half:], half)
        filling.switch(2, drop_answers=True)
        tombstones += filling.filled.counts.get(TOMBSTONES, 0)
        assert erased_in(filling.target.store) == erased_in(source), f"world {seed}"
        with source.reading() as rows, filling.target.store.reading() as others:
            for name in early:
                assert others.decision(name) == rows.decision(name), f"world {seed}"
                assert others.holder(name) == rows.holder(name), f"world {seed}"
        resolver = Resolver(other, filling.target.store)
        for name in erased_in(source):
            answer = resolver.resolve(sent[name])
            assert answer.outcome is Outcome.ERASED
            assert answer.customer_id == filling.target.store.identity_of(name)
        with filling.target.store.reading() as rows:
            for name in sent:
                assert rows.interaction_of(customer_id_of(name)) == name
                assert any(rows.record(name).values) <= (name not in erased_in(source))
                assert rows.decision(name) is not None
    assert tombstones > 0


def erased_in(store: Store) -> set[str]:
    """The interactions that a store holds as erased."""
    with store.reading() as rows:
        names = [one.interaction_id for one in rows.records()]
        return {name for name in names if rows.identity(rows.holder(name) or "").erased}


def test_a_filling_that_was_broken_off_goes_on_and_changes_nothing_twice() -> None:
    class BrokenOff(Exception):
        pass

    for seed in WORLDS:
        config, other, moves = drawn(seed)
        source, target, whole = MemoryStore(), MemoryStore(), MemoryStore()
        filled_by(source, config, moves)
        chance, left = Random(seed), [0]

        def report(*_: object, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise BrokenOff

        for _ in range(200):
            left[0] = chance.randrange(1, 12)
            try:
                Filling(source, 1, Resolver(other, target), report=report).run()
                break
            except BrokenOff:
                continue
        filling = Filling(source, 1, Resolver(other, target))
        filling.run()
        Filling(source, 1, Resolver(other, whole)).run()
        assert held(target, other) == held(whole, other), f"world {seed}"
        assert kinds(target) == kinds(whole)


def kinds(store: Store) -> list[tuple[str, str]]:
    with store.reading() as rows:
        return [(one.kind, one.by) for one in rows.logged()]


def test_an_old_resolver_cannot_write_after_the_switch() -> None:
    config, other, moves = drawn(1)
    source = MemoryStore()
    old = Resolver(config, source)
    sent = filled_by(source, config, moves)
    moved(source, other)
    before = held(source, config)
    again = next(iter(sent.values()))
    with pytest.raises(ConfigSwitched):
        old.resolve(again)
    with pytest.raises(ConfigSwitched):
        old.act(Action.do_not_link(customer_id_of(again.interaction_id)))
    with pytest.raises(ConfigSwitched):
        Resolver(config, source)
    assert held(source, config) == before


def test_there_and_back() -> None:
    for seed in WORLDS:
        config, other, moves = drawn(seed)
        source, target = MemoryStore(), MemoryStore()
        third = len(moves) // 3
        sent = filled_by(source, config, moves[:third])
        filling = moved(source, other, target)
        sent |= filled_by(target, other, moves[third : 2 * third], third)
        back = Filling(target, 2, Resolver(config, source, successor=2), after=filling.filled.began)
        back.switch(1, drop_answers=True)
        reopen(source, 2)
        assert erased_in(source) == erased_in(target), f"world {seed}"
        with source.reading() as rows, target.reading() as others:
            assert {one.interaction_id for one in rows.records()} == set(sent)
            assert {one.interaction_id for one in others.records()} == set(sent)
            assert broken_links(rows.logged()) == 0
        sent |= filled_by(source, config, moves[2 * third :], 2 * third)
        with pytest.raises(ConfigSwitched):
            Resolver(other, target)


def test_a_decline_of_what_is_one_is_refused_unless_it_may_be_dropped() -> None:
    refused = 0
    for seed in WORLDS:
        config, other, moves = drawn(seed)
        source = MemoryStore()
        filled_by(source, config, moves)
        filling = Filling(source, 1, Resolver(other, MemoryStore()))
        filling.run()
        if not filling.lost():
            continue
        refused += 1
        with pytest.raises(BadInput, match="answers cannot be carried over: "):
            filling.switch(2)
        Resolver(config, source)  # serves as before
        filling.switch(2, drop_answers=True)
        with pytest.raises(ConfigSwitched):
            Resolver(config, source)
    assert refused > 0


def test_a_field_of_another_kind_is_refused() -> None:
    config, _, moves = drawn(1)
    source = MemoryStore()
    filled_by(source, config, moves)
    document = json.loads(config.to_json())
    card = next(one for one in document["fields"] if one["name"] == "card")
    card["kind"], card["levels"][0]["when"] = "text", {"equal": "text"}
    for key in document["keys"]:
        key["on"] = [on.replace("card.value", "card.text") for on in key["on"]]
    other = ScoringConfig.parse(document)
    with pytest.raises(BadInput, match="the store holds 'card' as code, and the config wants it as text"):
        Filling(source, 1, Resolver(other, MemoryStore()))


def test_a_check_of_a_generation_finds_it_whole(tmp_path: Path) -> None:
    left_out = 0
    for seed in range(12):
        config, other, moves = drawn(seed)
        source, half = MemoryStore(), len(moves) // 2
        target = SQLiteStore(tmp_path / f"{seed}.db")
        filled_by(source, config, moves[:half])
        filling = Filling(source, 1, Resolver(other, target))
        filling.run()
        filled_by(source, config, moves[half:], half)
        filling.switch(2, drop_answers=True)
        with target.reading() as rows:
            report = check(rows)
        assert report.ok, f"world {seed}: {report.failing}"
        left_out += report.left_out
        target.close()
    assert left_out > 0


def test_of_two_that_fill_one_generation_the_first_gives_up() -> None:
    config, other, moves = drawn(3)
    source, target = MemoryStore(), MemoryStore()
    filled_by(source, config, moves)
    first = Filling(source, 1, Resolver(other, target))
    second = Filling(source, 1, Resolver(other, target))
    with pytest.raises(BadInput, match="another migrate-config has taken over from this one"):
        first.switch(2, drop_answers=True)
    Resolver(config, source)  # serves as before
    second.switch(2, drop_answers=True)


def _no_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def carry(answers: Answers, entry: LogEntry, erased: object, progress: Any) -> str:
        return _Carrying(answers._resolver, entry, progress).note(MOOT)

    monkeypatch.setattr(Answers, "carry", carry)


def _records_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def merged(records: Any, logged: Any, key: object) -> list[Any]:
        return [*records, *logged]

    monkeypatch.setattr(entries, "merge", merged)


def _tombstones_as_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_tombstone", lambda *_: None)


def _nobody_parted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "part_for_erasure", lambda *_, **__: 0)


def _customers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "_erased", lambda *_: [])


@pytest.mark.parametrize(
    "bug", [_no_answers, _records_first, _tombstones_as_records, _nobody_parted, _customers_only]
)
def test_planted_bugs_are_caught(
    bug: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    bug(monkeypatch)
    with pytest.raises(AssertionError, match="world"):
        _all_that_is_claimed()


def _all_that_is_claimed() -> None:
    test_whoever_was_erased_is_erased_in_both_and_nobody_else()
    test_a_generation_holds_what_a_store_of_its_own_would_hold()
