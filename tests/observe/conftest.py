"""Servers for the tests of what is let out: those of the tests of stores."""

from tests.stores.conftest import dynamodb, empty, server

__all__ = ["dynamodb", "empty", "server"]
