"""Sections of the report, gates, plans and drift as notebooks show them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from idlab.bundle import Bundle
from idlab.bundle.document import Verdict
from idlab.config import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation
from idlab.explore.rollouts import drift_html, drift_text, export_html, export_text, plan_html, plan_text
from idlab.explore.sections import section_html, section_text
from idlab.export import Export
from idlab.report import Front, Merges, Search, StudyCourse, study_sections, subject_of
from idlab.results import tables_of_replay, with_context
from idlab.rollout import Drift, drift
from idlab.rollout.planning import plan
from idlab.tune.expected import expectations

POINTS = tuple(
    {
        "trial": trial,
        "values": {
            "wrong unions per 1,000": wrong,
            "missing unions per 1,000": 90.0 - wrong,
            "questions per 1,000": 5.0,
        },
        "cost_per_1000": 300.0 + trial,
    }
    for trial, wrong in ((3, 10.0), (8, 30.0), (1, 50.0))
)


@pytest.fixture(scope="module")
def quiet(world: Dataset, evaluation: Evaluation, default: ScoringConfig) -> Drift:
    """The very decisions that the bundle's expectations were counted on."""
    channels = world.interactions["channel"].iloc[world.order]
    bundle = Bundle.of(default, golden=[], expected=expectations(evaluation.replay, channels, default))
    return drift(with_context(tables_of_replay(evaluation.replay), world).decisions, bundle)


def test_a_section_is_shown_with_figure_and_numbers_and_no_id_twice(
    world: Dataset, evaluation: Evaluation, default: ScoringConfig
) -> None:
    section = Merges(subject_of(world, {"default": evaluation}, {"default": default}))
    one, other = section_html(section), section_html(section)
    assert section.title in one and "<svg" in one and "<details" in one
    ids = [{part.split('"')[0] for part in text.split(' id="')[1:]} for text in (one, other)]
    assert ids[0] and not ids[0] & ids[1]
    assert section_text(section).startswith(section.title)


def test_an_empty_section_says_so_and_draws_nothing() -> None:
    shown = section_html(Search(StudyCourse(())))
    assert "no trial" in shown and "<svg" not in shown


def test_a_front_marks_what_was_chosen_and_tells_its_reach() -> None:
    front = Front(POINTS, chosen=8)
    assert "diamond" in front.lead() and "diamond" not in replace(front, chosen=None).lead()
    assert "wrong unions per 1,000 from 10.0 to 50.0" in front.alt()
    assert [row[0].mark for row in front.table().rows] == ["", "chosen", ""]
    assert len(front.plot().axes) == 2
    assert Front(()).is_empty() and "no front" in Front(()).lead()


def test_a_study_has_a_front_on_its_page_only_if_it_searched_for_several_values() -> None:
    course = StudyCourse((4.0, 3.0), chosen=1)
    assert [one.name for one in study_sections(course)] == ["study"]
    assert [one.name for one in study_sections(replace(course, front=POINTS, ended_with=8))] == [
        "study",
        "front",
    ]


def test_an_export_tells_every_verdict_even_without_a_bundle() -> None:
    refused = Export(
        (Verdict(gate="cost", on="a fresh world", passed=False, got="410", wanted="below <400>"),), None
    )
    assert "no bundle" in export_html(refused) and "below &lt;400&gt;" in export_html(refused)
    assert "said no (410; wanted below <400>)" in export_text(refused)


def test_a_plan_tells_how_many_customers_change(
    world: Dataset, default: ScoringConfig, baseline: ScoringConfig
) -> None:
    planned = plan(world, baseline, default)
    merges = f"{planned.groups_by_kind['merge']:,}"
    assert f"groups of customers that merge: {merges}" in plan_text(planned)
    assert f'<td class="number">{merges}</td>' in plan_html(planned)


def test_drift_is_quiet_or_names_what_shifted(quiet: Drift) -> None:
    assert drift_text(quiet).startswith("quiet: ") and "quiet: " in drift_html(quiet)
