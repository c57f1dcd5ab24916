"""The course of a replay: whole components one after the other, so that what belongs together lies together.

Two entries are joined if they share a key, a counted identifier or an action. Entries of different components never meet,
so they may be handled in any order as long as each component keeps its own. All is numbered anew in that order, and a
replay reads and writes memory nearly in sequence. What comes out is put back into the order handled.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from idlab.core.codes import ACCEPT, EXPIRE, INTERACTION, MISSING
from idlab.replay.components import Ints, columns, components_of

if TYPE_CHECKING:
    from idlab.replay.tape import Tape


class Course(NamedTuple):
    """A tape in the order in which it is replayed.

    Args:
        tape: The log, everything numbered by its place in the course.
        interactions: [n] the number in the order handled of each interaction of the course.
        entries: [entries] the log position of each entry of the course.
        interactions_upto: [components] how many interactions lie up to the end of each component.
        entries_upto: [components] how many entries do.
    """

    tape: Tape
    interactions: Ints
    entries: Ints
    interactions_upto: Ints
    entries_upto: Ints

    def handled(self, numbers: Ints) -> Ints:
        """Interactions of the course as numbers in the order handled; -1 stays -1."""
        if not len(self.interactions):
            return numbers
        return np.where(numbers == MISSING, MISSING, self.interactions[numbers])


def course_of(tape: Tape) -> Course:
    """Put a tape into the order in which it is replayed; within a component, the order handled."""
    n = tape.n_interactions
    acting = np.flatnonzero(tape.kind != INTERACTION)
    component = _components(tape, acting)
    interactions = np.argsort(component[:n], kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[interactions] = np.arange(n)
    moved = replace(
        tape,
        ids=(),
        time=tape.time[interactions],
        record=_rows(tape.record, interactions),
        key=_numbered_anew(_rows(tape.key, interactions)),
    )
    count = int(component.max(initial=MISSING)) + 1
    upto = np.cumsum(np.bincount(component[:n], minlength=count))
    if not len(acting) and tape.n_entries == n:
        return Course(moved, interactions, interactions, upto, upto)
    of_entry = component[tape.subject]
    of_entry[acting] = component[n:]
    entries = np.argsort(of_entry, kind="stable")
    entries_upto = np.cumsum(np.bincount(of_entry, minlength=count))
    return Course(_log_in_course(moved, entries, rank), interactions, entries, upto, entries_upto)


def _components(tape: Tape, acting: Ints) -> Ints:
    """The component of every interaction, then of every action, whose log positions are given."""
    n = tape.n_interactions
    if not n:
        return np.zeros(len(acting), dtype=np.int64)
    record = tape.record.reshape(n, -1)
    shared = [*columns(tape.key.reshape(n, -1)), *columns(record[:, list(tape.counted)])]
    if len(acting):
        rows, named = [], []
        for row, entry in enumerate(acting.tolist(), start=n):
            for one in _named(tape, entry):
                rows += [row, one]
                named += [one, one]
        shared.append((np.array(rows, dtype=np.int64), np.array(named, dtype=np.int64)))
    return components_of(n + len(acting), shared)


def _named(tape: Tape, entry: int) -> list[int]:
    """The interactions that an action names."""
    found = [int(tape.subject[entry])]
    if ACCEPT <= tape.kind[entry] <= EXPIRE:
        found.append(int(tape.other[entry]))
    found += tape.part[tape.part_start[entry] : tape.part_start[entry + 1]].tolist()
    return [one for one in found if one != MISSING]


def _log_in_course(tape: Tape, entries: Ints, rank: Ints) -> Tape:
    """The entries of a log in that order, naming interactions by rank."""
    kind, other = tape.kind[entries], tape.other[entries]
    joins = (kind >= ACCEPT) & (kind <= EXPIRE)
    sizes = np.diff(tape.part_start)[entries]
    start = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    place = np.repeat(tape.part_start[:-1][entries] - start[:-1], sizes) + np.arange(start[-1])
    return replace(
        tape,
        kind=kind,
        subject=_ranked(tape.subject[entries], rank),
        other=np.where(joins, _ranked(other, rank), other),
        verdict=tape.verdict[entries],
        part_start=start,
        part=_ranked(tape.part[place], rank),
    )


def _ranked(interactions: Ints, rank: Ints) -> Ints:
    """Interactions by their rank; -1 stays -1, and so does what is no interaction but a number."""
    if not len(rank):
        return interactions
    return np.where(interactions == MISSING, MISSING, rank[np.minimum(interactions, len(rank) - 1)])


def _rows(cells: Ints, order: Ints) -> Ints:
    """The rows of a flat table in another order."""
    if not len(order):
        return cells
    return cells.reshape(len(order), -1)[order].reshape(-1)


def _numbered_anew(key: Ints) -> Ints:
    """Keys numbered by first appearance; -1 stays -1."""
    numbers = np.full(len(key), MISSING, dtype=np.int64)
    there = key != MISSING
    numbers[there] = pd.factorize(key[there])[0]
    return numbers
