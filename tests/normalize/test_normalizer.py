"""Records, reasons, bad inputs and the memory of what was computed."""

from __future__ import annotations

import math
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.errors import BadInput
from idlab.model import CustomerRecord, Interaction
from idlab.normalize.cache import RecentlyUsed
from idlab.normalize.cleaning import as_text, clean
from idlab.normalize.kinds import KINDS, forms_of
from idlab.normalize.normalizer import FieldSpec, Normalizer
from idlab.normalize.options import NormalizeOptions, PhoneOptions
from idlab.normalize.problems import Problem
from tests.normalize.worlds import normalizer_of_all_kinds, regions, texts

WHEN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
FIELDS = (
    FieldSpec("phone", "phone", frozenset({"+12025550100"})),
    FieldSpec("email", "email"),
    FieldSpec("full_name", "name"),
    FieldSpec("cookie_id", "cookie"),
    FieldSpec("ip_address", "ip"),
    FieldSpec("conversation", "conversation"),
    FieldSpec("loyalty", "code"),
    FieldSpec("born", "date"),
)


def _normalizer(**options: Any) -> Normalizer:
    return Normalizer(FIELDS, NormalizeOptions(**options))


def test_a_record_has_one_value_per_field_and_every_problem() -> None:
    interaction = Interaction(
        "call-1",
        WHEN,
        "voice",
        phone="(202) 555-0143",
        email="noemail@example.com",
        full_name="Doe, Jane\x00",
        cookie_id="",
        ip_address="localhost",
        conversation_id="c",
        participant_id="p",
        fields={"loyalty": "ab-1", "born": "5/1/1980", "other": "x"},
    )
    expected = CustomerRecord(
        ("+12025550143", None, "jane doe", None, None, "c p", "AB1", "1980-05-01"),
        (("email", "placeholder"), ("full_name", "cleaned"), ("ip_address", "invalid")),
    )
    normalizer = _normalizer()
    assert normalizer.record(interaction) == expected
    assert normalizer.record(interaction) == expected  # now from memory


def test_nothing_known_is_missing_without_a_problem() -> None:
    assert _normalizer().record(Interaction("call-1", WHEN, "voice")) == CustomerRecord((None,) * len(FIELDS))
    blank = Interaction("call-2", WHEN, "voice", phone=" ", email="", full_name="\t\n", cookie_id="\u00a0")
    assert _normalizer().record(blank).problems == ()


@given(texts, texts, regions)
def test_a_record_holds_what_the_single_values_are(phone: str, name: str, region: str | None) -> None:
    normalizer = _normalizer()
    interaction = Interaction("call-1", WHEN, "voice", phone=phone, full_name=name, region=region)
    first, again = normalizer.record(interaction), normalizer.record(interaction)
    (number, wrong), (full, odd) = normalizer.value(0, phone, region), normalizer.value(2, name, region)
    assert first == again
    assert (first.values[0], first.values[2]) == (number, full)
    assert first.problems == (*(("phone", p.value) for p in wrong), *(("full_name", p.value) for p in odd))


def test_a_number_read_in_one_region_is_not_remembered_for_another() -> None:
    normalizer = _normalizer()
    regions_of = {None: "+12079460123", "GB": "+442079460123", "US": "+12079460123"}
    for region, expected in [*regions_of.items(), *regions_of.items()]:
        raw = "020 7946 0123" if region == "GB" else "207 946 0123"
        assert normalizer.value(0, raw, region)[0] == expected
    interaction = Interaction("call-1", WHEN, "voice", phone="020 7946 0123", region="GB")
    assert normalizer.value(0, "020 7946 0123", None)[0] != "+442079460123"
    assert normalizer.record(interaction).values[0] == "+442079460123"


def test_blocked_values_are_missing_however_they_are_written() -> None:
    for raw in ("+12025550100", "(202) 555-0100", "sip:+12025550100@trunk.example"):
        assert _normalizer().value(0, raw) == (None, (Problem.BLOCKED,))


def test_reasons_are_counted() -> None:
    raws = [
        "anonymous",
        "restricted",
        "+1 000 000 0000",
        "12",
        "555-0143",
        "hello",
        "(202) 555-0100",
        "202\x00 555 0143",
        "2" * 300,
        "",
        None,
        "+1 555 555 1234",
    ]
    normalizer = _normalizer(phone=PhoneOptions(accept="valid"))
    assert Counter(problem for raw in raws for problem in normalizer.value(0, raw)[1]) == {
        Problem.WITHHELD: 2,
        Problem.PLACEHOLDER: 1,
        Problem.NOT_POSSIBLE: 1,
        Problem.LOCAL_ONLY: 1,
        Problem.INVALID: 1,
        Problem.BLOCKED: 1,
        Problem.CLEANED: 1,
        Problem.TOO_LONG: 1,
        Problem.NOT_VALID: 1,
    }


@pytest.mark.parametrize("raw", [None, "", " ", "\t", math.nan, float("nan")])
def test_unknown_is_missing_whatever_says_so(raw: Any) -> None:
    assert normalizer_of_all_kinds().value(2, raw) == (None, ())


