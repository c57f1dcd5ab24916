"""E-mail addresses: made from names by several patterns, and no two people's the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from synthetic.draws import Draws, Integers, Words
from synthetic.households import NOBODY
from synthetic.words import Texts, company_domain, in_ascii_letters, nicknames_of, texts

_DOMAINS = (
    ("gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "icloud.com", "aol.com", "comcast.net"),
    ("gmail.com", "hotmail.co.uk", "outlook.com", "yahoo.co.uk", "icloud.com", "btinternet.com", "sky.com"),
    ("gmail.com", "web.de", "gmx.de", "t-online.de", "outlook.de", "icloud.com", "freenet.de"),
    ("gmail.com", "hotmail.com", "outlook.com", "yahoo.com.mx", "icloud.com", "live.com.mx", "prodigy.net.mx"),
    ("gmail.com", "yahoo.co.in", "outlook.com", "rediffmail.com", "hotmail.com", "icloud.com", "yahoo.com"),
)  # fmt: skip
"""Providers of private mailboxes per region of ``REGIONS``."""

_DOMAIN_WEIGHTS = (
    (0.53, 0.15, 0.08, 0.08, 0.09, 0.04, 0.03),
    (0.45, 0.16, 0.12, 0.08, 0.09, 0.07, 0.03),
    (0.30, 0.22, 0.24, 0.10, 0.06, 0.05, 0.03),
    (0.52, 0.24, 0.10, 0.06, 0.04, 0.03, 0.01),
    (0.75, 0.08, 0.05, 0.04, 0.04, 0.02, 0.02),
)
"""Assumed, after Litmus' and Statista's counts of mailboxes: Gmail leads but in Germany."""

_PATTERN_WEIGHTS = (0.30, 0.16, 0.14, 0.06, 0.10, 0.10, 0.06, 0.08)
"""Assumed: how often each form of ``_local_part`` is chosen."""

_NUMBER_CHANCE = 0.35
"""Assumed: how many add a number (a year, a house number) of their own accord, of two digits."""

_STRIDE = 1_000_003
"""A prime: its multiples visit every remainder of 9 x 10^n before one comes again."""

_NEW = 2
"""The kind of mailbox that comes with a change of provider."""


class Wishes(NamedTuple):
    """The mailboxes that a block of people would like, those of one kind together.

    Args:
        kind: Row of ``wanted``.
        row: Row of the person in the block.
        local: What stands before the @, but for the number.
        number: Two digits, or nothing.
        domain: What stands behind the @.
    """

    kind: Integers
    row: Integers
    local: Texts
    number: Texts
    domain: Texts


class Claims(NamedTuple):
    """What must be known about wishes to decide between people, in 16 bytes each.

    Args:
        kind: As in ``Wishes``.
        whole: A hash of the mailbox wished for, the same however a provider reads its dots.
        bare: A hash of it without the number.
    """

    kind: Integers
    whole: Words
    bare: Words


def wishes(
    draws: Draws, wanted: npt.NDArray[np.bool_], person: Integers, region: Integers, first: Texts, last: Texts
) -> Wishes:
    """The private mailboxes that people would like.

    Args:
        draws: The world's draws.
        wanted: One row per kind of mailbox, one column per person: who has one. The third kind is never
            with the provider of the first.
        person: Numbers of the people.
        region: Where they live.
        first, last: Their names.
    """
    kind, row = np.nonzero(wanted)
    owner = person[row]
    pattern = draws.choose("address pattern", _PATTERN_WEIGHTS, owner, kind)
    local = texts([_local_part(*one) for one in zip(pattern.tolist(), first[row], last[row], strict=True)])
    numbered = draws.chance("address number", _NUMBER_CHANCE, owner, kind)
    two_digits = texts([f"{number:02d}" for number in range(100)])
    number = np.where(numbered, two_digits[draws.below("which address number", 100, owner, kind)], "")
    return Wishes(kind, row, local, number, _domains(draws, kind, owner, region[row]))


def _domains(draws: Draws, kind: Integers, owner: Integers, region: Integers) -> Texts:
    domain = np.empty(len(kind), dtype=object)
    for place, (names, weights) in enumerate(zip(_DOMAINS, _DOMAIN_WEIGHTS, strict=True)):
        here = np.flatnonzero(region == place)
        chosen = draws.choose("domain", weights, owner[here], kind[here])
        left = draws.choose("domain", weights, owner[here], np.zeros(len(here), dtype=np.int64))
        stays = (kind[here] == _NEW) & (chosen == left)
        domain[here] = texts(list(names))[(chosen + stays) % len(names)]
    return domain


def claims(wished: Wishes) -> Claims:
    """The hashes by which wishes of all blocks are compared."""
    dotless = texts([local.replace(".", "") for local in wished.local])
    local = np.where(wished.domain == "gmail.com", dotless, wished.local)
    whole, bare = local + wished.number + "@" + wished.domain, local + "@" + wished.domain
    return Claims(wished.kind, _hashed(whole), _hashed(bare))


def turns(blocks: Sequence[Claims]) -> list[Integers]:
    """Whose wish comes first: 0 for who gets it, 1, 2, ... for those who must take another number.

    Everybody's first mailbox goes before anybody's second, so that how many people have a second one
    changes no first one; within a kind, people go in order of their numbers.

    Args:
        blocks: The claims of all blocks, in order.

    Returns:
        One turn per claim, by block; those of one ``bare`` mailbox differ but for the zeros.
    """
    kind, whole, bare = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    order = np.argsort(kind, kind="stable")
    turn = np.zeros(len(order), dtype=np.int64)
    late = order[pd.Series(whole[order]).duplicated().to_numpy()]
    turn[late] = 1 + pd.Series(bare[late]).groupby(bare[late]).cumcount().to_numpy()
    ends = np.cumsum([len(block.kind) for block in blocks])
    return np.split(turn, ends[:-1])


def granted(wished: Wishes, claimed: Claims, turn: Integers, people: int) -> list[Texts]:
    """The addresses that people get: what they wished for, or with a number that the provider proposes.

    Args:
        wished: The wishes.
        claimed: Their claims.
        turn: From ``turns``.
        people: How many people the block has.

    Returns:
        One column of addresses per kind, from 0 to the last that anybody has; None where none is wanted.
    """
    number = wished.number.copy()
    late = np.flatnonzero(turn)
    offsets = (claimed.bare[late] % np.uint64(1 << 32)).tolist()
    number[late] = texts([_proposed(*one) for one in zip(turn[late].tolist(), offsets, strict=True)])
    addresses = wished.local + number + "@" + wished.domain
    columns = []
    for kind in range(int(wished.kind.max()) + 1):
        column = np.full(people, None, dtype=object)
        column[wished.row[wished.kind == kind]] = addresses[wished.kind == kind]
        columns.append(column)
    return columns


def _proposed(turn: int, offset: int) -> str:
    """A number of three or more digits, another one for every turn."""
    turn, least = turn - 1, 100
    while turn >= 9 * least:
        turn, least = turn - 9 * least, 10 * least
    return str(least + (turn * _STRIDE + offset) % (9 * least))


def work_addresses(draws: Draws, business: Integers, first: Texts, last: Texts) -> tuple[Texts, Texts]:
    """Mailboxes at work: everybody's own, and the role account that the business shares.

    Args:
        draws: The world's draws.
        business: The business of each person, or ``NOBODY``; all its people are here.
        first, last: Their names.

    Returns:
        Own and role addresses per person; None for who has no business.
    """
    work = np.full(len(business), None, dtype=object)
    role = np.full(len(business), None, dtype=object)
    rows = np.flatnonzero(business != NOBODY)
    if not len(rows):
        return work, role
    domain = texts([company_domain(number) for number in business[rows].tolist()])
    short = draws.chance("short work address", 0.4, business[rows])
    pattern = np.where(short, 2, 0).tolist()
    local = texts([_local_part(*one) for one in zip(pattern, first[rows], last[rows], strict=True)])
    nothing = np.full(len(rows), "", dtype=object)
    wished = Wishes(np.zeros(len(rows), dtype=np.int64), rows, local, nothing, domain)
    claimed = claims(wished)
    work = granted(wished, claimed, turns([claimed])[0], len(business))[0]
    word = texts(["info", "office", "orders"])[draws.below("role", 3, business[rows])]
    role[rows] = word + "@" + domain
    return work, role


def _local_part(pattern: int, first_name: str, last_name: str) -> str:
    """What stands before the @, by one of eight patterns."""
    first = in_ascii_letters(first_name) or "mail"
    last = in_ascii_letters(last_name) or "box"
    match pattern:
        case 0:
            return f"{first}.{last}"
        case 1:
            return f"{first}{last}"
        case 2:
            return f"{first[0]}{last}"
        case 3:
            return f"{first}_{last}"
        case 4:
            return f"{first}{last[0]}"
        case 5:
            return f"{first[0]}.{last}"
        case 6:
            return f"{last}.{first}"
        case _:
            short = nicknames_of(first_name)[:1]
            return f"{in_ascii_letters(short[0]) if short else first}{last}"


def _hashed(addresses: Texts) -> Words:
    """64 bits per address, the same in every process."""
    return pd.util.hash_array(addresses, categorize=False)
