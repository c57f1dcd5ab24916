from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest
from jellyfish import jaro_winkler_similarity

import synthetic
from idlab import Interaction, MemoryStore, Outcome, Resolver, ScoringConfig
from idlab.bench.textbook import TextbookResolver
from idlab.data.stream import interactions_of

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def textbook() -> TextbookResolver:
    return TextbookResolver()


def _contact(number: int, **identifiers: str) -> Interaction:
    return Interaction(f"i-{number}", MONDAY + timedelta(days=number), "voice", **identifiers)


def test_a_lone_phone_match_merges_at_one(textbook):
    first = textbook.resolve(_contact(1, phone="+1 202 555 0143"))
    again = textbook.resolve(_contact(2, phone="(202) 555-0143", full_name="Ada Lee"))
    assert (first.outcome, first.score) == (Outcome.NEW, None)
    assert (again.outcome, again.score) == (Outcome.MERGE, 1.0)
    assert again.customer_id == first.customer_id


def test_a_near_email_is_no_candidate_unless_the_phone_agrees(textbook):
    textbook.resolve(_contact(1, phone="2025550143", email="maria.lopez12@example.com"))
    beside = textbook.resolve(_contact(2, phone="2025550143", email="mario.lopez13@example.com"))
    alone = textbook.resolve(_contact(3, email="maria.lopez14@example.com"))
    assert beside.outcome is Outcome.MERGE
    near = jaro_winkler_similarity("maria.lopez12@example.com", "mario.lopez13@example.com")
    assert beside.score == pytest.approx((0.45 + 0.40 * near) / 0.85)
    assert (alone.outcome, alone.score) == (Outcome.NEW, None)


def test_a_newer_phone_overwrites_the_older(textbook):
    first = textbook.resolve(_contact(1, phone="2025550143", email="ada@example.com"))
    moved = textbook.resolve(_contact(2, phone="2025550199", email="ada@example.com", full_name="ada lee"))
    assert moved.outcome is Outcome.NEW  # 0.40 of 0.85: the phone that differs outweighs the e-mail
    textbook.resolve(_contact(3, email="ada@example.com"))
    assert first.customer_id in textbook.by_phone["+12025550143"]
    second = TextbookResolver()
    second.resolve(_contact(1, email="ada@example.com", cookie_id="k"))
    second.resolve(_contact(2, email="ada@example.com", phone="2025550143"))
    assert second.by_phone == {"+12025550143": [second.verdicts["i-1"].customer_id]}


def test_between_the_thresholds_a_link_waits(textbook):
    first = textbook.resolve(_contact(1, phone="2025550143", full_name="ada lee"))
    waits = textbook.resolve(_contact(2, phone="2025550143", full_name="bob ray"))
    assert waits.outcome is Outcome.PENDING
    assert waits.score == pytest.approx(0.45 / 0.55)
    assert textbook.pending == [(waits.customer_id, first.customer_id)]


def test_a_customer_with_too_many_names_goes_to_review(textbook):
    names = ["ada lee", "bob ray", "cyd orr", "dan fox"]
    verdicts = [
        textbook.resolve(_contact(k, phone="2025550143", email="x@example.com", full_name=name))
        for k, name in enumerate(names)
    ]
    assert [verdict.outcome for verdict in verdicts[1:]] == [Outcome.MERGE] * 3
    turned_away = textbook.resolve(_contact(9, phone="2025550143"))
    assert turned_away.outcome is Outcome.REVIEW
    assert textbook.reviews == {verdicts[0].customer_id: ["i-9"]}


def test_the_same_interaction_again_changes_nothing(textbook):
    once = textbook.resolve(_contact(1, phone="2025550143"))
    assert textbook.resolve(_contact(1, phone="2025550143")) is once
    assert len(textbook.customers) == 1


def test_it_does_the_work_of_the_baseline_config():
    """It is a fair peer: nearly all outcomes are those of configs/baseline.json.

    They part where the baseline reads placeholders and names better, and joins provisional identities.
    """
    interactions = list(islice(interactions_of(synthetic.generate("retail", 2000, 7).dataset), 2000))
    baseline = Resolver(ScoringConfig.load(CONFIGS / "baseline.json"), MemoryStore())
    textbook = TextbookResolver()
    same = sum(
        baseline.resolve(interaction).outcome == textbook.resolve(interaction).outcome
        for interaction in interactions
    )
    assert same / len(interactions) > 0.95