def test_what_frames_hold_for_missing_and_for_numbers() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas comes with idlab[lab]")
    normalizer = _normalizer()
    missing: Any
    for missing in (pandas.NA, pandas.NaT, math.nan):
        assert normalizer.value(0, missing) == (None, ())
    column = pandas.Series([2025550143, None])  # a gap turns the column into floats
    assert normalizer.value(0, column[0]) == ("+12025550143", ())
    assert normalizer.value(0, 2025550143) == ("+12025550143", ())  # type: ignore[arg-type]
    assert normalizer.value(7, pandas.Timestamp("1980-01-05")) == ("1980-01-05", ())


def test_long_values_are_cut_where_a_part_is_still_of_use() -> None:
    normalizer = _normalizer(max_length=10)
    assert normalizer.value(2, "jane " + "x" * 10_000) == ("jane xxxxx", (Problem.TRUNCATED,))
    assert normalizer.value(2, "jane whoever") == ("jane whoev", (Problem.TRUNCATED,))
    assert normalizer.value(3, "c" * 11) == ("c" * 10, (Problem.TRUNCATED,))
    assert normalizer.value(2, "janedoe   x") == ("janedoe", (Problem.TRUNCATED,))
    # Cut, these would be somebody else's.
    assert normalizer.value(0, "+12025550143") == (None, (Problem.TOO_LONG,))
    assert normalizer.value(1, "jane@example.com") == (None, (Problem.TOO_LONG,))
    assert normalizer.value(4, "203.0.113.77") == (None, (Problem.TOO_LONG,))
    assert normalizer.value(7, "5 January 1980") == (None, (Problem.TOO_LONG,))


def test_a_name_that_grows_when_it_is_folded_is_cut_again() -> None:
    value, problems = _normalizer().value(2, "\ufdfa" * 200)  # each becomes 18 code points
    assert value is not None
    assert len(value) <= 256
    assert problems == (Problem.TRUNCATED,)


def test_ten_thousand_characters_of_anything_are_survived() -> None:
    normalizer = normalizer_of_all_kinds()
    for raw in (
        "a" * 10_000,
        "." * 10_000,
        "\ud800" * 10_000,
        "\u0301" * 10_000,
        "1" * 10_000,
        "a@" * 5_000,
        "<" * 10_000,
        ", " * 5_000,
        "\x00" * 10_000,
        "-'" * 5_000,
        "(" * 10_000,
    ):
        for field in range(len(KINDS)):
            value, _ = normalizer.value(field, raw)
            assert value is None or len(value) <= 256


def test_invisible_characters_make_no_difference() -> None:
    normalizer = _normalizer()
    assert normalizer.value(0, "\u202a+1 202 555 0143\u202c") == ("+12025550143", (Problem.CLEANED,))
    assert normalizer.value(1, "jane\u200b@example.com\ufeff") == ("jane@example.com", (Problem.CLEANED,))
    assert normalizer.value(2, "\u202eJane\u200f Doe\ud800") == ("jane doe", (Problem.CLEANED,))
    assert normalizer.value(2, "\u0000\u200b") == (None, (Problem.CLEANED,))
    assert clean("a\u00a0b\tc\r\nd") == ("a b c  d", False)


@given(texts)
def test_what_is_clean_stays_as_it_is(text: str) -> None:
    once, _ = clean(text)
    assert clean(once) == (once, False)
    assert as_text(text) == text


@given(texts, st.sampled_from(list(KINDS)))
def test_normalisation_forgets_nothing_and_remembers_nothing_wrong(text: str, kind: str) -> None:
    field = list(KINDS).index(kind)
    fresh, used = normalizer_of_all_kinds(), USED
    value, problems = fresh.value(field, text)
    assert used.value(field, text) == (value, problems)
    assert used.value(field, text) == (value, problems)
    if value is not None:
        assert (
            used.forms(field, value) == fresh.forms(field, value) == forms_of(kind, value, NormalizeOptions())
        )


USED = Normalizer([FieldSpec(kind, kind) for kind in KINDS], NormalizeOptions(), cached=3)


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 5))
def test_the_memory_is_bounded_and_keeps_the_last_asked_for(keys: list[int], size: int) -> None:
    kept = RecentlyUsed[int, str](size)
    recent: list[int] = []
    for key in keys:
        if kept.find(key) is None:
            assert key not in recent[:size]
            kept.keep(key, str(key))
        recent = [key, *(other for other in recent if other != key)]
        assert kept.find(key) == str(key)
        assert len(kept) <= 2 * size


def test_wrong_declarations_are_refused_by_name() -> None:
    with pytest.raises(
        BadInput, match=r"field 'mobile': kind 'fone' does not exist; use one of phone, email"
    ):
        Normalizer([FieldSpec("mobile", "fone")], NormalizeOptions())
    with pytest.raises(BadInput, match="'phone' is declared twice"):
        Normalizer([FieldSpec("phone", "phone"), FieldSpec("phone", "text")], NormalizeOptions())
    with pytest.raises(BadInput, match="max_length is 0"):
        Normalizer([], NormalizeOptions(max_length=0))
    with pytest.raises(BadInput, match="cached is 0"):
        Normalizer([], NormalizeOptions(), cached=0)
    with pytest.raises(BadInput, match="kind 'fone' does not exist"):
        forms_of("fone", "x", NormalizeOptions())


def test_importing_brings_nothing_of_the_workbench() -> None:
    code = (
        "import sys, idlab.normalize.normalizer; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "pandas", "pyarrow", "numba", "dns", "nameparser", "nicknames"} & set(loaded)
