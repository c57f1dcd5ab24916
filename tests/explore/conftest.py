"""A small labelled world, read under the default config."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import synthetic
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation, evaluate
from idlab.explore.session import Session


@pytest.fixture(scope="session")
def world() -> Dataset:
    return synthetic.generate("household_telecom", 1200, seed=3).dataset


@pytest.fixture(scope="session")
def evaluation(world: Dataset, default: ScoringConfig) -> Evaluation:
    return evaluate(world, default, resamples=20)


@pytest.fixture(scope="session")
def prepared_session(world: Dataset, default: ScoringConfig) -> Session:
    return Session(world, default)


@pytest.fixture
def session(prepared_session: Session) -> Session:
    """A session at its start."""
    prepared_session.reset()
    prepared_session.rested = prepared_session.rested[:1]
    prepared_session.unpin_all()
    return prepared_session


@pytest.fixture(scope="session")
def same_person(world: Dataset) -> Callable[[str, str], bool]:
    """What a perfect labeller says."""
    person = dict(zip(world.ids.to_pylist(), world.person.tolist(), strict=True))
    return lambda left, right: person[left] == person[right]
