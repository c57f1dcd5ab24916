"""The store in memory keeps the contract of a store."""

from __future__ import annotations

import pytest

from idlab import MemoryStore
from idlab.errors import BadInput
from idlab.stores import open_store
from idlab.stores.base import Store
from idlab.testing.store_contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()


def test_its_url_opens_an_empty_one() -> None:
    assert open_store("memory://").links() == []


def test_another_url_is_refused() -> None:
    with pytest.raises(BadInput, match="valid: memory://"):
        open_store("carrier-pigeon://coop")
