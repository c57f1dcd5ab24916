"""What tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Idlab, run_idlab

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def idlab() -> Idlab:
    """Runs a command of idlab in this process."""
    return run_idlab


@pytest.fixture(scope="session")
def configs() -> Path:
    """The scoring configs that come with the project."""
    return PROJECT / "configs"


@pytest.fixture(scope="session")
def world(idlab: Idlab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small retail world."""
    folder = tmp_path_factory.mktemp("world") / "retail"
    done = idlab("generate", "retail", "--interactions", 600, "--seed", 5, "--out", folder)
    assert done.code == 0, done.err
    return folder
