"""The candidates of the record at hand: the live identities under its keys."""

from __future__ import annotations

from collections.abc import Sequence

from idlab.core.codes import MISSING
from idlab.core.profiles import is_needless, key_lives
from idlab.core.step import is_hub, note_hub
from idlab.neighbourhood.neighbourhood import Neighbourhood
from idlab.stores.base import Key, KeyState


def look_up(
    near: Neighbourhood,
    interaction_id: str,
    rules: Sequence[int],
    keys: Sequence[Key],
    states: Sequence[KeyState | None],
) -> tuple[list[int], list[tuple[Key, KeyState]]]:
    """Find and load the candidates, each once, in the order found.

    Args:
        near: A neighbourhood with the record at hand.
        interaction_id: The record's.
        rules, keys, states: Its keys, the rules that made them, and what is known of them.

    Returns:
        The candidates, and what becomes of the keys once the record is handled.
    """
    candidates: dict[int, None] = {}
    changed: list[tuple[Key, KeyState]] = []
    for rule, key, state in zip(rules, keys, states, strict=True):
        if state is None:
            changed.append((key, first_under_key(interaction_id)))
            continue
        posted, holders, is_known_hub, is_bereft = state
        found = None if is_known_hub else identities_under(near, rule, posted)
        if found is None:
            note_hub(near.world)
            changed.append((key, KeyState((), holders + 1, hub=True, bereft=is_bereft)))
            continue
        nodes, kept = found
        changed.append((key, KeyState((*kept, interaction_id), holders + 1, is_known_hub, is_bereft)))
        for node in nodes:
            if near.world.identities.objected[node] == 0:
                candidates[node] = None
    return list(candidates), changed


def first_under_key(interaction_id: str) -> KeyState:
    """A key that only this record has."""
    return KeyState((interaction_id,), 1)


def identities_under(
    near: Neighbourhood, rule: int, posted: Sequence[str]
) -> tuple[list[int], list[str]] | None:
    """The live identities that a key leads to, and the records that may lead to them; None if it is a hub."""
    world, t, node_of = near.world, near.t, near.nodes.node_of
    always = near.rules.key_always_lives[rule] != 0
    found: dict[int, None] = {}
    kept: list[str] = []
    first: dict[int, int] = {}
    counted = 0
    for one in posted:
        root = t.holder(one)
        assert root is not None
        node = node_of.get(root, MISSING)
        if always and node in first:
            continue
        if node == MISSING:
            identity = t.identity(root)
            if identity.erased:
                continue
            node = near.load(root, identity)
        record = node if always else near.add_record(t.record(one))
        if node in first and is_needless(world, rule, record, first[node]):
            continue
        first.setdefault(node, record)
        kept.append(one)
        if node not in found and (always or key_lives(world, node, rule, record)):
            found[node] = None
            counted += 1 - world.identities.provisional[node]
            if is_hub(world, rule, counted):
                return None
    return list(found), kept
