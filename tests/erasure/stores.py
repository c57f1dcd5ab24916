"""Stores of every kind, with all the bytes that each of them keeps and a way to see whether anything was written."""

from __future__ import annotations

import pickle
import sqlite3
from abc import ABC, abstractmethod
from contextlib import closing
from pathlib import Path
from typing import Any

from idlab import MemoryStore, Store, open_store
from tests.erasure.searching import Places, files


class Kept(ABC):
    """A store under test.

    Args:
        store: The store.
        must_hold: The places in which everybody must be found before erasure, or nothing is proven of them.
    """

    store: Store
    must_hold: tuple[str, ...]

    @abstractmethod
    def places(self) -> Places:
        """Every byte that it keeps."""

    @abstractmethod
    def state(self) -> Any:
        """What differs as soon as anything is written."""

    def age(self) -> None:  # noqa: B027 - not every store does
        """Let the store do what it does over time: old bytes come to lie in more places."""


class InMemory(Kept):
    must_hold = ("the dictionaries",)

    def __init__(self) -> None:
        self.store = MemoryStore()
        self._hidden = {"_step", "link", "review"}

    def places(self) -> Places:
        return {
            "the dictionaries": [pickle.dumps(self.state(), protocol=5), repr(self.state()).encode("utf-8")]
        }

    def state(self) -> Any:
        return {name: value for name, value in vars(self.store).items() if name not in self._hidden}


class InSQLite(Kept):
    must_hold = ("database file", "database file, -wal")

    def __init__(self, folder: Path) -> None:
        self._file = folder / "id.db"
        self.store = open_store(f"sqlite:///{self._file}")

    def age(self) -> None:
        with closing(sqlite3.connect(self._file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def places(self) -> Places:
        beside = sorted(self._file.parent.glob("id.db*"))
        return {path.name.replace("id.db", "database file, ").rstrip(", "): files([path]) for path in beside}

    def state(self) -> Any:
        return {
            path.name: path.read_bytes()
            for path in sorted(self._file.parent.glob("id.db*"))
            if "-shm" not in path.name
        }


class InPostgres(Kept):
    """Statistics are gathered as before they were turned off, and segments of the write-ahead log kept for use again."""

    must_hold = ("write-ahead log", "tables and indexes")

    def __init__(self, url: str, folder: Path) -> None:
        import psycopg

        self._url, self._folder = url, folder
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET client_min_messages TO warning")
            connection.execute("DROP SCHEMA IF EXISTS idlab CASCADE")
        self.store = open_store(url)

    def age(self) -> None:
        import psycopg

        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SET search_path TO idlab")
            for table, column in (
                ("interactions", "record"),
                ("identities", "document"),
                ("keys", "document"),
                ("keys", "id"),
            ):
                connection.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 1000")
            connection.execute("ANALYZE interactions, identities, keys")
            for table, column in (
                ("interactions", "record"),
                ("identities", "document"),
                ("keys", "document"),
            ):
                connection.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
            connection.execute("SELECT pg_switch_wal()")
            connection.execute(
                "CHECKPOINT"
            )  # what was written so far lies in a segment that is kept for use again

    def places(self) -> Places:
        import psycopg

        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        folder = self._folder
        named = {
            "write-ahead log": folder / "pg_wal",
            "tables and indexes": folder / "base",
            "log of the server": folder / "log",
        }
        rest = [
            path for path in sorted(folder.iterdir()) if path not in named.values() and not path.is_socket()
        ]
        return {
            **{name: files([path]) for name, path in named.items()},
            "the rest of its folder": files(rest),
        }

    def state(self) -> Any:
        import psycopg

        with psycopg.connect(self._url) as connection:
            tables = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'idlab' ORDER BY 1"
            ).fetchall()
            return {
                table: connection.execute(
                    f"SELECT xmin::text, ctid::text, t::text FROM idlab.{table} t ORDER BY 2"  # noqa: S608 - a table's name
                ).fetchall()
                for (table,) in tables
            }


class InDynamoDB(Kept):
    must_hold = ("items",)

    def __init__(self, endpoint: str, table: str) -> None:
        self.store = open_store(f"dynamodb://{table}?region=eu-west-1&endpoint={endpoint}")

    def state(self) -> Any:
        return sorted(self.store._table.every(""), key=lambda one: one[0])  # type: ignore[attr-defined]

    def places(self) -> Places:
        return {"items": [repr(one).encode("utf-8") for one in self.state()]}
