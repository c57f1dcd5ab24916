"""Parting those who are to be erased from others, so that an erasure takes the same interactions out of every generation."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from idlab.model import Action, customer_id_of
from idlab.resolver import Resolver
from idlab.stores.base import RecordState, Rows, in_a_step
from idlab.switch.looking import live, roots_of

MIGRATOR = "migrate-config"
"""Who does what is needed to carry something over."""


def part_for_erasure(resolver: Resolver, interactions: tuple[str, ...], *, at: datetime) -> int:
    """Part interactions that are to be erased from others that are one with them in this generation.

    So an erasure takes out of every generation the same interactions, whoever they are one with there.

    Args:
        resolver: Over the generation.
        interactions: What is to be erased.
        at: When it is.

    Returns:
        How many identities were parted.
    """
    doomed = frozenset(interactions)
    roots = in_a_step(resolver.store, (), lambda rows: live(rows, roots_of(rows, interactions)))
    parted = 0
    for root in roots:
        held = in_a_step(resolver.store, (), partial(_members, root=root))
        part = tuple(one.interaction_id for one in held if one.interaction_id in doomed)
        if len(part) < len(held):
            resolver.act(Action.split(customer_id_of(root), part), by=MIGRATOR, at=at)
            parted += 1
    return parted


def _members(rows: Rows, root: str) -> list[RecordState]:
    return list(rows.members(root))
