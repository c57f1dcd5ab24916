"""Districts: people of one hardly meet those of others, by a config whose keys and counted identifiers tell districts apart."""

from __future__ import annotations

from random import Random

from idlab import Interaction, Resolver, ScoringConfig
from idlab.stores.base import Store
from idlab.testing.configs import draw_config
from idlab.testing.logs import Namer, draw_moves
from tests.parity.engines import answer
from tests.stores.together import moved_to

TELLING = {"phone", "email", "cookie_id", "conversation"}
"""The fields that tell districts apart."""


def district_config(seed: int) -> ScoringConfig:
    """The first config drawn from a seed on that has a key on a field which tells, without its other keys."""
    for chance in map(Random, range(1000 * seed, 1000 * seed + 1000)):
        config = draw_config(chance)
        keys = [one for one in config.keys if one.enabled and any(_field(part) in TELLING for part in one.on)]
        if keys:
            counted = tuple(name for name in config.guards.count_names_on if name in TELLING)
            guards = config.guards.model_copy(update={"count_names_on": counted})
            changed = config.model_copy(update={"keys": tuple(keys), "guards": guards})
            return ScoringConfig.model_validate(changed.model_dump(by_alias=True))
    raise AssertionError("no config has a key on a field that tells districts apart")


def _field(part: str) -> str:
    return part.partition(".")[0]


_ROOM = 1000


def district_of(interaction_id: str) -> int:
    """The district that an interaction happened in."""
    return int(interaction_id.removeprefix("i")) // _ROOM


def fill_districts(store: Store, seed: int, districts: int, most: int = 30) -> set[int]:
    """Fill a store with what happened in some districts, in turns; people are erased in the odd ones only.

    Returns:
        The districts in which somebody was erased.
    """
    resolver, chance = Resolver(district_config(seed), store), Random(seed)
    logs = [draw_moves(chance, most) for _ in range(districts)]
    namers = [_namer(store, district) for district in range(districts)]
    erased = set()
    for place in range(most):
        for district, log in enumerate(logs):
            if place >= len(log) or (log[place].kind == "erase" and district % 2 == 0):
                continue
            entry = namers[district].entry(_ROOM * district + place, log[place])
            if isinstance(entry, Interaction):
                resolver.resolve(moved_to(district, entry))
            elif answer(resolver, entry) == "done" and entry.kind == "erase":
                erased.add(district)
    return erased


def _namer(store: Store, district: int) -> Namer:
    """Names what a district knows of."""
    return Namer(
        lambda: [one for one in store.links() if district_of(one.left) == district],
        lambda: [one for one in store.reviews() if district_of(one.anchor) == district],
        store.identity_of,
    )
