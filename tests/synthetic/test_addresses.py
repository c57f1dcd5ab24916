"""Telephone numbers, cookies and IP addresses are what they claim to be."""

from __future__ import annotations

from ipaddress import ip_address

import numpy as np
import phonenumbers

from synthetic.addresses import cookie_texts, ipv4_texts, ipv6_texts, phone_texts, uuid_texts
from synthetic.draws import Draws
from synthetic.words import AREA_CODES

DRAWS = Draws(3)


def test_every_phone_number_is_valid() -> None:
    numbers = phone_texts(DRAWS, np.arange(20_000) * 7919)
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers)
    assert all(number.startswith("+1") and len(number) == 12 for number in numbers)


def test_every_area_code_is_one_of_the_united_states() -> None:
    numbers = [phonenumbers.parse(f"+1{area}2345678") for area in AREA_CODES]
    assert {phonenumbers.region_code_for_number(number) for number in numbers} == {"US"}
    assert len(set(AREA_CODES)) == len(AREA_CODES)


def test_different_lines_have_different_numbers_and_the_same_line_has_one() -> None:
    lines = np.arange(300_000)
    assert len(set(phone_texts(DRAWS, lines))) == len(lines)
    repeated = phone_texts(DRAWS, np.array([5, 9, 5, 2_300_000_000]))
    assert repeated[0] == repeated[2] == phone_texts(DRAWS, np.array([5]))[0]


def test_another_seed_gives_other_numbers() -> None:
    lines = np.arange(1000)
    assert not set(phone_texts(DRAWS, lines)) & set(phone_texts(Draws(4), lines))


def test_ip_addresses_are_public_ones() -> None:
    words = DRAWS.words("test", np.arange(5000))
    for text in (*ipv4_texts(words), *ipv6_texts(words, words)):
        assert ip_address(text).is_global


def test_devices_of_one_home_share_a_network() -> None:
    home = np.full(50, 77, dtype=np.uint64)
    devices = ipv6_texts(home, DRAWS.words("device", np.arange(50)))
    assert len(set(devices)) == 50
    assert len({str(ip_address(text).exploded)[:19] for text in devices}) == 1


def test_cookies_are_the_words_in_hexadecimal() -> None:
    words = DRAWS.words("test", np.arange(500))
    assert cookie_texts(words).tolist() == [f"{word:016x}" for word in words.tolist()]


def test_uuid_texts_have_the_shape_of_a_uuid() -> None:
    shapes = {
        tuple(map(len, text.split("-"))) for text in uuid_texts(DRAWS, "x", np.arange(9).astype(np.uint64))
    }
    assert shapes == {(8, 4, 4, 4, 12)}
    assert uuid_texts(DRAWS, "x", np.arange(0).astype(np.uint64)).tolist() == []
