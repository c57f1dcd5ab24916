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

LONGEST = 40
"""Values with more characters are shortened."""


class FieldValues(NamedTuple):
    """A field of a record and of an identity.

    Args:
        field: Its name.
        record: What the record has; None if nothing, or if there is no record.
        identity: The distinct values of the identity, first come first, at most so many as asked for.
        more: How many more it has.
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
    # Without splits, whoever was in an identity once is in its final identity.
    together = done.identity[:i] == done.identity[root]
    rows = np.arange(i) if done.results.moved.size else np.flatnonzero(together)
    held = [row for row in rows.tolist() if held_before(journey(done, row), entry) == root]
    return np.array(held, dtype=np.int64)


def field_values(done: Replay, i: int, members: Ints, *, show_identifiers: bool) -> Iterator[FieldValues]:
    """Every field of a record and of the interactions of an identity.

    Args:
        done: The replay.
        i: The record.
        members: The interactions of the identity.
        show_identifiers: Whether values are shown as they are; else they are masked.
    """
    mine = profile_values(done, np.array([i]), show_identifiers=show_identifiers)
    theirs = profile_values(done, members, show_identifiers=show_identifiers, most=VALUES)
    for record, identity in zip(mine, theirs, strict=True):
        yield identity._replace(record=next(iter(record.identity), None))


def profile_values(
    done: Replay, members: Ints, *, show_identifiers: bool, most: int = 10
) -> Iterator[FieldValues]:
    """Every field of some interactions together.

    Args:
        done: The replay.
        members: The interactions.
        show_identifiers: Whether values are shown as they are; else they are masked.
        most: How many values of a field at most.
    """
    records = done.tape.record.reshape(done.tape.n_interactions, -1)
    for place, spec in enumerate(done.compiled.normalizer.fields):
        numbers = [one for one in dict.fromkeys(records[members, place].tolist()) if one != MISSING]
        values = [done.tape.values[one] for one in numbers[:most]]
        shown = [_shortened(value) if show_identifiers else masked(spec.kind, value) for value in values]
        yield FieldValues(spec.name, None, tuple(shown), max(0, len(numbers) - most))


def _shortened(value: str) -> str:
    """A value of which, if it is long, only both ends are shown."""
    return value if len(value) <= LONGEST else f"{value[:12]}\u2026{value[-8:]}"
