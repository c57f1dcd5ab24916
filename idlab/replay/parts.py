"""A course cut where no component is: parts that never meet, each replayed as if it were the whole log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from idlab.core.codes import ACCEPT, EXPIRE, MISSING
from idlab.replay.course import Course

if TYPE_CHECKING:
    from idlab.replay.components import Ints
    from idlab.replay.tape import Tape


def parts_of(course: Course, count: int) -> tuple[Course, ...]:
    """Cut a course into parts of about as many entries each, no component in two of them.

    Args:
        course: The course.
        count: How many parts at most: the largest component may leave less to cut.

    Returns:
        Courses of their own that make up this one, in its order, everything numbered by the part.
    """
    components = len(course.entries_upto)
    if count == 1 or components < 2:
        return (course,)
    shares = len(course.entries) * np.arange(1, count) / count
    cuts = {_nearest(course.entries_upto, share) + 1 for share in shares.tolist()} - {components}
    return tuple(_parts(course, [0, *sorted(cuts), components])) if cuts else (course,)


def _nearest(upto: Ints, share: float) -> int:
    """The component whose end lies nearest to this many entries."""
    behind = int(np.searchsorted(upto, share))
    before = max(behind - 1, 0)
    return before if share - upto[before] < upto[behind] - share else behind


def _parts(course: Course, cuts: list[int]) -> Iterator[Course]:
    """The components from each cut up to the next as courses of their own."""
    entries = [0, *course.entries_upto.tolist()]
    interactions = [0, *course.interactions_upto.tolist()]
    for first, behind in pairwise(cuts):
        at = slice(entries[first], entries[behind])
        who = slice(interactions[first], interactions[behind])
        yield Course(
            _tape_of(course.tape, at, who),
            course.interactions[who],
            course.entries[at],
            course.interactions_upto[first:behind] - who.start,
            course.entries_upto[first:behind] - at.start,
        )


def _tape_of(tape: Tape, at: slice, who: slice) -> Tape:
    """These entries of a tape and the interactions that they are about; values keep their numbers."""
    key = _rows(tape.key, who, tape.n_interactions)
    there = key != MISSING
    first = int(key[there].min(initial=tape.n_keys))
    kind, other = tape.kind[at], tape.other[at]
    joins = (kind >= ACCEPT) & (kind <= EXPIRE)
    start = tape.part_start[at.start : at.stop + 1]
    return replace(
        tape,
        time=tape.time[who],
        record=_rows(tape.record, who, tape.n_interactions),
        key=np.where(there, key - first, MISSING),
        n_keys=int(key.max(initial=MISSING)) + 1 - first if there.any() else 0,
        kind=kind,
        subject=_moved(tape.subject[at], who.start),
        other=np.where(joins, _moved(other, who.start), other),
        verdict=tape.verdict[at],
        part_start=start - start[0],
        part=_moved(tape.part[start[0] : start[-1]], who.start),
    )


def _rows(cells: Ints, which: slice, count: int) -> Ints:
    """Some rows, side by side, of a flat table of so many."""
    width = len(cells) // max(1, count)
    return cells[which.start * width : which.stop * width]


def _moved(interactions: Ints, first: int) -> Ints:
    """Interactions counted from the first of a part; -1 stays -1."""
    return np.where(interactions == MISSING, MISSING, interactions - first)
