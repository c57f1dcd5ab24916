"""People: their names and mailboxes, in blocks that do not depend on one another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synthetic.draws import Draws, Flags, Integers
from synthetic.households import NOBODY, Homes, carers, employ, settle
from synthetic.lives import NEVER, Changes, changes
from synthetic.mailboxes import Claims, Wishes, claims, granted, wishes, work_addresses
from synthetic.names import Names, named
from synthetic.scenario import Scenario
from synthetic.words import Texts

BLOCK = 32_768
"""People in a block; part of what a seed means, since households and firms stay within one."""


class Residents(NamedTuple):
    """A block of people before their wishes for mailboxes are granted.

    Args:
        homes: Households.
        business: Number of the business, or ``NOBODY``.
        carer: Row of who sometimes gets in touch for the person.
        names: Names as the person spells them.
        changes: What changes in their lives.
        wished: Private mailboxes they would like: own, household's, after a change of provider, second.
        claimed: The same as hashes.
    """

    homes: Homes
    business: Integers
    carer: Integers
    names: Names
    changes: Changes
    wished: Wishes
    claimed: Claims


class People(NamedTuple):
    """Everybody of a block who gets in touch, one entry per person in every column.

    Args:
        homes, business, carer, names, changes: As in ``Residents``.
        email, new_email, second_email, household_email, work_email, role_email: Addresses; None where the
            person has none.
    """

    homes: Homes
    business: Integers
    carer: Integers
    names: Names
    changes: Changes
    email: Texts
    new_email: Texts
    second_email: Texts
    household_email: Texts
    work_email: Texts
    role_email: Texts

    @property
    def number(self) -> Integers:
        """Numbers of the people, from 0 over the whole world."""
        return self.homes.number

    @property
    def employed(self) -> Flags:
        """Who gets in touch for a business at all."""
        employed: Flags = self.business != NOBODY
        return employed


def reside(draws: Draws, scenario: Scenario, block: int, people: int) -> Residents:
    """Gives the people of a block homes, work, names, a life and wishes.

    Args:
        draws: The world's draws.
        scenario: Its rates.
        block: Number of the block, from 0.
        people: How many people of it there are, at most ``BLOCK``.
    """
    homes = settle(draws, scenario.households, scenario.region_weights(), people, block * BLOCK)
    person = homes.number
    life = changes(draws, scenario.lives, scenario.days, homes)
    names = named(draws, scenario, homes, life)
    second = draws.chance("second email", scenario.lives.second_email, person)
    shared = homes.shared_email & (homes.position == 0)
    wanted = np.stack([person >= 0, shared, life.email != NEVER, second])
    wished = wishes(draws, wanted, person, homes.region, names.first, names.last)
    business = employ(draws, scenario.businesses, person, block * BLOCK // 2)
    carer = carers(draws, scenario.households, person)
    return Residents(homes, business, carer, names, life, wished, claims(wished))


def populate(draws: Draws, residents: Residents, turn: Integers) -> People:
    """The people of a block with their mailboxes.

    Args:
        draws: The world's draws.
        residents: From ``reside``.
        turn: From ``synthetic.mailboxes.turns``, over all blocks.
    """
    homes, names = residents.homes, residents.names
    people = len(homes.number)
    private = granted(residents.wished, residents.claimed, turn, people)
    private += [np.full(people, None, dtype=object)] * (4 - len(private))
    work, role = work_addresses(draws, residents.business, names.first, names.last)
    return People(
        homes=homes,
        business=residents.business,
        carer=residents.carer,
        names=names,
        changes=residents.changes,
        email=private[0],
        new_email=private[2],
        second_email=private[3],
        household_email=private[1][homes.head],
        work_email=work,
        role_email=role,
    )
