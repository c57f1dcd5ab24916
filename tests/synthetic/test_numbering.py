"""Telephone numbers are valid in their region, and no two lines have the same."""

from __future__ import annotations

import numpy as np
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from idlab.errors import BadInput
from synthetic.draws import Draws
from synthetic.numbering import AREA_CODES, PLANS, phone_texts, scattered
from synthetic.words import REGIONS

DRAWS = Draws(3)
KINDS = {
    False: {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE},
    True: {PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE},
}


def numbers(lines: np.ndarray, region: str, *, fixed: bool = False, draws: Draws = DRAWS) -> list[str]:
    places = np.full(len(lines), REGIONS.index(region))
    return list(phone_texts(draws, lines, places, np.full(len(lines), fixed)))


@pytest.mark.parametrize("fixed", [False, True])
@pytest.mark.parametrize("region", REGIONS)
def test_every_number_is_valid_in_its_region_and_of_its_kind(region: str, fixed: bool) -> None:
    for text in numbers(np.arange(4000) * 7919, region, fixed=fixed):
        parsed = phonenumbers.parse(text)
        assert phonenumbers.is_valid_number(parsed), region
        assert phonenumbers.region_code_for_number(parsed) == region
        assert phonenumbers.number_type(parsed) in KINDS[fixed]
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == text


def test_every_prefix_of_every_plan_is_in_use() -> None:
    for region, plan in PLANS.items():
        for block in (plan.mobile, plan.fixed):
            for prefix in block.prefixes[:: max(1, len(block.prefixes) // 300)].tolist():
                for rest in ("2" * block.digits, "9" * block.digits, "0" * block.digits):
                    parsed = phonenumbers.parse(f"+{block.code}{prefix}{rest}")
                    assert phonenumbers.is_valid_number_for_region(parsed, region), (region, prefix, rest)


def test_every_area_code_is_one_of_the_united_states() -> None:
    parsed = [phonenumbers.parse(f"+1{area}2345678") for area in AREA_CODES]
    assert {phonenumbers.region_code_for_number(number) for number in parsed} == {"US"}
    assert len(set(AREA_CODES)) == len(AREA_CODES)


@pytest.mark.parametrize("region", REGIONS)
def test_different_lines_have_different_numbers_and_the_same_line_has_one(region: str) -> None:
    lines = np.arange(60_000)
    assert len(set(numbers(lines, region))) == len(lines)
    repeated = numbers(np.array([5, 9, 5, 60_000_000]), region)
    assert repeated[0] == repeated[2] == numbers(np.array([5]), region)[0]


def test_another_seed_gives_other_numbers() -> None:
    lines = np.arange(1000)
    assert not set(numbers(lines, "US")) & set(numbers(lines, "US", draws=Draws(4)))


def test_more_lines_than_numbers_are_refused() -> None:
    with pytest.raises(BadInput, match="region GB has too few telephone numbers"):
        numbers(np.array([PLANS["GB"].fixed.size]), "GB", fixed=True)


@given(st.integers(1, 3000), st.integers(0, 9))
def test_scattering_is_a_bijection(size: int, seed: int) -> None:
    assert sorted(scattered(Draws(seed), "test", np.arange(size), size).tolist()) == list(range(size))
