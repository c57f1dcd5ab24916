"""What changes in people's lives: phones, mailboxes, surnames and homes, each from some day on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from synthetic.draws import Draws, Integers
from synthetic.households import Homes
from synthetic.sections import Lives

NEVER = np.iinfo(np.int64).max
"""The day of what does not happen."""


class Changes(NamedTuple):
    """One entry per person of a block: the first day, from 0, of what is new; ``NEVER`` where nothing is.

    Args:
        phone: A new mobile number.
        new_phone_of: The row of whose former number it is; the person's own row where it is fresh.
        email: A new mailbox.
        name: Another surname, by marriage or divorce.
        moved: The whole household has moved.
        left: The person has left the household for a home of their own; never the head.
    """

    phone: Integers
    new_phone_of: Integers
    email: Integers
    name: Integers
    moved: Integers
    left: Integers


def changes(draws: Draws, lives: Lives, days: int, homes: Homes) -> Changes:
    """What changes for a block of people.

    Args:
        draws: The world's draws.
        lives: How often.
        days: Length of the scenario.
        homes: Who they are.
    """
    person, household = homes.number, homes.household
    phone = _day(draws, "phone change", lives.phone_change, days, person)
    left = _day(draws, "moving out", lives.moving_out, days, person)
    return Changes(
        phone=phone,
        new_phone_of=_recycling(draws, lives, phone, homes),
        email=_day(draws, "email change", lives.email_change, days, person),
        name=_day(draws, "name change", lives.name_change, days, person),
        moved=_day(draws, "moving house", lives.moving_house, days, household),
        left=np.where(homes.position > 0, left, NEVER),
    )


def _day(draws: Draws, purpose: str, rate: float, days: int, entity: Integers) -> Integers:
    happens = draws.chance(purpose, rate, entity)
    return np.where(happens, draws.below(f"{purpose} day", days, entity), NEVER)


def _recycling(draws: Draws, lives: Lives, phone_change: Integers, homes: Homes) -> Integers:
    """Whose former number each new one is; numbers stay in their region."""
    new_phone_of = np.arange(len(phone_change))
    changes_at_all = phone_change != NEVER
    for region in np.unique(homes.region[changes_at_all]):
        changers = np.flatnonzero(changes_at_all & (homes.region == region))
        receivers = changers[np.argsort(phone_change[changers], kind="stable")]
        donors = receivers[draws.chance("recycled", lives.recycled, homes.number[receivers])]
        served, giver = _served(phone_change[receivers], phone_change[donors] + lives.recycle_days)
        new_phone_of[receivers[served]] = donors[giver]
    return new_phone_of


def _served(wanted: Integers, released: Integers) -> tuple[Integers, Integers]:
    """Who gets whose number, first come first served: places among the wanted days and the released ones."""
    turn = np.arange(len(released))
    earliest = np.searchsorted(wanted, released, side="right")
    place = turn + np.maximum.accumulate(earliest - turn) if len(turn) else turn
    giver = np.flatnonzero(place < len(wanted))
    return place[giver], giver
