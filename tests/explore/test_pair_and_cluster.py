"""The pair viewer's and the cluster viewer's facts, against what the replay and the truth say."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Evaluation, evaluate
from idlab.explore import cluster_viewer, pair_viewer
from idlab.explore.cluster import UNKNOWN, cluster_of, tangled
from idlab.explore.cluster_view import cluster_html
from idlab.explore.pair import pair_of
from idlab.explore.pair_view import pair_html
from idlab.explore.timeline import timeline
from idlab.explore.waterfall import steps, waterfall
from idlab.metrics import Disposition


def _with_candidates(evaluation: Evaluation, most: int = 15) -> list[int]:
    both = (evaluation.replay.results.subject >= 0) & (evaluation.replay.results.runner_up >= 0)
    found: list[int] = np.flatnonzero(both)[:most].tolist()
    return found


@pytest.mark.parametrize("config", ["default", "baseline"])
def test_a_pair_is_the_decision_and_its_steps_add_up(
    world: Dataset, config: str, request: pytest.FixtureRequest
) -> None:
    scoring: ScoringConfig = request.getfixturevalue(config)
    evaluation = evaluate(world, scoring, resamples=2)
    rows = (
        _with_candidates(evaluation) or np.flatnonzero(evaluation.replay.results.subject >= 0)[:15].tolist()
    )
    assert rows
    for row in rows:
        pair = pair_of(evaluation, row, show_identifiers=True)
        decision = evaluation.replay.decision(row)
        best = pair.candidates[0].comparison
        assert best.evidence == decision.evidence
        assert best.weight == pytest.approx(decision.weight)
        for one in pair.candidates:
            assert sum(value for _, value in steps(one.comparison)) == pytest.approx(one.comparison.weight)
            ET.fromstring(waterfall(one.comparison, pair.thresholds))  # noqa: S314 - made just now
        assert (len(pair.candidates) == 2) == (decision.runner_up is not None)


def test_a_wrong_merge_went_to_another_person(evaluation: Evaluation) -> None:
    for how, same in ((Disposition.MERGE_WRONG, False), (Disposition.MERGE_RIGHT, True)):
        rows = np.flatnonzero(evaluation.disposition == how)[:8]
        assert rows.size
        for row in rows.tolist():
            pair = pair_of(evaluation, row, show_identifiers=False)
            mine = [one for one in pair.candidates if one.comparison.customer_id == pair.decision.customer_id]
            assert all(one.same_person is same for one in mine)
            assert "***" in pair_html(pair) and "@" not in str(pair_html(pair)).replace("***@***", "")


def test_a_cluster_is_an_identity_with_the_persons_of_the_truth(
    world: Dataset, evaluation: Evaluation
) -> None:
    rows = tangled(evaluation)
    assert rows.size
    for row in rows[:6].tolist():
        cluster = cluster_of(world, evaluation, row, show_identifiers=True)
        held = np.flatnonzero(evaluation.replay.identity == row)
        assert [one.number for one in cluster.members] == held.tolist()
        persons = evaluation.person[held]
        assert cluster.persons == len(set(persons.tolist())) >= 2
        first = {one.person: persons[place] for place, one in reversed(list(enumerate(cluster.members)))}
        assert [first[one.person] for one in cluster.members] == persons.tolist()
        sizes = np.bincount([one.person for one in cluster.members])
        assert sizes.tolist() == sorted(sizes, reverse=True)
        wrong = {one.number for one in cluster.members if one.entered_wrongly}
        joined = held[evaluation.disposition[held] == Disposition.MERGE_WRONG]
        assert set(joined.tolist()) <= wrong and wrong
        ET.fromstring(timeline(cluster.members))  # noqa: S314 - made just now


def test_neighbours_are_the_other_identities_of_the_person(world: Dataset, evaluation: Evaluation) -> None:
    person, identity = evaluation.person, evaluation.replay.identity
    apart = [one for one in np.unique(person) if len(set(identity[person == one].tolist())) > 1]
    number = int(np.flatnonzero(person == apart[0])[0])
    cluster = cluster_of(world, evaluation, number, show_identifiers=False)
    assert all(one.person != UNKNOWN for one in cluster.members)
    who = person[identity == identity[number]][0] if cluster.persons == 1 else None
    if who is not None:
        elsewhere = set(identity[person == who].tolist()) - {int(identity[number])}
        assert len(cluster.neighbours) + cluster.further == len(elsewhere)
        assert all(one.told for one in cluster.neighbours)
    assert "why they never met" in cluster_html(cluster)


def test_viewers_turn_pages_and_say_what_cannot_be_shown(world: Dataset, evaluation: Evaluation) -> None:
    pairs, clusters = pair_viewer(world, evaluation), cluster_viewer(world, evaluation)
    for viewer in (pairs, clusters):
        first = viewer._shown.value
        back, on = (one for one in viewer.children[1].children if hasattr(one, "click"))
        on.click()
        assert viewer._shown.value != first
        back.click()
        assert viewer._shown.value == first
        viewer.show("nobody")
        assert "there is no interaction &#39;nobody&#39;" in viewer._shown.value


def test_an_evaluation_of_another_dataset_is_refused(world: Dataset, evaluation: Evaluation) -> None:
    other = world.select(np.arange(len(world)) < 600)
    for viewer in (pair_viewer, cluster_viewer):
        with pytest.raises(BadInput, match="another dataset"):
            viewer(other, evaluation)
        with pytest.raises(BadInput, match="no interaction"):
            viewer(world, evaluation, "nobody")
