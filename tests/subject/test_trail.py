"""The audit trail: chosen and paged as a look at the whole log would, and its chain."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from idlab import Action, MemoryStore, Resolver, ScoringConfig
from idlab.errors import UnknownReference
from idlab.model import customer_id_of
from idlab.queues import assign
from idlab.stores import open_store
from idlab.stores.kept import LogEntry
from idlab.subject import Trail, held_about, trail_of
from idlab.subject.trail import told_by
from idlab.switch import Moving
from idlab.testing.worlds import draw_world
from tests.checking.filled import fill, quick
from tests.queues.families import customer, move_in


def whole_log(store: MemoryStore) -> list[LogEntry]:
    with store.reading() as rows:
        return list(rows.logged())


@pytest.mark.parametrize("seed", range(12))
def test_pages_make_up_the_log(seed: int) -> None:
    store = MemoryStore()
    fill(store, draw_world(Random(seed)))
    log = whole_log(store)
    for kind in (None, "decline", "split", "none"):
        found: list[LogEntry] = []
        after: int | None = 0
        while after is not None:
            trail = trail_of(store, kind=kind, after=after, limit=2)
            assert len(trail.entries) <= 2
            assert (trail.logged, trail.broken, trail.is_whole) == (len(log), 0, True)
            found += trail.entries
            after = trail.after
        assert found == [one for one in log if kind in {None, one.kind}]


def test_who_did_it_is_found(handmade: ScoringConfig) -> None:
    resolver = Resolver(handmade, MemoryStore())
    one, other = move_in(resolver, [0, 1])
    resolver.act(Action.decline(one), by="ann")
    resolver.act(Action.accept(other), by="bob")
    assert [entry.kind for entry in trail_of(resolver.store, by="bob").entries] == ["accept"]  # type: ignore[arg-type]
    assert trail_of(resolver.store, by="nobody").entries == []  # type: ignore[arg-type]


def test_a_customer_is_found_through_whatever_it_ever_had(handmade: ScoringConfig) -> None:
    store = MemoryStore()
    resolver = Resolver(handmade, store)
    link, other = move_in(resolver, [0, 1])
    resolver.act(Action.accept(link))
    resolver.act(Action.split(customer("ann", 0), ("bob-0",)))
    resolver.act(Action.do_not_link(customer("bob", 0)))
    resolver.act(Action.decline(other))
    assert store.identity_of("bob-0") == customer("bob", 0)
    found = trail_of(store, customer=customer("ann", 0)).entries
    assert [one.kind for one in found] == ["accept", "split", "do_not_link"]
    assert [one.kind for one in trail_of(store, customer=customer("bob", 1)).entries] == ["decline"]
    with pytest.raises(UnknownReference):
        trail_of(store, customer="nobody")


def test_what_was_done_before_the_config_was_switched_is_found(
    handmade: ScoringConfig, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'id.db'}"
    with closing(open_store(url)) as store:
        resolver = Resolver(handmade, store)
        one, other = move_in(resolver, [0, 1])
        resolver.act(Action.accept(one), by="ann")
        assign(resolver, other, "bob", by="ann")
    document = json.loads(handmade.to_json())
    document["decide"]["max_links"] = 3
    Moving(url).to(ScoringConfig.parse(document, where="a test"))
    with closing(open_store(url)) as store, store.reading() as rows:
        found = trail_of(rows, customer=customer("bob", 1))
        assert [told_by(entry)[0] for entry in found.entries] == ["assign"]
        assert found.is_unbroken
        (told,) = held_about(rows, customer("bob", 1))["log"]
    assert told["what"].startswith("assign (formerly")
    assert told["about"] == {"link": other}


@pytest.mark.parametrize("seed", range(12))
def test_everything_that_names_an_interaction_of_a_customer_touches_it(seed: int) -> None:
    store = MemoryStore()
    fill(store, draw_world(Random(seed)))
    log = whole_log(store)
    for record in store.records():
        root = store.holder(record.interaction_id)
        members = [one.interaction_id for one in store.members(root or "")]
        ids = {customer_id_of(one) for one in members}
        naming = [
            one
            for one in log
            if any(name in str(one.about) for name in ids)
            or not set(members).isdisjoint(one.about.get("interactions", ()))
        ]
        found = trail_of(store, customer=customer_id_of(record.interaction_id), limit=None).entries
        assert [one for one in naming if one not in found] == []


def changed(path: Path, statement: str) -> Trail:
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER IF EXISTS log_is_not_changed")
    connection.execute("DROP TRIGGER IF EXISTS log_is_not_cut")
    assert connection.execute(statement).rowcount == 1
    connection.commit()
    connection.close()
    store = quick(path)
    with store.reading() as rows:
        trail = trail_of(rows, limit=0)
    store.close()
    return trail


def test_a_changed_log_shows(handmade: ScoringConfig, tmp_path: Path) -> None:
    store = quick(tmp_path / "id.db")
    resolver = Resolver(handmade, store)
    for link in move_in(resolver, [0, 1, 2]):
        resolver.act(Action.decline(link), by="ann")
    store.close()
    trail = changed(tmp_path / "id.db", "DELETE FROM log WHERE serial = (SELECT max(serial) FROM log)")
    assert (trail.broken, trail.is_whole, trail.is_unbroken) == (0, False, False)
    change = "UPDATE log SET document = replace(document, 'ann', 'bob') WHERE serial = (SELECT min(serial) FROM log)"
    assert changed(tmp_path / "id.db", change).broken == 1
