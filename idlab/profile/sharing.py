"""How often identifiers come again, when, and how many names come with them."""

from __future__ import annotations

import numpy as np

from idlab.core.codes import FIRST_NAME, LAST_NAME, MISSING
from idlab.metrics.arrays import Ints
from idlab.profile.gathering import Gathering
from idlab.profile.view import IDENTIFIERS, View, sightings

_MINUTE = 60_000_000
_MINUTES_A_DAY = 1440


def gather_sharing(view: View, into: Gathering) -> None:
    """For every identifier: rows per value, how soon a value comes again and over which channel, names and people per value."""
    for place, field in view.fields(*IDENTIFIERS):
        values = view.values(place)
        filled = int(np.count_nonzero(values != MISSING))
        into.sizes(f"rows per value.{field}", _sizes(values), by_row=True)
        before, row = sightings(values)
        into.share(f"seen before.{field}", len(row), filled)
        days = (view.tape.time[row] - view.tape.time[before]) / _MINUTE / _MINUTES_A_DAY
        into.quantiles(f"log10 of days until seen again.{field}", np.log10(days + 1 / _MINUTES_A_DAY))
        same_channel = int(np.count_nonzero(view.channel[before] == view.channel[row]))
        into.share(f"seen again on the same channel.{field}", same_channel, len(row))
        for name_place, _ in view.fields("name"):
            for form, called in ((FIRST_NAME, "first"), (LAST_NAME, "last")):
                several = _several(values, view.form(name_place, form))
                into.share(f"with several {called} names.{field}", int(several.sum()), len(several))
        if view.person.max(initial=MISSING) >= 0:
            shared = _several(values, view.person)
            into.share(f"with several people.{field}", int(shared.sum()), len(shared))


def _sizes(values: Ints) -> Ints:
    """How many rows each value has that occurs."""
    _, sizes = np.unique(values[values != MISSING], return_counts=True)
    return sizes


def _several(values: Ints, others: Ints) -> Ints:
    """For every value that two rows or more have which know the other: 1 if they know different ones, else 0."""
    both = (values != MISSING) & (others != MISSING)
    pairs, rows = np.unique(np.stack([values[both], others[both]]), axis=1, return_counts=True)
    _, start, distinct = np.unique(pairs[0], return_index=True, return_counts=True)
    known = np.add.reduceat(rows, start) if len(start) else rows
    several: Ints = (distinct[known >= 2] > 1).astype(np.int64)
    return several
