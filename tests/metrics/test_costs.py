"""Cost and ceiling against their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from idlab.errors import BadInput
from idlab.metrics.arrays import Ints
from idlab.metrics.bcubed import bcubed
from idlab.metrics.ceiling import ceiling, ceiling_bcubed, ceiling_cost
from idlab.metrics.contingency import contingency
from idlab.metrics.costs import Costs, answered, cost
from idlab.metrics.history import History, Links
from tests.metrics import naive
from tests.metrics.worlds import Lived, worlds

PRICES = Costs(c_false=7.0, c_missed=2.0, c_review=1.0)


def _listed(history: History) -> list[tuple[int, int, int]]:
    return list(zip(*(column.tolist() for column in history.links), strict=True))


@given(worlds())
def test_cost_is_that_of_the_definition(lived: Lived) -> None:
    world, history = lived
    person = np.array(world.person, dtype=np.int64)
    found = cost(person, history.identity, history.links, history.reviewed, PRICES)
    known = sum(who >= 0 for who in world.person)
    if not known:
        assert found.per_1000 is None and found.unanswered_per_1000 is None
        return
    after, before = naive.cost(
        world.person, history.identity.tolist(), _listed(history), history.reviewed.tolist(), PRICES
    )
    assert found.per_1000 == pytest.approx(1000 * after / known)
    assert found.unanswered_per_1000 == pytest.approx(1000 * before / known)


@given(worlds(), st.integers(0, 5))
def test_reviewers_who_are_always_wrong_do_the_opposite(lived: Lived, seed: int) -> None:
    world, history = lived
    person = np.array(world.person, dtype=np.int64)
    accept_all = PRICES._replace(sensitivity=1.0, specificity=0.0, seed=seed)
    _, _, afterwards = answered(person, history.identity, history.links, accept_all)
    waiting = [(left, right) for left, right, state in _listed(history) if state == 0]
    rows = range(person.size)
    held = [
        {row for row in rows if history.identity[row] == label} for label in set(history.identity.tolist())
    ]
    expected = naive.unite(held, waiting)
    assert {frozenset(np.flatnonzero(afterwards == label)) for label in set(afterwards.tolist())} == {
        frozenset(group) for group in expected
    }
    accept_none = PRICES._replace(sensitivity=0.0, specificity=1.0, seed=seed)
    found = cost(person, history.identity, history.links, history.reviewed, accept_none)
    assert found.per_1000 == found.unanswered_per_1000


def _many_links(pairs: int) -> tuple[Ints, Ints, Links]:
    rows = np.arange(2 * pairs)
    return rows // 2, rows, Links(rows[::2], rows[1::2], np.zeros(pairs, dtype=np.int64))


def test_imperfect_reviewers_err_as_often_as_said_and_answer_a_link_the_same_every_time() -> None:
    person, identity, links = _many_links(20_000)
    none = np.zeros(person.size, dtype=bool)
    costs = Costs(sensitivity=0.8, seed=3)
    found = cost(person, identity, links, none, costs)
    assert found.missing_unions / 20_000 == pytest.approx(0.2, abs=0.01)
    turned = Links(links.right[::-1], links.left[::-1], links.state)
    assert cost(person, identity, turned, none, costs) == found
    assert cost(person, identity, links, none, costs._replace(seed=4)) != found
    strangers = np.arange(person.size)
    wrong = cost(strangers, identity, links, none, Costs(specificity=0.9, seed=3)).wrong_unions
    assert wrong / 20_000 == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"c_false": -1.0}, "c_false is -1.0 and must be a finite number of at least 0"),
        ({"c_missed": float("nan")}, "c_missed is nan"),
        ({"sensitivity": 1.5}, "sensitivity is 1.5 and must lie between 0 and 1"),
    ],
)
def test_prices_out_of_range_are_refused(change: dict[str, float], message: str) -> None:
    person, identity, links = _many_links(2)
    with pytest.raises(BadInput, match=message):
        cost(person, identity, links, np.zeros(4, dtype=bool), Costs()._replace(**change))


@st.composite
def keyed(draw: DrawFn) -> tuple[Ints, list[int]]:
    rows, columns = draw(st.integers(0, 25)), draw(st.integers(0, 3))
    code = st.lists(st.integers(-1, 4), min_size=columns, max_size=columns)
    keys = draw(st.lists(code, min_size=rows, max_size=rows))
    return (
        np.array(keys, dtype=np.int64).reshape(rows, columns),
        draw(st.lists(st.integers(-1, 3), min_size=rows, max_size=rows)),
    )


@given(keyed())
def test_ceiling_is_that_of_the_definition(world: tuple[Ints, list[int]]) -> None:
    keys, person = world
    found = ceiling(keys, person)
    assert found.tolist() == naive.ceiling(keys.tolist(), person)
    known = np.array(person, dtype=np.int64) >= 0
    labels = np.array(person, dtype=np.int64)[known], found[known]
    assert ceiling_bcubed(keys, person) == bcubed(contingency(*labels))
    missing = len(set(zip(*map(np.ndarray.tolist, labels), strict=True))) - len(set(labels[0].tolist()))
    expected = 1000 * 2.0 * missing / known.sum() if known.any() else None
    assert ceiling_cost(keys, person, PRICES) == expected


def test_keys_of_another_length_are_refused() -> None:
    with pytest.raises(BadInput, match="must have one row per interaction"):
        ceiling(np.zeros((3, 1), dtype=np.int64), [1, 2])


def test_identities_of_unknown_persons_are_not_united() -> None:
    links = Links(np.array([0]), np.array([1]), np.array([0]))
    assert answered(np.array([-1, -1]), [0, 1], links, Costs())[2].tolist() == [0, 1]
