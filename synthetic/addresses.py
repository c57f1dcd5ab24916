"""Identifiers of things: telephone numbers, cookies, IP addresses and conversations, each from a number."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from synthetic.draws import Draws, Integers, Words, mix
from synthetic.words import AREA_CODES, Texts, texts

_EXCHANGES = np.array([number for number in range(200, 1000) if number % 100 != 11 and number != 555])
"""The middle three digits in use: not the service codes 211 to 911, nor 555."""

_LINES = 10_000
_PHONES = len(AREA_CODES) * len(_EXCHANGES) * _LINES
_HALF = np.uint64(16)
_LOW = np.uint64(0xFFFF)
_HOME_NETWORKS = np.array((24, 47, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 96, 97, 98, 99, 104, 107, 108))
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def phone_texts(draws: Draws, line: Integers) -> Texts:
    """The E.164 number of each telephone line; different lines have different numbers.

    Args:
        draws: The world's draws.
        line: Numbers of lines, below 2.3 thousand million.

    Returns:
        Texts such as ``+12025550143``, valid in United States numbering.
    """
    distinct, place = np.unique(line, return_inverse=True)
    number = _scattered(draws, distinct)
    area = np.array(AREA_CODES)[number // (len(_EXCHANGES) * _LINES)]
    exchange = _EXCHANGES[number // _LINES % len(_EXCHANGES)]
    national = (area * 1000 + exchange) * _LINES + number % _LINES
    numbers: Texts = texts([f"+1{one}" for one in national.tolist()])[place]
    return numbers


def cookie_texts(words: Words) -> Texts:
    """Cookies as 16 hexadecimal digits."""
    return _hexadecimal(words[:, None])


def uuid_texts(draws: Draws, purpose: str, address: Words) -> Texts:
    """One UUID-shaped text per address."""
    halves = [draws.words(purpose, address), draws.words(f"{purpose}, second half", address)]
    plain = _digits(np.stack(halves, axis=1))
    shaped = np.full((len(address), 36), ord("-"), dtype=np.uint8)
    begin = 0
    for place, length in ((0, 8), (9, 4), (14, 4), (19, 4), (24, 12)):
        shaped[:, place : place + length] = plain[:, begin : begin + length]
        begin += length
    return _decoded(shaped)


def ipv4_texts(words: Words) -> Texts:
    """IPv4 addresses in networks of United States providers."""
    first = _HOME_NETWORKS[(words >> np.uint64(32)) % np.uint64(len(_HOME_NETWORKS))]
    octets = np.stack(
        [first, *((words >> np.uint64(shift) & np.uint64(255)) for shift in (0, 8, 16))], axis=1
    )
    return texts([f"{a}.{b}.{c}.{d}" for a, b, c, d in octets.astype(np.int64).tolist()])


def ipv6_texts(networks: Words, devices: Words) -> Texts:
    """IPv6 addresses: a /64 of the home and an interface of the device."""
    prefix = np.uint64(0x2600) << np.uint64(48) | networks & np.uint64((1 << 48) - 1)
    plain = _digits(np.stack([prefix, devices], axis=1))
    shaped = np.full((len(networks), 39), ord(":"), dtype=np.uint8)
    for group in range(8):
        shaped[:, 5 * group : 5 * group + 4] = plain[:, 4 * group : 4 * group + 4]
    return _decoded(shaped)


def _scattered(draws: Draws, line: Integers) -> Integers:
    """A bijection of the line numbers: a Feistel network, walked until it lands among the phones.

    Source: Black and Rogaway 2002, "Ciphers with arbitrary finite domains", CT-RSA.
    """
    number = line.astype(np.uint64)
    keys = draws.words("phone numbers", np.arange(4))
    outside = np.ones(len(number), dtype=np.bool_)
    while outside.any():
        left, right = number[outside] >> _HALF, number[outside] & _LOW
        for key in keys:
            left, right = right, left ^ (mix(right ^ key) & _LOW)
        number[outside] = left << _HALF | right
        outside[outside] = number[outside] >= np.uint64(_PHONES)
    return number.astype(np.int64)


def _digits(words: Words) -> npt.NDArray[np.uint8]:
    """Hexadecimal digits as ASCII codes, 16 per word of a row."""
    octets = words.astype(">u8").view(np.uint8)
    codes = np.empty((len(words), 2 * octets.shape[1]), dtype=np.uint8)
    codes[:, 0::2] = _HEX[octets >> 4]
    codes[:, 1::2] = _HEX[octets & 15]
    return codes


def _hexadecimal(words: Words) -> Texts:
    return _decoded(_digits(words))


def _decoded(codes: npt.NDArray[np.uint8]) -> Texts:
    """Rows of ASCII codes as strings."""
    width = codes.shape[1]
    decoded: Texts = np.ascontiguousarray(codes).view(f"S{width}").ravel().astype(f"U{width}").astype(object)
    return decoded
