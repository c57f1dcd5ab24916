"""A store opened with the config that it serves, for the commands that work on what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.errors import BadInput

if TYPE_CHECKING:
    from idlab.resolver import Resolver
    from idlab.stores import Store
    from idlab.stores.base import Rows

StoreUrl = Annotated[
    str,
    typer.Option(
        "--store",
        metavar="URL",
        help="The store: sqlite:///FILE, postgresql://... or dynamodb://TABLE.",
        show_default=False,
    ),
]


@contextmanager
def opened_store(url: str) -> Iterator[Store]:
    """A store that is there already, closed when the block ends.

    Raises:
        BadInput: If there is no such store; unlike ``open_store`` this makes none.
    """
    from idlab.stores import open_store

    must_be_there(url)
    store = open_store(url)
    try:
        yield store
    finally:
        store.close()


def must_be_there(url: str) -> None:
    """Refuse to make a store where a wrong file was named.

    Raises:
        BadInput: If there is no such file.
    """
    from idlab.stores.urls import file_of

    if url.startswith("sqlite:///") and not file_of(url).is_file():
        hint = "name the store that was resolved into"
        raise BadInput("there is no such file", where=str(file_of(url)), hint=hint)


@contextmanager
def opened_rows(url: str) -> Iterator[Rows]:
    """What a store holds at this moment, for looking through it.

    Raises:
        BadInput: If there is no such store, or nothing was ever resolved there.
    """
    from idlab.serving import config_of

    with opened_store(url) as store, store.reading() as rows:
        config_of(rows)
        yield rows


@contextmanager
def opened_resolver(url: str) -> Iterator[Resolver]:
    """A resolver over a store, with the config that the store serves; closed when the block ends.

    Raises:
        BadInput: If there is no such store, or it serves no config yet.
    """
    from idlab.resolver import Resolver
    from idlab.serving import config_of

    with opened_store(url) as store:
        with store.reading() as rows:
            config = config_of(rows)
        yield Resolver(config, store)
