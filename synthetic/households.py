"""Who lives and works together: households that share landlines, tablets and mailboxes, and businesses."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synthetic.draws import Draws, Flags, Integers
from synthetic.sections import Businesses, Households

NOBODY = -1
"""Stands for no business."""

_TWIN_PLACE = 3
"""Place in the household of the younger twin; the elder has the one before."""


class Homes(NamedTuple):
    """Households of a block of people; those of one household stand side by side.

    Args:
        number: Number of the person, from 0 over the whole world.
        position: Place in the household, from 0 (the head).
        size: How many live in it.
        region: Position in ``REGIONS``.
        twin: Whether somebody is the younger twin of the person before.
        landline: Whether the household has a shared landline.
        tablet: Whether it has a shared tablet.
        shared_email: Whether it has a shared mailbox.
    """

    number: Integers
    position: Integers
    size: Integers
    region: Integers
    twin: Flags
    landline: Flags
    tablet: Flags
    shared_email: Flags

    @property
    def head(self) -> Integers:
        """Per person the row of the household's head."""
        return np.arange(len(self.number)) - self.position

    @property
    def household(self) -> Integers:
        """Per person the number of the household, which is that of its head."""
        return self.number - self.position

    @property
    def neighbour(self) -> Integers:
        """Per person the row of somebody of the same household; those who live alone are their own."""
        return self.head + (self.position + 1) % self.size


def settle(
    draws: Draws, rates: Households, region_weights: list[float], people: int, first: int = 0
) -> Homes:
    """Puts a block of people into households, in order of their numbers.

    Args:
        draws: The world's draws.
        rates: Sizes and what is shared.
        region_weights: How many households live in each region of ``REGIONS``.
        people: How many there are; the last household may lack some.
        first: Number of the first of them.

    Returns:
        The homes.
    """
    number = first + np.arange(people)
    sizes = 1 + draws.choose("household size", rates.size_weights, number)
    ends = np.cumsum(sizes)
    households = int(np.searchsorted(ends, people)) + 1
    position = np.arange(people) - np.repeat(ends - sizes, sizes)[:people]
    size = np.repeat(np.minimum(ends, people)[:households] - (ends - sizes)[:households], sizes[:households])
    household, several = number - position, size[:people] > 1
    twins = draws.chance("twins", rates.twins, household)
    return Homes(
        number,
        position,
        size[:people],
        region=draws.choose("region", region_weights, household),
        twin=(position == _TWIN_PLACE) & twins,
        landline=several & draws.chance("landline", rates.landline, household),
        tablet=several & draws.chance("tablet", rates.tablet, household),
        shared_email=several & draws.chance("shared email", rates.shared_email, household),
    )


def employ(draws: Draws, rates: Businesses, number: Integers, first_business: int = 0) -> Integers:
    """The business of each person who gets in touch for one, else ``NOBODY``.

    Args:
        draws: The world's draws.
        rates: How many people, and how large the businesses are.
        number: Numbers of the people of a block.
        first_business: Number of the block's first business.

    Returns:
        Business numbers, by person; a business has no more than ``largest`` people.
    """
    employed = draws.chance("employee", rates.employees, number)
    count = int(employed.sum())
    shrink = 1.0 - 1.0 / (1.0 + rates.mean_size - rates.smallest)
    weights = [shrink**more for more in range(rates.largest - rates.smallest + 1)]
    business = first_business + np.arange(count)
    sizes = rates.smallest + draws.choose("business size", weights, business)
    found = np.full(len(number), NOBODY)
    found[employed] = np.repeat(business, sizes)[:count]
    return found


def carers(draws: Draws, rates: Households, number: Integers) -> Integers:
    """Per person the row of who sometimes gets in touch for them; most are their own.

    Args:
        draws: The world's draws.
        rates: How many people have a carer.
        number: Numbers of the people of a block, from which carers come as well.
    """
    rows = np.arange(len(number))
    cared_for = draws.chance("cared for", rates.cared_for, number)
    return np.where(cared_for, draws.below("carer", len(number), number), rows)
