"""Worlds to report on: a synthetic one under three configs, and the same taken for real."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import synthetic
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation, evaluate
from idlab.report import StudyCourse, Subject, subject_of

PROJECT = Path(__file__).resolve().parents[2]
COURSE = StudyCourse(costs=(410.0, 395.5, 402.0, 371.25), starts=("default",), chosen=3)


@pytest.fixture(scope="session")
def world() -> Dataset:
    return synthetic.generate("retail", 3000, seed=3).dataset


@pytest.fixture(scope="session")
def scoring() -> dict[str, ScoringConfig]:
    """The baseline, one that asks much, and the default."""
    baseline, default = (
        ScoringConfig.load(PROJECT / "configs" / f"{name}.json") for name in ("baseline", "default")
    )
    decide = default.decide.model_copy(update={"merge_at": 0.99, "pending_at": 0.3})
    asking = default.model_copy(update={"name": "asking", "decide": decide})
    return {"baseline": baseline, "asking": asking, "default": default}


@pytest.fixture(scope="session")
def evaluations(world: Dataset, scoring: dict[str, ScoringConfig]) -> dict[str, Evaluation]:
    return {name: evaluate(world, config) for name, config in scoring.items()}


@pytest.fixture(scope="session")
def subject(world: Dataset, scoring: dict[str, ScoringConfig], evaluations: dict[str, Evaluation]) -> Subject:
    return subject_of(world, evaluations, scoring)


@pytest.fixture(scope="session")
def taken_for_real(world: Dataset, scoring: dict[str, ScoringConfig]) -> Subject:
    """The same interactions in a dataset that does not say that it is synthetic."""
    real = replace(world, manifest=replace(world.manifest, synthetic=False))
    config = scoring["default"]
    return subject_of(real, {"default": evaluate(real, config)}, {"default": config})
