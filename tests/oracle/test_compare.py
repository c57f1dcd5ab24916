from __future__ import annotations

import math
from typing import Any

import pytest

from idlab.config import ScoringConfig
from tests.oracle.worlds import EMAIL, FAMILY_PHONE, NAME, PHONE, Desk, family_config, textbook_config

Condition = dict[str, Any]


def level_of(kind: str, when: Condition, left: str, right: str) -> str | None:
    """The level that a declared field of this kind reaches when ``left`` meets a profile with ``right``."""
    levels = [{"name": "holds", "when": when, "weight": 1.0}, {"name": "else", "weight": -1.0}]
    declared = {"name": "extra", "kind": kind, "levels": levels}
    config = family_config(fields=(PHONE, EMAIL, NAME, declared))
    desk = Desk(config, {"longer": lambda one, other: len(one) > len(other)})
    desk.take("profile", phone=FAMILY_PHONE, fields={"extra": right})
    return desk.take("record", phone=FAMILY_PHONE, fields={"extra": left}).evidence[3].level


@pytest.mark.parametrize(
    ("kind", "when", "left", "right", "holds"),
    [
        ("code", {"equal": "value"}, "a-1", "A1", True),
        ("email", {"equal": "local"}, "ann@x.example.com", "ann@y.example.com", True),
        ("text", {"jaro_winkler": "text", "at_least": 0.96}, "martha", "marhta", True),
        ("text", {"jaro_winkler": "text", "at_least": 0.97}, "martha", "marhta", False),
        ("code", {"damerau_levenshtein": "value", "at_most": 2}, "CA", "ABC", True),
        ("code", {"damerau_levenshtein": "value", "at_most": 1}, "CA", "ABC", False),
        ("name", {"initials": "tokens"}, "J Doe", "Jane Doe", True),
        ("name", {"initials": "tokens"}, "Jane T Doe", "J Tiberius Doe", True),
        ("name", {"initials": "tokens"}, "Jane Doe", "Jane Doe", False),
        ("name", {"initials": "tokens"}, "J Doe", "Jane T Doe", False),
        ("name", {"initials": "tokens"}, "Jan Doe", "Jane Doe", False),
        ("name", {"initials": "tokens"}, "J D", "Jane Doe", False),
        ("name", {"nickname": "first"}, "Bob Smith", "Robert Smith", True),
        ("name", {"nickname": "first"}, "Bob", "Robert Smith", True),
        ("name", {"nickname": "first"}, "Bob Smith", "Robert Jones", False),
        ("name", {"nickname": "first"}, "Bob Smith", "Bob Smith", False),
        ("name", {"phonetic": "phonetic"}, "Jon Smyth", "John Smith", True),
        ("name", {"phonetic": "phonetic"}, "Jon Smyth", "Karl Roth", False),
        ("name", {"partial": "tokens"}, "Doe", "Jane Doe", True),
        ("name", {"partial": "tokens"}, "Jane Jane Doe", "Jane Doe", True),
        ("name", {"partial": "tokens"}, "Doe Jane", "Jane Doe", False),
        ("date", {"date_near": "ordinal", "days": 2}, "1980-03-01", "1980-02-28", True),
        ("date", {"date_near": "ordinal", "days": 1}, "1980-03-01", "1980-02-28", False),
        ("text", {"predicate": "longer", "form": "text"}, "abc", "ab", True),
        ("text", {"predicate": "longer", "form": "text"}, "ab", "abc", False),
        ("name", {"predicate": "longer", "form": "last"}, "Jane Doe", "Jane", False),
        ("name", {"all": [{"equal": "last"}, {"phonetic": "phonetic"}]}, "Jon Doe", "John Doe", True),
        ("name", {"all": [{"equal": "last"}, {"phonetic": "phonetic"}]}, "Karl Doe", "John Doe", False),
    ],
)
def test_predicates(kind: str, when: Condition, left: str, right: str, holds: bool) -> None:
    assert level_of(kind, when, left, right) == ("holds" if holds else "else")


