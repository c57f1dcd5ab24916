"""Which identities held what, against worlds lived with plain sets."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from idlab.metrics.alike import earlier_alike
from idlab.metrics.holders import NO_VALUE, holders_before, kept_before
from idlab.metrics.ownership import owners_before
from tests.metrics import naive
from tests.metrics.worlds import Lived, worlds


@given(worlds(), st.data())
def test_holders_are_those_of_plain_sets(lived: Lived, data: st.DataObject) -> None:
    world, history = lived
    rows = len(world.person)
    codes = np.array(
        data.draw(st.lists(st.tuples(*[st.integers(-1, 3)] * 2), min_size=rows, max_size=rows)),
        dtype=np.int64,
    ).reshape(-1, 2)
    asked = np.array(data.draw(st.lists(st.booleans(), min_size=rows, max_size=rows)), dtype=bool)
    found = holders_before(history, codes, asked)
    expected = [
        (row, column, identity, max(one for one in held if codes[one, column] == codes[row, column]))
        for row in range(rows)
        if asked[row]
        for column in range(2)
        for identity, held in sorted(world.before[row].items())
        if codes[row, column] >= 0 and any(codes[one, column] == codes[row, column] for one in held)
    ]
    assert list(zip(*(part.tolist() for part in found), strict=True)) == expected


@given(worlds(), st.data())
def test_owners_and_kept_values_are_those_of_plain_sets(lived: Lived, data: st.DataObject) -> None:
    world, history = lived
    person = np.array(world.person, dtype=np.int64)
    values = data.draw(st.lists(st.integers(-1, 5), min_size=len(person), max_size=len(person)))
    asked = [(row, identity) for row, held in enumerate(world.before) for identity in sorted(held)]
    rows, identities = np.array(asked, dtype=np.int64).reshape(-1, 2).T
    owned = owners_before(history, person, rows, identities).tolist()
    columns = [
        kept_before(history, np.array(values, dtype=np.int64), rows, identities, latest=latest).tolist()
        for latest in (True, False)
    ]
    for place, (row, identity) in enumerate(asked):
        held = world.before[row][identity]
        owner = naive.plurality(held, world.person)
        assert owned[place] == (-1 if owner is None else owner)
        there = sorted(one for one in held if values[one] >= 0)
        ends = [values[there[-1]], values[there[0]]] if there else [NO_VALUE, NO_VALUE]
        assert [column[place] for column in columns] == ends


@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-1, 3)), max_size=20))
def test_earlier_alike_follows_its_definition(rows: list[tuple[int, int]]) -> None:
    person, codes = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    assert earlier_alike(person, codes).tolist() == [
        min(row) >= 0 and row in rows[:place] for place, row in enumerate(rows)
    ]
