"""Addressed draws are uniform, independent and undisturbed by one another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic.draws import Draws, mix

ENTITIES = np.arange(200_000)


def naive_mix(word: int) -> int:
    """SplitMix64's finaliser over Python's unbounded integers."""
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB % 2**64
    return word ^ (word >> 31)


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20))
def test_mix_equals_the_naive_one(words: list[int]) -> None:
    assert mix(np.array(words, dtype=np.uint64)).tolist() == [naive_mix(word) for word in words]


def test_mix_reproduces_the_published_sequence() -> None:
    step = 0x9E3779B97F4A7C15
    states = np.array([(1234567 + step * place) % 2**64 for place in (1, 2, 3)], dtype=np.uint64)
    assert mix(states).tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@given(st.integers(0, 2**63 - 1), st.permutations(range(12)))
def test_a_draw_depends_on_its_address_alone(seed: int, order: list[int]) -> None:
    draws, place = Draws(seed), np.array(order)
    together = draws.words("moves", np.arange(12), np.arange(12) % 3)
    apart = draws.words("moves", place[:5], place[:5] % 3)
    assert apart.tolist() == together[place[:5]].tolist()


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.3, 1.0])
def test_chance_happens_at_its_rate(rate: float) -> None:
    share = Draws(5).chance("rate", rate, ENTITIES).mean()
    assert share == pytest.approx(rate, abs=4 * (rate * (1 - rate) / len(ENTITIES)) ** 0.5 + 1e-12)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_rate_keeps_what_a_lower_one_hit(one: float, other: float) -> None:
    low, high = sorted((one, other))
    few, many = (Draws(5).chance("rate", rate, ENTITIES[:500]) for rate in (low, high))
    assert not (few & ~many).any()


def test_purposes_seeds_and_parts_of_addresses_are_independent() -> None:
    draws = Draws(5)
    base = draws.uniform("a", ENTITIES, ENTITIES % 7)
    others = (
        draws.uniform("b", ENTITIES, ENTITIES % 7),
        Draws(6).uniform("a", ENTITIES, ENTITIES % 7),
        draws.uniform("a", ENTITIES % 7, ENTITIES),
        draws.uniform("a", ENTITIES, ENTITIES % 7 + 1),
        draws.uniform("a", ENTITIES + 1, ENTITIES % 7),
    )
    for other in others:
        assert abs(np.corrcoef(base, other)[0, 1]) < 4 / len(ENTITIES) ** 0.5


def test_choose_follows_the_weights() -> None:
    weights = np.array([0.0, 3.0, 1.0, 0.0, 6.0])
    counts = np.bincount(Draws(5).choose("which", weights, ENTITIES), minlength=5)
    assert counts[0] == counts[3] == 0
    assert counts / len(ENTITIES) == pytest.approx(weights / weights.sum(), abs=0.005)


def test_below_covers_its_range_evenly() -> None:
    counts = np.bincount(Draws(5).below("digit", 10, ENTITIES), minlength=10)
    assert len(counts) == 10
    assert counts / len(ENTITIES) == pytest.approx(0.1, abs=0.004)
