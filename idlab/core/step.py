"""One interaction, from its candidates to the new state of the world."""

from __future__ import annotations

from idlab.core.codes import (
    HUB,
    LINKED,
    MERGE,
    MISSING,
    NOW_FLAGGED,
    PENDING,
    REVIEW,
    SHARED_IDENTIFIER,
)
from idlab.core.decide import decide
from idlab.core.identities import (
    are_cannot_link,
    open_link,
    open_link_between,
    review_if_flagged,
    settle,
    turn_away,
    unite,
)
from idlab.core.names import count_names, flagged, name_of, would_exceed
from idlab.core.profiles import take_in
from idlab.core.weigh import weigh
from idlab.core.world import (
    JOIN,
    N_MEMBERS,
    N_RANKED,
    N_TARGETS,
    OUTCOME,
    REASON_BITS,
    TURNED_FROM,
    World,
)


def set_aside(world: World, i: int, identity: int) -> bool:
    """Whether a candidate must not take record ``i`` in: it is flagged, or the record would bring it a name too many."""
    if world.rules.before == 0:
        return flagged(world, identity)
    return would_exceed(world, identity, name_of(world, i))


def unite_members(world: World) -> int:
    """Unite the members of U; returns the root."""
    candidates = world.candidates
    root = candidates.identity[candidates.members[0]]
    for k in range(1, candidates.plan[N_MEMBERS]):
        root = unite(world, root, candidates.identity[candidates.members[k]], MISSING)
    return root


def link_left_overs(world: World, i: int, root: int) -> None:
    """``link_on_merge``: link the band candidates left over with the identity that took the record in."""
    candidates, plan = world.candidates, world.candidates.plan
    tried = 0
    for place in range(plan[N_RANKED]):
        slot = candidates.ranked[place]
        identity = candidates.identity[slot]
        if candidates.united[slot] != 0 or candidates.weight[slot] >= world.rules.merge_at:
            continue
        if tried == world.rules.max_links:
            return
        tried += 1
        if open_link_between(world, root, identity) == MISSING and not are_cannot_link(world, root, identity):
            open_link(world, i, root, identity)
            plan[REASON_BITS] |= LINKED


def open_or_join(world: World, i: int, room: int) -> int:
    """Take the record into the provisional identity to join, or into a new one; returns the root."""
    candidates, plan = world.candidates, world.candidates.plan
    if plan[JOIN] != MISSING:
        root = candidates.identity[plan[JOIN]]
        world.identities.parent[i] = root
    else:
        root = i
        if plan[OUTCOME] == PENDING or plan[OUTCOME] == REVIEW:
            world.identities.provisional[i] = 1
    take_in(world, root, i, room)
    return root


def apply(world: World, i: int, room: int) -> int:
    """Carry the plan out; returns the root of the identity that holds the record."""
    candidates, plan = world.candidates, world.candidates.plan
    if plan[OUTCOME] == MERGE:
        root = unite_members(world)
        world.identities.parent[i] = root
        take_in(world, root, i, room)
        if world.rules.link_on_merge != 0:
            link_left_overs(world, i, root)
    else:
        root = open_or_join(world, i, room)
        if plan[OUTCOME] == PENDING:
            for k in range(plan[N_TARGETS]):
                identity = candidates.identity[candidates.targets[k]]
                if open_link_between(world, root, identity) == MISSING and not are_cannot_link(
                    world, root, identity
                ):
                    open_link(world, i, root, identity)
        elif plan[OUTCOME] == REVIEW:
            turn_away(world, i, root, candidates.identity[plan[TURNED_FROM]])
    if review_if_flagged(world, root):
        plan[REASON_BITS] |= NOW_FLAGGED
    settle(world, root)
    return root


def begin(world: World, i: int) -> None:
    """Make room for interaction ``i``, an identity of its own until decided, and count its name for its identifiers."""
    identities = world.identities
    identities.parent[i] = i
    world.candidates.plan[REASON_BITS] = SHARED_IDENTIFIER if count_names(world, i) else 0


def is_hub(world: World, rule: int, n_identities: int) -> bool:
    """Whether a key that leads to so many identities that are not provisional is a hub."""
    return n_identities > world.rules.max_fanout[rule]


def note_hub(world: World) -> None:
    """A key of the record at hand is a hub."""
    world.candidates.plan[REASON_BITS] |= HUB


def resolve(world: World, i: int, size: int, room: int) -> int:
    """Weigh the ``size`` candidates of record ``i``, decide and apply; returns the root that holds it.

    The caller has called ``begin``, looked candidates up and written them to ``candidates.identity``; what was decided
    stands in ``candidates.plan``. New entries of profiles take the places from ``room`` on.
    """
    candidates = world.candidates
    for slot in range(size):
        weigh(world, i, slot)
        candidates.aside[slot] = 1 if set_aside(world, i, candidates.identity[slot]) else 0
    decide(world, size)
    return apply(world, i, room)
