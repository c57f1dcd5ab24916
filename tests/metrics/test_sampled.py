"""Estimates from samples: the metrics themselves where all are labelled, and unbiased where few are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab import BadInput
from idlab.data.sampling import drawn_interactions, drawn_pairs, person_labels
from idlab.metrics import bcubed, contingency, cost, exact_clusters, pairwise
from idlab.metrics.costs import Costs
from idlab.metrics.estimates import ratio_estimate
from idlab.metrics.history import unsplit
from idlab.metrics.label_plan import people_needed
from idlab.metrics.sampled import (
    PER_1000,
    SHARES,
    LabelledPeople,
    estimate_cost,
    estimate_pairs,
    estimate_partition,
    person_totals,
)
from tests.metrics.worlds import partitions


def _truth(person: np.ndarray, identity: np.ndarray) -> dict[str, float | None]:
    table = contingency(person, identity)
    cubes, pairs, clusters = bcubed(table), pairwise(table), exact_clusters(table)
    cells, rows = table.sizes.size, len(person)
    return {
        "bcubed_precision": cubes.precision,
        "bcubed_recall": cubes.recall,
        "bcubed_f1": cubes.f1,
        "pairwise_precision": pairs.precision,
        "pairwise_recall": pairs.recall,
        "pairwise_f1": pairs.f1,
        "cluster_precision": clusters.precision,
        "cluster_recall": clusters.recall,
        "wrong_unions_per_1000": 1000 * (cells - table.predicted_sizes.size) / rows,
        "missing_unions_per_1000": 1000 * (cells - table.truth_sizes.size) / rows,
    }


@given(partitions())
def test_of_all_people_the_totals_are_the_metrics(drawn: tuple[list[int], list[int]]) -> None:
    person, identity = (np.array(labels, dtype=np.int64) for labels in drawn)
    totals = person_totals(person, identity)
    for names, scale in ((SHARES, 1), (PER_1000, 1000)):
        for name, (a, b) in names.items():
            base = totals[b].sum()
            found = scale * totals[a].sum() / base if base else None
            assert found == pytest.approx(_truth(person, identity)[name]), name


@given(partitions(smallest=2))
def test_of_all_people_the_cost_is_the_cost(drawn: tuple[list[int], list[int]]) -> None:
    person, identity = (np.array(labels, dtype=np.int64) for labels in drawn)
    asked = np.arange(person.size) % 3 == 0
    history = unsplit(identity)._replace(reviewed=asked)
    told = estimate_cost(LabelledPeople.of(person, np.ones(person.size)), history, Costs(c_review=2.0))
    known = cost(person, history.identity, history.links, asked, Costs(c_review=2.0)).unanswered_per_1000
    assert told.value is not None and told.low is not None and told.high is not None
    assert told.low <= known * (1 + 1e-12) and known * (1 - 1e-12) <= told.high
    assert told.low >= 2000 * asked.sum() / person.size


def _messy_world(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Heavy-tailed people, split and mixed by a prediction."""
    chance = np.random.default_rng(seed)
    person = chance.permutation(
        np.repeat(np.arange(700), np.minimum(1 + chance.pareto(1.3, 700).astype(int), 60))
    )
    piece = person * 4 + (chance.random(person.size) < 0.12) * chance.integers(1, 4, person.size)
    mixed = np.arange(4 * 700)
    wrong = chance.choice(4 * 700, 150)
    mixed[wrong] = chance.choice(4 * 700, 150)
    return person, mixed[piece]


def test_estimates_from_drawn_people_are_unbiased_and_their_errors_honest() -> None:
    person, identity = _messy_world(3)
    truth, ids = _truth(person, identity), pa.chunked_array([[str(row) for row in range(person.size)]])
    row_of = {name: row for row, name in enumerate(ids.to_pylist())}
    worlds, people = 250, 120
    found: dict[str, list[tuple[float, float, bool]]] = {name: [] for name in truth}
    for seed in range(worlds):
        labels = person_labels(drawn_interactions(person.size, people, seed), person, ids)
        assert labels["weight"].sum() == pytest.approx(person.size)
        known, weight = np.full(person.size, -1), np.ones(person.size)
        rows = [row_of[name] for name in labels["interaction_id"]]
        known[rows], weight[rows] = labels["person_id"].astype("category").cat.codes, labels["weight"]
        for name, one in estimate_partition(
            LabelledPeople.of(known.astype(np.int64), weight), identity
        ).items():
            assert one.value is not None and one.error is not None
            found[name].append((one.value, one.error, one.low <= truth[name] <= one.high))
    for name, told in found.items():
        values, errors, covered = (np.array(column, dtype=float) for column in zip(*told, strict=True))
        noise = values.std() / np.sqrt(worlds)
        # The adjusted ratio estimator's remaining bias is of second order: a small part of one sample's error.
        assert abs(values.mean() - truth[name]) < 4 * noise + 0.1 * values.std(), name
        if not name.startswith("pairwise"):  # a few people hold most pairs
            assert 0.8 < errors.mean() / values.std() < 1.3, name
            assert covered.mean() > 0.88, name


