"""Who shares what: households with landlines, tablets and mailboxes, and businesses with a front desk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synthetic.draws import Draws, Flags, Integers
from synthetic.scenario import Businesses, Households

NOBODY = -1
"""Stands for no business."""


class Homes(NamedTuple):
    """Households per person; people of one household have consecutive numbers.

    Args:
        household: Number of the household, from 0.
        position: Place in it, from 0 (the head).
        size: How many live in it.
        landline: Whether it has a shared landline.
        tablet: Whether it has a shared tablet.
        shared_email: Whether it has a shared mailbox.
    """

    household: Integers
    position: Integers
    size: Integers
    landline: Flags
    tablet: Flags
    shared_email: Flags

    @property
    def head(self) -> Integers:
        """Per person the number of the household's head."""
        return np.arange(len(self.household)) - self.position

    @property
    def neighbour(self) -> Integers:
        """Per person somebody of the same household; those who live alone are their own."""
        return self.head + (self.position + 1) % self.size


def settle(draws: Draws, rates: Households, people: int) -> Homes:
    """Puts people into households, in order of their numbers.

    Args:
        draws: The world's draws.
        rates: Sizes and what is shared.
        people: How many there are; the last household may lack some.

    Returns:
        The homes.
    """
    sizes = 1 + draws.choose("household size", rates.size_weights, np.arange(people))
    ends = np.cumsum(sizes)
    households = int(np.searchsorted(ends, people)) + 1
    household = np.repeat(np.arange(households), sizes[:households])[:people]
    position = np.arange(people) - (ends - sizes)[household]
    size = np.bincount(household)[household]
    several = size > 1
    return Homes(
        household,
        position,
        size,
        landline=several & draws.chance("landline", rates.landline, household),
        tablet=several & draws.chance("tablet", rates.tablet, household),
        shared_email=several & draws.chance("shared email", rates.shared_email, household),
    )


def employ(draws: Draws, rates: Businesses, people: int) -> Integers:
    """The business of each person who gets in touch for one, else ``NOBODY``.

    Args:
        draws: The world's draws.
        rates: How many people, and how large the businesses are.
        people: How many people there are.

    Returns:
        Business numbers from 0, by person; a business has no more than ``largest`` people.
    """
    employed = draws.chance("employee", rates.employees, np.arange(people))
    count = int(employed.sum())
    shrink = 1.0 - 1.0 / (1.0 + rates.mean_size - rates.smallest)
    weights = [shrink**more for more in range(rates.largest - rates.smallest + 1)]
    sizes = rates.smallest + draws.choose("business size", weights, np.arange(count))
    business = np.full(people, NOBODY)
    business[employed] = np.repeat(np.arange(count), sizes)[:count]
    return business
