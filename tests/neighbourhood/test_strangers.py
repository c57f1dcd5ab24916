"""What the core said of one stranger stands for all strangers with the same fields, and for nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from idlab import Interaction, MemoryStore, Resolver, ScoringConfig
from idlab.core.decide import decide
from idlab.core.world import World
from idlab.neighbourhood import Strangers
from idlab.stores.base import Changes
from idlab.testing.logs import Namer
from idlab.testing.worlds import DrawnWorld, draw_world
from tests.conftest import PROJECT

WHEN = datetime(2026, 1, 5, tzinfo=UTC)
CALL = Interaction(
    "call-1", WHEN, "voice", phone="+1 202 555 0143", email="jane@example.com", full_name="Jane Doe"
)


class _Recording(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.written: list[Changes] = []

    def write(self, changes: Changes) -> None:
        self.written.append(changes)
        super().write(changes)


def _written(world: DrawnWorld) -> list[list[object]]:
    """All that the interactions of a world write, before the first action: from there on names may differ."""
    store = _Recording()
    resolver = Resolver(world.config, store)
    namer = Namer(store.links, store.reviews, store.identity_of)
    for number, move in enumerate(world.moves):
        entry = namer.entry(number, move)
        if isinstance(entry, Interaction):
            resolver.resolve(entry)
    return [_parts(changes) for changes in store.written]


def _parts(changes: Changes) -> list[object]:
    parts = (getattr(changes, name) for name in Changes.__slots__)
    return [tuple(part) if isinstance(part, list) else part for part in parts]


@pytest.mark.parametrize("seed", range(40))
def test_a_stranger_changes_what_the_core_would_change(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = draw_world(Random(seed))
    got = _written(world)
    monkeypatch.setattr(Strangers, "decide", lambda *_: None)
    assert got == _written(world)


def _default() -> ScoringConfig:
    return ScoringConfig.load(PROJECT / "configs" / "default.json")


def _asked(resolver: Resolver, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The interactions about which the core is asked from now on, by id."""
    found: list[str] = []
    handle = resolver._handle

    def noted(near, record, *others):  # type: ignore[no-untyped-def]  # as it is
        found.append(record.interaction_id)
        return handle(near, record, *others)

    monkeypatch.setattr(resolver, "_handle", noted)
    monkeypatch.setattr(resolver._strangers, "_handle", noted)
    return found


def test_the_core_is_asked_once_for_all_strangers_with_the_same_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolver = Resolver(_default(), MemoryStore())
    asked = _asked(resolver, monkeypatch)
    for number, name in enumerate(("Jane Doe", "Bob Ray", "Ann Li")):
        phone, email = f"+1 202 555 010{number}", f"one{number}@shop{number}.com"
        call = replace(CALL, interaction_id=f"call-{number}", phone=phone, email=email, full_name=name)
        resolver.resolve(call)
    assert asked == ["anybody"]
    resolver.resolve(replace(CALL, interaction_id="call-3", phone="+1 202 555 0100", email=None))
    assert asked == ["anybody", "call-3"]


def test_somebody_without_a_known_key_but_with_a_known_identifier_is_no_stranger(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = _default()
    keys = [rule for rule in config.keys if rule.on != ("phone.e164",)]
    resolver = Resolver(config.model_copy(update={"keys": tuple(keys)}), MemoryStore())
    asked = _asked(resolver, monkeypatch)
    names = ("Jane Doe", "Bob Ray", "Ann Li")
    calls = [replace(CALL, interaction_id=name, full_name=name, email=None) for name in names]
    assert [resolver.resolve(call).reasons for call in calls][1:] == [
        ("NO_CANDIDATE",),
        ("NO_CANDIDATE", "SHARED"),
    ]
    assert asked == ["anybody", "Bob Ray", "Ann Li"]


def test_whoever_has_an_identifier_listed_as_shared_is_no_stranger() -> None:
    config = _default()
    fields = [
        field.model_copy(update={"known_shared": ("+12025550143",)}) if field.name == "phone" else field
        for field in config.fields
    ]
    resolver = Resolver(config.model_copy(update={"fields": tuple(fields)}), MemoryStore())
    assert resolver.resolve(CALL).reasons == ("NO_CANDIDATE", "SHARED")
    other = resolver.resolve(replace(CALL, interaction_id="call-2", phone="+1 202 555 0199", email=None))
    assert other.reasons == ("NO_CANDIDATE",)


def test_a_core_that_looks_at_a_value_is_asked_about_every_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def curious(world: World, size: int) -> None:
        decide(world, size)
        world.values.scalar[0]

    monkeypatch.setattr("idlab.core.step.decide", curious)
    resolver = Resolver(_default(), MemoryStore())
    asked = _asked(resolver, monkeypatch)
    resolver.resolve(CALL)
    assert asked == ["anybody", "call-1"]
