"""Drawn worlds, run through the oracle and both engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from idlab import Action, Interaction, ScoringConfig
from idlab.testing.logs import Move
from idlab.testing.worlds import DrawnWorld, draw_world
from tests.parity.engines import Account, Entries, differences, run_online, run_oracle, run_replay

N_SEEDS = 150
"""Worlds of the quick form of the tests."""


@dataclass(frozen=True)
class Run:
    """A world, and what the oracle and both engines made of it."""

    config: ScoringConfig
    entries: Entries
    rows: Counter[str]
    oracle: Account
    online: Account
    replayed: Account

    def disagreements(self) -> list[str]:
        """Where an engine and the oracle, or the two engines, differ."""
        return [
            *(f"online engine against oracle: {one}" for one in differences(self.oracle, self.online)),
            *(f"replay against oracle: {one}" for one in differences(self.oracle, self.replayed)),
            *(f"replay against online engine: {one}" for one in differences(self.online, self.replayed)),
        ]


def run(world: DrawnWorld) -> Run:
    """Run a world through everything."""
    return run_log(world.config, world.moves)


def run_log(config: ScoringConfig, log: Iterable[Move | Interaction | Action]) -> Run:
    """Run a log through everything."""
    entries, account, oracle = run_oracle(config, log)
    return Run(
        config, entries, oracle.rows, account, run_online(config, entries), run_replay(config, entries)
    )


def seeded_world(seed: int) -> DrawnWorld:
    """The world of a seed, the same wherever it is drawn."""
    return draw_world(Random(seed))


def smallest_that_disagrees(world: DrawnWorld) -> Run:
    """Drop moves from a world in which the engines disagree for as long as they still do."""
    moves, found = world.moves, run(world)
    size = max(1, len(moves) // 2)
    while size:
        for start in range(len(moves) - size, -1, -size):
            fewer = moves[:start] + moves[start + size :]
            tried = run_log(world.config, fewer)
            if tried.disagreements():
                moves, found = fewer, tried
        size //= 2
    return found
