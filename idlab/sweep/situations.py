"""How two people come to be taken for one: a family, a front desk, a recycled number, or something else."""

from __future__ import annotations

import numpy as np

from idlab.core.codes import MISSING
from idlab.metrics.arrays import Ints
from idlab.sweep.prepared import Prepared, numbered

SITUATIONS = ("family", "front desk", "recycled number", "other")
"""What ``situations`` tells apart, the first that fits."""

CROWD = 4
"""From how many people on it a phone counts as a front desk's."""


def situations(prepared: Prepared, row: Ints, other: Ints) -> Ints:
    """In which situation the person of an interaction was taken for another one.

    A family: both are of one household (only where the truth has ``household_id``). A front desk: both used
    the interaction's phone, and at least ``CROWD`` people did. A recycled number: both used it, the other one
    only before the interaction's person first did.

    Args:
        prepared: The dataset.
        row: [k] interactions.
        other: [k] persons, each other than the interaction's own.

    Returns:
        [k] places in ``SITUATIONS``.
    """
    found = np.full(row.size, SITUATIONS.index("other"), dtype=np.int64)
    person = prepared.person
    for place in _phones(prepared):
        values = prepared.tape.record.reshape(len(prepared), -1)[:, place]
        use = _Use(values, person)
        theirs, ours = use.of(values[row], other), use.of(values[row], person[row])
        both = (theirs != MISSING) & (ours != MISSING)
        recycled = both & (use.last[theirs] < use.first[ours])
        found[recycled] = SITUATIONS.index("recycled number")
        found[both & (use.people[theirs] >= CROWD)] = SITUATIONS.index("front desk")
    households = prepared.truth_column("household_id")
    if households is not None:
        household, _ = numbered(households)
        of_person = np.full(int(person.max(initial=-1)) + 1, -1, dtype=np.int64)
        of_person[person] = household
        same = (household[row] >= 0) & (household[row] == of_person[other])
        found[same] = SITUATIONS.index("family")
    return found


def _phones(prepared: Prepared) -> list[int]:
    """The fields, by place, that are phones."""
    fields = prepared.tape.fingerprint[0]
    return [place for place, (_, kind, _) in enumerate(fields) if kind == "phone"]


class _Use:
    """Who used each value, and when: first and last interaction of every (value, person)."""

    def __init__(self, values: Ints, person: Ints) -> None:
        used = np.flatnonzero((values != MISSING) & (person >= 0))
        self._people = int(person.max(initial=0)) + 1
        code = values[used] * self._people + person[used]
        self._codes, self.first, counts = np.unique(code, return_index=True, return_counts=True)
        by_use = np.argsort(code, kind="stable")
        self.last = used[by_use[np.cumsum(counts) - 1]] if code.size else used
        self.first = used[self.first]
        _, value, size = np.unique(self._codes // self._people, return_inverse=True, return_counts=True)
        self.people = size[value]
        if not code.size:  # so that places of nobody can be looked up
            self.first = self.last = self.people = np.zeros(1, dtype=np.int64)

    def of(self, values: Ints, person: Ints) -> Ints:
        """The place of each (value, person); -1 where the person did not use it."""
        code = np.where((values != MISSING) & (person >= 0), values * self._people + person, MISSING)
        place = np.minimum(np.searchsorted(self._codes, code), max(self._codes.size - 1, 0))
        if not self._codes.size:
            return np.full(values.size, MISSING, dtype=np.int64)
        return np.where(self._codes[place] == code, place, MISSING)
