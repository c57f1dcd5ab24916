"""The log that is sent while things break, and in which order its interactions are delivered."""

from __future__ import annotations

from random import Random

from idlab.model import Interaction
from idlab.testing.logs import POOLS, Move, contact

_LATE = 12
"""How many places later the first delivery of an interaction may come."""
_AGAIN = 60
"""How many places later the second one may come."""


def draw_contacts(seed: int, size: int) -> list[Move]:
    """Draw so many contacts of a few people, whose identifiers collide."""
    chance = Random(seed)  # noqa: S311 - for worlds, not for secrets
    return [Move("contact", tuple(chance.randrange(256) for _ in range(len(POOLS) + 4))) for _ in range(size)]


def interaction(moves: list[Move], place: int) -> Interaction:
    """The interaction of a contact."""
    return contact(place, moves[place].picks)


def deliveries(seed: int, size: int) -> list[int]:
    """The places of interactions in the order delivered: every one twice, and out of order.

    Example:
        >>> sorted(deliveries(1, 3))
        [0, 0, 1, 1, 2, 2]
    """
    chance = Random(seed)  # noqa: S311 - for worlds, not for secrets
    due = [(place + chance.uniform(0, late), place) for place in range(size) for late in (_LATE, _AGAIN)]
    return [place for _, place in sorted(due)]
