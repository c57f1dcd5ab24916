"""Stores that can be switched, by their URLs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from idlab.stores.kinds import remove
from idlab.stores.urls import url_of
from tests.cli.conftest import configs, idlab
from tests.stores.conftest import dynamodb, server

__all__ = ["configs", "dynamodb", "idlab", "server"]

SLOW = [
    pytest.param("postgresql", marks=pytest.mark.slow),
    pytest.param("dynamodb", marks=pytest.mark.slow),
]


def url_at(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a store that is not there yet."""
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'id.db'}"
    if kind == "postgresql":
        return str(request.getfixturevalue("server"))
    endpoint = request.getfixturevalue("dynamodb")
    return f"dynamodb://idlab-{uuid4().hex}?region=eu-west-1&endpoint={endpoint}"


@pytest.fixture(params=["sqlite", *SLOW])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty store of each kind; nothing of it is left behind."""
    found = url_at(request.param, tmp_path, request)
    if request.param == "postgresql":
        forget_all(found)
    yield found
    if request.param == "postgresql":
        forget_all(found)


def forget_all(url: str) -> None:
    """Remove every generation of a store."""
    for number in range(1, 9):
        remove(url_of(url, number))
