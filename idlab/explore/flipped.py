"""The decisions that flipped between two readings of one dataset: how many, whether that was right, examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from idlab.core.codes import MISSING, OUTCOMES
from idlab.explore.readings import Reading
from idlab.explore.sides import FieldValues, field_values, held_then
from idlab.metrics import Disposition
from idlab.metrics.arrays import Flags, Ints

_RIGHT = np.array([how.name.endswith("_RIGHT") for how in Disposition])
_JUDGED = np.array([how is not Disposition.UNJUDGED for how in Disposition])


class Flip(NamedTuple):
    """One decision that comes out otherwise.

    Args:
        number: The interaction, in the order handled.
        interaction_id: Its id.
        before, after: How it turned out, as ``Disposition``.
        score_before, score_after: Of the candidate it rests on; None without one.
        values: Every field of the record and of the candidate it rests on afterwards, or else before.
    """

    number: int
    interaction_id: str
    before: Disposition
    after: Disposition
    score_before: float | None
    score_after: float | None
    values: tuple[FieldValues, ...]


class Flipped(NamedTuple):
    """Decisions that come out otherwise.

    Args:
        before: The reading before.
        after: The reading after.
        rows: [k] the interactions, in the order handled.
    """

    before: Reading
    after: Reading
    rows: Ints

    def counts(self) -> pd.DataFrame:
        """How many changed from what to what, the most first.

        Returns:
            ``before`` and ``after`` (names of ``Disposition``), ``decisions``, and ``turned``: ``right``,
            ``wrong``, or ``""`` where that did not change or is not known.
        """
        pairs = self.before.disposition[self.rows] * len(Disposition) + self.after.disposition[self.rows]
        kinds, numbers = np.unique(pairs, return_counts=True)
        rows = [
            (Disposition(kind // len(Disposition)), Disposition(kind % len(Disposition)), int(number))
            for kind, number in zip(kinds.tolist(), numbers.tolist(), strict=True)
        ]
        rows.sort(key=lambda row: (-row[2], row[0], row[1]))
        told = [(was.name, now.name, number, _turned(was, now)) for was, now, number in rows]
        return pd.DataFrame(told, columns=["before", "after", "decisions", "turned"])

    def examples(self, most: int = 6, *, show_identifiers: bool) -> Iterator[Flip]:
        """Some of them, of every kind of change one before a second of any, the most frequent kind first.

        Args:
            most: How many at most.
            show_identifiers: Whether values are shown as they are; else they are masked.
        """
        for row in self._chosen(most):
            yield self._example(row, show_identifiers=show_identifiers)

    def _chosen(self, most: int) -> list[int]:
        pairs = self.before.disposition[self.rows] * len(Disposition) + self.after.disposition[self.rows]
        _, kind, number = np.unique(pairs, return_inverse=True, return_counts=True)
        order = np.lexsort((self.rows, kind))
        rank = np.empty(order.size, dtype=np.int64)
        starts = np.searchsorted(kind[order], np.arange(number.size))
        rank[order] = np.arange(order.size) - starts[kind[order]]
        best = np.lexsort((self.rows, kind, -number[kind], rank))[:most]
        chosen: list[int] = self.rows[best].tolist()
        return chosen

    def _example(self, row: int, *, show_identifiers: bool) -> Flip:
        rests_on = next(
            (one for one in (self.after, self.before) if one.replay.results.subject[row] != MISSING), None
        )
        values: tuple[FieldValues, ...] = ()
        if rests_on is not None:
            done = rests_on.replay
            members = held_then(done, row, int(done.results.subject[row]))
            values = tuple(field_values(done, row, members, show_identifiers=show_identifiers))
        return Flip(
            row,
            self.after.replay.tape.ids[row],
            Disposition(int(self.before.disposition[row])),
            Disposition(int(self.after.disposition[row])),
            self.before.replay.decision(row).score,
            self.after.replay.decision(row).score,
            values,
        )


def flipped(before: Reading, after: Reading) -> Flipped:
    """The counted decisions that have another outcome, or turned out otherwise, in a second reading.

    Args:
        before: A reading.
        after: Another one of the same dataset, encoded once.
    """
    other: Flags = before.history.outcome != after.history.outcome
    other |= before.disposition != after.disposition
    return Flipped(before, after, np.flatnonzero(other & after.history.counted.astype(np.bool_)))


def told(how: Disposition) -> str:
    """A disposition in words.

    Example:
        >>> told(Disposition.NEW_MISSED), told(Disposition.UNJUDGED)
        ('NEW, missed', 'not judged')
    """
    if how is Disposition.UNJUDGED:
        return "not judged"
    outcome, _, turned = how.name.partition("_")
    assert outcome in OUTCOMES
    return f"{outcome}, {turned.lower()}"


def _turned(was: Disposition, now: Disposition) -> str:
    if not (_JUDGED[was] and _JUDGED[now]) or _RIGHT[was] == _RIGHT[now]:
        return ""
    return "right" if _RIGHT[now] else "wrong"
