"""Telephone numbers: the numbering plan of each region, and a number for every line."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from idlab.errors import BadInput
from synthetic.draws import Draws, Flags, Integers, mix
from synthetic.words import REGIONS, Texts, texts

AREA_CODES = (
    201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229,
    231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304,
    305, 307, 308, 309, 310, 312, 313, 314, 315, 316, 317, 318, 319, 320, 321, 323, 325, 330, 334, 336, 337,
    339, 347, 351, 352, 360, 361, 386, 401, 402, 404, 405, 406, 407, 408, 409, 410, 412, 413, 414, 415, 417,
    419, 423, 424, 425, 432, 434, 435, 440, 443, 469, 478, 479, 480, 484, 501, 502, 503, 504, 505, 507, 508,
    509, 510, 512, 513, 515, 516, 517, 518, 520, 530, 540, 541, 551, 559, 561, 562, 563, 567, 570, 571, 573,
    574, 575, 580, 585, 586, 601, 602, 603, 605, 606, 607, 608, 609, 610, 612, 614, 615, 616, 617, 618, 619,
    620, 623, 626, 630, 631, 636, 641, 646, 650, 651, 660, 661, 662, 678, 682, 701, 702, 703, 704, 706, 707,
    708, 712, 713, 714, 715, 716, 717, 718, 719, 720, 724, 727, 731, 732, 734, 740, 754, 757, 760, 763, 765,
    770, 772, 773, 774, 775, 781, 785, 786, 801, 802, 803, 804, 805, 806, 808, 810, 812, 813, 814, 815, 816,
    817, 818, 828, 830, 831, 832, 843, 845, 847, 848, 850, 856, 857, 858, 859, 860, 862, 863, 864, 865, 870,
    901, 903, 904, 906, 907, 908, 909, 910, 912, 913, 914, 915, 916, 917, 918, 919, 920, 925, 928, 931, 936,
    937, 940, 941, 947, 949, 951, 952, 954, 956, 970, 971, 972, 973, 978, 979, 980, 985, 989,
)  # fmt: skip
"""Geographic area codes of the United States (NANPA)."""

_EXCHANGES = [number for number in range(200, 1000) if number % 100 != 11 and number != 555]
"""The middle three digits in use: not the service codes 211 to 911, nor 555."""


class Block(NamedTuple):
    """Numbers that are all in use: some prefixes, each followed by any digits.

    Args:
        code: The country's dialling code.
        prefixes: What national numbers begin with.
        digits: How many digits follow.
    """

    code: str
    prefixes: npt.NDArray[np.int64]
    digits: int

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return len(self.prefixes) * int(10**self.digits)


class Plan(NamedTuple):
    """A region's numbering: where mobile and fixed numbers look alike, both are the same block."""

    mobile: Block
    fixed: Block


def _block(code: str, prefixes: list[int], digits: int) -> Block:
    return Block(code, np.array(prefixes, dtype=np.int64), digits)


_NANP = _block("1", [1000 * area + exchange for area in AREA_CODES for exchange in _EXCHANGES], 4)
_MEXICO = _block("52", [33, 55, 56, 81], 8)
_CITIES_OF_INDIA = (11, 20, 22, 33, 40, 44, 80)

PLANS = {
    "US": Plan(_NANP, _NANP),
    "GB": Plan(
        _block("44", [*range(7300, 7440), *range(7710, 7780)], 6),
        _block("44", [141, 151, 161, 191, 203, 207, 208], 7),
    ),
    "DE": Plan(_block("49", [151, 152, 157, 159], 8), _block("49", [30, 40, 69, 89], 8)),
    "MX": Plan(_MEXICO, _MEXICO),
    "IN": Plan(
        _block("91", [90, 91, 93, 94, 95, 96, 97, 98], 8),
        _block("91", [10 * city + first for city in _CITIES_OF_INDIA for first in range(3, 7)], 7),
    ),
}
"""Part of each region's plan, after its regulator (NANPA, Ofcom, BNetzA, IFT, DoT); phonenumbers agrees."""


def phone_texts(draws: Draws, line: Integers, region: Integers, fixed: Flags) -> Texts:
    """The E.164 number of each telephone line; different lines have different numbers.

    Args:
        draws: The world's draws.
        line: Numbers of lines, from 0.
        region: Position in ``REGIONS`` of each line.
        fixed: Whether it is a landline; a line is always the same.

    Returns:
        Texts such as ``+12025550143``, valid in the region.

    Raises:
        BadInput: If a region has fewer numbers than the world has lines.
    """
    numbers = np.empty(len(line), dtype=object)
    for place, name in enumerate(REGIONS):
        plan = PLANS[name]
        for landline, block in ((False, plan.mobile), (True, plan.fixed)):
            rows = np.flatnonzero((region == place) & (fixed == landline))
            if len(rows):
                numbers[rows] = _block_texts(draws, block, line[rows], name)
    return numbers


def _block_texts(draws: Draws, block: Block, line: Integers, region: str) -> Texts:
    distinct, place = np.unique(line, return_inverse=True)
    if distinct[-1] >= block.size:
        raise BadInput(
            f"region {region} has too few telephone numbers for so many people",
            hint="ask for fewer interactions, or give other regions more weight",
        )
    number = scattered(draws, f"phone numbers of +{block.code}", distinct, block.size)
    lines = 10**block.digits
    national = block.prefixes[number // lines] * lines + number % lines
    numbers: Texts = texts([f"+{block.code}{one}" for one in national.tolist()])[place]
    return numbers


def scattered(draws: Draws, purpose: str, number: Integers, size: int) -> Integers:
    """A bijection of the numbers below ``size``: a Feistel network, walked until it lands among them.

    Source: Black and Rogaway 2002, "Ciphers with arbitrary finite domains", CT-RSA.

    Example:
        >>> sorted(scattered(Draws(1), "example", np.arange(5), 5).tolist())
        [0, 1, 2, 3, 4]
    """
    half = np.uint64(max(1, ((size - 1).bit_length() + 1) // 2))
    low = np.uint64((1 << int(half)) - 1)
    walked = number.astype(np.uint64)
    keys = draws.words(purpose, np.arange(4))
    outside = np.ones(len(walked), dtype=np.bool_)
    while outside.any():
        left, right = walked[outside] >> half, walked[outside] & low
        for key in keys:
            left, right = right, left ^ (mix(right ^ key) & low)
        walked[outside] = left << half | right
        outside[outside] = walked[outside] >= np.uint64(size)
    return walked.astype(np.int64)
