"""Where identities are kept: one protocol, one file for each store."""

from idlab.errors import BadInput
from idlab.stores.base import Changes, Store, Transaction
from idlab.stores.memory import MemoryStore

__all__ = ["Changes", "MemoryStore", "Store", "Transaction", "open_store"]


def open_store(url: str) -> Store:
    """Open a store by its URL.

    Args:
        url: ``memory://``, a store in this process.

    Returns:
        The store.

    Raises:
        BadInput: If there is no store of this kind.

    Example:
        >>> open_store("memory://").identity_of("call-1") is None
        True
    """
    if url == "memory://":
        return MemoryStore()
    scheme = url.partition("://")[0]
    raise BadInput(f"there is no store of the kind {scheme!r}; valid: memory://", where="store URL")
