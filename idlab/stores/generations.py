"""The generations of a store: one beside the other, of which one serves. Each is a store by itself, with a URL of its own.

The first stands where the store's URL points. Generation n stands beside it: in ``FILE.n``, in the schema ``idlab_n`` of the same
database, in the table ``TABLE-n``; its URL ends in ``generation=n``. What a generation serves says which one took over from it
(``Settings.successor``): one write, in the generation that served until then, is the whole switch. Numbers are never given twice,
so that a successor that was read can never mean another one by the time it is followed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from idlab.errors import BadInput, StoreFailure
from idlab.stores.base import Changes, Store, Transaction, in_a_step
from idlab.stores.kept import Paper, Settings
from idlab.stores.kinds import empty, is_there, opened, remove
from idlab.stores.urls import parted, url_of

_COUNTER = "generation", "last"
"""The paper that holds the largest number given so far; it lies in the first generation."""


class Generation(NamedTuple):
    """One generation of a store.

    Args:
        number: 1 for the first.
        url: Opens this one, whichever serves.
        serves: Whether it does.
        settings: What it says of itself; None while nothing was ever resolved into it.
    """

    number: int
    url: str
    serves: bool
    settings: Settings | None


def open_serving(url: str) -> tuple[int, Store]:
    """The generation that serves, and its number.

    Args:
        url: The store's URL. One that names a generation opens just that.

    Raises:
        StoreFailure: If the generation that should serve is gone.
    """
    _, named = parted(url)
    store = opened(url)
    if named is not None or url == "memory://":
        return named or 1, store
    number, came_from = 1, 0
    while successor := _successor(store):
        if successor == came_from:
            reopen(store, came_from)  # whoever went back to it was broken off before saying so here
            break
        store.close()
        came_from, number = number if successor < number else 0, successor
        if not is_there(url_of(url, number)):
            what = f"generation {number}, which took over, is gone"
            raise StoreFailure(what, where="store", hint="restore it from a backup of the same moment")
        store = opened(url_of(url, number))
    return number, store


def generations(url: str) -> list[Generation]:
    """The generations of a store that are there, in the order of their numbers.

    Args:
        url: The store's URL.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     [(one.number, one.serves) for one in generations(f"sqlite:///{folder}/id.db")]
        [(1, True)]
    """
    base, _ = parted(url)
    serving, store = open_serving(base)
    store.close()
    first = opened(url_of(base, 1)) if base != "memory://" else store
    try:
        last = in_a_step(first, (), _last_number)
    finally:
        first.close()
    numbers = [1, *(number for number in range(2, last + 1) if is_there(url_of(base, number)))]
    return [_described(base, number, serving) for number in numbers]


def _described(base: str, number: int, serving: int) -> Generation:
    url = base if base == "memory://" else url_of(base, number)
    store = opened(url)
    try:
        settings = in_a_step(store, (), lambda transaction: transaction.settings())
    finally:
        store.close()
    return Generation(number, url, number == serving, settings)


def new_number(url: str) -> int:
    """A number for a further generation, which no other one has or had."""
    first = opened(url_of(url, 1))
    try:
        return in_a_step(first, None, _draw_number)
    finally:
        first.close()


def forget(url: str, *, keep: Collection[int]) -> list[int]:
    """Remove generations that do not serve. The first always says where the store is; of it no more is left than that.

    Args:
        url: The store's URL.
        keep: The numbers of those that are kept; the one that serves is in any case.

    Returns:
        The numbers of those that were removed.
    """
    found = generations(url)
    serving = next(one.number for one in found if one.serves)
    if serving != 1:
        first = opened(found[0].url)
        try:
            in_a_step(first, None, lambda transaction: hand_over(transaction, serving))
        finally:
            first.close()
    gone = [one for one in found if not one.serves and one.number not in keep]
    for one in gone:
        if one.number == 1:
            empty(one.url)
        else:
            remove(one.url)
    return [one.number for one in gone]


def hand_over(transaction: Transaction, successor: int) -> None:
    """Let another generation serve from now on, in a step that runs alone."""
    settings = transaction.settings()
    if settings is None:
        raise BadInput("nothing was ever resolved here", where="store", hint="there is nothing to switch")
    transaction.put(Changes(settings=settings._replace(successor=successor)))


def reopen(store: Store, former: int) -> None:
    """Let a generation serve again, which ``former`` took over from and has now gone back to."""

    def write(transaction: Transaction) -> None:
        settings = transaction.settings()
        if settings is not None and settings.successor == former:
            transaction.put(Changes(settings=settings._replace(successor=0)))

    in_a_step(store, None, write)


def _successor(store: Store) -> int:
    settings = in_a_step(store, (), lambda transaction: transaction.settings())
    return 0 if settings is None else settings.successor


def _last_number(transaction: Transaction) -> int:
    counter, settings = transaction.paper(*_COUNTER), transaction.settings()
    return max(
        1, 0 if counter is None else counter.body["number"], 0 if settings is None else settings.successor
    )


def _draw_number(transaction: Transaction) -> int:
    number = _last_number(transaction) + 1
    transaction.put(Changes(papers=[Paper(*_COUNTER, transaction.draw(), "", {"number": number})]))
    return number
