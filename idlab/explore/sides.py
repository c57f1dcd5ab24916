"""Both sides of a decision: what the record said, and what an identity had collected by then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from idlab.core.codes import MISSING
from idlab.masking import masked
from idlab.metrics.arrays import Ints
from idlab.replay import Replay
from idlab.why.between import held_before
from idlab.why.past import entry_of, journey

VALUES = 3
"""How many values of an identity's profile are shown of a field."""


class FieldValues(NamedTuple):
    """A field on both sides.

    Args:
        field: Its name.
        record: What the record has; None if nothing.
        identity: The distinct values that the identity had, first come first, at most ``VALUES``.
        more: How many more it had.
    """

    field: str
    record: str | None
    identity: tuple[str, ...]
    more: int


def held_then(done: Replay, i: int, root: int) -> Ints:
    """The interactions that an identity held just before interaction ``i`` was handled.

    Args:
        done: The replay.
        i: The interaction decided.
        root: The identity as it was numbered then, by its earliest interaction.

    Returns:
        Their numbers, in the order handled.
    """
    entry = entry_of(done.tape, i)
    rows = (
        np.arange(i) if done.results.moved.size else np.flatnonzero(done.identity[:i] == done.identity[root])
    )
    return np.array(
        [row for row in rows.tolist() if held_before(journey(done, row), entry) == root], np.int64
    )


def field_values(
    done: Replay, i: int, members: Ints, *, show_identifiers: bool, most: int = VALUES
) -> Iterator[FieldValues]:
    """Every field of a record and of the interactions of an identity.

    Args:
        done: The replay.
        i: The record.
        members: The interactions of the identity.
        show_identifiers: Whether values are shown as they are; else they are masked.
        most: How many values of the identity are shown at most.
    """
    records = done.tape.record.reshape(done.tape.n_interactions, -1)
    for place, spec in enumerate(done.compiled.normalizer.fields):
        theirs = [number for number in dict.fromkeys(records[members, place].tolist()) if number != MISSING]
        mine = int(records[i, place])
        shown = [
            done.tape.values[number] if show_identifiers else masked(spec.kind, done.tape.values[number])
            for number in (*([] if mine == MISSING else [mine]), *theirs[:most])
        ]
        yield FieldValues(
            spec.name,
            None if mine == MISSING else shown[0],
            tuple(shown[0 if mine == MISSING else 1 :]),
            max(0, len(theirs) - most),
        )
