"""Text, codes and dates."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from idlab.normalize.fields import (
    code_forms,
    date_forms,
    normalize_code,
    normalize_date,
    normalize_text,
    text_forms,
)
from idlab.normalize.options import DateOptions
from idlab.normalize.problems import Problem

MONTH_FIRST = DateOptions()
DAY_FIRST = DateOptions(day_first=True)
NO_DATES = {
    date(*parts)
    for parts in [
        (1, 1, 1), (1111, 11, 11), (1753, 1, 1), (1800, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 1),
        (1901, 1, 1), (9999, 12, 31),
    ]
}  # fmt: skip


@given(st.dates())
def test_every_notation_of_a_day_is_one_date(day: date) -> None:
    assume(day not in NO_DATES)
    year, month, number = f"{day.year:04d}", day.month, day.day
    american = [f"{month}/{number}/{year}", f"{month:02d}-{number:02d}-{year}"]
    european = [f"{number}/{month}/{year}", f"{number:02d}.{month:02d}.{year}"]
    short, long = day.strftime("%b"), day.strftime("%B")
    unambiguous = [
        day.isoformat(),
        f"{year}{month:02d}{number:02d}",
        f"{year}/{month:02d}/{number:02d}",
        f"{day.isoformat()}T00:00:00Z",
        f"{day.isoformat()} 23:59:59.123+02:00",
        f"{number} {short} {year}",
        f"{number:02d}-{short.upper()}-{year}",
        f"{long} {number}, {year}",
        f"{number}. {long} {year}",
    ]
    for text in american + unambiguous:
        assert normalize_date(text, MONTH_FIRST) == (day.isoformat(), None), text
    for text in european + unambiguous:
        assert normalize_date(text, DAY_FIRST) == (day.isoformat(), None), text


def test_where_one_reading_alone_exists_the_option_does_not_matter() -> None:
    for options in (MONTH_FIRST, DAY_FIRST):
        assert normalize_date("25/12/1980", options) == ("1980-12-25", None)
        assert normalize_date("12/25/1980", options) == ("1980-12-25", None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1900-01-01", Problem.PLACEHOLDER),
        ("01/01/1900", Problem.PLACEHOLDER),
        ("0001-01-01", Problem.PLACEHOLDER),
        ("0000-00-00", Problem.PLACEHOLDER),
        ("00/00/0000", Problem.PLACEHOLDER),
        ("9999-12-31", Problem.PLACEHOLDER),
        ("05/01/80", Problem.INVALID),
        ("5 Jan 80", Problem.INVALID),
        ("1980-02-30", Problem.INVALID),
        ("1980-13-01", Problem.INVALID),
        ("1980-01", Problem.INVALID),
        ("1980", Problem.INVALID),
        ("31/31/1980", Problem.INVALID),
        ("5 Foo 1980", Problem.INVALID),
        ("soon", Problem.INVALID),
        ("1980-01/05", Problem.INVALID),
        ("\u0661\u0669\u0668\u0660-01-05", Problem.INVALID),
    ],
)
def test_what_is_no_date_is_missing_with_its_reason(text: str, problem: Problem) -> None:
    assert normalize_date(text, MONTH_FIRST) == (None, problem)


@given(st.dates())
def test_day_numbers_count_days(day: date) -> None:
    forms = date_forms(day.isoformat())
    assert forms.scalars == (day.isoformat(), day.isoformat()[:4])
    assert forms.numbers == ((day - date(1, 1, 1)).days + 1,)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ab-12 34/x", "AB1234X"),
        ("\uff21\uff22\uff11", "AB1"),
        ("sw1a 1aa", "SW1A1AA"),
        ("stra\u00dfe", "STRASSE"),
    ],
)
def test_codes_are_capitals_and_digits(text: str, code: str) -> None:
    assert normalize_code(text) == (code, None)
    assert code_forms(code).scalars == (code,)


@pytest.mark.parametrize("text", ["000-00-0000", "0", "N/A", "none", "null", "Not available"])
def test_codes_that_stand_for_nothing(text: str) -> None:
    assert normalize_code(text) == (None, Problem.PLACEHOLDER)


def test_codes_without_a_letter_or_digit_are_invalid() -> None:
    assert normalize_code("--/") == (None, Problem.INVALID)


def test_texts() -> None:
    assert normalize_text("12, Main St. (rear)") == ("12 main st rear", None)
    assert normalize_text("K\u00f6ln\u2014Nord") == ("k\u00f6ln nord", None)
    assert normalize_text("n/a") == (None, Problem.PLACEHOLDER)
    assert normalize_text("...") == (None, Problem.INVALID)
    assert text_forms("12 main st").lists == (("12", "main", "st"), ("1", "m", "s"))
    assert text_forms("12").scalars == ("12", None)