@pytest.mark.parametrize(("days", "level"), [(9.9, "exact"), (10.0, "exact"), (10.1, "stale")])
def test_equal_is_stale_only_after_more_than_so_many_days(days: float, level: str) -> None:
    stale = {"name": "stale", "when": {"equal_stale": "e164", "days": 10}, "weight": 1.0}
    desk = Desk(family_config(fields=(PHONE | {"levels": [stale, *PHONE["levels"]]}, EMAIL, NAME)))
    desk.take("one", phone=FAMILY_PHONE)
    assert desk.take("two", phone=FAMILY_PHONE, days=days - 1 / 24).evidence[0].level == level


def test_the_last_sight_of_a_value_is_the_latest_not_the_last_handled() -> None:
    stale = {"name": "stale", "when": {"equal_stale": "e164", "days": 10}, "weight": 13.2}
    desk = Desk(family_config(fields=(PHONE | {"levels": [stale, *PHONE["levels"]]}, EMAIL, NAME)))
    desk.take("one", phone=FAMILY_PHONE, days=20)
    desk.take("two", phone=FAMILY_PHONE)
    assert desk.take("three", phone=FAMILY_PHONE, days=25).evidence[0].level == "exact"


@pytest.mark.parametrize(
    ("known", "level"),
    [("ann@x.example.com", "shared"), ("ann@y.example.com", "shared"), ("ann@z.example.com", "same")],
)
def test_shared_asks_whether_either_value_is_marked(known: str, level: str) -> None:
    shared = {"name": "shared", "when": {"shared": "local"}, "weight": 1.0}
    same = {"name": "same", "when": {"equal": "local"}, "weight": 2.0}
    email = EMAIL | {"levels": [shared, same, EMAIL["levels"][-1]], "known_shared": [known]}
    desk = Desk(family_config(fields=(PHONE, email, NAME)))
    desk.take("one", phone=FAMILY_PHONE, email="ann@y.example.com")
    assert desk.take("two", phone=FAMILY_PHONE, email="ann@x.example.com").evidence[1].level == level


def frequencies() -> ScoringConfig:
    adjusted = NAME["levels"][0] | {"term_frequency": {"u": 0.01, "floor": 0.001}}
    name = NAME | {"levels": [adjusted, *NAME["levels"][1:]], "term_frequencies": {"jane doe": 0.04}}
    return family_config(fields=(PHONE, EMAIL, name))


@pytest.mark.parametrize(("name", "share"), [("Jane Doe", 0.04), ("Zoe Quill", 0.001)])
def test_term_frequency_makes_common_names_worth_less_and_rare_ones_more(name: str, share: float) -> None:
    desk = Desk(frequencies())
    desk.take("one", phone=FAMILY_PHONE, full_name=name)
    said = desk.take("two", phone=FAMILY_PHONE, full_name=name).evidence[2]
    assert said.contribution == 6.0 + math.log2(0.01 / share)


def test_the_best_level_over_all_values_the_profile_keeps() -> None:
    desk = Desk(family_config())
    desk.take("one", phone=FAMILY_PHONE, full_name="Jane Doe")
    desk.take("two", phone=FAMILY_PHONE, email="jane@example.com", full_name="Jane Doe")
    desk.take("three", email="jane@example.com", full_name="Jane")
    again = desk.take("four", phone=FAMILY_PHONE, full_name="Jane")
    assert again.evidence[2].level == "exact"


def test_the_average_divides_by_the_weights_of_what_was_compared() -> None:
    desk = Desk(textbook_config())
    desk.take("one", phone=FAMILY_PHONE, email="maria.lopez12@example.com", full_name="Maria Lopez")
    near = desk.take("two", phone=FAMILY_PHONE, email="mario.lopez13@example.com")
    similarity = near.evidence[1].contribution / 0.4
    assert 0.92 < similarity < 1
    assert near.weight == near.score == (0.5 + near.evidence[1].contribution) / (0.5 + 0.4)
    assert [one.level for one in near.evidence] == ["exact", "near", None]
