"""E-mail addresses: made from names by several patterns, and everybody's own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from synthetic.draws import Draws, Integers
from synthetic.households import NOBODY
from synthetic.words import (
    PRIVATE_DOMAIN_WEIGHTS,
    PRIVATE_DOMAINS,
    Texts,
    company_domain,
    in_ascii_letters,
    nicknames_of,
    texts,
)

_PATTERN_WEIGHTS = (0.30, 0.16, 0.14, 0.06, 0.10, 0.10, 0.06, 0.08)
"""Assumed: how often each form of ``_local_part`` is chosen."""

_NUMBER_CHANCE = 0.35
"""Assumed: how many add a number (a year, a house number) of their own accord."""


def private_addresses(draws: Draws, wanted: npt.NDArray[np.bool_], first: Texts, last: Texts) -> list[Texts]:
    """Private mailboxes, no two of them the same even where dots mean nothing.

    Args:
        draws: The world's draws.
        wanted: One row per kind of mailbox, one column per person: who has one.
        first, last: Names per person.

    Returns:
        One column of addresses per kind; None where none is wanted.
    """
    kind, person = np.nonzero(wanted)
    domain = draws.choose("domain", PRIVATE_DOMAIN_WEIGHTS, person, kind)
    local = _local_parts(draws, person, kind, first, last)
    domains = texts([PRIVATE_DOMAINS[one] for one in domain.tolist()])
    addresses = _made_distinct(draws, local, domains, person * len(wanted) + kind)
    columns = [np.full(wanted.shape[1], None, dtype=object) for _ in wanted]
    for number, column in enumerate(columns):
        column[person[kind == number]] = addresses[kind == number]
    return columns


def _local_parts(draws: Draws, person: Integers, kind: Integers, first: Texts, last: Texts) -> list[str]:
    pattern = draws.choose("address pattern", _PATTERN_WEIGHTS, person, kind)
    numbered = draws.chance("address number", _NUMBER_CHANCE, person, kind)
    number = draws.below("which address number", 100, person, kind)
    return [
        _local_part(form, one, other, f"{digits:02d}" if has else "")
        for form, one, other, digits, has in zip(
            pattern.tolist(), first[person], last[person], number.tolist(), numbered.tolist(), strict=True
        )
    ]


def _local_part(pattern: int, first_name: str, last_name: str, number: str) -> str:
    """What stands before the @, by one of eight patterns."""
    first = in_ascii_letters(first_name) or "mail"
    last = in_ascii_letters(last_name) or "box"
    short = in_ascii_letters(nicknames_of(first_name)[0]) if nicknames_of(first_name) else first
    match pattern:
        case 0:
            return f"{first}.{last}{number}"
        case 1:
            return f"{first}{last}{number}"
        case 2:
            return f"{first[0]}{last}{number}"
        case 3:
            return f"{first}_{last}{number}"
        case 4:
            return f"{first}{last[0]}{number}"
        case 5:
            return f"{first[0]}.{last}{number}"
        case 6:
            return f"{last}.{first}{number}"
        case _:
            return f"{short}{last}{number}"


def _made_distinct(draws: Draws, local: list[str], domain: Texts, owner: Integers) -> Texts:
    """Whole addresses; who comes second gets a number, as providers propose, until all are distinct."""
    parts = texts(local)
    attempt = 0
    while True:
        addresses: Texts = parts + "@" + domain
        mailbox = np.where(domain == "gmail.com", _without_dots(parts), parts) + "@" + domain
        taken = pd.Series(mailbox, dtype=object).duplicated().to_numpy()
        if not taken.any():
            return addresses
        second = np.flatnonzero(taken)
        most = 10 ** (2 + attempt // 2)
        number = draws.below("number proposed", most, owner[second], np.full(len(second), attempt))
        bare = [local[place] for place in second.tolist()]
        parts[second] = texts([f"{one}{digits}" for one, digits in zip(bare, number.tolist(), strict=True)])
        attempt += 1


def _without_dots(parts: Texts) -> Texts:
    return texts([part.replace(".", "") for part in parts])


def work_addresses(draws: Draws, business: Integers, first: Texts, last: Texts) -> tuple[Texts, Texts]:
    """Mailboxes at work: everybody's own, and the role account that the business shares.

    Args:
        draws: The world's draws.
        business: The business of each person, or ``NOBODY``.
        first, last: Names per person.

    Returns:
        Own and role addresses per person; None for who has no business.
    """
    work = np.full(len(business), None, dtype=object)
    role = np.full(len(business), None, dtype=object)
    employees = np.flatnonzero(business != NOBODY)
    domain = texts([company_domain(number) for number in business[employees].tolist()])
    short = draws.chance("short work address", 0.4, business[employees])
    local = [
        _local_part(2 if initial else 0, one, other, "")
        for initial, one, other in zip(short.tolist(), first[employees], last[employees], strict=True)
    ]
    work[employees] = _made_distinct(draws, local, domain, employees)
    word = np.array(("info", "office", "orders"), dtype=object)[draws.below("role", 3, business[employees])]
    role[employees] = word + "@" + domain
    return work, role
