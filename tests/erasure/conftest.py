"""A PostgreSQL server whose folder may be looked into; DynamoDB as the tests of stores have it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.stores.conftest import dynamodb
from tests.stores.postgres_server import brought_up

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
    with brought_up() as (url, folder):
        yield Server(url, folder)
