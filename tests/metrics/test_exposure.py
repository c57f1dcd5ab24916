"""What wrong merges lay open, against worlds lived with plain sets."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from idlab.metrics.exposure import NEVER, exposures
from idlab.metrics.history import History
from tests.metrics.worlds import Lived, worlds


def _through(history: History, row: int) -> list[tuple[int, set[int]]]:
    """(log position, members) of the identity of a row after every event from its decision on: lived again."""
    holder: dict[int, set[int]] = {}
    into: dict[int, int] = {}
    seen: list[tuple[int, set[int]]] = []
    end = 1 + max([*history.entry.tolist(), *history.union_at.tolist(), *history.moved_at.tolist(), 0])
    of_entry = {int(at): number for number, at in enumerate(history.entry)}
    for at in range(end):
        for union in np.flatnonzero(history.union_at == at).tolist():
            kept, gone = int(history.union_kept[union]), int(history.union_gone[union])
            holder.setdefault(kept, set()).update(holder.pop(gone))
        moves = np.flatnonzero(history.moved_at == at).tolist()
        if moves:
            holder.pop(min(int(history.moved[move]) for move in moves), None)
            for move in moves:
                holder.setdefault(int(history.moved_to[move]), set()).add(int(history.moved[move]))
        if at in of_entry:
            holder.setdefault(int(history.joined[of_entry[at]]), set()).add(of_entry[at])
        if of_entry.get(at) == row or row in into:
            into[row] = 1
            seen.append((at, set(next(members for members in holder.values() if row in members))))
    return seen


@given(worlds(), st.data())
def test_exposures_are_those_of_a_life_lived_again(lived: Lived, data: st.DataObject) -> None:
    world, history = lived
    person = world.person
    cells = st.lists(st.tuples(*[st.integers(-1, 6)] * 2), min_size=len(person), max_size=len(person))
    values = np.array(data.draw(cells), dtype=np.int64).reshape(-1, 2)
    rows = np.array([row for row, who in enumerate(person) if who >= 0], dtype=np.int64)
    found = exposures(history, person, values, rows)
    for place, row in enumerate(rows.tolist()):
        lay: set[int] = set()
        until = NEVER
        splits = set(history.moved_at[history.moved == row].tolist())
        for at, members in _through(history, row):
            others = {one for one in members if person[one] not in (-1, person[row])}
            lay |= others
            if at in splits and not others:
                until = int(np.searchsorted(history.entry, at))
                break
        own = {
            one
            for other, who in zip(values.tolist(), person, strict=True)
            if who == person[row]
            for one in other
        }
        exposed = {one for other in lay for one in values[other].tolist()} - own - {-1}
        assert found.interactions[place] == len(lay)
        assert found.persons[place] == len({person[one] for one in lay})
        assert found.identifiers[place] == len(exposed)
        assert found.until[place] == until


def test_nothing_wrong_lays_nothing_open() -> None:
    history = History(
        *[np.zeros(0, dtype=np.int64)] * 7, np.zeros(1, dtype=np.int64), *[np.zeros(0, dtype=np.int64)] * 10
    )
    found = exposures(history, [], np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert found.row.size == found.interactions.size == found.identifiers.size == 0
