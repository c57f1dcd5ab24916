"""The kinds of stores, by the scheme of their URL."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from idlab.errors import BadInput
from idlab.stores.base import Store
from idlab.stores.memory import MemoryStore
from idlab.stores.urls import file_of, parted

_DRIVEN = {
    "postgresql": "idlab.stores.postgres",
    "postgres": "idlab.stores.postgres",
    "dynamodb": "idlab.stores.dynamodb",
}
"""The files of the kinds that stand on a driver of somebody else's."""


def opened(url: str) -> Store:
    """The store at just this URL, whichever of its generations serves.

    Raises:
        BadInput: If there is no store of this kind, or the database is none of idlab's or of a newer version.
        StoreFailure: If it cannot be opened.
        MissingExtra: If the kind needs a part of idlab that is not installed.
    """
    if url == "memory://":
        return MemoryStore()
    if _is_sqlite(url):
        from idlab.stores.sqlite import SQLiteStore, erasure_log_of

        sqlite = SQLiteStore(file_of(url))
        sqlite.erasure_log = erasure_log_of(file_of(parted(url)[0]))
        return sqlite
    store: Store = _driven(url).open_at(url)
    return store


def is_there(url: str) -> bool:
    """Whether there is a store at just this URL."""
    if _is_sqlite(url):
        return file_of(url).is_file()
    return url != "memory://" and bool(_driven(url).is_there(url))


def remove(url: str) -> None:
    """Remove the store at just this URL, with all that it holds; nothing if there is none."""
    if _is_sqlite(url):
        for end in ("", "-wal", "-shm", "-turn"):
            file = file_of(url)
            file.with_name(f"{file.name}{end}").unlink(missing_ok=True)
    elif url != "memory://":
        _driven(url).remove(url)


def empty(url: str) -> None:
    """Remove all that the store at just this URL holds, from free space too; what it says of itself stays."""
    store: Any = opened(url)
    try:
        store.empty()
    finally:
        store.close()


def bytes_held(url: str) -> int | None:
    """How much disk the store at just this URL takes; None where nobody counts it."""
    if _is_sqlite(url):
        file = file_of(url)
        parts = [file.with_name(f"{file.name}{end}") for end in ("", "-wal")]
        return sum(part.stat().st_size for part in parts if part.is_file())
    held: int | None = None if url == "memory://" else _driven(url).bytes_held(url)
    return held


def _is_sqlite(url: str) -> bool:
    scheme, _, rest = url.partition("://")
    return scheme == "sqlite" and len(rest) > 1 and rest.startswith("/")


def _driven(url: str) -> Any:
    """The module of a kind that stands on a driver."""
    scheme = url.partition("://")[0]
    if scheme not in _DRIVEN:
        valid = "memory://, sqlite:///FILE, postgresql://..., dynamodb://TABLE"
        what = f"there is no store of the kind {scheme!r}; valid: {valid}"
        raise BadInput(what, where="store URL")
    return import_module(_DRIVEN[scheme])
