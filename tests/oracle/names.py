"""How many different names an identity or an identifier has, and when that is too many."""

from __future__ import annotations

from collections.abc import Iterable

from idlab.config import ScoringConfig
from tests.oracle.compare import Comparer, Pair
from tests.oracle.state import Identity, Record


class Names:
    """The guards that count names."""

    def __init__(self, config: ScoringConfig, comparer: Comparer) -> None:
        self._guards = config.guards
        self._comparer = comparer
        declared, name_field = [field.name for field in config.fields], config.guards.name_field
        self._place = declared.index(name_field) if name_field in declared else None
        self._field = None if self._place is None else config.fields[self._place]
        self._enough = self._worst_same_level()

    def _worst_same_level(self) -> int:
        """The place of ``same_name_level``; -1, which no level reaches, where it is null."""
        # reading: without same_name_level every distinct value of the name field is a name of its own.
        if self._field is None or self._guards.same_name_level is None:
            return -1
        return [level.name for level in self._field.levels].index(self._guards.same_name_level)

    def of(self, record: Record) -> str | None:
        return None if self._place is None else record.values[self._place]

    def distinct(self, records: Iterable[Record], heard: Iterable[str] = ()) -> int:
        """The number of distinct names, counted greedily: those heard before first, then in the order of handling."""
        handled = sorted(records, key=lambda record: record.number)
        names = [name for record in handled if (name := self.of(record)) is not None]
        counted: list[str] = []
        for name in dict.fromkeys([*heard, *names]):
            often_enough = names.count(name) >= self._guards.name_min_count
            if often_enough and not any(self._same(name, other) for other in counted):
                counted.append(name)
        return len(counted)

    def _same(self, name: str, counted: str) -> bool:
        assert self._field is not None
        return self._comparer.level(self._field, Pair(name, counted)) <= self._enough

    # identities

    def limit(self, identities: Iterable[Identity]) -> int | None:
        """The largest limit among identities; None where the guard is off."""
        most = self._guards.max_distinct_names
        return None if most is None else max(most, *(identity.allowance for identity in identities))

    def flagged(self, identity: Identity) -> bool:
        if identity.erased or self._guards.guard_when != "after":
            return False
        return self.too_many([identity])

    def too_many(self, identities: list[Identity], record: Record | None = None) -> bool:
        """Whether these identities, and a record with them, have more names than their largest limit."""
        limit = self.limit(identities)
        records = [one for identity in identities for one in identity.records] + ([record] if record else [])
        return limit is not None and self.distinct(records) > limit

    def turns_away(self, identity: Identity, record: Record) -> bool:
        """P6: whether this candidate is set aside for this record."""
        if self._guards.guard_when == "after":
            return self.flagged(identity)
        raised = self.distinct([*identity.records, record]) > self.distinct(identity.records)
        return raised and self.too_many([identity], record)

    # identifiers

    def too_many_for_identifier(self, records: Iterable[Record], heard: Iterable[str]) -> bool:
        """Whether the records of an identifier, which first had its names in this order, have too many."""
        most = self._guards.max_names_per_identifier
        return most is not None and self.distinct(records, heard) > most
