"""Similarity over packed code points equals rapidfuzz bit for bit, compiled and as plain Python."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import jellyfish
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from idlab.core import similarity
from idlab.core.similarity import WORK_SIZE, Packed

Function = Callable[[Packed, int, int], float]
Pair = tuple[str, str]

LONGEST = 256


def packed(texts: Sequence[str]) -> Packed:
    """Texts as the replay holds them, with dirty working space."""
    points: Any = np.array([ord(point) for text in texts for point in text], dtype=np.int32)
    start: Any = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    work: Any = np.full(WORK_SIZE, 77, dtype=np.int64)
    return Packed(points, start, work)


@cache
def compiled(name: str) -> Function:
    function: Function = importlib.import_module("numba").njit(getattr(similarity, name))
    return function


def as_is(name: str) -> Function:
    function: Function = getattr(similarity, name)
    return function


FORMS: dict[str, Callable[[str], Function]] = {"plain": as_is, "compiled": compiled}

# All of Unicode, surrogates apart (normalisation drops them): combining, right to left, beyond the basic plane.
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
few_letters = st.text("aáb\u0301\U0001f600", max_size=40)
long = st.integers(60, LONGEST).flatmap(
    lambda size: st.text("abc\u0301\U00010330", min_size=size, max_size=size)
)
letters = st.text(st.characters(max_codepoint=0x24F, categories=["L", "Nd", "Zs"]), max_size=30)


@st.composite
def edited(draw: st.DrawFn, texts: st.SearchStrategy[str] = anything) -> Pair:
    """A text and one made of it by a few edits, or another one."""
    left = draw(texts)
    if draw(st.booleans()):
        return left, draw(texts)
    right = list(left)
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(right)))
        edit = draw(st.sampled_from(("insert", "delete", "swap")))
        if edit == "insert":
            right.insert(place, draw(st.characters(exclude_categories=["Cs"])))
        elif edit == "delete" and place < len(right):
            del right[place]
        elif edit == "swap" and place + 1 < len(right):
            right[place], right[place + 1] = right[place + 1], right[place]
    return left, "".join(right)[:LONGEST]


def bits(number: float) -> bytes:
    return np.float64(number).tobytes()


def of_pair(name: str, form: str, pair: Pair) -> Any:
    """The similarity of a pair that lies between other texts."""
    return FORMS[form](name)(packed(["padding", *pair, "padding"]), 1, 2)


@pytest.mark.parametrize("form", FORMS)
class TestAgainstRapidfuzz:
    @given(pair=edited() | edited(few_letters))
    @example(pair=("martha", "marhta"))
    @example(pair=("a\u0301", "\u00e1"))
    @example(pair=("\U0001f600" * 3, "\U0001f600\U0001f601\U0001f600"))
    def test_jaro_winkler_has_the_same_bits(self, form: str, pair: Pair) -> None:
        assert bits(of_pair("packed_jaro_winkler", form, pair)) == bits(
            JaroWinkler.similarity(*pair) if any(pair) else 0.0
        )

    @settings(max_examples=40)
    @given(pair=edited(long))
    @example(pair=("a" * 64 + "b", "b" + "a" * 64))
    @example(pair=("ab" * 128, "ba" * 128))
    def test_jaro_winkler_has_the_same_bits_beyond_64_code_points(self, form: str, pair: Pair) -> None:
        assert bits(of_pair("packed_jaro_winkler", form, pair)) == bits(JaroWinkler.similarity(*pair))

    @given(pair=edited() | edited(few_letters))
    @example(pair=("ca", "abc"))
    @example(pair=("", "abc"))
    def test_damerau_levenshtein_is_the_same(self, form: str, pair: Pair) -> None:
        assert of_pair("packed_damerau_levenshtein", form, pair) == DamerauLevenshtein.distance(*pair)

    @settings(max_examples=8)
    @given(pair=edited(long))
    def test_damerau_levenshtein_is_the_same_beyond_64_code_points(self, form: str, pair: Pair) -> None:
        assert of_pair("packed_damerau_levenshtein", form, pair) == DamerauLevenshtein.distance(*pair)

    def test_the_longest_texts_fit_into_the_working_space(self, form: str) -> None:
        pair = ("ab" * (LONGEST // 2), "c" * LONGEST)
        assert of_pair("packed_damerau_levenshtein", form, pair) == LONGEST
        assert of_pair("packed_jaro_winkler", form, pair) == 0.0

    def test_two_empty_texts_are_not_similar(self, form: str) -> None:
        assert of_pair("packed_jaro_winkler", form, ("", "")) == 0.0
        assert of_pair("packed_jaro_winkler", form, ("", "a")) == 0.0
        assert of_pair("packed_damerau_levenshtein", form, ("", "")) == 0


@given(edited())
def test_the_online_engine_asks_rapidfuzz(pair: Pair) -> None:
    expected = JaroWinkler.similarity(*pair) if any(pair) else 0.0
    assert bits(similarity.jaro_winkler(None, *pair)) == bits(expected)
    assert similarity.damerau_levenshtein(None, *pair) == DamerauLevenshtein.distance(*pair)


@given(edited(letters).filter(lambda pair: all(map(_one_grapheme_a_code_point, pair))))
def test_jellyfish_agrees_on_latin(pair: Pair) -> None:
    if any(pair):
        assert abs(similarity.jaro_winkler(None, *pair) - jellyfish.jaro_winkler_similarity(*pair)) < 1e-12
    assert similarity.damerau_levenshtein(None, *pair) == jellyfish.damerau_levenshtein_distance(*pair)


def _one_grapheme_a_code_point(text: str) -> bool:
    """Jellyfish counts graphemes: where these are code points, it counts the same."""
    return all(ord(point) <= 0x24F for point in text)


def test_both_similarities_are_symmetric_where_they_should_be() -> None:
    """The distance is symmetric; Jaro-Winkler is what rapidfuzz makes of the order that it gets."""
    for pair in (("ca", "abc"), ("dixon", "dicksonx"), ("a\u0301b", "ba\u0301")):
        both = packed(pair)
        assert similarity.packed_damerau_levenshtein(both, 0, 1) == similarity.packed_damerau_levenshtein(
            both, 1, 0
        )
