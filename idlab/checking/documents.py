"""Keys and identifiers, of the documents in which a store keeps them under their names."""

from __future__ import annotations

from idlab.stores.base import Identifier, IdentifierState, Key, KeyState
from idlab.stores.documents import as_tuples, from_text


def key_held(text: str) -> tuple[Key, KeyState]:
    """A key and what is known of it.

    Example:
        >>> key_held('[["phone.e164","+12025550143"],["call-1"],1,false]')[1].posted
        ('call-1',)
    """
    name, *state = as_tuples(from_text(text))
    return name, KeyState(*state)


def identifier_held(text: str) -> tuple[Identifier, IdentifierState]:
    """A counted identifier and what is known of it."""
    name, *state = as_tuples(from_text(text))
    return name, IdentifierState(*state)
