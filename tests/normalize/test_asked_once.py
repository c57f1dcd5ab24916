"""What a library is asked about once for many values is what it says of each of them."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneNumber

from idlab.normalize import email, phone
from idlab.normalize.options import PhoneOptions
from tests.normalize.worlds import regions, texts

plain_locals = st.from_regex(email._PLAIN_LOCAL, fullmatch=True).filter(lambda local: len(local) < 120)
domains = st.one_of(
    st.from_regex(r"[a-zA-Z0-9-]{1,12}(\.[a-zA-Z0-9-]{1,12}){0,3}", fullmatch=True),
    st.sampled_from(
        [
            *("gmail.com", "GMAIL.com", "x.local", "localhost", "a.test", "example.com", "[10.0.0.1]", "1.2"),
            *(
                "xn--bcher-kva.ch",
                "a..b",
                "-a.com",
                "a_b.com",
                "x.invalid",
                "a.b.",
                "<x.com",
                "x.com>",
                "a.onion",
            ),
        ]
    ),
)


@given(plain_locals, domains, st.booleans())
def test_a_plain_address_is_read_as_the_library_reads_it(
    local: str, domain: str, internal_hosts: bool
) -> None:
    got = email._validated(f"{local}@{domain}", internal_hosts=internal_hosts)
    assert got == email._checked(local, domain, internal_hosts)


@pytest.mark.parametrize("local", ["a.", ".a", "a..b", "a b", "a@b", '"a"', "", "a+b", "é", "A-b"])
def test_what_is_not_plain_goes_to_the_library(local: str) -> None:
    expected = email._checked(email._caseless(local), "example.com", False)
    assert email._validated(f"{local}@example.com", internal_hosts=False) == expected


@given(st.sampled_from(sorted(COUNTRY_CODE_TO_REGION_CODE)), st.integers(0, 10**16))
def test_a_length_is_judged_as_the_library_judges_it(country: int, national: int) -> None:
    number = PhoneNumber(country_code=country, national_number=national)
    expected = phonenumbers.is_possible_number_with_reason(number)
    assert phone._length(number, phonenumbers.national_significant_number(number)) == expected


@given(texts, regions)
def test_a_number_is_written_as_the_library_writes_it(text: str, region: str | None) -> None:
    value, _ = phone.normalize_phone(text, PhoneOptions(), region)
    if value is not None:
        number = phonenumbers.parse(value)
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == value
