"""Stores that a resolver filled from a drawn world, and rows of them changed by another hand."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from idlab import Action, Interaction, Resolver
from idlab.checking import Report, check
from idlab.stores.base import Store
from idlab.stores.documents import as_text
from idlab.stores.sqlite import SQLiteStore
from idlab.testing.logs import Namer
from idlab.testing.worlds import DrawnWorld, draw_world
from tests.parity.engines import answer


def drawn(seed: int, *, erasing: bool, most: int = 60) -> DrawnWorld:
    """The world of a seed, with erasures or without."""
    world = draw_world(Random(seed), most)
    if erasing:
        return world
    moves = [replace(move, kind="contact") if move.kind == "erase" else move for move in world.moves]
    return replace(world, moves=moves)


def fill(store: Store, world: DrawnWorld) -> list[Interaction | Action]:
    """Let a resolver handle a world; returns the entries that its moves became."""
    resolver, entries = Resolver(world.config, store), list[Interaction | Action]()
    namer = Namer(store.links, store.reviews, store.identity_of)
    for number, move in enumerate(world.moves):
        entry = namer.entry(number, move)
        entries.append(entry)
        if isinstance(entry, Interaction):
            resolver.resolve(entry)
        else:
            answer(resolver, entry)
    return entries


def quick(path: Path) -> SQLiteStore:
    """A store in a file that does not wait for the disk."""
    store = SQLiteStore(path)
    store._connection().execute("PRAGMA synchronous = OFF")
    return store


def filled(path: Path, world: DrawnWorld) -> None:
    """The same in a file."""
    store = quick(path)
    fill(store, world)
    store.close()


def report_on(path: Path) -> Report:
    """What a check of a file finds."""
    with closing(SQLiteStore(path)) as store, store.reading() as rows:
        return check(rows)


Plant = Callable[[sqlite3.Connection, Random], bool]
"""Changes something in a file by chance; whether there was anything to change."""


def failing_after(whole: Path, plant: Plant, chance: Random) -> list[str] | None:
    """Which invariants fail in a copy of a file in which something was changed; None if there was nothing to change."""
    copy = whole.with_suffix(".changed.db")
    shutil.copyfile(whole, copy)
    connection = sqlite3.connect(copy)
    connection.execute("DROP TRIGGER log_is_not_changed")
    connection.execute("DROP TRIGGER log_is_not_cut")
    planted = plant(connection, chance)
    connection.commit()
    connection.close()
    return [one.invariant for one in report_on(copy).failing] if planted else None


def changed(table: str, column: str, change: Callable[[Any, Random], Any]) -> Plant:
    """Plants a change of a document in one row; ``change`` gives None where a document has nothing to change."""

    def plant(connection: sqlite3.Connection, chance: Random) -> bool:
        key = "serial" if table == "log" else "one" if table == "settings" else "id"
        rows = connection.execute(
            f"SELECT {key}, {column} FROM {table} ORDER BY {key}"  # noqa: S608 - no values
        ).fetchall()
        chance.shuffle(rows)
        for name, text in rows:
            document = change(json.loads(text), chance)
            if document is not None:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {key} = ?",  # noqa: S608 - no values
                    (as_text(document), name),
                )
                return True
        return False

    return plant


def field(place: int, change: Callable[[Any, Random], Any]) -> Callable[[Any, Random], Any]:
    """Changes one place of a document that is a list."""

    def change_document(document: Any, chance: Random) -> Any:
        value = change(document[place], chance)
        return None if value is None else [*document[:place], value, *document[place + 1 :]]

    return change_document


def run(statement: str) -> Plant:
    """Plants what a statement does, if it does anything."""
    return lambda connection, _: connection.execute(statement).rowcount > 0
