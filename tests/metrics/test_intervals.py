"""Intervals: what they are made of, what they never do, and that they cover."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from idlab.errors import BadInput
from idlab.metrics import intervals
from idlab.metrics.arrays import Floats
from idlab.metrics.intervals import (
    NOTHING,
    Form,
    Ratio,
    delta_interval,
    interval,
    rate_interval,
    resample,
    unseen_share,
)

RATIO = Ratio("right", "all")


@st.composite
def totals(draw: DrawFn, fewest: int = 1) -> dict[str, Floats]:
    size = draw(st.integers(fewest, 30))
    whole = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size))
    right = [draw(st.integers(0, most)) for most in whole]
    return {"right": np.array(right, dtype=float), "all": np.array(whole, dtype=float)}


@given(totals(), st.sampled_from(Form))
def test_a_share_lies_in_an_interval_with_a_width(columns: dict[str, Floats], form: Form) -> None:
    rate = interval(resample(columns, 50, seed=1), RATIO, form=form)
    if columns["all"].sum() == 0:
        assert rate == NOTHING
        return
    assert rate.value == pytest.approx(columns["right"].sum() / columns["all"].sum())
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    assert rate.high - rate.low > 0.05


@given(totals(), st.sampled_from(Form))
def test_the_order_of_components_changes_nothing(columns: dict[str, Floats], form: Form) -> None:
    turned = {name: values[::-1] for name, values in columns.items()}
    one, other = (interval(resample(found, 50, seed=1), RATIO, form=form) for found in (columns, turned))
    assert one == pytest.approx(other) if one.value is not None else other == one


def test_equal_components_are_drawn_together_as_the_same_multinomial() -> None:
    """Means and covariances of the drawn sums are those of drawing components one by one."""
    random = np.random.default_rng(5)
    values = random.integers(0, 3, size=400).astype(float)
    sample = resample({"one": values, "ones": np.ones(400)}, resamples=4000, seed=7)
    assert sample.copies.tolist() != [1] * 400 and sample.copies.sum() == 400
    assert np.all(sample.drawn[:, 1] == 400)
    assert sample.drawn[:, 0].mean() == pytest.approx(values.sum(), rel=0.01)
    assert sample.drawn[:, 0].var() == pytest.approx(400 * values.var(), rel=0.1)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    right, whole = np.arange(50) % 3.0, np.full(50, 3.0)
    assert rate_interval(right, whole, 200, seed=1) == rate_interval(right, whole, 200, seed=1)
    assert rate_interval(right, whole, 200, seed=1) != rate_interval(right, whole, 200, seed=2)


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("components", [1, 2, 30, 1000])
def test_no_event_gives_the_bound_of_unseen_components(form: Form, components: int) -> None:
    sample = resample({"right": np.zeros(components), "all": np.full(components, 4.0)}, 100, seed=1)
    rate = interval(sample, RATIO, form=form)
    assert rate == pytest.approx((0, 0, 1 - 0.025 ** (1 / components)))
    every = resample({"right": np.full(components, 4.0), "all": np.full(components, 4.0)}, 100, seed=1)
    assert interval(every, RATIO, form=form) == pytest.approx((1, 0.025 ** (1 / components), 1))


@pytest.mark.parametrize("form", Form)
def test_one_component_says_next_to_nothing(form: Form) -> None:
    rate = interval(
        resample({"right": np.array([500.0]), "all": np.array([1000.0])}, 100, seed=1), RATIO, form=form
    )
    assert rate.low < 0.02 and rate.high > 0.98


def test_one_giant_component_counts_as_about_one() -> None:
    whole = np.append(np.ones(1000), 1e6)
    assert delta_interval(whole, whole).low < 0.05
    assert rate_interval(whole, whole, 100, seed=1).low < 0.05


@pytest.mark.parametrize("form", Form)
def test_a_cost_has_no_upper_end_at_one_and_none_of_it_still_has_a_width(form: Form) -> None:
    sample = resample({"right": np.array([30.0, 10.0, 0.0]), "all": np.ones(3)}, 100, seed=1)
    rate = interval(sample, RATIO, form=form, unit=6.7, scale=1000)
    assert rate.value == pytest.approx(40_000 / 3) and rate.high > rate.value > rate.low >= 0
    none = resample({"right": np.zeros(10), "all": np.full(10, 2.0)}, 100, seed=1)
    assert interval(none, RATIO, form=form, unit=6.7).high == pytest.approx(unseen_share(10) * 6.7 / 2)


@given(totals(fewest=3))
def test_a_harmonic_mean_of_one_ratio_twice_is_that_ratio(columns: dict[str, Floats]) -> None:
    sample = resample(columns, 50, seed=1)
    for form in Form:
        once, twice = interval(sample, RATIO, form=form), interval(sample, RATIO, RATIO, form=form)
        assert once == pytest.approx(twice) if once.value is not None else twice == once


def test_the_linearisation_is_the_derivative() -> None:
    """Moving a little weight onto one component moves the metric by its influence."""
    columns = {"p": np.array([2.0, 5, 1, 4]), "r": np.array([3.0, 1, 4, 2]), "n": np.array([6.0, 7, 5, 4])}
    ratios = (Ratio("p", "n"), Ratio("r", "n"))
    sample = resample(columns, 1, seed=1)
    value = interval(sample, *ratios).value
    influence = intervals._influence(sample, ratios, value)
    for place in range(4):
        nudged = {
            name: np.array([(sample.total(name) @ sample.copies) + 1e-6 * sample.total(name)[place]])
            for name in columns
        }
        assert (intervals._value(nudged, ratios)[0] - value) / 1e-6 == pytest.approx(
            influence[place], rel=1e-3
        )


@pytest.mark.parametrize("form", Form)
def test_intervals_cover_as_often_as_they_say(form: Form) -> None:
    """400 worlds of 150 components with unequal sizes and errors that come by component; fixed seed."""
    random = np.random.default_rng(11)
    hits = 0
    for world in range(400):
        whole = random.geometric(0.3, size=150).astype(float)
        right = random.binomial(whole.astype(int), random.beta(8, 2, size=150)).astype(float)
        rate = interval(resample({"right": right, "all": whole}, 200, seed=world), RATIO, form=form)
        hits += rate.low <= 0.8 <= rate.high
    assert 0.91 <= hits / 400 <= 0.99


@pytest.mark.parametrize(
    ("columns", "resamples", "message"),
    [
        ({"right": np.ones(2), "all": np.ones(3)}, 10, "one value per component"),
        ({"right": np.array([np.nan]), "all": np.ones(1)}, 10, "finite"),
        ({"right": np.ones(2), "all": np.ones(2)}, 0, "resamples is 0"),
    ],
)
def test_unfit_totals_are_refused(columns: dict[str, Floats], resamples: int, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        resample(columns, resamples, seed=1)
