"""One pass of the compiled kernel over a course, and what is kept of it.

Most of the memory that a pass works in is let go when it ends: what is kept is what was decided and the final state.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from idlab.compiled import Compiled
from idlab.core.world import N_LINKS, N_REVIEWS, World
from idlab.replay.components import Ints
from idlab.replay.course import Course
from idlab.replay.jit import compiled_run, user_function
from idlab.replay.kernel import COMPLETE
from idlab.replay.state import (
    Results,
    Room,
    new_index,
    new_log,
    new_members,
    new_results,
    new_world,
)

Flags = NDArray[np.bool_]


class LinkArrays(NamedTuple):
    """Links in the order opened: the interaction at hand, the other one, and a place in ``LINK_STATES``."""

    left: Ints
    right: Ints
    state: Ints


class Items(NamedTuple):
    """Review items in the order opened.

    Args:
        opened_at: [items] the entry.
        anchor: [items] the interaction that the item goes by.
        number: [items] which one of the identity's it was.
        state: [items] a place in ``REVIEW_STATES``.
        head: [items] the first of the records turned away into it, -1 if there is none.
        following: [n] the next record in the same item, -1 at the end.
    """

    opened_at: Ints
    anchor: Ints
    number: Ints
    state: Ints
    head: Ints
    following: Ints


class Pass(NamedTuple):
    """What a pass over a course came to, everything numbered by that course.

    Args:
        course: What was passed over.
        written: What was decided.
        root: [n] the final identity of every interaction.
        erased: [n] whether the identity of this number is a tombstone.
        links: Every link ever opened.
        items: Every review item ever opened.
        hub_since: [keys] the interaction from which on each key is a hub, plus one; 0 where it is none.
        shared: [values] whether each was a shared identifier in the end.
        room: How much the arrays had room for.
    """

    course: Course
    written: Results
    root: Ints
    erased: Flags
    links: LinkArrays
    items: Items
    hub_since: Ints
    shared: Flags
    room: Room


def pass_over(course: Course, ready: Compiled) -> Pass:
    """Hand every entry of a course to the decision core; other threads may do so with other courses.

    Args:
        course: The entries.
        ready: What decides.
    """
    run, _ = compiled_run()
    tape = course.tape
    user, callbacks = user_function(ready, tape.texts)
    room = Room(cannot=1024, moved=2 * tape.n_interactions + 1024)
    while True:
        world, results = new_world(tape, ready, user, room), new_results(tape, ready, room)
        index, members, log = new_index(tape), new_members(tape), new_log(tape, room)
        done = run(world, index, members, log, results) == COMPLETE
        if callbacks is not None:
            callbacks.raise_kept()
        if done:
            return _kept(course, world, results, np.array(index.hub)[: tape.n_keys], room)
        room = Room(room.cannot * 4, room.moved * 4)


def roots(parent: Any) -> Ints:
    """The root of every interaction, by following parents to the end."""
    root = np.asarray(parent).copy()
    while True:
        above = root[root]
        if np.array_equal(above, root):
            return root
        root = above


def _kept(course: Course, world: World, results: Results, hub_since: Ints, room: Room) -> Pass:
    """What is kept, in arrays that hold on to nothing else."""
    n, n_links, n_items = course.tape.n_interactions, world.counters[N_LINKS], world.counters[N_REVIEWS]
    links: Any = world.links
    reviews: Any = world.reviews
    tombstone: Any = world.identities.erased
    shared: Any = world.marks.shared
    item_at, anchor, number, state, head = (
        column[:n_items].copy()
        for column in (results.item_at, reviews.anchor, reviews.number, reviews.state, reviews.head)
    )
    return Pass(
        course,
        results,
        roots(world.identities.parent),
        tombstone[:n] != 0,
        LinkArrays(*(column[:n_links].copy() for column in (links.left, links.right, links.state))),
        Items(item_at, anchor, number, state, head, reviews.next_in_item),
        hub_since,
        shared[: course.tape.n_values] != 0,
        room,
    )
