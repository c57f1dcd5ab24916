"""The store on DynamoDB keeps the contract of a store, through moto's server: one writer, for it loses writes of several."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from idlab.stores import open_store
from idlab.stores.base import Store
from idlab.testing.store_contract import StoreContract

pytestmark = pytest.mark.slow
_TABLES = count()


@pytest.fixture
def url(dynamodb: str) -> str:
    """The URL of a table that does not exist yet."""
    return f"dynamodb://idlab-{next(_TABLES)}?region=eu-west-1&endpoint={dynamodb}"


class TestDynamoDBStore(StoreContract):
    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        store = open_store(url)
        yield store
        store.close()
