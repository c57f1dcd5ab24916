"""Who owns each identity before each event: the history walked once, in log order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from idlab.metrics.arrays import Flags, Ints, dense
from idlab.metrics.history import History, OutcomeCode
from idlab.metrics.holdings import NOBODY, Holdings


class Owners(NamedTuple):
    """The plurality person of identities at the moments that metrics ask about; ``NOBODY`` where unknown.

    Args:
        joined: [n] of the identity joined, before the event; ``NOBODY`` unless the outcome is MERGE.
        target: [targets] of each target of a PENDING or REVIEW, before the event.
        kept: [unions] of the surviving identity, just before the union.
        gone: [unions] of the absorbed identity, just before the union.
    """

    joined: Ints
    target: Ints
    kept: Ints
    gone: Ints


class Changes:
    """The unions and splits of a history, applied to the holdings up to a log position at a time."""

    def __init__(self, history: History, person: list[int], holdings: Holdings) -> None:
        self.holdings = holdings
        self.person = person
        self.kept = history.union_kept.tolist()
        self.gone = history.union_gone.tolist()
        self.owner_kept = [NOBODY] * len(self.kept)
        self.owner_gone = [NOBODY] * len(self.gone)
        self.moved = history.moved.tolist()
        self.moved_to = history.moved_to.tolist()
        self._queue = changes_in_order(history)
        self._end = int(history.entry[-1]) + 1 if history.entry.size else 0
        self._next = next(self._queue, None)

    @property
    def at(self) -> int:
        """The log position of the next change; behind every interaction if there is none."""
        return self._end if self._next is None else self._next[0]

    def apply(self, before: int) -> None:
        """Apply every change at a log position smaller than ``before``."""
        while self._next is not None and self._next[0] < before:
            _, union, start, stop = self._next
            if union >= 0:
                self._unite(union)
            else:
                self._split(start, stop)
            self._next = next(self._queue, None)

    def _unite(self, union: int) -> None:
        kept, gone = self.kept[union], self.gone[union]
        self.owner_kept[union] = self.holdings.owner[kept]
        self.owner_gone[union] = self.holdings.owner[gone]
        self.holdings.unite(kept, gone)

    def _split(self, start: int, stop: int) -> None:
        parts = sorted(zip(self.moved[start:stop], self.moved_to[start:stop], strict=True))
        for identity in {to for _, to in parts}:
            self.holdings.clear(identity)
        for row, identity in parts:
            if self.person[row] >= 0:
                self.holdings.add(identity, self.person[row], row)


def changes_in_order(history: History) -> Iterator[tuple[int, int, int, int]]:
    """The unions and splits of a history: (log position, union or -1, start and stop in the moves of a split).

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> list(changes_in_order(unsplit(np.array([0, 0]))))
        []
    """
    split_at, start = np.unique(history.moved_at, return_index=True)
    stop = np.append(start, history.moved_at.size)[1:]
    unions = [(at, union, 0, 0) for union, at in enumerate(history.union_at.tolist())]
    parts = zip(split_at.tolist(), start.tolist(), stop.tolist(), strict=True)
    splits = [(at, -1, first, behind) for at, first, behind in parts]
    return iter(sorted(unions + splits))


def owners(history: History, person: Ints) -> Owners:
    """Walk a history once and note the plurality person of every identity that a decision or union concerns.

    The plurality person has the most interactions in the identity; ties go to who came first. Interactions of
    unknown persons do not count.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown.

    Returns:
        The owners. Time: about a microsecond per interaction of an identity with several persons; a union
        moves the smaller holding.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> owners(unsplit(np.array([0, 0, 0])), np.array([8, 9, 8])).joined.tolist()
        [-1, 8, 8]
    """
    plain = _held_by_one(history, person)
    holdings = Holdings(person.size)
    persons = person.tolist() if history.moved.size else []  # only splits ask for them
    changes = Changes(_unions_of(history, ~plain), persons, holdings)
    merged: list[int] = []
    owner_joined: list[int] = []
    owner, lead, span = holdings.owner, holdings.lead, holdings.span
    merge = int(OutcomeCode.MERGE)
    change_at = changes.at
    rows = _rows_to_walk(history, ~plain)
    places = _places(history.target_start[rows], history.target_start[rows + 1])
    targets = history.target[places].tolist()
    owner_target: list[int] = []
    columns = (history.entry, history.outcome, history.joined, person, np.diff(history.target_start))
    walk = zip(*(values[rows].tolist() for values in columns), rows.tolist(), strict=True)
    asked = 0
    for at, outcome, joined, who, count, row in walk:
        if change_at < at:
            changes.apply(at)
            change_at = changes.at
        if outcome == merge:
            merged.append(row)
            owner_joined.append(owner[joined])
        owner_target += [owner[target] for target in targets[asked : asked + count]]
        asked += count
        if change_at == at:
            changes.apply(at + 1)
            change_at = changes.at
        if who >= 0:
            if owner[joined] == who:
                lead[joined] += span
            else:
                holdings.combine(joined, who, 2 * span - 1 - row)
    changes.apply(_after_everything(history))
    found = np.full(person.size, NOBODY, dtype=np.int64)
    found[merged] = owner_joined
    target = np.full(history.target.size, NOBODY, dtype=np.int64)
    target[places] = owner_target
    return _with_plain(history, person, plain, found, target, changes)


def _held_by_one(history: History, person: Ints) -> Flags:
    """[n] whether each identity only ever holds one person, so that its earliest interaction names the owner.

    Without splits, everything that an identity ever holds is in one identity at the end.
    """
    if history.moved.size:
        return np.zeros(person.size, dtype=np.bool_)
    into, identities = dense(history.identity)
    first = np.empty(identities, dtype=np.int64)
    first[into[::-1]] = person[::-1]
    mixed = np.zeros(identities, dtype=np.bool_)
    mixed[into[(person != first[into]) | (person < 0)]] = True
    plain: Flags = ~mixed[into]
    return plain


def _unions_of(history: History, identities: Flags) -> History:
    """A history with the unions of some identities only."""
    kept = np.flatnonzero(identities[history.union_kept])
    return history._replace(
        union_at=history.union_at[kept],
        union_kept=history.union_kept[kept],
        union_gone=history.union_gone[kept],
        union_by_action=history.union_by_action[kept],
    )


def _rows_to_walk(history: History, identities: Flags) -> Ints:
    """The interactions that some identities hold in the end, or that ask about one of these."""
    asks = np.repeat(np.arange(identities.size), np.diff(history.target_start))[identities[history.target]]
    wanted = identities.copy()
    wanted[asks] = True
    return np.flatnonzero(wanted)


def _places(start: Ints, stop: Ints) -> Ints:
    """All numbers from each start up to its stop, one range after the other."""
    counts = stop - start
    return np.repeat(start - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())


def _with_plain(
    history: History, person: Ints, plain: Flags, joined: Ints, target: Ints, changes: Changes
) -> Owners:
    """What the walk noted, and the owners that need none."""
    walked = np.flatnonzero(~plain[history.union_kept])
    kept, gone = person[history.union_kept], person[history.union_gone]
    kept[walked], gone[walked] = changes.owner_kept, changes.owner_gone
    merged = plain[history.joined] & (history.outcome == OutcomeCode.MERGE)
    return Owners(
        np.where(merged, person[history.joined], joined),
        np.where(plain[history.target], person[history.target], target),
        kept,
        gone,
    )


def owners_before(history: History, person: Ints, rows: Ints, identities: Ints) -> Ints:
    """The plurality person of identities just before events.

    Args:
        history: The replay.
        person: [n] the person of each interaction, -1 where unknown.
        rows: [k] the events, ascending.
        identities: [k] an identity that existed just before each.

    Returns:
        [k] persons, ``NOBODY`` where none of an identity's is known.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> history, person = unsplit(np.array([0, 0, 0])), np.array([8, 9, 9])
        >>> owners_before(history, person, np.array([1, 2]), np.array([0, 0])).tolist()
        [8, 8]
    """
    starts = np.searchsorted(rows, np.arange(history.outcome.size + 1))
    asked = np.full(history.outcome.size, OutcomeCode.PENDING, dtype=np.int64)
    questions = history._replace(outcome=asked, target_start=starts, target=identities)
    return owners(questions, person).target


def _after_everything(history: History) -> int:
    last = [int(positions[-1]) for positions in (history.union_at, history.moved_at) if positions.size]
    return 1 + max(last, default=0)
