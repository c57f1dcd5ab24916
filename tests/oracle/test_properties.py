"""What must hold in every world, whatever happens in it; and that every row and reason does happen."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from idlab.config import ScoringConfig
from idlab.model import Action, Decision, Interaction, Outcome
from tests.oracle.oracle import REASONS, Oracle
from tests.oracle.worlds import EMAIL, NAME, PHONE, action, contact, family_config, textbook_config, whose

MILD_NAME = NAME | {"levels": [*NAME["levels"][:2], {"name": "else", "weight": -3.0}]}
MILD_EMAIL = EMAIL | {"levels": [EMAIL["levels"][0], {"name": "else", "weight": -0.5}]}
FEW_NAMES = {"max_distinct_names": 1, "count_names_on": ["phone"], "max_names_per_identifier": 2}
CONFIGS = {
    "family": family_config(max_fanout=4, decide={"link_on_merge": True, "max_links": 2}),
    "mild": family_config(fields=(PHONE, MILD_EMAIL, MILD_NAME), guards=FEW_NAMES),
    "narrow": family_config(fields=(PHONE, MILD_EMAIL, NAME), decide={"on_rivals": "pending"}, max_fanout=2),
    "before": textbook_config(guards=FEW_NAMES | {"guard_when": "before"}, decide={"on_rivals": "pending"}),
    "textbook": textbook_config(
        keep={"phone": "latest", "email": "latest", "full_name": "first"},
        guards={"max_distinct_names": 2},
        decide={"flagged": "top_wins", "on_rivals": "oldest", "pending_at": 0.5},
    ),
}
ROWS = {
    *(f"P{row}" for row in range(1, 7)),
    *(f"R{row}" for row in range(1, 9)),
    *(f"A{row}" for row in range(14)),
}
Entry = Interaction | Action


def log(
    config: ScoringConfig, seed: int, length: int = 60, town: str = "4"
) -> Iterator[tuple[Entry, Oracle]]:
    """Contacts and actions, each with the oracle that has just handled it."""
    chance = random.Random(seed)
    oracle = Oracle(config)
    handled: list[Interaction] = []
    for number in range(length):
        entry: Entry
        if handled and chance.random() < 0.05:
            entry = chance.choice(handled)
        elif handled and chance.random() < 0.3:
            entry = action(chance, oracle)
        else:
            entry = contact(chance, number, town)
            handled.append(entry)
        _answer(oracle, entry)
        yield entry, oracle


def _answer(oracle: Oracle, entry: Entry) -> Decision | str:
    return oracle.resolve(entry) if isinstance(entry, Interaction) else oracle.act(entry)


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("seed", range(6))
def test_every_step_leaves_an_orderly_world(name: str, seed: int) -> None:
    for _, oracle in log(CONFIGS[name], seed):
        identities = oracle.identities()
        assert list(identities) == list(oracle.decisions), "every record is held, once"
        _ids_are_of_the_earliest(identities)
        _open_links_join_two(oracle, identities)
        _one_open_item_each(oracle, identities)
        _provisional_ones_wait(oracle, identities)
        assert oracle.flagged() | oracle.provisional() <= set(identities.values())


def _ids_are_of_the_earliest(identities: dict[str, str]) -> None:
    seen: set[str] = set()
    for interaction_id, customer_id in identities.items():
        assert customer_id in seen or customer_id == whose(interaction_id)
        seen.add(customer_id)


def _open_links_join_two(oracle: Oracle, identities: dict[str, str]) -> None:
    sides = [
        frozenset((identities[link.left], identities[link.right]))
        for link in oracle.links()
        if link.state == "open"
    ]
    assert all(len(pair) == 2 for pair in sides)
    assert len(set(sides)) == len(sides)
    assert len({link.link_id for link in oracle.links()}) == len(oracle.links())


def _one_open_item_each(oracle: Oracle, identities: dict[str, str]) -> None:
    about = [identities[item.anchor] for item in oracle.reviews() if item.state == "open"]
    assert len(set(about)) == len(about)
    assert len({item.review_id for item in oracle.reviews()}) == len(oracle.reviews())
    for item in oracle.reviews():
        assert list(item.records) == [one for one in identities if one in item.records], (
            "in the order handled"
        )


def _provisional_ones_wait(oracle: Oracle, identities: dict[str, str]) -> None:
    waiting = {
        *(one for link in oracle.links() if link.state == "open" for one in (link.left, link.right)),
        *(one for item in oracle.reviews() if item.state == "open" for one in item.records),
    }
    assert oracle.provisional() <= {identities[one] for one in waiting}


@pytest.mark.parametrize("name", CONFIGS)
def test_decisions_are_complete(name: str) -> None:
    config = CONFIGS[name]
    decisions = [one for seed in range(6) for one in _decisions(config, seed)]
    for one in decisions:
        assert one.reasons == tuple(sorted(one.reasons, key=REASONS.index))
        assert (one.score is None) == (one.weight is None) == (not one.evidence)
        assert (one.score is None) == ("NO_CANDIDATE" in one.reasons)
        assert (
            bool(one.targets) == (one.outcome in (Outcome.PENDING, Outcome.REVIEW)) or "JOINED" in one.reasons
        )
        assert one.customer_id not in one.targets
        assert one.runner_up is None or one.runner_up_score is not None
        if config.model.kind == "fellegi_sunter" and one.weight is not None:
            assert one.weight == pytest.approx(-8.0 + sum(said.contribution for said in one.evidence))


def _decisions(config: ScoringConfig, seed: int) -> list[Decision]:
    *_, (_, oracle) = log(config, seed)
    return list(oracle.decisions.values())


@pytest.mark.parametrize("name", CONFIGS)
def test_the_same_log_at_another_time_gives_the_same(name: str) -> None:
    for seed in range(3):
        entries = [entry for entry, _ in log(CONFIGS[name], seed)]
        then, later = Oracle(CONFIGS[name]), Oracle(CONFIGS[name])
        for entry in entries:
            moved = entry
            if isinstance(entry, Interaction):
                moved = replace(entry, occurred_at=entry.occurred_at + timedelta(days=400))
            assert _answer(then, entry) == _answer(later, moved)
        assert (then.links(), then.reviews()) == (later.links(), later.reviews())


@pytest.mark.parametrize("name", CONFIGS)
def test_strangers_do_not_change_each_others_decisions(name: str) -> None:
    here = [entry for entry, _ in log(CONFIGS[name], seed=1, town="4")]
    there = [entry for entry, _ in log(CONFIGS[name], seed=2, town="7")]
    alone, mixed = Oracle(CONFIGS[name]), Oracle(CONFIGS[name])
    for mine, theirs in zip(here, there, strict=True):
        assert _answer(alone, mine) == _answer(mixed, mine)
        _answer(mixed, theirs)


def test_every_row_and_every_reason_occurs() -> None:
    rows: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for config in CONFIGS.values():
        for seed in range(12):
            *_, (_, oracle) = log(config, seed)
            rows += oracle.rows
            reasons.update(reason for one in oracle.decisions.values() for reason in one.reasons)
    assert set(rows) == ROWS
    assert set(reasons) == set(REASONS)
