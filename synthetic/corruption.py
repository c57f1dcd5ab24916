"""Applies the noise catalogue to columns of identifiers and records what it did."""

from __future__ import annotations

import numpy as np

from idlab.model import CHANNELS
from synthetic.channels import Carried
from synthetic.draws import Flags, Integers
from synthetic.noise import CATALOGUE, Corruption
from synthetic.setting import Setting
from synthetic.words import Texts, has


def corrupted(setting: Setting, meant: Carried) -> tuple[dict[str, Texts], Texts]:
    """Identifiers as they come in, and what happened to them.

    Args:
        setting: Who gets in touch, per row.
        meant: Identifiers per row as meant.

    Returns:
        The columns anew, and per row the corruptions in the order applied, as ``field:name`` joined by ``;``.
        Only a corruption that changed the value is recorded.
    """
    changed = {name: column.copy() for name, column in meant.columns.items()}
    record = np.full(len(meant.at_desk), "", dtype=object)
    done = {name: np.zeros(len(record), dtype=np.bool_) for name in changed}
    for entry in CATALOGUE:
        column = changed[entry.field]
        open_to_it = ~done[entry.field] & (meant.at_desk | (not entry.at_desk))
        rows = _befallen(setting, entry, open_to_it)
        rows = rows[has(column[rows])]
        before = column[rows]
        after = _applied(setting, entry, rows, before)
        differs = before != after
        rows = rows[differs]
        column[rows] = after[differs]
        record[rows] = record[rows] + f";{entry.field}:{entry.name}"
        done[entry.field][rows] |= entry.final
    noted = np.flatnonzero(record != "")
    record[noted] = [text[1:] for text in record[noted]]
    return changed, record


def _befallen(setting: Setting, entry: Corruption, open_to_it: Flags) -> Integers:
    """The rows that the corruption is drawn for."""
    rates = np.array(
        [[one.noise_rate(entry.name, channel) for channel in CHANNELS] for one in setting.scenario.periods()]
    )
    if not rates.any():
        return np.zeros(0, dtype=np.int64)
    of_row = rates[setting.late.astype(np.int64), setting.contacts.channel]
    drawn = setting.draws.chance(f"{entry.name} {entry.field}", of_row, setting.contacts.address)
    return np.flatnonzero(drawn & open_to_it)


def _applied(setting: Setting, entry: Corruption, rows: Integers, values: Texts) -> Texts:
    """The values corrupted one by one; only the rows befallen pay for it."""
    purpose = f"how {entry.name} {entry.field}"
    contacts = setting.contacts
    person = setting.people.number[contacts.person[rows]]
    dice = setting.draws.words(purpose, person if entry.habit == "person" else contacts.address[rows])
    after = np.empty(len(rows), dtype=object)
    after[:] = [entry.corrupt(value, throw) for value, throw in zip(values, dice.tolist(), strict=True)]
    return after
