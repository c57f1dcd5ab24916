"""Decision-level estimates from few labels: brackets that hold the truth whoever the others are, and no bias."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import synthetic
from idlab.config import ScoringConfig
from idlab.data.sampling import drawn_interactions, person_labels
from idlab.evaluate import counted, history_of, replayed
from idlab.metrics import History, OutcomeCode, decisions, judge, summarise
from idlab.metrics.arrays import Floats, Ints
from idlab.metrics.sampled import LabelledPeople
from idlab.metrics.sampled_decisions import PLACES, decision_bounds, estimate_decisions
from tests.metrics.worlds import Lived, World, worlds

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
OPEN = ("merge_right", "pending_right", "review_right", "union_right")
"""What may depend on the people who are not labelled; everything else must not."""


def _by_person(history: History, person: Ints) -> dict[str, Floats]:
    """Every total by person, judged with everybody known."""
    people = int(person.max(initial=-1)) + 1
    totals = decisions.decision_totals(history, judge(history, person), person, people)
    return totals._asdict()


@given(lived=worlds(), data=st.data())
def test_the_bracket_holds_whoever_the_unlabelled_are(lived: Lived, data: st.DataObject) -> None:
    world, history = lived
    person = np.array(world.person, dtype=np.int64) + 1
    labelled = data.draw(st.sets(st.sampled_from(sorted(set(person.tolist()) or {0}))))
    _, dense = np.unique(person, return_inverse=True)
    keep = np.isin(person, sorted(labelled))
    numbers = np.unique(person[keep])
    of_row = np.where(keep, np.searchsorted(numbers, person), -1).astype(np.int64)
    bounds = decision_bounds(history, of_row)
    others = st.lists(st.integers(0, 3), min_size=person.size, max_size=person.size)
    guess = np.array(data.draw(others), dtype=np.int64)
    for everybody in (
        np.where(keep, of_row, numbers.size + dense),
        np.where(keep, of_row, numbers.size + guess),
    ):
        truth = _by_person(history, everybody.astype(np.int64))
        for name, values in truth.items():
            ours = np.zeros(numbers.size)
            ours[: min(ours.size, values.size)] = values[: numbers.size]
            least, most = bounds.cautious[name], bounds.generous[name]
            if name in OPEN or name == "not_merged":
                assert (np.minimum(least, most) <= ours).all() and (ours <= np.maximum(least, most)).all(), (
                    name
                )
            else:
                assert (least == ours).all() and (most == ours).all(), name
    assert all((bounds.cautious[name] <= bounds.generous[name]).all() for name in OPEN)


@given(worlds())
def test_with_everybody_labelled_both_ways_are_the_judgement(lived: Lived) -> None:
    world, history = lived
    _, person = np.unique(np.array(world.person, dtype=np.int64), return_inverse=True)
    bounds, truth = decision_bounds(history, person.astype(np.int64)), _by_person(history, person)
    for name, values in truth.items():
        assert (bounds.cautious[name] == values).all() and (bounds.generous[name] == values).all(), name


def test_a_union_is_open_where_the_others_decide_who_owns_a_side() -> None:
    world = World([0, 0, 1, 2, 0])
    for row, into in enumerate([[], [], [1], [1], [0, 1]]):
        world.decide(row, OutcomeCode.MERGE if into else OutcomeCode.NEW, into, [])
    world.columns |= {"reviewed": [0] * 5, "counted": [1] * 5}
    history = world.history()
    bounds = decision_bounds(history, np.array([0, 0, -1, -1, 0]))
    assert judge(history, [0, 0, 1, 2, 0]).union_right.tolist() == [True]
    assert judge(history, [0, 0, 1, 1, 0]).union_right.tolist() == [False]
    assert [totals["union_right"].tolist() for totals in bounds] == [[0.0], [1.0]]


@pytest.fixture(scope="module")
def messy() -> tuple[History, Ints]:
    """A world in which the baseline makes many mistakes, replayed, and its truth."""
    world = synthetic.generate("adversarial", 2000, seed=2).dataset
    done = replayed(world, ScoringConfig.load(CONFIGS / "baseline.json"))
    return history_of(done, counted(world)), world.person[world.order]


def _estimates(history: History, person: Ints, seed: int, *, weighted: bool) -> dict[str, tuple[float, ...]]:
    """What 80 people tell."""
    ids = pa.chunked_array([[str(row) for row in range(person.size)]])
    labels = person_labels(drawn_interactions(person.size, 80, seed), person, ids)
    rows = labels["interaction_id"].astype(int).to_numpy()
    known, weight = np.full(person.size, -1, dtype=np.int64), np.ones(person.size)
    known[rows] = person[rows]
    if weighted:
        weight[rows] = labels["weight"]
    found = estimate_decisions(LabelledPeople.of(known, weight), history)
    return {name: (one.value or 0.0, one.low or 0.0, one.high or 0.0) for name, one in found.items()}


def test_estimates_from_drawn_people_are_unbiased_and_hold_the_truth(messy: tuple[History, Ints]) -> None:
    history, person = messy
    numbers = summarise(history, person, np.full((person.size, 1), -1), resamples=1)
    truth = {"_".join(place): numbers[place[0]][place[1]].value for place in PLACES}
    totals = decisions.decision_totals(history, judge(history, person))
    truth["missed_links_per_1000"] = float(1000 * totals.new_missed[0] / totals.counted[0])
    truth["false_merges_per_1000"] = float(
        1000 * (totals.merge_judged - totals.merge_right)[0] / totals.counted[0]
    )
    draws = 120
    found = [_estimates(history, person, seed, weighted=True) for seed in range(draws)]
    for name, value in truth.items():
        if value is None:
            continue
        told = np.array([one[name] for one in found])
        spread = told[:, 0].std()
        # Half of what labels leave open is 1.5 % of the merges here; second-order bias is a part of one error.
        room = 4 * spread / np.sqrt(draws) + 0.1 * spread + 0.015 * max(value, 1)
        assert abs(told[:, 0].mean() - value) < room, name
        assert ((told[:, 1] <= value) & (value <= told[:, 2])).mean() > 0.9, name


def test_unweighted_estimates_would_be_biased(messy: tuple[History, Ints]) -> None:
    history, person = messy
    totals = decisions.decision_totals(history, judge(history, person))
    truth = float(1000 * totals.new_missed[0] / totals.counted[0])
    raw = np.array(
        [_estimates(history, person, seed, weighted=False)["missed_links_per_1000"][0] for seed in range(60)]
    )
    assert abs(raw.mean() - truth) > 4 * raw.std() / np.sqrt(60)
