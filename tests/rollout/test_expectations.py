"""What a bundle expects: counted as live decisions are, small, and the same after a round through JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from idlab import BadInput, ScoringConfig
from idlab.bundle import Bundle
from idlab.bundle.canonical import canonical
from idlab.compiled import compiled
from idlab.rollout import Expectations, Family, decided_of
from idlab.rollout.expectations import MOST_WEEKS, SETTLED
from tests.rollout.conftest import ROWS, Lived


@pytest.fixture(scope="module")
def expectations(bundle: Bundle) -> Expectations:
    return Expectations.read(bundle.expected)


def test_they_survive_json_and_are_small(bundle: Bundle, expectations: Expectations) -> None:
    text = canonical(bundle.expected)
    assert Expectations.read(json.loads(text)) == expectations
    assert len(text) < 50_000


def test_every_decision_is_counted(expectations: Expectations) -> None:
    assert expectations.weeks == MOST_WEEKS
    for kind in ("channels", "reasons"):
        assert sum(expectations.by_family[Family(kind)].among) == ROWS
    for kind in ("outcomes", "candidates", "filled"):
        found = [one for family, one in expectations.by_family.items() if family.kind == kind]
        assert sum(sum(one.among) for one in found) == ROWS
        if kind != "filled":
            assert all(sum(map(sum, one.counts)) == sum(one.among) for one in found)
    assert all(effect >= 1 for one in expectations.families for span in one.effects for effect in span)


def test_bins_of_weights_hold_about_as_many(expectations: Expectations) -> None:
    counts = sum(
        np.array(one.counts).sum(axis=0)
        for family, one in expectations.by_family.items()
        if family.kind == "weights"
    )
    assert isinstance(counts, np.ndarray) and counts.size > 4
    assert (
        np.median(counts) > counts.sum() / counts.size / 4
    )  # a weight that many have makes a bin of its own


def test_an_older_store_is_compared_with_the_last_weeks(expectations: Expectations) -> None:
    family = Family("outcomes", "voice")
    found = expectations.at(family, np.array([3, MOST_WEEKS, 500]))
    assert found is not None
    kept = expectations.by_family[family]
    assert found.counts[0].tolist() == list(kept.counts[3])
    settled = np.array(kept.counts)[-SETTLED:].sum(axis=0)
    assert (found.counts[1:] == settled).all()
    assert found.among[2] == sum(kept.among[-SETTLED:])
    assert expectations.at(Family("outcomes", "fax"), np.array([1])) is None


def test_a_long_history_is_folded(reported: Lived, default: ScoringConfig) -> None:
    ready = compiled(default)
    decided = decided_of(reported.decisions, ready)
    slower = type(decided)(
        **{**vars(decided), "moment": decided.moment[0] + 4 * (decided.moment - decided.moment[0])}
    )
    found = Expectations.of(slower, ready, reported.done.identity)
    assert found.weeks == MOST_WEEKS
    assert sum(found.by_family[Family("channels")].among) == ROWS
    assert found.by_family[Family("channels")].among[-1] > ROWS / 2


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ({}, "bundle: says nothing of what live decisions should look like"),
        ({"drift": {"weeks": 3}}, "bundle: holds expectations of another release"),
        ({"drift": []}, "bundle: holds expectations of another release"),
    ],
)
def test_a_bundle_without_them_is_refused(expected: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        Expectations.read(expected)
