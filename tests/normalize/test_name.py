"""Names: one rule at a time, in several scripts."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nicknames import NickNamer

from idlab.normalize.name import name_forms, normalize_name
from idlab.normalize.name_words import NOBODY, STAND_INS, SUFFIXES, TITLES
from idlab.normalize.options import NameOptions
from idlab.normalize.problems import Problem

DEFAULT = NameOptions()


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("Jane Doe", "jane doe"),
        ("  JANE   DOE ", "jane doe"),
        ("Doe, Jane", "jane doe"),
        ("DOE,JANE", "jane doe"),
        ("Doe, Jane Ann", "jane ann doe"),
        ("van der Berg, Jan", "jan van der berg"),
        ("Doe, Jane, MD", "jane doe"),
        ("Doe Jr., John", "john doe"),
        ("Doe, Dr. John Jr.", "john doe"),
        ("John Doe, Jr.", "john doe"),
        ("John Doe, PhD, MBA", "john doe"),
        ("Doe, Mr", "doe"),
        (", Jane", "jane"),
        ("Dr. Jane Doe", "jane doe"),
        ("Mr John Doe III", "john doe"),
        ("Prof. Dr. Jane Doe Ph.D.", "jane doe"),
        ("dr.jane doe", "jane doe"),
        ("Jane Doe M.Sc.", "jane doe"),
        ("Mr. & Mrs. Smith", "smith"),
        ("J. R. Smith", "j r smith"),
        ("J.R.Smith", "jr smith"),
        ("A.Smith", "a smith"),
        ("Dr", "dr"),
        ("Dr Jr", "jr"),
        ("O'Brien", "o'brien"),
        ("O\u2019Brien", "o'brien"),
        ("O\u00b4Brien", "o'brien"),
        ("O`Brien", "o'brien"),
        ("Mary\u2010Ann", "mary-ann"),
        ("Mary--Ann", "mary-ann"),
        ("Smith - Jones", "smith jones"),
        ("'Jane'", "jane"),
        ('William "Bill" Smith', "william bill smith"),
        ("Jane (work)", "jane work"),
        ("Mu\u0308ller", "m\u00fcller"),
        ("M\u00dcLLER", "m\u00fcller"),
        ("Stra\u00dfer", "strasser"),
        ("\uff2a\uff21\uff2e\uff25", "jane"),
        ("Иванов, Иван", "иван иванов"),
        ("श्री राज कुमार", "राज कुमार"),
        ("دكتور محمد علي", "محمد علي"),
        ("علي، محمد", "محمد علي"),
        ("王小明", "王小明"),
        ("Stephen King", "stephen king"),
        ("Guest, Jane", "jane guest"),
        ("Free Willy", "free willy"),
    ],
)
def test_one_name_has_one_form(text: str, full: str) -> None:
    assert normalize_name(text, DEFAULT) == (full, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("WIRELESS CALLER", Problem.PLACEHOLDER),
        ("UNKNOWN", Problem.PLACEHOLDER),
        ("Unknown Caller", Problem.PLACEHOLDER),
        ("UNKNOWN, CALLER", Problem.PLACEHOLDER),
        ("TOLL FREE CALL", Problem.PLACEHOLDER),
        ("V12345678900023", Problem.PLACEHOLDER),
        ("+1 (202) 555-0143", Problem.PLACEHOLDER),
        ("2025550143", Problem.PLACEHOLDER),
        ("no name", Problem.PLACEHOLDER),
        ("N/A", Problem.PLACEHOLDER),
        ("guest", Problem.PLACEHOLDER),
        ("Guest 4821", Problem.PLACEHOLDER),
        ("visitor17", Problem.PLACEHOLDER),
        ("test test", Problem.PLACEHOLDER),
        ("Test User", Problem.PLACEHOLDER),
        ("Mr. Unknown", Problem.PLACEHOLDER),
        ("xxx", Problem.PLACEHOLDER),
        ("ANONYMOUS", Problem.WITHHELD),
        ("Private Caller", Problem.WITHHELD),
        ("Name withheld", Problem.WITHHELD),
        ("匿名", Problem.WITHHELD),
        ("!!!", Problem.INVALID),
        ("- . '", Problem.INVALID),
    ],
)
def test_what_is_nobodys_name_is_missing_with_its_reason(text: str, problem: Problem) -> None:
    assert normalize_name(text, DEFAULT) == (None, problem)


def test_options_switch_their_rules() -> None:
    kept = NameOptions(drop_titles=False)
    assert normalize_name("Dr. Jane Doe Jr", kept)[0] == "dr jane doe jr"
    assert normalize_name("Doe, Dr. Jane", kept)[0] == "dr jane doe"
    assert normalize_name("Doe, Jane", NameOptions(turn_commas=False))[0] == "doe jane"


def test_words_that_are_looked_up_are_written_as_names_are_folded() -> None:
    """A title with a full stop or a capital in the table would never be found."""
    plain = NameOptions(drop_titles=False)
    for word in sorted(TITLES | SUFFIXES):
        assert normalize_name(f"{word} zz", plain)[0] == f"{word} zz"
    for word in sorted(STAND_INS | NOBODY):
        assert normalize_name(word, plain)[0] is None, word


@given(
    st.lists(st.sampled_from(sorted(TITLES)), max_size=3),
    st.lists(st.sampled_from(sorted(SUFFIXES)), max_size=3),
)
def test_titles_and_suffixes_make_no_difference(titles: list[str], suffixes: list[str]) -> None:
    assert normalize_name(" ".join([*titles, "jane", "doe", *suffixes]), DEFAULT) == ("jane doe", None)


@given(
    st.lists(st.sampled_from(sorted(TITLES | SUFFIXES)), min_size=1, max_size=4), st.sampled_from([" ", ", "])
)
def test_something_is_always_left(words: list[str], glue: str) -> None:
    assert normalize_name(glue.join(words), DEFAULT)[0]


latin_words = st.text(st.sampled_from("bdfglkrsz\u00e9\u00f1\u00f8"), min_size=3, max_size=8).filter(
    lambda word: word not in TITLES | SUFFIXES | STAND_INS | NOBODY
)


@given(st.lists(latin_words, min_size=1, max_size=3), st.lists(latin_words, min_size=1, max_size=2))
def test_both_orders_of_first_and_last_are_one_name(given_names: list[str], family: list[str]) -> None:
    straight, _ = normalize_name(" ".join(given_names + family), DEFAULT)
    turned, _ = normalize_name(f"{' '.join(family)}, {' '.join(given_names)}".upper(), DEFAULT)
    assert straight == turned == " ".join(given_names + family)


def test_forms_of_names_of_one_two_and_three_words() -> None:
    one, two, three = (name_forms(name) for name in ("madonna", "jane doe", "jane ann doe"))
    assert one.scalars == ("madonna", "madonna", None, "MTN")
    assert two.scalars[:3] == ("jane doe", "jane", "doe")
    assert three.scalars[:3] == ("jane ann doe", "jane", "doe")
    assert three.lists[:2] == (("jane", "ann", "doe"), ("j", "a", "d"))


def test_forms_in_other_scripts() -> None:
    hindi = name_forms("राज कुमार")
    assert hindi.lists[1] == ("र", "क")
    chinese = name_forms("王小明")
    assert chinese.lists[0] == chinese.lists[2] == ("王小明",)
    assert chinese.scalars[3]


@pytest.mark.parametrize(("one", "other"), list(permutations(["catherine", "katherine", "kathryn"], 2)))
def test_names_that_sound_alike_have_one_phonetic_form(one: str, other: str) -> None:
    assert name_forms(f"{one} smith").scalars[3] == name_forms(f"{other} smyth").scalars[3]


def test_nicknames_are_the_librarys_and_the_name_itself_in_order() -> None:
    names = NickNamer()
    for first in ("bob", "liz", "william", "zzyzx"):
        expected = tuple(sorted({first} | names.canonicals_of(first)))
        assert name_forms(f"{first} doe").lists[2] == expected
    assert set(name_forms("bob doe").lists[2]) & set(name_forms("robert doe").lists[2])
