"""Who gets in touch, and as what: what the identifiers of a contact depend on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from idlab.model import CHANNELS
from synthetic.contacts import ContactList, rate_by_channel
from synthetic.draws import Draws, Flags, Integers
from synthetic.people import People
from synthetic.scenario import Scenario
from synthetic.sections import Channel

Rates = float | npt.NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """A block of the world and, per row of its contacts, whose devices and homes are used.

    Args:
        draws, scenario, people, contacts: The world.
    """

    draws: Draws
    scenario: Scenario
    people: People
    contacts: ContactList

    @cached_property
    def late(self) -> Flags:
        """Rows from the day of the drift on."""
        drift = self.scenario.drift
        if drift is None:
            return np.zeros(len(self.contacts.day), dtype=np.bool_)
        late: Flags = self.contacts.day >= drift.day
        return late

    @cached_property
    def hand(self) -> Integers:
        """Per row the row of the person whose devices are used: the customer, or the carer who calls."""
        person = self.contacts.person
        calls = self.chance("carer calls", lambda one: one.households.carer_calls)
        return np.where(calls, self.people.carer[person], person)

    @cached_property
    def left(self) -> Flags:
        """Rows on which that person has left the first household."""
        return self.contacts.day >= self.people.changes.left[self.hand]

    @cached_property
    def moved(self) -> Flags:
        """Rows on which that person's first household has moved."""
        return self.contacts.day >= self.people.changes.moved[self.hand]

    @cached_property
    def on_business(self) -> Flags:
        """Whether the contact is for the person's employer."""
        person, problem = self.contacts.person, self.contacts.problem
        rate = self.scenario.businesses.on_business
        about_work = self.draws.chance("on business", rate, self.people.number[person], problem)
        own: Flags = self.hand == person
        return self.people.employed[person] & about_work & own

    @cached_property
    def household(self) -> Integers:
        """Number of the household that the devices' owner lives in on that day."""
        homes = self.people.homes
        return np.where(self.left, homes.number[self.hand], homes.household[self.hand])

    def on(self, *channels: str) -> Flags:
        """Rows on one of these channels."""
        return np.isin(self.contacts.channel, [CHANNELS.index(name) for name in channels])

    def rate(self, of: Callable[[Scenario], float]) -> Rates:
        """A rate that holds on every row: one number, or one per row where it drifts."""
        before, after = (of(period) for period in self.scenario.periods())
        return before if before == after else np.where(self.late, after, before)

    def channel_rate(self, of: Callable[[Channel], float]) -> Rates:
        """A rate of the row's channel."""
        table = np.stack([rate_by_channel(period, of) for period in self.scenario.periods()])
        rates: Rates = table[self.late.astype(np.int64), self.contacts.channel]
        return rates

    def chance(self, purpose: str, of: Callable[[Scenario], float]) -> Flags:
        """A decision of its own for every contact, at a rate of the scenario."""
        return self.draws.chance(purpose, self.rate(of), self.contacts.address)
