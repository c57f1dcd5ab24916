"""The summary: the keys other people's scripts rely on, and values equal to the plain metrics."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings

from idlab.metrics.arrays import Floats, Ints
from idlab.metrics.bcubed import bcubed, entity_bcubed
from idlab.metrics.ceiling import ceiling, ceiling_bcubed, ceiling_cost
from idlab.metrics.clusters import edit_count, entity_errors, exact_clusters, variation_of_information
from idlab.metrics.contingency import contingency
from idlab.metrics.costs import DEFAULT_COSTS, cost
from idlab.metrics.decisions import Disposition, decision_totals, judge
from idlab.metrics.history import History, unsplit
from idlab.metrics.intervals import Rate
from idlab.metrics.pairs import pairwise
from idlab.metrics.summary import summarise
from tests.metrics.worlds import Lived, worlds

ATTAINABLE = {"merge_recall", "pairwise_recall", "bcubed_recall", "bcubed_f1", "cluster_recall"}
KEYS = {
    "outcomes": {"merge", "pending", "review", "new"},
    "merge": {"precision", "recall"},
    "union": {"precision"},
    "pending": {"yield", "capture", "per_1000"},
    "review": {"yield", "per_1000"},
    "pairwise": {"precision", "recall", "f1"},
    "bcubed": {"precision", "recall", "f1"},
    "cluster": {"precision", "recall"},
    "entity_bcubed": {"precision", "recall", "f1"},
    "entities": {"splits", "merges", "extra", "missing"},
    "distance": {"edits", "information"},
    "ceiling": {"precision", "recall", "f1", "cost_per_1000"},
    "shipped_ceiling": {"precision", "recall", "f1"},
    "attainable": ATTAINABLE,
    "shipped_attainable": ATTAINABLE,
}


def _summary(lived: Lived, **options: int) -> tuple[Ints, History, Ints, dict[str, dict[str, Rate]]]:
    world, history = lived
    keys = np.array([[who, row % 3] for row, who in enumerate(world.person)], dtype=np.int64).reshape(-1, 2)
    person = np.array(world.person, dtype=np.int64)
    return person, history, keys, summarise(history, person, keys, resamples=20, **options)


def _value(part: Floats, whole: Floats) -> float | None:
    return float(part[0] / whole[0]) if whole[0] else None


@settings(max_examples=60)
@given(worlds())
def test_every_value_is_that_of_the_plain_metric(lived: Lived) -> None:
    person, history, keys, found = _summary(lived)
    known = person >= 0
    table = contingency(person[known], history.identity[known])
    priced = cost(person, history.identity, history.links, history.reviewed, DEFAULT_COSTS)
    best = ceiling_bcubed(keys, person)
    counts = decision_totals(history, judge(history, person))
    by_entity, errors, rows = entity_bcubed(table), entity_errors(table), max(int(known.sum()), 1)
    expected = {
        ("entity_bcubed", "precision"): by_entity.precision,
        ("entity_bcubed", "recall"): by_entity.recall,
        ("entity_bcubed", "f1"): by_entity.f1,
        ("distance", "edits"): edit_count(table) / rows if known.any() else None,
        ("distance", "information"): variation_of_information(table) if known.any() else None,
        **{
            ("entities", name): float(values.mean()) if known.any() else None
            for name, values in errors._asdict().items()
        },
        ("pairwise", "precision"): pairwise(table).precision,
        ("pairwise", "recall"): pairwise(table).recall,
        ("pairwise", "f1"): pairwise(table).f1,
        ("bcubed", "precision"): bcubed(table).precision,
        ("bcubed", "recall"): bcubed(table).recall,
        ("bcubed", "f1"): bcubed(table).f1,
        ("cluster", "precision"): exact_clusters(table).precision,
        ("cluster", "recall"): exact_clusters(table).recall,
        ("ceiling", "recall"): best.recall,
        ("ceiling", "f1"): best.f1,
        ("ceiling", "cost_per_1000"): ceiling_cost(keys, person, DEFAULT_COSTS),
        ("merge", "precision"): _value(counts.merge_right, counts.merge_judged),
        ("merge", "recall"): _value(counts.merge_right, counts.linkable),
        ("union", "precision"): _value(counts.union_right, counts.union_judged),
        ("pending", "yield"): _value(counts.pending_right, counts.pending_judged),
        ("pending", "capture"): _value(counts.pending_right, counts.not_merged),
        ("pending", "per_1000"): _value(1000 * counts.pending, counts.counted),
        ("review", "yield"): _value(counts.review_right, counts.review_judged),
        ("review", "per_1000"): _value(1000 * counts.review, counts.counted),
        ("outcomes", "new"): _value(counts.new, counts.counted),
    }
    for (part, name), value in expected.items():
        assert found[part][name].value == (None if value is None else pytest.approx(value)), (part, name)
    for name, value in (
        ("cost_per_1000", priced.per_1000),
        ("cost_unanswered_per_1000", priced.unanswered_per_1000),
    ):
        assert found[name].value == (None if value is None else pytest.approx(value))
    assert found["counts"]["wrong_unions"] == priced.wrong_unions
    assert found["counts"]["missing_unions"] == priced.missing_unions
    assert found["counts"]["questions"] == priced.reviews


@settings(max_examples=60)
@given(worlds())
def test_every_rate_has_an_interval_and_the_keys_are_those_promised(lived: Lived) -> None:
    *_, found = _summary(lived)
    assert set(found) == {*KEYS, "cost_per_1000", "cost_unanswered_per_1000", "counts"}
    rates = [found["cost_per_1000"], found["cost_unanswered_per_1000"]]
    for part, names in KEYS.items():
        assert set(found[part]) == names
        rates.extend(found[part].values())
    for rate in rates:
        assert isinstance(rate, Rate)
        assert rate == (None, None, None) or rate.low <= rate.value <= rate.high
    json.dumps(found, allow_nan=False)


@settings(max_examples=60)
@given(worlds())
def test_shares_of_the_attainable_are_those_of_the_ceilings_partition(lived: Lived) -> None:
    """By definition: the plain metric over that of the best partition, for the run's keys and for more."""
    person, history, keys, _ = _summary(lived)
    more = np.hstack([keys, np.arange(person.size)[:, None] % 2])
    found = summarise(history, person, keys, shipped_keys=more, resamples=5)
    known = person >= 0
    table = contingency(person[known], history.identity[known])
    judged = judge(history, person)
    use = history.counted & (judged.disposition != Disposition.UNJUDGED)
    for section, columns in (("attainable", keys), ("shipped_attainable", more)):
        best = ceiling(columns, person)
        reach = contingency(person[known], best[known])
        pairs = {
            "merge_recall": (
                np.sum(use & (judged.disposition == Disposition.MERGE_RIGHT)),
                np.sum(use & (best < np.arange(best.size))),
            ),
            "pairwise_recall": (pairwise(table).recall, pairwise(reach).recall),
            "bcubed_recall": (bcubed(table).recall, bcubed(reach).recall),
            "bcubed_f1": (bcubed(table).f1, bcubed(reach).f1),
            "cluster_recall": (exact_clusters(table).recall, exact_clusters(reach).recall),
        }
        for name, (reached, most) in pairs.items():
            share = found[section][name]
            assert share.value == (pytest.approx(reached / most) if most else None), (section, name)
    assert found["shipped_ceiling"]["recall"].value == ceiling_bcubed(more, person).recall or not known.any()


