"""What all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from idlab.config import ScoringConfig

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The third-party data sets that lie beside the project, for tests only."""
    folder = PROJECT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with third-party data sets is absent")
    return folder


@pytest.fixture(scope="session")
def default() -> ScoringConfig:
    """The default config that comes with the project."""
    return ScoringConfig.load(PROJECT / "configs" / "default.json")


@pytest.fixture(scope="session")
def baseline() -> ScoringConfig:
    """The textbook's config that comes with the project."""
    return ScoringConfig.load(PROJECT / "configs" / "baseline.json")


@pytest.fixture(scope="session")
def handmade() -> ScoringConfig:
    """A config written by hand, so that what it does is known whatever the default config becomes."""
    return ScoringConfig.load(PROJECT / "tests" / "handmade.json")
