"""Where identities are kept: one protocol, one file for each store."""

from idlab.stores.base import Changes, Store, Transaction
from idlab.stores.generations import open_serving
from idlab.stores.memory import MemoryStore

__all__ = ["Changes", "MemoryStore", "Store", "Transaction", "open_store"]


def open_store(url: str) -> Store:
    """Open a store by its URL; a database that is empty is made one.

    Args:
        url: ``memory://``, a store in this process; ``sqlite:///FILE``, one file (a fourth slash begins an absolute path);
            ``postgresql://...``, a server, with all that libpq understands in such a URL (``?sslmode=verify-full``);
            ``dynamodb://TABLE?region=...&endpoint=...``, a table in DynamoDB, the options where they are needed. A store that was
            switched to another config has several generations: the one that serves is opened, or the one that the URL names
            (``generation=2``).

    Returns:
        The store.

    Raises:
        BadInput: If there is no store of this kind, or the database is none of idlab's or of a newer version.
        StoreFailure: If it cannot be opened.
        MissingExtra: If the kind needs a part of idlab that is not installed.

    Example:
        >>> open_store("memory://").identity_of("call-1") is None
        True
    """
    return open_serving(url)[1]
