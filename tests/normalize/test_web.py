"""Cookies, IP addresses and conversations."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.normalize.problems import Problem
from idlab.normalize.web import ip_forms, normalize_conversation, normalize_cookie, normalize_ip


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("203.0.113.7:8443", "203.0.113.7"),
        ("2001:DB8::0:7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[::ffff:cb00:7107]:1", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_one_address_has_one_form(text: str, address: str) -> None:
    assert normalize_ip(text) == (address, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("0.0.0.0", Problem.PLACEHOLDER),  # noqa: S104 - an address to read, not to bind
        ("::", Problem.PLACEHOLDER),
        ("127.0.0.1", Problem.PLACEHOLDER),
        ("::1", Problem.PLACEHOLDER),
        ("::ffff:127.0.0.1", Problem.PLACEHOLDER),
        ("255.255.255.255", Problem.PLACEHOLDER),
        ("203.0.113.256", Problem.INVALID),
        ("203.0.113", Problem.INVALID),
        ("203.0.113.07", Problem.INVALID),
        ("2001:db8::7:443:1:2:3:4:5", Problem.INVALID),
        ("host", Problem.INVALID),
        ("203.0.113.7, 10.0.0.1", Problem.INVALID),
        ("1234", Problem.INVALID),
    ],
)
def test_what_is_no_address_is_missing_with_its_reason(text: str, problem: Problem) -> None:
    assert normalize_ip(text) == (None, problem)


@given(st.ip_addresses())
def test_every_notation_of_an_address_and_its_network(address: object) -> None:
    parsed = ip_address(str(address))
    value, _ = normalize_ip(parsed.exploded)
    assert value == normalize_ip(str(address).upper())[0]
    if value is not None:
        length = 24 if ip_address(value).version == 4 else 64
        assert ip_forms(value).scalars == (value, str(ip_network(f"{value}/{length}", strict=False)))


def test_cookies_are_trimmed_and_keep_their_case() -> None:
    assert normalize_cookie(" GA1.2.aB ") == ("GA1.2.aB", None)
    for nothing in ("null", "undefined", "(not set)", "0", "NaN", "00000000-0000-0000-0000-000000000000"):
        assert normalize_cookie(nothing) == (None, Problem.PLACEHOLDER)


def test_conversations_are_trimmed_only() -> None:
    assert normalize_conversation(" c-1 p-1 ") == ("c-1 p-1", None)
