"""The page of a plan: whole, the same every time, and without identifiers of real people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import synthetic
from idlab.config import ScoringConfig
from idlab.report.display import Display
from idlab.report.plan import plan_page, plan_sections, write_plan
from idlab.rollout.movement import Draws
from idlab.rollout.planning import Plan, plan
from tests.report.page_parts import parsed, text_of


@pytest.fixture(scope="module")
def switch(baseline: ScoringConfig, default: ScoringConfig) -> Plan:
    history = synthetic.generate("retail", 1500, 5).dataset
    return plan(history, baseline, default, draws=Draws(40, 1))


@pytest.fixture(scope="module")
def of_real_people(switch: Plan) -> Plan:
    dataset = switch.dataset
    return replace(switch, dataset=replace(dataset, manifest=replace(dataset.manifest, synthetic=False)))


@pytest.fixture(scope="module")
def page(switch: Plan) -> str:
    return plan_page(switch)


def values_of(plan: Plan) -> list[str]:
    """Identifiers of those who would merge, long enough not to be met by chance."""
    done = plan.after
    record = done.tape.record.reshape(done.tape.n_interactions, -1)
    riskiest = done.identity == plan.merges.identity[0]
    numbers = {number for number in record[riskiest].reshape(-1).tolist() if number >= 0}
    return [text for text in (done.tape.values[number] for number in sorted(numbers)) if len(text) > 7]


def test_the_page_is_well_formed_and_loads_nothing(page: str) -> None:
    tree = parsed(page)
    anchors = {element.get("id") for element in tree.iter() if element.get("id")}
    links = [element.get("href", "") for element in tree.iter("a")]
    assert links and all(link.removeprefix("#") in anchors for link in links)
    assert "http" not in page.replace("http://www.w3.org", "")
    assert page.count("<svg") == 4


def test_the_page_says_what_the_plan_says(page: str, switch: Plan) -> None:
    text = text_of(parsed(page))
    assert "from baseline to default" in text
    assert f"{switch.interactions_affected:,} interactions would lie with others than now" in text
    assert f"{switch.merges.identity.size:,} customers would hold what several hold now" in text


def test_the_same_plan_gives_the_same_bytes(page: str, switch: Plan, tmp_path: Path) -> None:
    write_plan(tmp_path / "plan.html", switch)
    assert (tmp_path / "plan.html").read_text(encoding="utf-8") == page
    assert [path.name for path in tmp_path.iterdir()] == ["plan.html"]


def test_identifiers_of_real_people_are_masked(of_real_people: Plan, page: str) -> None:
    values = values_of(of_real_people)
    assert any(value in page for value in values)
    masked = plan_page(of_real_people)
    assert not [value for value in values if value in masked]
    assert "***" in masked
    shown = plan_page(of_real_people, show_identifiers=True)
    assert any(value in shown for value in values)


def test_sections_give_their_numbers(switch: Plan) -> None:
    for section in plan_sections(switch):
        display: Display = section
        assert len(display.frame()) and display.plot() is not None
        assert display.html().startswith(f'<section id="{section.name}"')
    assert len(plan_sections(switch)[0].frame()) == switch.merges.identity.size


def test_a_switch_that_changes_nothing_has_a_page(default: ScoringConfig) -> None:
    history = synthetic.generate("retail", 60, 5).dataset
    text = text_of(parsed(plan_page(plan(history, default, default, draws=Draws(5, 1)))))
    assert "No customer would change" in text
    assert "No customer would hold what several hold now." in text and "No customer would be divided." in text
