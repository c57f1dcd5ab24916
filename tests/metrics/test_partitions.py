"""Partition metrics against scikit-learn and against their definitions."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score
from sklearn.metrics.cluster import pair_confusion_matrix

from idlab.errors import BadInput
from idlab.metrics import arrays
from idlab.metrics.arrays import Floats, Ints
from idlab.metrics.bcubed import bcubed, bcubed_totals, entity_bcubed
from idlab.metrics.clusters import (
    cluster_totals,
    edit_count,
    entity_errors,
    exact_clusters,
    merge_distance,
    variation_of_information,
)
from idlab.metrics.contingency import coarsened, components, contingency, grouped, plurality_rows, whole
from idlab.metrics.pairs import pair_totals, pairwise
from tests.metrics import naive
from tests.metrics.worlds import partitions


def _none(x: Ints, y: Ints) -> Floats:
    return x * 0.0


def _product(x: Ints, y: Ints) -> Floats:
    return x * y * 1.0


@given(partitions())
def test_cells_are_the_counted_label_pairs(labels: tuple[list[int], list[int]]) -> None:
    truth, predicted = labels
    table = contingency(truth, predicted)
    found = {
        (truth[row], predicted[row]): (size, row)
        for size, row in zip(table.sizes.tolist(), table.first.tolist(), strict=True)
    }
    pairs = list(zip(truth, predicted, strict=True))
    assert found == {pair: (size, pairs.index(pair)) for pair, size in Counter(pairs).items()}
    assert table.truth_sizes.tolist() == [Counter(truth)[label] for label in sorted(set(truth))]
    assert table.predicted_sizes.tolist() == [Counter(predicted)[label] for label in sorted(set(predicted))]


@given(partitions(smallest=2))
def test_pair_counts_equal_scikit_learn_and_the_definition(labels: tuple[list[int], list[int]]) -> None:
    truth, predicted = labels
    table = contingency(truth, predicted)
    totals = tuple(int(total[0]) for total in pair_totals(table, whole(table)))
    assert totals == naive.pair_counts(truth, predicted)
    (_, false_positives), (false_negatives, true_positives) = pair_confusion_matrix(truth, predicted).tolist()
    assert totals == (
        true_positives // 2,
        (true_positives + false_positives) // 2,
        (true_positives + false_negatives) // 2,
    )


@given(partitions())
def test_pairwise_scores_follow_from_the_counts(labels: tuple[list[int], list[int]]) -> None:
    both, predicted, true = naive.pair_counts(*labels)
    scores = pairwise(contingency(*labels))
    assert scores.precision == (both / predicted if predicted else None)
    assert scores.recall == (both / true if true else None)
    if predicted + true:
        assert scores.f_star == pytest.approx(scores.f1 / (2 - scores.f1))
    else:
        assert (scores.f1, scores.f_star) == (None, None)


@given(partitions())
def test_both_bcubeds_follow_their_definitions(labels: tuple[list[int], list[int]]) -> None:
    truth, predicted = labels
    table = contingency(truth, predicted)
    sizes = Counter(truth)
    by_record = naive.bcubed(truth, predicted, lambda row: 1.0)
    by_entity = naive.bcubed(truth, predicted, lambda row: 1 / sizes[truth[row]])
    assert bcubed(table)[:2] == pytest.approx(by_record)
    assert entity_bcubed(table)[:2] == pytest.approx(by_entity)
    for scores in (bcubed(table), entity_bcubed(table)):
        assert scores.f1 == pytest.approx(2 / (1 / scores.precision + 1 / scores.recall))


@given(partitions())
def test_exact_clusters_and_entity_errors(labels: tuple[list[int], list[int]]) -> None:
    truth, predicted = labels
    table = contingency(truth, predicted)
    true_clusters, predicted_clusters = naive.clusters(truth), naive.clusters(predicted)
    exact = len(set(true_clusters) & set(predicted_clusters))
    assert exact_clusters(table) == (exact / len(predicted_clusters), exact / len(true_clusters))
    errors = entity_errors(table)
    for number, label in enumerate(sorted(set(truth))):
        own = {row for row, found in enumerate(truth) if found == label}
        touched = [cluster for cluster in predicted_clusters if cluster & own]
        assert errors.splits[number] == len(touched) - 1
        assert errors.merges[number] == sum(len({truth[row] for row in cluster}) - 1 for cluster in touched)
        of_row = {row: cluster for cluster in touched for row in cluster}
        assert errors.extra[number] == pytest.approx(np.mean([len(of_row[row] - own) for row in own]))
        assert errors.missing[number] == pytest.approx(np.mean([len(own - of_row[row]) for row in own]))


@given(partitions())
def test_merge_distance_identities(labels: tuple[list[int], list[int]]) -> None:
    truth, predicted = labels
    table = contingency(truth, predicted)
    both, predicted_pairs, true_pairs = naive.pair_counts(truth, predicted)
    assert edit_count(table) == naive.edits(truth, predicted)
    assert merge_distance(table, _product, _none) == predicted_pairs - both
    assert merge_distance(table, _none, _product) == true_pairs - both
    information = variation_of_information(table)
    assert information == pytest.approx(naive.information(truth, predicted), abs=1e-12)
    entropies = mutual_info_score(truth, truth) + mutual_info_score(predicted, predicted)
    assert information == pytest.approx(entropies - 2 * mutual_info_score(truth, predicted), abs=1e-12)


@given(partitions())
def test_components_follow_their_definition_and_totals_add_up(
    labels: tuple[list[int], list[int]],
) -> None:
    truth, predicted = labels
    of_row, count = components(truth, predicted)
    expected = naive.components(truth, predicted)
    assert count == len(expected)
    assert {frozenset(np.flatnonzero(of_row == number)) for number in range(count)} == {
        frozenset(rows) for rows in expected
    }
    table = contingency(truth, predicted)
    groups = grouped(table, of_row, count)
    for totals in (pair_totals, bcubed_totals, cluster_totals):
        for split, together in zip(totals(table, groups), totals(table, whole(table)), strict=True):
            assert split.sum() == pytest.approx(together[0])
    for number in range(count):
        rows = np.flatnonzero(of_row == number)
        alone = contingency(np.array(truth)[rows], np.array(predicted)[rows])
        assert pair_totals(table, groups).both[number] == pair_totals(alone, whole(alone)).both[0]
        assert cluster_totals(table, groups).exact[number] == cluster_totals(alone, whole(alone)).exact[0]


@given(partitions())
def test_components_with_unknown_persons_are_held_by_identities(labels: tuple[list[int], list[int]]) -> None:
    person = [label - 1 for label in labels[0]]
    of_row, count = components(person, labels[1])
    assert {frozenset(np.flatnonzero(of_row == number)) for number in range(count)} == {
        frozenset(rows) for rows in naive.components(person, labels[1])
    }


@given(partitions())
def test_plurality_is_the_most_frequent_then_the_first(labels: tuple[list[int], list[int]]) -> None:
    truth, predicted = labels
    table = contingency(truth, predicted)
    for label, row in zip(sorted(set(predicted)), plurality_rows(table).tolist(), strict=True):
        rows = [at for at, found in enumerate(predicted) if found == label]
        assert truth[row] == naive.plurality(rows, truth)


@given(partitions())
def test_coarsening_equals_counting_the_coarser_partition(labels: tuple[list[int], list[int]]) -> None:
    truth, predicted = labels
    into = sorted(set(predicted))
    union = np.array([label % 3 for label in into])
    found = coarsened(contingency(truth, predicted), union)
    expected = contingency(truth, [label % 3 for label in predicted])
    assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


@given(st.lists(st.sampled_from([0, 1, 2**16 - 1, 2**16, 2**16 + 1, 2**33, 2**48, 2**62]), max_size=30))
def test_rows_are_brought_together_by_the_whole_code(codes: list[int]) -> None:
    order, starts = arrays.runs(np.array(codes, dtype=np.int64), 2**62 + 1)
    assert order.tolist() == sorted(range(len(codes)), key=lambda row: (codes[row], row))
    assert [codes[row] for row in order[starts]] == sorted(set(codes))


@given(partitions())
def test_scores_do_not_depend_on_the_names_of_clusters(labels: tuple[list[int], list[int]]) -> None:
    truth, predicted = labels
    spread = [label * 10**12 - 5 for label in predicted]
    assert pairwise(contingency(truth, spread)) == pairwise(contingency(truth, predicted))
    assert variation_of_information(contingency(truth, spread)) == variation_of_information(
        contingency(truth, predicted)
    )


def test_nothing_to_judge_gives_none() -> None:
    table = contingency([], [])
    assert pairwise(table) == (None, None, None, None)
    assert bcubed(table) == (None, None, None)
    assert exact_clusters(table) == (None, None)
    assert edit_count(table) == variation_of_information(table) == 0


@pytest.mark.parametrize(
    ("truth", "predicted", "message"),
    [
        ([1, 2], [1], "predicted has 1 labels and must have 2"),
        ([1.5, 2.0], [1, 2], "truth holds float64 and must hold integers"),
        ([[1], [2]], [1, 2], "truth has 2 dimensions"),
        (["a", "b"], [1, 2], "truth holds <U1"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_by_name(truth: object, predicted: object, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        contingency(truth, predicted)
