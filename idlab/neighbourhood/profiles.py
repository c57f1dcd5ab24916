"""Profiles of identities: loaded as chains of entries, written back as tuples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from idlab.core.codes import KEEP_ALL, MISSING, SHARED
from idlab.core.world import Profiles, Rules
from idlab.neighbourhood.room import make_room
from idlab.neighbourhood.values import ValueTable
from idlab.stores.base import Entry

Profile = tuple[tuple[Entry, ...], ...]

Wanted = tuple[int, str | None]
"""A field, and the one value of it whose entry is wanted (if it has none: any other one); None for all entries."""


class ProfileEntries:
    """The entries of the profiles in a neighbourhood, with room for those that one record adds.

    Args:
        n_fields: How many fields the config has.
        head: Where the chain of each identity and field begins.
        table: Numbers of values.
    """

    def __init__(self, n_fields: int, head: list[int], table: ValueTable) -> None:
        self._table = table
        self.profiles = Profiles(head, [], [], [], [], [], [], [], table.seen_at)
        self._n_fields = n_fields
        self.used = 0
        self.make_room(n_fields)

    def load(self, node: int, profile: Profile, wanted: Iterable[Wanted]) -> None:
        """Load what is wanted of an identity's profile."""
        number = self._table.number_in_profile
        head, following, values, counts, firsts, lasts, borns, latests, _ = self.profiles
        for field, only in wanted:
            entries: Sequence[Entry] = profile[field]
            if only is not None and len(entries) > 1:
                entries = [entry for entry in entries if entry[0] == only] or entries[:1]
            if not entries:
                continue
            place = self.used
            head[node * self._n_fields + field] = place
            self.used = place + len(entries)
            if self.used + self._n_fields > len(values):
                self.make_room(self._n_fields)
            for value, count, first, last, born, latest in entries:
                values[place] = number(field, value)
                counts[place] = count
                firsts[place] = first
                lasts[place] = last
                borns[place] = born
                latests[place] = latest
                place += 1
                following[place - 1] = place
            following[place - 1] = MISSING

    def make_room(self, size: int) -> int:
        """Let there be room for so many more entries; returns where it begins."""
        if self.used + size > len(self.profiles.value):
            _, *cells, _ = self.profiles
            make_room(cells, self.used + size)
        return self.used

    def update(self, profile: list[tuple[Entry, ...]], node: int, wanted: Iterable[Wanted]) -> None:
        """Bring what was wanted of an identity's profile to what it is now, as the store keeps it."""
        head, following, value, count, first, last, born, latest, _ = self.profiles
        texts, row = self._table.texts, node * self._n_fields
        for field, only in wanted:
            entry, entries = head[row + field], []
            while entry != MISSING:
                entries.append(
                    (texts[value[entry]], count[entry], first[entry], last[entry], born[entry], latest[entry])
                )
                entry = following[entry]
            stored = profile[field]
            if only is None or len(stored) < 2:
                profile[field] = tuple(entries)
            else:
                profile[field] = with_entry_of(only, stored, entries)


def with_entry_of(value: str, stored: tuple[Entry, ...], loaded: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries of a field of which those loaded may have gained one of this value: the others are as stored.

    Example:
        >>> old, other, new = ("a", 1, 5, 5, 1, 1), ("b", 1, 6, 6, 2, 2), ("a", 2, 5, 9, 1, 7)
        >>> with_entry_of("a", (old, other), (new,)) == (new, other)
        True
        >>> with_entry_of("a", (other,), (other, old)) == (other, old)
        True
    """
    if loaded[-1][0] != value:
        return stored
    for place, entry in enumerate(stored):
        if entry[0] == value:
            return (*stored[:place], loaded[-1], *stored[place + 1 :])
    return (*stored, loaded[-1])


def asks_for_equality_alone(rules: Rules, field: int) -> bool:
    """Whether all that counts of a profile's values is if the record's own is among them, and nobody else asks more.

    Then every other value is on the last level, with the same contribution, and any one stands for them all.
    """
    start, stop = rules.level_start[field], rules.level_start[field + 1]
    parts = range(rules.part_start[start], rules.part_start[stop])
    return (
        field != rules.name_field
        and rules.keep[field] == KEEP_ALL
        and all(rules.predicate[part] <= SHARED and rules.form[part] == 0 for part in parts)
    )