def test_unweighted_estimates_would_be_biased() -> None:
    person, identity = _messy_world(3)
    totals = []
    for seed in range(60):
        drawn = drawn_interactions(person.size, 120, seed)
        known = np.where(np.isin(person, person[drawn]), person, -1)
        people = LabelledPeople.of(known, np.ones(person.size))
        totals.append(estimate_partition(people, identity)["cluster_recall"].value)
    assert np.mean(totals) < _truth(person, identity)["cluster_recall"] - 3 * np.std(totals) / np.sqrt(60)


def test_estimates_from_judged_pairs_are_unbiased() -> None:
    chance = np.random.default_rng(5)
    score = chance.beta(0.4, 0.3, 4000)
    same = chance.random(4000) < score
    together = score > 0.8
    truth = same[together].mean(), together[same].mean()
    values, covered = [], []
    for seed in range(250):
        sample = drawn_pairs(score, 200, seed)
        assert sample.weight.sum() == pytest.approx(4000)
        told = estimate_pairs(same[sample.place], sample.weight, together[sample.place])
        pair = told["pair_precision"], told["pair_recall"]
        values.append([one.value for one in pair])
        covered.append([one.low <= real <= one.high for one, real in zip(pair, truth, strict=True)])
    bias = np.abs(np.mean(values, axis=0) - truth)
    assert (bias < 4 * np.std(values, axis=0) / np.sqrt(250) + 0.1 * np.std(values, axis=0)).all()
    assert (np.mean(covered, axis=0) > 0.9).all()


def test_the_adjustment_takes_away_most_of_a_ratio_s_bias() -> None:
    """The exact mean over every sample of five units out of six, drawn with replacement."""
    units = np.array([(0.0, 1.0), (1.0, 1.0), (1.0, 2.0), (2.0, 5.0), (3.0, 3.0), (1.0, 9.0)])
    truth = units[:, 0].sum() / units[:, 1].sum()
    raw, adjusted = [], []
    for sample in product(range(6), repeat=5):
        a, b = units[list(sample)].T
        raw.append(a.sum() / b.sum())
        adjusted.append(ratio_estimate(a, b, np.ones(5), share=False).value)
    assert abs(np.mean(adjusted) - truth) < abs(np.mean(raw) - truth) / 2


@given(st.floats(0.005, 0.2), st.floats(0.0, 1.0))
def test_the_plan_is_enough_for_the_widest_spread(half_width: float, share: float) -> None:
    people = people_needed(half_width, share)
    assert people_needed(half_width, share, spread=0.0) <= people
    if people > 2 and 0.02 < share < 0.98:
        right = np.zeros(people)
        right[: round(people * share)] = 1
        found = ratio_estimate(right, np.ones(people), np.ones(people), share=True)
        assert found.error is not None
        assert found.error * 1.96 < half_width * 1.05 + 1 / people


def test_what_cannot_be_drawn_or_estimated_is_refused() -> None:
    nobody = np.full(3, -1, dtype=np.int64)
    with pytest.raises(BadInput, match="nobody is labelled"):
        LabelledPeople.of(nobody, np.ones(3))
    with pytest.raises(BadInput, match="differ in weight"):
        LabelledPeople.of(np.zeros(2, dtype=np.int64), np.array([1.0, 2.0]))
    with pytest.raises(BadInput, match="5 people cannot be drawn by 3"):
        drawn_interactions(3, 5, 0)
    with pytest.raises(BadInput, match="5 pairs cannot be drawn from 3"):
        drawn_pairs(np.ones(3), 5, 0)
    with pytest.raises(BadInput, match="not known"):
        person_labels(np.array([1]), nobody, pa.chunked_array([["a", "b", "c"]]))
    with pytest.raises(BadInput, match="half width"):
        people_needed(0.0, 0.5)


def test_an_empty_domain_is_nothing_and_certainty_has_a_width() -> None:
    assert estimate_pairs(np.ones(2, bool), np.ones(2), np.zeros(2, bool))["pair_precision"].value is None
    sure = ratio_estimate(np.ones(30), np.ones(30), np.ones(30), share=True)
    assert sure.value == 1 and 0.85 < sure.low < 0.9 and sure.high == 1
