"""Erasing customers from the generations of a store that do not serve: they are kept as a way back, and hold the same people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from idlab.config import ScoringConfig
from idlab.erasure.erasing import finish
from idlab.missed import carry_out
from idlab.model import Link, ReviewItem, customer_id_of, microseconds
from idlab.resolver import Resolver
from idlab.stores.base import Key, Rows, Store, Transaction
from idlab.stores.cleaned import Cleaned
from idlab.stores.erasure_log import Erasure
from idlab.stores.generations import Generation, generations
from idlab.stores.kept import Settings
from idlab.stores.kinds import opened


def erase_in_generations(
    url: str, interactions: Sequence[str], *, by: str, at: datetime
) -> list[dict[str, str]]:
    """Erase whoever holds one of these interactions in a generation that does not serve, and clean that.

    Args:
        url: The store's URL, which names no generation.
        interactions: The ids of interactions whose customers were erased where the store serves.
        by: Who asked for it.
        at: When.

    Returns:
        For each such generation where it is and what was done.
    """
    done = []
    for generation in generations(url):
        if not generation.serves and generation.settings is not None:
            _erase_in(generation, generation.settings, interactions, by, at)
            done.append({"where": f"generation {generation.number}", "what": "erased and cleaned"})
    return done


def _erase_in(
    generation: Generation, settings: Settings, interactions: Sequence[str], by: str, at: datetime
) -> None:
    config = ScoringConfig.parse(json.loads(settings.config), where=f"generation {generation.number}")
    store = opened(generation.url)
    try:
        resolver = Resolver(config, _AsIfItServed(store))
        ids = tuple(map(customer_id_of, interactions))
        erasure = Erasure(uuid4().hex, microseconds(at), by, (), ids)
        carry_out(resolver.act, store, erasure, resolver.ready.field_names)
        finish(resolver, at=at, place=lambda _: None)
    finally:
        store.close()


class _AsIfItServed:
    """A generation that another one took over from, as it was when it served; only for erasing from it.

    Args:
        store: The generation.
    """

    def __init__(self, store: Store) -> None:
        self.erasure_log: Path | None = None
        self._store = store

    @contextmanager
    def step(self, locks: Iterable[Key] | None = None) -> Iterator[Transaction]:
        with self._store.step(locks) as transaction:
            yield cast("Transaction", _Step(transaction))

    def reading(self) -> AbstractContextManager[Rows]:
        return self._store.reading()

    def identity_of(self, interaction_id: str) -> str | None:
        return self._store.identity_of(interaction_id)

    def links(self) -> list[Link]:
        return self._store.links()

    def reviews(self) -> list[ReviewItem]:
        return self._store.reviews()

    def clean(self) -> Cleaned:
        return self._store.clean()

    def close(self) -> None:
        self._store.close()


class _Step:
    """A step that does not know of a successor."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)

    def settings(self) -> Settings | None:
        served = self._transaction.settings()
        return served and served._replace(successor=0)
