"""Names follow country, family and marriage; twins are alike and namesakes are told apart by a suffix at most."""

from __future__ import annotations

import numpy as np
import pytest

from synthetic import generate, load_scenario
from synthetic.draws import Draws
from synthetic.lives import NEVER
from synthetic.people import Residents, reside
from synthetic.romanized import romanized
from synthetic.scenario import Scenario
from synthetic.words import LOCALES, REGIONS, SEXES, name_tables

FAMILIES = load_scenario(
    "adversarial", {"households.twins": 1.0, "lives.name_change": 0.3, "households.same_surname": 0.5}
)


def residents(scenario: Scenario, people: int = 20_000) -> Residents:
    return reside(Draws(2), scenario, 0, people)


@pytest.fixture(scope="module")
def families() -> Residents:
    return residents(FAMILIES)


def test_twins_share_surname_and_sex_and_have_neighbouring_names(families: Residents) -> None:
    names, twin = families.names, np.flatnonzero(families.homes.twin)
    assert len(twin) > 500
    assert (families.homes.household[twin] == families.homes.household[twin - 1]).all()
    assert (names.last[twin] == names.last[twin - 1]).all()
    plain = ~names.junior[twin - 1]
    pairs = list(zip(names.first[twin][plain], names.first[twin - 1][plain], strict=True))
    assert all(one != other for one, other in pairs)
    assert np.mean([one[0] == other[0] for one, other in pairs]) > 0.9


def test_juniors_bear_the_whole_name_of_the_head_and_heads_know(families: Residents) -> None:
    names, head = families.names, families.homes.head
    junior = np.flatnonzero(names.junior)
    assert len(junior) > 1000
    assert (names.first[junior] == names.first[head[junior]]).all()
    assert (names.last[junior] == names.last[head[junior]]).all()
    assert set(np.flatnonzero(names.senior)) == set(head[junior])


def test_who_marries_takes_the_heads_name_or_another(families: Residents) -> None:
    names, changes = families.names, families.changes.name != NEVER
    assert (names.new_last == names.last)[~changes].all()
    heads = names.last[families.homes.head]
    differs = changes & (heads != names.last)
    assert differs.sum() > 500
    assert (names.new_last == heads)[differs].all()
    others = changes & ~differs
    assert (names.new_last != names.last)[others].mean() > 0.97


def test_everybody_is_named_after_the_country_if_asked() -> None:
    found = residents(load_scenario("international", {"names.by_country": 1.0, "names.rare_surname": 0.0}))
    region, tables = found.homes.region, name_tables()
    for place, locale in (
        ("DE", "de_DE"),
        ("IN", "hi_IN"),
        ("MX", "es_MX"),
        ("GB", "en_GB"),
        ("US", "en_US"),
    ):
        here = np.flatnonzero(region == REGIONS.index(place))
        known = set().union(*(tables.first[locale, sex].texts for sex in SEXES))
        assert len(here) > 1000
        assert set(found.names.first[here]) <= known


def test_every_locale_has_names_of_both_sexes_and_surnames() -> None:
    tables = name_tables()
    for locale in LOCALES:
        for names in (tables.common_surnames[locale], *(tables.first[locale, sex] for sex in SEXES)):
            assert len(names.texts) > 100
            assert (names.weights > 0).all()
            assert all(name.strip() == name != "" for name in names.texts)


def test_every_hindi_name_has_a_latin_form() -> None:
    tables = name_tables()
    for names in (tables.common_surnames["hi_IN"], *(tables.first["hi_IN", sex] for sex in SEXES)):
        spelled = [romanized(name) for name in names.texts]
        assert all("\u0900" <= name[0] <= "\u097f" for name in names.texts)
        assert all(one.replace("\u2019", "").isascii() and one[0].isupper() for one in spelled)
        assert len(set(spelled)) > 0.9 * len(spelled)


def test_suffixes_are_told_by_namesakes_only() -> None:
    told = generate(
        "adversarial", 8000, 4, {"households.suffix_told": 1.0, "lives.name_change": 0.0}, ["clean"]
    )
    never = generate(
        "adversarial", 8000, 4, {"households.suffix_told": 0.0, "lives.name_change": 0.0}, ["clean"]
    )
    named = told.interactions["full_name"].notna()
    with_suffix = told.interactions["full_name"][named].str.extract(r"^(.*?)( Jr\.| Sr\.)?$")
    assert with_suffix[0].tolist() == never.interactions["full_name"][named].tolist()
    counts = with_suffix[1].value_counts()
    assert min(counts[" Jr."], counts[" Sr."]) > 50
    people = told.truth["person_id"][named].groupby(with_suffix[1]).agg(set)
    assert not people[" Jr."] & people[" Sr."]
