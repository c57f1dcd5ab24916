"""Identifiers of machines: cookies, IP addresses and conversations, each from random words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from synthetic.draws import Draws, Integers, Words
from synthetic.words import Texts, texts

_NETWORKS = (
    (24, 47, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 96, 97, 98, 99, 104, 107, 108),
    (2, 5, 31, 51, 62, 77, 78, 79, 80, 81, 82, 86, 87, 90, 92, 94, 95, 109, 176, 213),
    (2, 5, 31, 37, 46, 62, 77, 78, 79, 80, 84, 85, 87, 88, 89, 91, 93, 95, 178, 217),
    (131, 148, 177, 179, 181, 186, 187, 189, 190, 200, 201, 131, 148, 177, 179, 181, 186, 187, 189, 201),
    (1, 14, 27, 36, 39, 42, 43, 49, 59, 61, 101, 103, 106, 110, 112, 115, 117, 122, 182, 223),
)
"""First octets of providers' networks per region of ``REGIONS``, assumed after IANA's and the RIRs' lists."""

_HOME_NETWORKS = np.array(_NETWORKS)
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


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


def ipv4_texts(words: Words, region: Integers) -> Texts:
    """IPv4 addresses in networks of the region's providers."""
    place = (words >> np.uint64(32)) % np.uint64(_HOME_NETWORKS.shape[1])
    first = _HOME_NETWORKS[region, place.astype(np.int64)]
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
