"""Phones: the library's own corpora, and what trunks and people write around numbers."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat as Format
from phonenumbers import format_number, national_significant_number, parse

from idlab.normalize.options import PhoneOptions
from idlab.normalize.phone import normalize_phone, phone_forms
from idlab.normalize.problems import Problem

POSSIBLE = PhoneOptions()
VALID = PhoneOptions(accept="valid")


def _rows(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "data" / "corpus_phone" / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("accept", ["valid", "possible"])
def test_six_notations_of_every_kind_of_line_are_one_number(
    shared: Path, accept: Literal["valid", "possible"]
) -> None:
    options = PhoneOptions(accept=accept)
    rows = _rows(shared, "example_numbers.csv")
    assert len(rows) == 1114
    for row in rows:
        notations = [
            (row["e164"], None), (row["international"], None), (row["national"], row["region"]),
            (row["rfc3966"], None), (row["from_us"], "US"), (row["from_gb"], "GB"),
        ]  # fmt: skip
        read = {normalize_phone(text, options, region) for text, region in notations}
        assert read == {(row["e164"], None)}, row


def test_no_invalid_number_passes_as_valid(shared: Path) -> None:
    rows = _rows(shared, "invalid_numbers.csv")
    reasons = Counter(normalize_phone(row["e164"], VALID, None)[1] for row in rows)
    assert reasons == {
        Problem.NOT_POSSIBLE: 174,
        Problem.NOT_VALID: 52,
        Problem.LOCAL_ONLY: 14,
        Problem.PLACEHOLDER: 5,
    }


def test_an_invalid_number_of_a_right_length_is_possible(shared: Path) -> None:
    rows = _rows(shared, "invalid_numbers.csv")
    for row in rows:
        value, problem = normalize_phone(row["e164"], POSSIBLE, None)
        if row["possible"] == "False":
            assert (value, problem) == (None, Problem.NOT_POSSIBLE)
        else:
            assert value == row["e164"] or problem in {Problem.LOCAL_ONLY, Problem.PLACEHOLDER}


STRICTER = {
    # Digits of a line without its area code: the library calls that possible.
    ("2530000", "US"): Problem.LOCAL_ONLY,
    ("tel:253-0000;phone-context=www.google.com", "US"): Problem.LOCAL_ONLY,
    ("tel:253-0000;isub=12345;phone-context=www.google.com", "US"): Problem.LOCAL_ONLY,
    ("tel:2530000;isub=12345;phone-context=1234.com", "US"): Problem.LOCAL_ONLY,
    ("011xx5481429712", "US"): Problem.LOCAL_ONLY,
    ("81234", "BY"): Problem.LOCAL_ONLY,
    # 123-456-7890 is what people type to be left alone.
    ("123-456-7890", "US"): Problem.PLACEHOLDER,
    ("+1123-456-7890 666666#", "US"): Problem.PLACEHOLDER,
    ("+11234567890-6#", "US"): Problem.PLACEHOLDER,
}


def test_parser_cases_agree_with_the_library_but_where_it_would_be_a_guess(shared: Path) -> None:
    stricter = {}
    for row in _rows(shared, "parse_cases.csv"):
        options = PhoneOptions(region=row["default_region"] or "ZZ")
        value, problem = normalize_phone(row["input"], options, None)
        usable = row["parses"] == "True" and row["possible"] == "True"
        if usable and value is None:
            stricter[row["input"], row["default_region"]] = problem
        else:
            assert value == (row["e164"] if usable else None), row
    assert stricter == STRICTER


@pytest.mark.parametrize(
    "text",
    [
        "+12025550143",
        "12025550143",
        "(202) 555-0143",
        "202.555.0143",
        "tel:+1-202-555-0143",
        "tel:+1-202-555-0143;ext=12",
        "TEL:+12025550143",
        "sip:+12025550143@trunk.example",
        "sips:+12025550143@trunk.example;user=phone",
        "sip:%2B12025550143@trunk.example",
        "sip:2025550143@10.0.0.1:5060",
        '"Jane" <sip:+12025550143@trunk.example>',
        "<tel:+12025550143>",
        "whatsapp:+12025550143",
        "callto:+12025550143",
        "202-555-0143 ext. 7",
        "202 555 0143 x7",
        "\uff0b\uff11\uff12\uff10\uff12\uff15\uff15\uff15\uff10\uff11\uff14\uff13",
        "1 (202) 555 0143",
        "011 1 202 555 0143",
    ],
)
def test_what_is_written_around_a_number_makes_no_difference(text: str) -> None:
    assert normalize_phone(text, POSSIBLE, None) == ("+12025550143", None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("anonymous", Problem.WITHHELD),
        ("Anonymous", Problem.WITHHELD),
        ("RESTRICTED", Problem.WITHHELD),
        ("Private Number", Problem.WITHHELD),
        ("withheld", Problem.WITHHELD),
        ("No Caller ID", Problem.WITHHELD),
        ("sip:anonymous@anonymous.invalid", Problem.WITHHELD),
        ("tel:anonymous", Problem.WITHHELD),
        ('"Anonymous" <sip:anonymous@anonymous.invalid>', Problem.WITHHELD),
        ("+266696687", Problem.WITHHELD),
        ("+7378742833", Problem.WITHHELD),
        ("unknown", Problem.PLACEHOLDER),
        ("n/a", Problem.PLACEHOLDER),
        ("unavailable", Problem.PLACEHOLDER),
        ("+1 000 000 0000", Problem.PLACEHOLDER),
        ("+10000000000", Problem.PLACEHOLDER),
        ("9999999999", Problem.PLACEHOLDER),
        ("0000000000", Problem.PLACEHOLDER),
        ("1234567890", Problem.PLACEHOLDER),
        ("hello", Problem.INVALID),
        ("sip:jane.doe@example.com", Problem.INVALID),
        ("+", Problem.INVALID),
        ("12", Problem.NOT_POSSIBLE),
        ("+120255501", Problem.NOT_POSSIBLE),
        ("555-0143", Problem.LOCAL_ONLY),
    ],
)
def test_what_is_no_number_is_missing_with_its_reason(text: str, problem: Problem) -> None:
    assert normalize_phone(text, POSSIBLE, None) == (None, problem)


def test_the_textbook_number_is_possible_and_not_valid() -> None:
    assert normalize_phone("+1 555 555 1234", POSSIBLE, None) == ("+15555551234", None)
    assert normalize_phone("+1 555 555 1234", VALID, None) == (None, Problem.NOT_VALID)


def test_an_austin_number_is_not_taken_for_the_keypad_word_that_it_spells() -> None:
    assert normalize_phone("737 874 2833", POSSIBLE, None) == ("+17378742833", None)


def test_the_interactions_region_goes_before_the_default() -> None:
    assert normalize_phone("020 7946 0123", POSSIBLE, "GB") == ("+442079460123", None)
    assert normalize_phone("020 7946 0123", PhoneOptions(region="GB"), None) == ("+442079460123", None)
    assert normalize_phone("020 7946 0123", POSSIBLE, "gb") == ("+442079460123", None)
    assert normalize_phone("(202) 555-0143", PhoneOptions(region="GB"), "US") == ("+12025550143", None)


def test_a_lost_plus_is_found_again_only_where_nothing_is_guessed() -> None:
    assert normalize_phone("442079460123", POSSIBLE, None) == ("+442079460123", None)
    assert normalize_phone("12025550143", POSSIBLE, "GB") == ("+12025550143", None)
    assert normalize_phone("12025550143", POSSIBLE, "ZZ") == ("+12025550143", None)
    assert normalize_phone("202555014", POSSIBLE, None) == (
        None,
        Problem.NOT_POSSIBLE,
    )  # not Egypt's +20 255 5014
    assert normalize_phone("376712345", POSSIBLE, None) == (
        None,
        Problem.NOT_POSSIBLE,
    )  # nor Andorra's +376 712345
    assert normalize_phone("441999999999", POSSIBLE, None) == (
        None,
        Problem.NOT_POSSIBLE,
    )  # nobody has +44 1999...
    assert normalize_phone("800 six-flags", POSSIBLE, None) == (None, Problem.NOT_POSSIBLE)


@given(st.integers(1, 999), st.integers(0, 10**9))
def test_the_national_form_is_the_librarys(code: int, rest: int) -> None:
    value, _ = normalize_phone(f"+{code}{rest}", POSSIBLE, None)
    if value is not None:
        number = parse(value)
        assert phone_forms(value).scalars == (value, national_significant_number(number))
        assert value == format_number(number, Format.E164)


def test_the_national_form_is_the_librarys_on_every_example(shared: Path) -> None:
    for row in _rows(shared, "example_numbers.csv"):
        assert phone_forms(row["e164"]).scalars[1] == national_significant_number(parse(row["e164"]))
