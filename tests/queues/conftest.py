"""What tests of queues share: a resolver over each store that needs no server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idlab import MemoryStore, Resolver, ScoringConfig
from idlab.stores import open_store
from idlab.stores.base import Store
from tests.stores.conftest import dynamodb, empty, server

__all__ = ["dynamodb", "empty", "server"]


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = MemoryStore() if request.param == "memory" else open_store(f"sqlite:///{tmp_path / 'id.db'}")
    yield opened
    opened.close()


@pytest.fixture
def resolver(store: Store, handmade: ScoringConfig) -> Resolver:
    return Resolver(handmade, store)
