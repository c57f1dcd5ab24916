"""Cookies and IP addresses are what they claim to be."""

from __future__ import annotations

from ipaddress import ip_address

import numpy as np

from synthetic.addresses import cookie_texts, ipv4_texts, ipv6_texts, uuid_texts
from synthetic.draws import Draws
from synthetic.words import REGIONS

DRAWS = Draws(3)


def test_ip_addresses_are_public_ones() -> None:
    words = DRAWS.words("test", np.arange(5000))
    assert all(ip_address(text).is_global for text in ipv6_texts(words, words))
    for region in range(len(REGIONS)):
        assert all(ip_address(text).is_global for text in ipv4_texts(words, np.full(5000, region)))


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
