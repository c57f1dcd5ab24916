"""Worlds before and after a switch, under the configs that come with the project."""

from __future__ import annotations

import pyarrow as pa
import pytest

import synthetic
from idlab.bundle import Bundle
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import replayed
from idlab.replay import Replay
from idlab.results import tables_of_replay, with_context
from idlab.tune.expected import expectations

ROWS = 9000


class Lived:
    """A world as one config decided about it."""

    def __init__(self, scenario: str, seed: int, config: ScoringConfig, rows: int = ROWS) -> None:
        self.dataset: Dataset = synthetic.generate(scenario, rows, seed).dataset
        self.done: Replay = replayed(self.dataset, config)

    @property
    def decisions(self) -> pa.Table:
        return with_context(tables_of_replay(self.done), self.dataset).decisions

    @property
    def channels(self) -> list[str]:
        names: list[str] = self.dataset.table["channel"].take(pa.array(self.dataset.order)).to_pylist()
        return names

    def bundle(self, config: ScoringConfig) -> Bundle:
        """What would be exported if this were the world reported on."""
        return Bundle.of(config, golden=[], expected=expectations(self.done, self.channels, config))


@pytest.fixture(scope="session")
def reported(default: ScoringConfig) -> Lived:
    """The world that the bundle was reported on."""
    return Lived("retail", 1, default)


@pytest.fixture(scope="session")
def bundle(reported: Lived, default: ScoringConfig) -> Bundle:
    return reported.bundle(default)


@pytest.fixture(scope="session")
def drifting(default: ScoringConfig) -> Lived:
    """Retail until day 90, and other rates from then on."""
    return Lived("drift", 4, default)
