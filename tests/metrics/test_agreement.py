"""Partition metrics against other people's: scikit-learn live, er-evaluation as recorded."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import homogeneity_completeness_v_measure, mutual_info_score
from sklearn.metrics.cluster import contingency_matrix

from idlab.metrics.bcubed import bcubed, entity_bcubed
from idlab.metrics.clusters import entity_errors, exact_clusters, variation_of_information
from idlab.metrics.contingency import contingency
from idlab.metrics.pairs import pairwise
from tests.metrics.worlds import partitions

RECORDED = json.loads(Path(__file__).with_name("er_evaluation.json").read_text(encoding="utf-8"))


@given(partitions())
def test_cells_are_those_of_scikit_learn(labels: tuple[list[int], list[int]]) -> None:
    table = contingency(*labels)
    dense = np.zeros((table.truth_sizes.size, table.predicted_sizes.size), dtype=np.int64)
    dense[table.truth, table.predicted] = table.sizes
    assert np.array_equal(dense, contingency_matrix(*labels))


@given(partitions())
def test_information_is_what_scikit_learn_finds_lacking_in_homogeneity_and_completeness(
    labels: tuple[list[int], list[int]],
) -> None:
    truth, predicted = labels
    homogeneity, completeness, v_measure = homogeneity_completeness_v_measure(truth, predicted)
    of_truth, of_predicted = mutual_info_score(truth, truth), mutual_info_score(predicted, predicted)
    lacking = (1 - homogeneity) * of_truth + (1 - completeness) * of_predicted
    information = variation_of_information(contingency(truth, predicted))
    assert information == pytest.approx(lacking, abs=1e-9)
    if of_truth + of_predicted > 0:  # the V-measure is the shared information over the mean entropy
        assert v_measure == pytest.approx(1 - information / (of_truth + of_predicted), abs=1e-9)


@pytest.mark.parametrize("number", range(len(RECORDED["worlds"])))
def test_scores_are_those_that_er_evaluation_gave(number: int) -> None:
    """Its B-cubed averages over entities; its errors are per entity as well."""
    world = RECORDED["worlds"][number]
    table, theirs = contingency(world["truth"], world["predicted"]), world["scores"]
    pairs, clusters, entities = pairwise(table), exact_clusters(table), entity_bcubed(table)
    ours = {
        "pairwise_precision": pairs.precision,
        "pairwise_recall": pairs.recall,
        "pairwise_f": pairs.f1,
        "b_cubed_precision": entities.precision,
        "b_cubed_recall": entities.recall,
        "cluster_precision": clusters.precision,
        "cluster_recall": clusters.recall,
    }
    for name, score in ours.items():
        assert score == pytest.approx(theirs[name]), name
    errors = entity_errors(table)
    assert errors.extra.tolist() == pytest.approx(theirs["expected_extra"])
    assert errors.missing.tolist() == pytest.approx(theirs["expected_missing"])


def test_the_record_tells_the_two_averages_apart() -> None:
    """Record-weighted B-cubed is another number, or the test above would not show which one theirs is."""
    told_apart = 0
    for world in RECORDED["worlds"]:
        table = contingency(world["truth"], world["predicted"])
        told_apart += bcubed(table).precision != pytest.approx(entity_bcubed(table).precision)
    assert told_apart > len(RECORDED["worlds"]) // 2
