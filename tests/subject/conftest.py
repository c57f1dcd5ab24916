"""Servers, as the tests of stores have them."""

from tests.stores.conftest import empty, server

__all__ = ["empty", "server"]
