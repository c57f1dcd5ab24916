"""The core equals the oracle, and the online engine equals the replay, entry for entry."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from idlab.testing.worlds import DrawnWorld, worlds
from tests.parity.directed import LOGS
from tests.parity.runs import N_SEEDS, Run, run, run_log, seeded_world, smallest_that_disagrees


def _complaint(seed: int) -> str:
    """The smallest log on which the engines still disagree, to be pasted into ``directed.py``."""
    found = smallest_that_disagrees(seeded_world(seed))
    return "\n".join(
        [f"seed {seed}", *found.disagreements(), found.config.to_json(), *map(str, found.entries)]
    )


def test_oracle_online_engine_and_replay_agree_on_every_entry(ran: list[Run]) -> None:
    for seed, one in enumerate(ran[:N_SEEDS]):
        assert not one.disagreements(), _complaint(seed)


@pytest.mark.parametrize("name", LOGS)
def test_they_agree_on_what_chance_hardly_brings_about(name: str) -> None:
    disagreements = run_log(*LOGS[name]).disagreements()
    assert not disagreements


@settings(max_examples=20, suppress_health_check=list(HealthCheck))
@given(worlds(most=40))
def test_they_agree_on_what_hypothesis_thinks_of(world: DrawnWorld) -> None:
    disagreements = run(world).disagreements()
    assert not disagreements


@pytest.mark.slow
@settings(max_examples=2000, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_they_agree_on_two_thousand_worlds(world: DrawnWorld) -> None:
    disagreements = run(world).disagreements()
    assert not disagreements
