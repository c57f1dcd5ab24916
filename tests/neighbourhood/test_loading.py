"""What is loaded into a neighbourhood, and what an entry that broke off leaves there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from idlab import Interaction, MemoryStore, Resolver, ScoringConfig
from idlab.compiled import compiled
from idlab.neighbourhood import neighbourhood
from idlab.neighbourhood.profiles import asks_for_equality_alone
from idlab.stores.base import IdentityState
from idlab.testing.logs import Namer
from idlab.testing.worlds import DrawnWorld, draw_world
from tests.conftest import PROJECT
from tests.parity.runs import run_log

WHEN = datetime(2026, 1, 5, tzinfo=UTC)


def _states(world: DrawnWorld) -> list[IdentityState]:
    """The state of every identity after the interactions of a world; its actions load profiles whole anyway."""
    store = MemoryStore()
    resolver, names = Resolver(world.config, store), dict[str, None]()
    namer = Namer(store.links, store.reviews, store.identity_of)
    for number, move in enumerate(world.moves):
        entry = namer.entry(number, move)
        if isinstance(entry, Interaction):
            resolver.resolve(entry)
            names[entry.interaction_id] = None
    with store.step() as transaction:
        roots = [transaction.holder(name) for name in names]
        return [transaction.identity(root) for root in dict.fromkeys(roots) if root is not None]


@pytest.mark.parametrize("seed", range(60))
def test_a_profile_loaded_in_part_is_kept_whole(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = draw_world(Random(seed))
    got = _states(world)
    monkeypatch.setattr(neighbourhood, "asks_for_equality_alone", lambda *_: False)
    assert got == _states(world)


KEPT_LEVELS = {
    "phone": ("shared", "stale", "exact", "else"),
    "email": ("shared", "exact", "near", "else"),
    "full_name": ("exact", "else"),
}


def _of_equality_alone(config: ScoringConfig) -> ScoringConfig:
    """The config with no levels of phone and name but those that ask for the same value, and e-mails compared whole."""
    document = json.loads(config.to_json())
    for field in document["fields"]:
        if field["name"] in KEPT_LEVELS:
            kept = KEPT_LEVELS[field["name"]]
            field["levels"] = [level for level in field["levels"] if level["name"] in kept]
    document["guards"]["same_name_level"] = "exact"
    return ScoringConfig.parse(document, where="the config of equality alone")


@pytest.mark.parametrize("seed", range(15))
def test_engines_agree_where_equality_alone_counts(seed: int) -> None:
    world = draw_world(Random(seed))
    disagreements = run_log(_of_equality_alone(world.config), world.moves).disagreements()
    assert not disagreements


def test_fields_in_which_equality_alone_counts() -> None:
    def fields(config: ScoringConfig) -> set[str]:
        ready = compiled(config)
        return {name for k, name in enumerate(ready.field_names) if asks_for_equality_alone(ready.rules, k)}

    expected = {"conversation", "phone", "cookie_id", "ip_address"}
    assert fields(_default()) == expected  # e-mails are compared by their parts too
    assert fields(_of_equality_alone(_default())) == expected  # names are counted, so that all are needed
    assert fields(ScoringConfig.load(PROJECT / "configs" / "baseline.json")) == set()


def _default() -> ScoringConfig:
    return ScoringConfig.load(PROJECT / "configs" / "default.json")


def _call(number: int) -> Interaction:
    """A call of somebody whose phone stays and whose conversations are each another."""
    name = f"call-{number}"
    return Interaction(
        name,
        WHEN + timedelta(hours=number),
        "voice",
        phone="+1 202 555 0143",
        conversation_id=name,
        participant_id="p",
    )


def test_of_many_values_only_the_one_that_counts_is_loaded() -> None:
    store = MemoryStore()
    resolver = Resolver(_default(), store)
    for number in range(50):
        resolver.resolve(_call(number))
    resolver.resolve(replace(_call(7), interaction_id="again"))
    with store.step() as transaction:
        conversations, phones, *_ = transaction.identity("call-0").profile
        near = resolver._neighbourhood(transaction)
        near.at_hand(transaction.record("again"))
        near.load("call-0")
    assert [entry[0] for entry in conversations] == [f"call-{number} p" for number in range(50)]
    assert [entry[1] for entry in conversations] == [2 if number == 7 else 1 for number in range(50)]
    assert [entry[1] for entry in phones] == [51]
    assert near.entries.used == 2


def test_what_broke_off_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Exception):
        pass

    def breaks(*_: object) -> None:
        raise Broken

    store = MemoryStore()
    resolver = Resolver(_default(), store)
    first = resolver.resolve(_call(0))
    with monkeypatch.context() as patched:
        patched.setattr("idlab.core.step.decide", breaks)
        with pytest.raises(Broken):
            resolver.resolve(_call(1))
    assert store.identity_of("call-1") is None
    second = resolver.resolve(_call(1))
    assert (second.outcome.value, second.customer_id) == ("MERGE", first.customer_id)
    with store.step() as transaction:
        assert transaction.identity("call-0").profile[1][0][1] == 2
