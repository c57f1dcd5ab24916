"""What the parity tests ran holds everything that can happen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import idlab.core
from idlab import Action
from idlab.config import FieldConfig, KeyRule
from idlab.core.codes import ACTIONS, LINK_STATES, OUTCOMES, REASONS, REVIEW_STATES
from idlab.model import Decision, Evidence
from idlab.testing.configs import BLOCKED_PHONE, KNOWN_SHARED_PHONE, LEVELS
from tests.parity.runs import Run

TRUTH_TABLE = Path(str(idlab.core.__file__)).with_name("TRUTH_TABLE.md")

OPTIONS = {
    "model.kind": ("fellegi_sunter", "weighted_average"),
    "decide.on_rivals": ("bridge", "pending", "oldest"),
    "decide.flagged": ("set_aside", "top_wins"),
    "decide.link_on_merge": (True, False),
    "decide.max_links": (1, 2, 5),
    "decide.margin": (0.0, 0.2, 4.0, 30.0),
    "decide.bridge_at": (0.0, -4.0, -20.0),
    "guards.guard_when": ("after", "before"),
    "guards.max_distinct_names": (1, 2, 3, None),
    "guards.same_name_level": (None, "exact", "initials", "partial"),
    "guards.name_min_count": (1, 2),
    "guards.max_names_per_identifier": (1, 2, None),
}
"""Options of a config, by path, with the values that must have been run with something decided under them."""


def _decisions(ran: list[Run]) -> Iterator[tuple[Run, Decision]]:
    for one in ran:
        for decision in one.oracle.decisions:
            yield one, decision


def _evidence(ran: list[Run]) -> Iterator[tuple[Run, FieldConfig, Evidence]]:
    for one, decision in _decisions(ran):
        for field, said in zip(one.config.fields, decision.evidence, strict=bool(decision.evidence)):
            yield one, field, said


def rows_of_the_truth_table() -> list[str]:
    """The ids of its rows."""
    return re.findall(r"^\| ([PRA]\d+) \|", TRUTH_TABLE.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_the_truth_table_is_read_whole() -> None:
    rows = rows_of_the_truth_table()
    assert rows == [
        *(f"P{k}" for k in range(1, 7)),
        *(f"R{k}" for k in range(1, 9)),
        *(f"A{k}" for k in range(14)),
    ]


def test_every_row_of_the_truth_table(ran: list[Run]) -> None:
    met = sum((one.rows for one in ran), Counter[str]())
    assert not [row for row in rows_of_the_truth_table() if met[row] < 3], met


def test_every_outcome(ran: list[Run]) -> None:
    assert {*OUTCOMES} <= {result for one in ran for result in one.oracle.results}


def test_every_reason(ran: list[Run]) -> None:
    given = Counter(reason for _, decision in _decisions(ran) for reason in decision.reasons)
    assert not [reason for reason in REASONS if given[reason] < 3], given


def test_every_action_and_everything_it_can_come_to(ran: list[Run]) -> None:
    came_to: dict[str, set[str]] = {kind: set() for kind in ACTIONS if kind != "interaction"}
    for one in ran:
        for entry, result in zip(one.entries, one.oracle.results, strict=True):
            if isinstance(entry, Action):
                came_to[entry.kind].add(result)
    closed = {*LINK_STATES} - {"open"}
    assert came_to == {
        "accept": closed | {"unknown"},
        "decline": closed,
        "expire": closed,
        "split": {"done", "invalid"},
        "close": ({*REVIEW_STATES} - {"open"}) | {"unknown", "invalid"},
        "do_not_link": {"done", "erased", "unknown"},
        "erase": {"done", "erased", "unknown"},
    }


def test_every_state_of_links_and_review_items(ran: list[Run]) -> None:
    assert {link.state for one in ran for link in one.oracle.links} == {*LINK_STATES}
    assert {item.state for one in ran for item in one.oracle.reviews} == {*REVIEW_STATES}


@pytest.mark.parametrize("path", OPTIONS)
def test_every_option_of_decision_and_guards(path: str, ran: list[Run]) -> None:
    part, name = path.split(".")
    decided = Counter(getattr(getattr(one.config, part), name) for one, _ in _decisions(ran))
    assert not [value for value in OPTIONS[path] if decided[value] < 30], decided


def test_every_level_and_with_it_every_predicate(ran: list[Run]) -> None:
    reached = Counter((field.name, said.level) for _, field, said in _evidence(ran))
    wanted = [(name, level["name"]) for name, (_, levels) in LEVELS.items() for level in levels]
    assert not [level for level in wanted if reached[level] < 3], reached
    assert all(reached[name, "else"] for name, (_, levels) in LEVELS.items() if name != "conversation")


def test_every_keep_beside_values_that_it_leaves_out(ran: list[Run]) -> None:
    reached = Counter((field.keep, said.level is not None) for _, field, said in _evidence(ran))
    assert all(reached[keep, True] >= 30 for keep in ("all", "latest", "first")), reached


def test_similarity_as_credit_and_a_strict_cut_off(ran: list[Run]) -> None:
    similar = [
        said
        for _, field, said in _evidence(ran)
        for level in field.levels
        if level.name == said.level and level.credit == "similarity"
    ]
    strict = [
        level.when
        for one in ran
        for field in one.config.fields
        for level in field.levels
        if level.when is not None and level.when.above is not None
    ]
    assert similar and strict
    assert len({said.contribution for said in similar}) > 1


def test_term_frequencies_of_a_listed_and_of_an_unlisted_value(ran: list[Run]) -> None:
    adjusted = {
        said.contribution - level.weight
        for _, field, said in _evidence(ran)
        for level in field.levels
        if level.name == said.level and level.term_frequency is not None and level.weight is not None
    }
    assert len(adjusted) >= 3  # two listed values, and those that are not


def _rules(ran: list[Run]) -> Iterator[KeyRule]:
    for one in ran:
        yield from one.config.keys


def test_keys_that_are_switched_off_or_soon_a_hub(ran: list[Run]) -> None:
    assert {rule.enabled for rule in _rules(ran)} == {True, False}
    assert {1, 2, 3, 50} <= {rule.max_fanout for rule in _rules(ran)}


def _phone(one: Run) -> FieldConfig:
    return next(field for field in one.config.fields if field.name == "phone")


def _calls_from(one: Run, phone: str) -> list[str]:
    return [
        entry.interaction_id
        for entry in one.entries
        if not isinstance(entry, Action) and entry.phone == phone
    ]


def test_blocked_values_came_in(ran: list[Run]) -> None:
    blocked = [
        call
        for one in ran
        if BLOCKED_PHONE in _phone(one).blocked
        for call in _calls_from(one, BLOCKED_PHONE)
    ]
    assert len(blocked) >= 30


def test_known_shared_values_and_values_that_became_shared(ran: list[Run]) -> None:
    known, learnt = 0, 0
    for one in ran:
        is_known = KNOWN_SHARED_PHONE in _phone(one).known_shared
        calls = {*_calls_from(one, KNOWN_SHARED_PHONE)}
        for decision in one.oracle.decisions:
            if is_known and decision.interaction_id in calls:
                assert "SHARED" in decision.reasons
                known += 1
            elif not is_known and "SHARED" in decision.reasons:
                learnt += 1
    assert known >= 3 and learnt >= 3


def test_a_flag_that_a_split_or_an_allowance_cleared_and_one_that_stayed(ran: list[Run]) -> None:
    closed = Counter(item.state for one in ran for item in one.oracle.reviews)
    turned_away = sum(len(item.records) for one in ran for item in one.oracle.reviews)
    assert min(closed["split"], closed["clear"], closed["keep_flag"], turned_away) >= 3, closed
