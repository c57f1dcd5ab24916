"""Servers, as the tests of stores have them."""

from tests.stores.conftest import dynamodb, empty, server

__all__ = ["dynamodb", "empty", "server"]
