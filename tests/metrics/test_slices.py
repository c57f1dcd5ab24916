"""Slices: shrinkage against its definition and simulation, and flags that are rarely chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.errors import BadInput
from idlab.metrics.shares import Components
from idlab.metrics.slices import flagged, shrunk, slice_rates

counts = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=12)


@given(counts)
def test_shrinking_keeps_to_the_side_of_the_mean_and_in_between(slices: list[tuple[int, int]]) -> None:
    hits = np.array([min(pair) for pair in slices], dtype=float)
    cases = np.array([max(pair) for pair in slices], dtype=float)
    found = shrunk(hits, cases)
    if not cases.sum():
        assert np.isnan(found).all()
        return
    mean = hits.sum() / cases.sum()
    for value, hit, case in zip(found, hits, cases, strict=True):
        rate = hit / case if case else mean
        assert min(rate, mean) - 1e-12 <= value <= max(rate, mean) + 1e-12


def test_shrinking_comes_closer_to_the_truth_than_the_raw_rates() -> None:
    random = np.random.default_rng(5)
    raw, drawn = [], []
    for _ in range(60):
        truth = random.beta(30, 10, 40)
        cases = random.integers(2, 60, 40).astype(float)
        hits = random.binomial(cases.astype(int), truth).astype(float)
        raw.append(((hits / cases - truth) ** 2).mean())
        drawn.append(((shrunk(hits, cases) - truth) ** 2).mean())
    assert np.mean(drawn) < 0.6 * np.mean(raw)


def test_a_larger_slice_is_shrunk_less() -> None:
    small, large, *_ = shrunk(np.array([1.0, 100, 50, 90]), np.array([1.0, 100, 100, 100]))
    assert small < large <= 1


def _clustered(random: np.random.Generator, rate: float) -> tuple[np.ndarray, Components]:
    """Hits that go together within components of 1 to 8 interactions."""
    of_row = np.repeat(np.arange(250), random.integers(1, 9, 250))
    of_component = random.random(250) < rate
    hits = np.where(random.random(of_row.size) < 0.6, of_component[of_row], random.random(of_row.size) < rate)
    return hits, Components(of_row, 250)


def test_p_values_of_slices_that_do_not_differ_are_uniform_enough() -> None:
    """Slices of whole components and of single interactions, hits clustered: at 5 %, 5 % are found."""
    random = np.random.default_rng(11)
    p_values = []
    for _ in range(150):
        hits, components = _clustered(random, 0.8)
        everybody = np.ones(hits.size, dtype=bool)
        whole = (random.random(250) < 0.3)[components.of_row]
        single = random.random(hits.size) < 0.3
        p_values += [one.p_value for one in slice_rates(hits, everybody, [whole, single], components)]
    found = np.array(p_values)
    assert 0.02 < (found < 0.05).mean() < 0.08
    assert 0.4 < found.mean() < 0.6


def test_ignoring_components_would_find_too_much() -> None:
    """Else the test above would not show that components matter."""
    random = np.random.default_rng(11)
    found = []
    for _ in range(150):
        hits, components = _clustered(random, 0.8)
        whole = (random.random(250) < 0.3)[components.of_row]
        alone = Components(np.arange(hits.size), hits.size)
        (one,) = slice_rates(hits, np.ones(hits.size, dtype=bool), [whole], alone)
        found.append(one.p_value < 0.05)
    assert np.mean(found) > 0.1


def test_interactions_that_go_together_count_once_when_shrinking() -> None:
    """Ten copies of every interaction in its component tell no more than one of each."""
    random = np.random.default_rng(3)
    slices = random.integers(0, 12, 300)
    hits = random.random(300) < 0.4 + 0.03 * slices
    found = []
    for copies in (1, 10):
        of_row = np.repeat(np.arange(300), copies)
        inside = [np.repeat(slices == number, copies) for number in range(12)]
        everybody = np.ones(of_row.size, dtype=bool)
        rates = slice_rates(np.repeat(hits, copies), everybody, inside, Components(of_row, 300))
        found.append([one.shrunk for one in rates])
    assert found[0] == pytest.approx(found[1])
    assert len(set(found[0])) > 1


def test_flags_keep_the_false_discovery_rate() -> None:
    random = np.random.default_rng(2)
    shares = []
    for _ in range(200):
        real = np.abs(random.normal(3.5, 1, 10))
        z = np.concatenate([real, np.abs(random.normal(0, 1, 40))])
        p_values = [float(2 * (1 - 0.5 * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3))))) for x in z]
        flags = flagged(p_values)
        shares.append(sum(flags[10:]) / max(sum(flags), 1))
    assert np.mean(shares) < 0.055 and np.mean(shares) > 0.01


def test_what_cannot_be_tested_is_not_flagged() -> None:
    assert flagged([None, None]) == [False, False] and flagged([]) == []
    with pytest.raises(BadInput, match="must lie between 0 and 1"):
        flagged([0.5], 1.5)
    one_component = Components(np.zeros(4, dtype=int), 1)
    everybody = np.ones(4, dtype=bool)
    half = np.array([True, True, False, False])
    (found,) = slice_rates(half, everybody, [half], one_component)
    assert (found.rate.value, found.difference, found.p_value) == (1.0, 1.0, None)
    (all_of_it,) = slice_rates(half, everybody, [everybody], one_component)
    assert (all_of_it.difference, all_of_it.p_value) == (None, None)
    (nobody,) = slice_rates(half, everybody, [~everybody], one_component)
    assert (nobody.cases, nobody.rate.value, nobody.p_value) == (0, None, None)
