"""What is read without asking a library is read as the library reads it."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, ip_address

import phonenumbers
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS

from idlab.normalize import name, phone
from idlab.normalize.kinds import KINDS, QUICK_FORMS, forms_of
from idlab.normalize.options import NameOptions, NormalizeOptions
from idlab.normalize.plain_phone import plain_number
from idlab.normalize.web import normalize_ip
from tests.normalize.worlds import dialled_text, normalizer_of_all_kinds, regions, texts

codes = st.sampled_from(sorted(COUNTRY_CODE_TO_REGION_CODE)).map(str)
marks = st.sampled_from(["", "", "", " ", "-", ".", "(", ") ", " (", "--", "+", "\u0660"])
prefixes = st.sampled_from(["", "", "+", "+0", "0", "1", "00", "011", "8", "06", "15", "0015", "9"])


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Digits behind a calling code or a prefix, with marks between them."""
    front = draw(st.one_of(codes.map("+{}".format), codes, prefixes))
    national = draw(st.from_regex(r"[0-9]{2,13}", fullmatch=True))
    cuts = sorted(draw(st.lists(st.integers(0, len(national)), max_size=3)))
    pieces = [national[a:b] for a, b in zip([0, *cuts], [*cuts, len(national)], strict=True)]
    return draw(marks) + front + "".join(draw(marks) + piece for piece in pieces)


@given(
    st.one_of(numbers(), dialled_text, texts), st.one_of(regions, st.sampled_from(sorted(SUPPORTED_REGIONS)))
)
@example("+390236618300", "IT")
@example("16782641111", "US")
@example("(678) 264-1111", "US")
@example("011442079460123", "US")
@example("+441174960123", "GB")
@example("+80012345678", "US")
@example("()12345678", "US")
@example("+095865543947", "TJ")
def test_a_plain_number_is_read_as_the_parser_reads_it(text: str, region: str | None) -> None:
    region = (region or "US").upper()
    got = plain_number(text, region)
    if got is None:
        return
    number = phone._parsed(text, region)
    assert number is not None
    national = phonenumbers.national_significant_number(number)
    assert got == (number.country_code, national)
    assert phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    assert number == phonenumbers.PhoneNumber(number.country_code, national_number=int(national))


def test_the_usual_notations_are_plain() -> None:
    expected = 1, "6782641111"
    for text in (
        "+16782641111",
        "+1 678 264 1111",
        "6782641111",
        "678-264-1111",
        "16782641111",
        "1 (678) 264-1111",
        "(678) 264-1111",
        "678.264.1111",
    ):
        assert plain_number(text, "US") == expected


def test_what_can_be_read_in_two_ways_is_not_plain() -> None:
    doubtful = (
        "1678264111",
        "011442079460123",
        "0114420",
        "+440117496",
        "253-0000",
        "678264111",
        "+99912345678",
        "+",
    )
    assert {text: plain_number(text, "US") for text in doubtful} == dict.fromkeys(doubtful)
    assert plain_number("6782641111", "ZZ") is None


@given(st.from_regex(name._PLAIN_WORDS, fullmatch=True), st.booleans(), st.booleans())
@example("Mr Doe", True, True)
def test_plain_words_are_told_as_all_others(text: str, turn: bool, drop: bool) -> None:
    options = NameOptions(turn_commas=turn, drop_titles=drop)
    assert text.lower().split(" ") == name._told(text, options)


@given(st.sampled_from(sorted(QUICK_FORMS)), texts)
def test_a_form_made_alone_is_that_made_with_its_siblings(which: tuple[str, int], text: str) -> None:
    kind, form = which
    value, _ = normalizer_of_all_kinds().value(list(KINDS).index(kind), text)
    if value is not None:
        assert QUICK_FORMS[which](value) == forms_of(kind, value, NormalizeOptions()).scalars[form]


groups = st.from_regex(r"[0-9a-f]{1,4}", fullmatch=True)
addresses = st.one_of(
    st.lists(st.integers(0, 300).map(str), min_size=4, max_size=4).map(".".join),
    st.lists(
        st.sampled_from(["0", "1", "01", "127", "255", "256", "25", "\u0661"]), min_size=4, max_size=4
    ).map(".".join),
    st.lists(groups, min_size=8, max_size=8).map(":".join),
    st.lists(st.sampled_from(["0", "00", "0000", "1", "0a", "ffff", "10"]), min_size=8, max_size=8).map(
        ":".join
    ),
    st.ip_addresses().map(str),
)


@given(addresses)
def test_a_plain_address_is_kept_as_the_library_writes_it(text: str) -> None:
    value, problem = normalize_ip(text)
    try:
        address = ip_address(text)
    except ValueError:
        assert value is None
        return
    address = getattr(address, "ipv4_mapped", None) or address
    nobody = address.is_unspecified or address.is_loopback or address == IPv4Address("255.255.255.255")
    assert value == (None if nobody else str(address))
    assert (problem is None) == (not nobody)


def test_the_usual_addresses_are_plain() -> None:
    from idlab.normalize import web

    assert web._PLAIN_IPV4.fullmatch("203.0.113.7")
    assert web._FULL_IPV6.fullmatch("2600:0a67:a6b2:87dc:c36e:2dfc:c249:e853")
    assert not re.fullmatch(web._FULL_IPV6, "2600:a67:a6b2:0:c36e:2dfc:c249:e853")
