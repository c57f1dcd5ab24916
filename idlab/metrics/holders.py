"""Which identities held what before an event: interactions that share a code, and the values of a profile."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Ints, dense, labels
from idlab.metrics.history import History, check_history
from idlab.metrics.ownership import changes_in_order

NO_VALUE = -1
"""The value of a profile that has none."""


class Held(NamedTuple):
    """Identities that held an earlier interaction with the same code, each once for a row and column.

    Args:
        row: [held] the interaction that is asked about, ascending.
        column: [held] the column of codes.
        identity: [held] the identity just before the event, before the unions of the event.
        latest: [held] the last of its interactions that has the code.
    """

    row: Ints
    column: Ints
    identity: Ints
    latest: Ints


def holders_before(history: History, codes: ArrayLike, asked: Flags) -> Held:
    """The identities that, before each asked event, held an earlier interaction with the same code.

    Args:
        history: The replay.
        codes: [n, k] code of each interaction in each column, -1 where it has none.
        asked: [n] which events are asked about.

    Returns:
        The identities. Time: a microsecond per interaction and column whose code is asked about.

    Raises:
        BadInput: If arrays do not fit each other.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> history = unsplit(np.array([0, 1, 0, 1]))
        >>> holders_before(history, [[7], [7], [7], [7]], np.array([False, False, False, True]))
        Held(row=array([3, 3]), column=array([0, 0]), identity=array([0, 1]), latest=array([2, 1]))
    """
    check_history(history)
    table = np.asarray(codes)
    if table.ndim != 2 or table.shape[0] != history.outcome.size:
        raise BadInput(f"codes has shape {table.shape} and must have one row per interaction", where="codes")
    columns = [_only_asked(labels(column, "codes"), asked) for column in table.T]
    traces = _Traces(history, columns)
    found: list[tuple[int, int, int, int]] = []
    entry, joined = history.entry.tolist(), history.joined.tolist()
    followed = np.logical_or.reduce([column >= 0 for column in columns]) if columns else asked & False
    for row in np.flatnonzero(followed).tolist():
        traces.advance(entry[row])
        if asked[row]:
            found += traces.of(row)
        traces.advance(entry[row] + 1)
        traces.add(row, joined[row])
    return Held(*np.array(found, dtype=np.int64).reshape(-1, 4).T)


def _only_asked(column: Ints, asked: Flags) -> Ints:
    """Codes numbered anew; those that no asked row has are -1."""
    found = np.full(column.size, -1, dtype=np.int64)
    there = np.flatnonzero(column >= 0)
    number, size = dense(column[there])
    wanted = np.zeros(size, dtype=np.bool_)
    wanted[number[asked[there]]] = True
    found[there] = np.where(wanted[number], number, -1)
    return found


class _Walk(ABC):
    """A history walked in log order; what it means for identities is left to subclasses."""

    def __init__(self, history: History) -> None:
        self._kept, self._gone = history.union_kept.tolist(), history.union_gone.tolist()
        self._moved, self._moved_to = history.moved.tolist(), history.moved_to.tolist()
        self._queue = changes_in_order(history)
        self._next = next(self._queue, None)

    def advance(self, before: int) -> None:
        """Apply every union and split at a log position smaller than ``before``."""
        while self._next is not None and self._next[0] < before:
            _, union, start, stop = self._next
            if union >= 0:
                self.unite(self._kept[union], self._gone[union])
            else:
                self.split(self._moved[start:stop], self._moved_to[start:stop])
            self._next = next(self._queue, None)

    @abstractmethod
    def unite(self, kept: int, gone: int) -> None:
        """One identity absorbs another."""

    @abstractmethod
    def split(self, rows: list[int], identities: list[int]) -> None:
        """One identity becomes several; all its interactions are listed, with what holds each from now on."""


class _Traces(_Walk):
    """The last interaction with each code in each identity; identities are resolved when asked for."""

    def __init__(self, history: History, columns: list[Ints]) -> None:
        super().__init__(history)
        self.columns = [column.tolist() for column in columns]
        self.held: list[dict[int, dict[int, int]]] = [{} for _ in columns]
        self.into: dict[int, int] = {}

    def unite(self, kept: int, gone: int) -> None:
        self.into[gone] = kept

    def split(self, rows: list[int], identities: list[int]) -> None:
        whole = min(rows)  # an identity goes by its earliest interaction
        for row in rows:
            for column, held in zip(self.columns, self.held, strict=True):
                if column[row] in held:
                    held[column[row]] = self._resolved(held[column[row]])
                    held[column[row]].pop(whole, None)
        for identity in identities:
            self.into.pop(identity, None)
        for row, identity in zip(rows, identities, strict=True):
            self.add(row, identity)

    def add(self, row: int, identity: int) -> None:
        """Let an interaction join an identity."""
        for column, held in zip(self.columns, self.held, strict=True):
            if column[row] >= 0:
                there = held.setdefault(column[row], {})
                there[identity] = max(there.get(identity, row), row)

    def of(self, row: int) -> Iterator[tuple[int, int, int, int]]:
        """(row, column, identity, latest) of every identity that holds a code of the row."""
        for place, (column, held) in enumerate(zip(self.columns, self.held, strict=True)):
            if column[row] in held:
                held[column[row]] = now = self._resolved(held[column[row]])
                yield from ((row, place, identity, latest) for identity, latest in sorted(now.items()))

    def _resolved(self, held: dict[int, int]) -> dict[int, int]:
        """The same by the identities of now."""
        now: dict[int, int] = {}
        for identity, row in held.items():
            root = self._root(identity)
            now[root] = max(now.get(root, row), row)
        return now

    def _root(self, identity: int) -> int:
        way = []
        while identity in self.into:
            way.append(identity)
            identity = self.into[identity]
        for passed in way:
            self.into[passed] = identity
        return identity


class _Kept(_Walk):
    """The first or last interaction of each identity that has a value."""

    def __init__(self, history: History, values: Ints, *, latest: bool) -> None:
        super().__init__(history)
        self.has_value = (values >= 0).tolist()
        self.best = max if latest else min
        self.of: dict[int, int] = {}

    def unite(self, kept: int, gone: int) -> None:
        row = self.of.pop(gone, None)
        if row is not None:
            self.add(row, kept)

    def split(self, rows: list[int], identities: list[int]) -> None:
        self.of.pop(min(rows), None)
        for row, identity in zip(rows, identities, strict=True):
            self.add(row, identity)

    def add(self, row: int, identity: int) -> None:
        """Let an interaction join an identity."""
        if self.has_value[row]:
            self.of[identity] = self.best(self.of.get(identity, row), row)


def kept_before(history: History, values: Ints, rows: Ints, identities: Ints, *, latest: bool) -> Ints:
    """The latest or first value that identities had just before events.

    Args:
        history: The replay.
        values: [n] a value of each interaction, -1 where it has none.
        rows: [k] the events, ascending.
        identities: [k] an identity that existed just before each.
        latest: Whether the value of the last interaction that has one is meant, else of the first.

    Returns:
        [k] values, ``NO_VALUE`` where an identity has none.

    Example:
        >>> from idlab.metrics.history import unsplit
        >>> history = unsplit(np.array([0, 0, 0]))
        >>> kept_before(history, np.array([5, 6, 7]), np.array([2]), np.array([0]), latest=True).tolist()
        [6]
    """
    walk = _Kept(history, values, latest=latest)
    found = np.full(rows.size, NO_VALUE, dtype=np.int64)
    start = np.searchsorted(rows, np.arange(history.outcome.size + 1)).tolist()
    for row, (at, joined) in enumerate(zip(history.entry.tolist(), history.joined.tolist(), strict=True)):
        walk.advance(at)
        for place in range(start[row], start[row + 1]):
            found[place] = walk.of.get(int(identities[place]), NO_VALUE)
        walk.advance(at + 1)
        walk.add(row, joined)
    return np.where(found == NO_VALUE, NO_VALUE, values[found])
