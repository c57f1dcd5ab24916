from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from tests.oracle.similarity import damerau_levenshtein, jaro_winkler

SOME = st.text(st.characters(exclude_categories=()), max_size=90)
ALIKE = st.text("abcé\u0301م😀\ud800", max_size=80)


@given(st.one_of(st.tuples(SOME, SOME), st.tuples(ALIKE, ALIKE)))
def test_jaro_winkler_equals_rapidfuzz_bit_for_bit(pair: tuple[str, str]) -> None:
    left, right = pair
    expected = JaroWinkler.similarity(left, right) if left or right else 0.0
    assert jaro_winkler(left, right) == expected


@given(st.one_of(st.tuples(SOME, SOME), st.tuples(ALIKE, ALIKE)))
def test_damerau_levenshtein_equals_rapidfuzz(pair: tuple[str, str]) -> None:
    assert damerau_levenshtein(*pair) == DamerauLevenshtein.distance(*pair)


def test_two_empty_texts_are_not_alike() -> None:
    assert jaro_winkler("", "") == 0.0
    assert damerau_levenshtein("", "") == 0


def test_a_swap_may_be_edited_again() -> None:
    assert damerau_levenshtein("ca", "abc") == 2
