"""The state of the world just before an entry of the log, and what the decision core says there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

import numpy as np

from idlab.core.codes import BRIDGE, INTERACTION, MISSING
from idlab.core.decide import decide, outranks, why_not_united
from idlab.core.step import begin, set_aside
from idlab.core.weigh import weigh
from idlab.core.world import N_MEMBERS, UserPredicates, World
from idlab.metrics.arrays import Ints
from idlab.model import Evidence
from idlab.replay import Replay, Tape
from idlab.replay.jit import compiled_run, user_function
from idlab.replay.kernel import look_up
from idlab.replay.passes import roots
from idlab.replay.state import Index, Room, new_index, new_log, new_members, new_results, new_world
from idlab.replay.user import never


class Role(Enum):
    """What an identity was to a decision."""

    NO_CANDIDATE = "no candidate"
    SET_ASIDE = "set aside by a guard"
    UNITED = "a member of the union"
    OTHER = "another candidate"


class Standing(NamedTuple):
    """Where an identity stood when a decision was made.

    Args:
        role: What it was.
        weight: How well the record agreed with it.
        evidence: Level and contribution of every field.
        kept_out: The reason bits for which it stayed out of the union though it reached ``merge_at``; 0 if it
            did not reach that.
    """

    role: Role
    weight: float
    evidence: tuple[Evidence, ...]
    kept_out: int


@dataclass(frozen=True, eq=False)
class Past:
    """The world before an entry, with the core's own plain functions to ask it.

    Args:
        done: The replay of the whole log.
        entry: The log position.
        world: The state before it.
        index: The key index before it.
        root: [n] the identity that holds each interaction; itself for those not handled yet.
    """

    done: Replay
    entry: int
    world: World
    index: Index
    root: Ints

    def members(self, root: int) -> Ints:
        """The interactions of an identity, in the order handled."""
        return np.flatnonzero(self.root == root)

    def decide(self, i: int) -> int:
        """Decide about interaction ``i`` without carrying it out; returns how many candidates it has."""
        begin(self.world, i)
        size = look_up(self.world, self.index, i)
        candidates = self.world.candidates
        for slot in range(size):
            weigh(self.world, i, slot)
            candidates.aside[slot] = int(set_aside(self.world, i, candidates.identity[slot]))
        decide(self.world, size)
        return size

    def standing(self, i: int, size: int, root: int) -> Standing:
        """Where an identity stood in the decision about ``i``, or how it compares if it was no candidate.

        Args:
            i: The interaction that ``decide`` was called with.
            size: What that returned.
            root: The identity.
        """
        world, candidates = self.world, self.world.candidates
        slot = next((slot for slot in range(size) if candidates.identity[slot] == root), size)
        if slot == size:
            candidates.identity[slot] = root
            weigh(world, i, slot)
        role = self._role(slot, size)
        outside = role is Role.OTHER and world.rules.on_rivals == BRIDGE
        reaches = candidates.weight[slot] >= world.rules.merge_at
        kept_out = self._kept_out(slot) if outside and reaches else 0
        return Standing(role, float(candidates.weight[slot]), self._evidence(slot), kept_out)

    def _role(self, slot: int, size: int) -> Role:
        candidates = self.world.candidates
        if slot == size:
            return Role.NO_CANDIDATE
        if candidates.aside[slot]:
            return Role.SET_ASIDE
        return Role.UNITED if candidates.united[slot] else Role.OTHER

    def _kept_out(self, slot: int) -> int:
        """The reason for which a candidate stayed out of the union, asked when it was its turn."""
        candidates = self.world.candidates
        members = range(candidates.plan[N_MEMBERS])
        before = sum(outranks(self.world, candidates.members[k], slot) for k in members)
        return why_not_united(self.world, slot, before) if before else 0

    def _evidence(self, slot: int) -> tuple[Evidence, ...]:
        candidates, ready = self.world.candidates, self.done.compiled
        found = []
        for field, name in enumerate(ready.field_names):
            place = slot * len(ready.field_names) + field
            level = candidates.level[place]
            reached = None if level == MISSING else ready.level_names[field][level]
            found.append(Evidence(name, reached, float(candidates.contribution[place])))
        return tuple(found)


def before(done: Replay, entry: int) -> Past:
    """The world just before an entry of a log that was replayed.

    Args:
        done: The replay.
        entry: The log position.

    Returns:
        The state, got by replaying the entries before it once more.
    """
    ready = done.compiled
    tape = _first(done.tape, entry)
    run, _ = compiled_run()
    user, callbacks = user_function(ready, tape.texts)
    plain: UserPredicates = callbacks or never
    # In another order, it may be full a little earlier.
    room = Room(2 * done.room.cannot, 2 * done.room.moved)
    world, index = new_world(tape, ready, user, room), new_index(tape)
    run(world, index, new_members(tape), new_log(tape, room), new_results(tape, ready, room))
    if callbacks is not None:
        callbacks.raise_kept()
    return Past(done, entry, world._replace(user=plain), index, roots(world.identities.parent))


def _first(tape: Tape, entries: int) -> Tape:
    """The first entries of a tape; all interactions keep their numbers."""
    return replace(
        tape,
        kind=tape.kind[:entries],
        subject=tape.subject[:entries],
        other=tape.other[:entries],
        verdict=tape.verdict[:entries],
        part_start=tape.part_start[: entries + 1],
    )


def entry_of(tape: Tape, i: int) -> int:
    """The log position at which interaction ``i`` was first handled."""
    return int(np.flatnonzero((tape.kind == INTERACTION) & (tape.subject == i))[0])


def journey(done: Replay, i: int) -> list[tuple[int, int]]:
    """The identities that held interaction ``i``: (log position since when, root), in order."""
    results = done.results
    at, root = entry_of(done.tape, i), int(results.joined[i])
    steps = [(at, root)]
    moves = np.flatnonzero(results.moved == i)
    # The unions of its own decision came before it joined.
    unions = int(np.searchsorted(results.union_at, at, side="right"))
    while True:
        absorbed = unions + np.flatnonzero(results.union_gone[unions:] == root)
        moved = moves[results.moved_at[moves] > at]
        if absorbed.size and (not moved.size or results.union_at[absorbed[0]] < results.moved_at[moved[0]]):
            unions = int(absorbed[0]) + 1
            at, root = int(results.union_at[absorbed[0]]), int(results.union_kept[absorbed[0]])
        elif moved.size:
            at, root = int(results.moved_at[moved[0]]), int(results.moved_to[moved[0]])
            unions = int(np.searchsorted(results.union_at, at, side="right"))
        else:
            return steps
        steps.append((at, root))
