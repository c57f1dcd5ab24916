"""A candidate beside the config that serves: what it may never do to it, and what its log says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import pytest

from idlab import Action, Interaction, Resolver, ScoringConfig
from idlab.errors import BadInput, StoreFailure
from idlab.model import Decision, Outcome
from idlab.stores import MemoryStore
from idlab.switch.agreement import agreement, agreement_of, share
from idlab.switch.shadow import Shadow, ShadowLog, differences
from idlab.testing.configs import draw_config
from idlab.testing.logs import Namer, draw_moves
from tests.switch.held import handle, held

VALUES = ("+1 202 555 0143", "+12025550143", "ann@example.com", "Ann Lee", "203.0.113.7")


class Slow:
    """A candidate that decides nothing until it is let to."""

    def __init__(self, config: ScoringConfig) -> None:
        self.config, self.store = config, MemoryStore()
        self.may = Event()
        self._resolver = Resolver(config, self.store)

    def resolve(self, interaction: Interaction) -> Decision:
        self.may.wait(30)
        return self._resolver.resolve(interaction)

    def act(self, action: Action, *, by: str = "", at: datetime | None = None) -> str:
        raise StoreFailure("gone", where="there", hint="nothing")


def config_of(seed: int = 1) -> ScoringConfig:
    return draw_config(Random(seed))


def worked(shadow: Shadow, seed: int) -> None:
    """Let a log pass through a shadow."""
    store = shadow.store
    namer = Namer(store.links, store.reviews, store.identity_of)
    for number, move in enumerate(draw_moves(Random(seed))):
        handle(shadow, namer.entry(number, move))  # type: ignore[arg-type] # it has the surface of a resolver


def test_the_live_side_is_as_without_a_shadow_whatever_the_candidate_makes_of_it(tmp_path: Path) -> None:
    for seed in range(20):
        config, other = config_of(seed), config_of(seed + 10**6)
        alone, live, candidate = MemoryStore(), MemoryStore(), MemoryStore()
        worked_alone = Shadow(Resolver(config, alone), Resolver(config, MemoryStore()), lambda _: None)
        worked(worked_alone, seed)
        worked_alone.close()
        log = ShadowLog(tmp_path / f"{seed}.jsonl")
        shadow = Shadow(Resolver(config, live), Resolver(other, candidate), log)
        worked(shadow, seed)
        shadow.close()
        log.close()
        assert held(live, config) == held(alone, config)
        said = agreement(tmp_path / f"{seed}.jsonl")
        assert said.compared + said.actions + sum(said.failed.values()) > 0
        text = (tmp_path / f"{seed}.jsonl").read_text()
        assert not [value for value in VALUES if value in text]


def test_a_candidate_of_the_same_config_agrees_with_every_decision() -> None:
    for seed in range(20):
        config, events = config_of(seed), list[Any]()
        shadow = Shadow(Resolver(config, MemoryStore()), Resolver(config, MemoryStore()), events.append)
        worked(shadow, seed)
        shadow.close()
        found = agreement_of(events)
        assert found.compared > 0
        assert found.agreed.cases == found.compared
        assert found.differences == {}
        assert found.digests == (config.digest,)


def test_a_slow_candidate_holds_nobody_up_and_what_it_missed_is_counted() -> None:
    config, events = config_of(), list[Any]()
    candidate = Slow(config)
    shadow = Shadow(Resolver(config, MemoryStore()), candidate, events.append, room=2)
    for number in range(10):
        assert shadow.resolve(call(number)).interaction_id == f"call-{number}"
    assert shadow.dropped >= 7
    candidate.may.set()
    shadow.close()
    found = agreement_of(events)
    assert found.compared + found.dropped == 10
    assert found.dropped == shadow.dropped


def test_a_failing_candidate_is_counted_by_class_and_the_live_answer_stands() -> None:
    config, events = config_of(), list[Any]()
    candidate = Slow(config)
    candidate.may.set()
    shadow = Shadow(Resolver(config, MemoryStore()), candidate, events.append)
    decision = shadow.resolve(call(1))
    assert shadow.act(Action.do_not_link(decision.customer_id)) == "done"
    shadow.close()
    assert shadow.failed == {"StoreFailure": 1}
    assert agreement_of(events).failed == {"StoreFailure": 1}


def test_a_log_that_cannot_be_written_stops_nothing() -> None:
    def full(_: object) -> None:
        raise OSError(28, "no space")

    config = config_of()
    shadow = Shadow(Resolver(config, MemoryStore()), Resolver(config, MemoryStore()), full)
    assert shadow.resolve(call(1)).outcome is Outcome.NEW
    shadow.close()
    assert shadow.failed["OSError"] == 3


def call(number: int) -> Interaction:
    return Interaction(
        f"call-{number}", datetime(2026, 1, 5, tzinfo=UTC), "voice", phone=f"+1 202 555 01{number:02}"
    )


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({}, []),
        ({"score": 0.5}, []),
        ({"outcome": Outcome.MERGE}, ["outcome"]),
        ({"customer_id": "b"}, ["customer"]),
        ({"targets": ("y",)}, ["links"]),
        ({"outcome": Outcome.NEW, "targets": ()}, ["outcome", "links"]),
    ],
)
def test_what_counts_as_a_difference(change: dict[str, Any], kinds: list[str]) -> None:
    decision = Decision("call-1", Outcome.PENDING, "a", targets=("x",))
    assert differences(decision, decision._replace(**change)) == kinds


def test_intervals_are_wilsons() -> None:
    for cases, of, low, high in ((0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)):
        found = share(cases, of)
        assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
    assert share(0, 0).value is None


def test_a_log_that_was_broken_off_is_read_and_any_other_file_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "s.jsonl"
    opened = json.dumps({"event": "opened", "live_config": "a", "candidate_config": "b"})
    log.write_text(f'{opened}\n{{"event": "deci')
    assert agreement(log).compared == 0
    log.write_text(f"interaction,outcome\n{opened}\n")
    with pytest.raises(BadInput, match="line 1: this is no line of a shadow log"):
        agreement(log)


def test_drops_of_several_runs_add_up() -> None:
    run = [
        {"event": "opened", "live_config": "a", "candidate_config": "b"},
        {"event": "closed", "dropped": 3},
    ]
    assert agreement_of([*run, *run]).dropped == 6
