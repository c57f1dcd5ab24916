"""Erasing customers from the generations of a store that do not serve: they are kept as a way back, and hold the same people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from idlab.config import ScoringConfig
from idlab.erasure.erasing import finish
from idlab.missed import carry_out
from idlab.model import customer_id_of, microseconds
from idlab.resolver import Resolver
from idlab.stores.erasure_log import Erasure
from idlab.stores.generations import Generation, generations
from idlab.stores.kept import Settings
from idlab.stores.kinds import opened
from idlab.switch.parting import part_for_erasure


def erase_in_generations(
    url: str, interactions: Sequence[str], *, by: str, at: datetime
) -> list[dict[str, str]]:
    """Erase just these interactions from every generation that does not serve, and clean that.

    Whoever they are one with there, and was not erased where the store serves, is parted from them first.

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
    store.erasure_log = (
        None  # its lines tell of whom the serving generation erased, not of what is one with them here
    )
    try:
        resolver = Resolver(config, store, successor=settings.successor)
        part_for_erasure(resolver, tuple(interactions), at=at)
        ids = tuple(map(customer_id_of, interactions))
        erasure = Erasure(uuid4().hex, microseconds(at), by, (), ids)
        carry_out(resolver.act, store, erasure, resolver.ready.field_names)
        finish(resolver, at=at, place=lambda _: None)
    finally:
        store.close()
