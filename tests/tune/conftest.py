"""Worlds small enough to be replayed many times in a test."""

from __future__ import annotations

from pathlib import Path

import pytest

import synthetic
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


@pytest.fixture(scope="session")
def default() -> ScoringConfig:
    return ScoringConfig.load(CONFIGS / "default.json")


@pytest.fixture(scope="session")
def baseline() -> ScoringConfig:
    return ScoringConfig.load(CONFIGS / "baseline.json")


@pytest.fixture(scope="session")
def retail() -> Dataset:
    return synthetic.generate("retail", 400, 3).dataset
