"""Applies the noise catalogue to columns of identifiers and records what it did."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from idlab.model import CHANNELS
from synthetic.contacts import ContactList
from synthetic.draws import Draws, Integers
from synthetic.noise import CATALOGUE, Corruption
from synthetic.scenario import Scenario
from synthetic.words import Texts, has


def corrupted(
    draws: Draws, scenario: Scenario, contacts: ContactList, columns: Mapping[str, Texts]
) -> tuple[dict[str, Texts], Texts]:
    """Identifiers as they come in, and what happened to them.

    Args:
        draws: The world's draws.
        scenario: Its rates.
        contacts: Who gets in touch, per row.
        columns: Identifiers per row as meant; None where missing.

    Returns:
        The columns anew, and per row the corruptions in the order applied, as ``field:name`` joined by ``;``.
        Only a corruption that changed the value is recorded.
    """
    changed = {name: column.copy() for name, column in columns.items()}
    record = np.full(len(contacts.person), "", dtype=object)
    done = {name: np.zeros(len(record), dtype=np.bool_) for name in columns}
    for entry in CATALOGUE:
        rows = _befallen(draws, scenario, entry, contacts, changed[entry.field])
        rows = rows[~done[entry.field][rows]]
        before = changed[entry.field][rows]
        after = _applied(draws, entry, contacts, rows, before)
        differs = before != after
        rows = rows[differs]
        changed[entry.field][rows] = after[differs]
        record[rows] = record[rows] + f";{entry.field}:{entry.name}"
        done[entry.field][rows] |= entry.final
    noted = np.flatnonzero(record != "")
    record[noted] = [text[1:] for text in record[noted]]
    return changed, record


def _befallen(
    draws: Draws, scenario: Scenario, entry: Corruption, contacts: ContactList, column: Texts
) -> Integers:
    """The filled rows that the corruption is drawn for."""
    rates = np.array([scenario.noise_rate(entry.name, channel) for channel in CHANNELS])
    drawn = draws.chance(f"{entry.name} {entry.field}", rates[contacts.channel], contacts.address)
    rows = np.flatnonzero(drawn)
    return rows[has(column[rows])]


def _applied(draws: Draws, entry: Corruption, contacts: ContactList, rows: Integers, values: Texts) -> Texts:
    """The values corrupted one by one; only the rows befallen pay for it."""
    purpose = f"how {entry.name} {entry.field}"
    owner = contacts.person if entry.habit == "person" else contacts.address
    dice = draws.words(purpose, owner[rows]).tolist()
    after = np.empty(len(rows), dtype=object)
    after[:] = [entry.corrupt(value, throw) for value, throw in zip(values, dice, strict=True)]
    return after
