"""How much human work waits in a store: open links and open review items."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic
from typing import NamedTuple

from idlab.stores.base import Store

_SHARE = 20.0
"""Counting takes at most one part in so many of the time."""


class OpenWork(NamedTuple):
    """What waits for an answer.

    Args:
        links: How many links are open.
        reviews: How many review items are open.
    """

    links: int
    reviews: int


class Queues:
    """The lengths of a store's queues, counted when asked for and then held for some seconds.

    All counting is done in one thread of its own, so that whoever asks, in however many threads, costs the store one
    connection at most.

    Args:
        store: The store.
        hold: Seconds for which a count is held; longer where counting takes long.

    Example:
        >>> from idlab.stores import MemoryStore
        >>> Queues(MemoryStore()).count()
        OpenWork(links=0, reviews=0)
    """

    def __init__(self, store: Store, hold: float = 10.0) -> None:
        self.store = store
        self._hold = hold
        self._asking = Lock()
        self._counting = ThreadPoolExecutor(1, thread_name_prefix="idlab-queues")
        self._until = float("-inf")
        self._known: OpenWork | Exception = OpenWork(0, 0)

    def count(self) -> OpenWork:
        """How much waits.

        Raises:
            StoreFailure: If the store cannot be read; it is asked again once the hold is over.
        """
        with self._asking:
            begun = monotonic()
            if begun >= self._until:
                try:
                    self._known = self._counting.submit(open_work, self.store).result()
                except Exception as failure:  # noqa: BLE001 - held, and raised below
                    self._known = failure
                now = monotonic()
                self._until = now + max(self._hold, _SHARE * (now - begun))
            if isinstance(self._known, Exception):
                raise self._known
            return self._known

    def close(self) -> None:
        """Let the thread go."""
        self._counting.shutdown()


def open_work(store: Store) -> OpenWork:
    """Count a store's open links and review items, as they are at one moment."""
    with store.reading() as rows:
        return OpenWork(len(rows.links_in("open")), len(rows.reviews_in("open")))
