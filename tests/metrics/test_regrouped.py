"""Merges, splits and moves between two partitions, against plain sets."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from idlab.metrics.contingency import contingency
from idlab.metrics.regrouped import Regrouping, regrouped, union_errors
from tests.metrics import naive
from tests.metrics.worlds import partitions


def _by_the_book(before: list[int], after: list[int], rows: set[int]) -> Regrouping:
    one, other = {before[row] for row in rows}, {after[row] for row in rows}
    if len(one) == len(other) == 1:
        return Regrouping.SAME
    if len(other) == 1:
        return Regrouping.MERGE
    return Regrouping.SPLIT if len(one) == 1 else Regrouping.MOVE


@given(partitions())
def test_groups_and_kinds_are_those_of_plain_sets(labels: tuple[list[int], list[int]]) -> None:
    before, after = labels
    found = regrouped(before, after)
    groups = sorted(naive.components(before, after), key=min)
    assert [np.flatnonzero(found.of_row == number).tolist() for number in range(found.kind.size)] == [
        sorted(rows) for rows in groups
    ]
    assert found.kind.tolist() == [_by_the_book(before, after, rows) for rows in groups]
    assert found.interactions.tolist() == [len(rows) for rows in groups]
    assert found.before.tolist() == [len({before[row] for row in rows}) for rows in groups]
    assert found.after.tolist() == [len({after[row] for row in rows}) for rows in groups]
    assert found.changed.tolist() == [kind != 0 for kind in found.kind]


@given(partitions(), st.data())
def test_union_errors_are_counted_by_group(labels: tuple[list[int], list[int]], data: st.DataObject) -> None:
    before, after = labels
    person = data.draw(st.lists(st.integers(-1, 4), min_size=len(before), max_size=len(before)))
    groups = regrouped(before, after)
    errors = {}
    for name, identity in (("before", before), ("after", after)):
        errors[name] = found = union_errors(person, identity, groups)
        for number in range(groups.kind.size):
            rows = [row for row in np.flatnonzero(groups.of_row == number).tolist() if person[row] >= 0]
            cells = {(person[row], identity[row]) for row in rows}
            assert found.wrong[number] == len(cells) - len({identity[row] for row in rows})
            assert found.missing[number] == len(cells) - len({person[row] for row in rows})
    known = [row for row, who in enumerate(person) if who >= 0]
    for name, identity in (("before", before), ("after", after)):
        table = contingency([person[row] for row in known], [identity[row] for row in known])
        assert errors[name].wrong.sum() == table.sizes.size - table.predicted_sizes.size
    whole = [
        len({(person[row], identity[row]) for row in known}) - len({person[row] for row in known})
        for identity in (before, after)
    ]
    assert whole[1] - whole[0] == (errors["after"].missing - errors["before"].missing).sum()


def test_nothing_to_compare() -> None:
    found = regrouped([], [])
    assert found.of_row.size == found.kind.size == 0
    assert union_errors([], [], found).wrong.size == 0
