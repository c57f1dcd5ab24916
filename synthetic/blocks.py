"""A world in blocks of people: each is made by itself, and only the order in time joins them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from idlab.model import BUILT_IN_FIELDS, microseconds
from synthetic.channels import carried
from synthetic.contacts import DAY, contact_counts, plan_contacts
from synthetic.corruption import corrupted
from synthetic.draws import Draws, Integers
from synthetic.people import BLOCK, Residents, populate, reside
from synthetic.scenario import Scenario
from synthetic.setting import Setting
from synthetic.words import Texts

TEXT_COLUMNS = ("conversation_id", "participant_id", *BUILT_IN_FIELDS, "region")
"""The columns of the dataset that a block fills, in their order."""


class Block(NamedTuple):
    """People who can be made without those of any other block.

    Args:
        seed: The world's seed.
        scenario: Its rates.
        place: Number of the block, from 0.
        counts: How many interactions each of its people has.
    """

    seed: int
    scenario: Scenario
    place: int
    counts: Integers

    @property
    def draws(self) -> Draws:
        """The world's draws."""
        return Draws(self.seed)

    def residents(self) -> Residents:
        """The people without their mailboxes."""
        return reside(self.draws, self.scenario, self.place, len(self.counts))


def plan_blocks(scenario: Scenario, interactions: int, seed: int) -> list[Block]:
    """As many people as it takes for so many interactions; of the last person's perhaps not all.

    Args:
        scenario: The rates.
        interactions: Number of rows, at least 1.
        seed: The world's seed.
    """
    blocks: list[Block] = []
    missing = interactions
    while missing > 0:
        number = len(blocks) * BLOCK + np.arange(min(BLOCK, missing))
        counts = contact_counts(Draws(seed), scenario.contacts, number)
        ends = np.cumsum(counts)
        people = min(int(np.searchsorted(ends, missing)) + 1, len(counts))
        counts = counts[:people].astype(np.int16)
        counts[-1] -= max(0, int(ends[people - 1]) - missing)
        blocks.append(Block(seed, scenario, len(blocks), counts))
        missing -= int(ends[people - 1])
    return blocks


def block_table(block: Block, residents: Residents, turn: Integers) -> pa.Table:
    """The interactions of a block, in order of time.

    Args:
        block: Which one.
        residents: Its people.
        turn: From ``synthetic.mailboxes.turns``.

    Returns:
        moment (microseconds), root (row of the interaction that opened the conversation), channel, the
        columns of ``TEXT_COLUMNS``, person, household and corruptions.
    """
    draws, scenario = block.draws, block.scenario
    people = populate(draws, residents, turn)
    contacts = plan_contacts(draws, scenario, block.counts, people.homes)
    setting = Setting(draws, scenario, people, contacts)
    columns, record = corrupted(setting, carried(setting))
    order = np.lexsort((contacts.learnt_later, contacts.moment))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return pa.table(
        {
            "moment": contacts.moment[order],
            "root": place[contacts.root[order]],
            "channel": contacts.channel[order].astype(np.int8),
            **{name: _ordered_texts(columns[name], order) for name in TEXT_COLUMNS},
            "person": people.number[contacts.person[order]],
            "household": _household(setting)[order],
            "corruptions": _ordered_texts(record, order),
        }
    )


def slice_starts(scenario: Scenario, interactions: int, rows: int) -> Integers:
    """Moments that part the scenario's time into slices of whole days.

    Args:
        scenario: Its start and days.
        interactions: How many there are.
        rows: How many interactions a slice should have at most, about.

    Returns:
        The first moment of every slice but the first.
    """
    days = scenario.days
    slices = min(days, -(-interactions // rows))
    start = microseconds(scenario.start)
    return start + np.arange(1, slices) * days // slices * DAY


def _household(setting: Setting) -> Integers:
    """Number of the customer's own household on that day."""
    homes, person = setting.people.homes, setting.contacts.person
    left = setting.contacts.day >= setting.people.changes.left[person]
    return np.where(left, homes.number[person], homes.household[person])


def _ordered_texts(column: Texts, order: Integers) -> pa.Array:
    """A column of strings put in order only once it lies in one piece of memory, which is much faster."""
    return pa.array(column, type=pa.large_string()).take(pa.array(order))