@settings(max_examples=20)
@given(worlds())
def test_the_seed_decides(lived: Lived) -> None:
    assert _summary(lived, seed=3)[-1] == _summary(lived, seed=3)[-1]


def test_without_any_known_person_only_shares_and_loads_remain() -> None:
    found = summarise(unsplit(np.array([0, 0, 2])), [-1, -1, -1], np.zeros((3, 1), dtype=np.int64))
    assert found["outcomes"]["merge"].value == pytest.approx(1 / 3)
    assert found["pending"]["per_1000"].value == 0
    assert found["bcubed"]["f1"] == found["cost_per_1000"] == (None, None, None)


def test_no_interaction_at_all() -> None:
    found = summarise(unsplit(np.zeros(0, dtype=np.int64)), [], np.zeros((0, 2), dtype=np.int64))
    assert found["outcomes"]["new"] == (None, None, None)
    assert found["counts"]["interactions"] == 0


def test_a_wrong_answer_joins_components() -> None:
    """Two strangers whose link a reviewer wrongly accepts are resampled together from then on."""
    links = {"link_left": np.array([0]), "link_right": np.array([1]), "link_state": np.array([0])}
    history = unsplit(np.array([0, 1, 2]))._replace(**links)
    keys = np.zeros((3, 1), dtype=np.int64)
    found = [
        summarise(history, [1, 2, 3], keys, costs=DEFAULT_COSTS._replace(specificity=specificity))["counts"]
        for specificity in (1.0, 0.0)
    ]
    assert [counts["components"] for counts in found] == [3, 2]
    assert [counts["wrong_unions"] for counts in found] == [0, 1]
