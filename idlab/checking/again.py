"""The log decided once more: every record and action that a store holds, in the order of their numbers, over memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from heapq import merge

from idlab.checking.components import IsTouched
from idlab.checking.interactions import Interactions
from idlab.checking.invariants import Failures
from idlab.checking.references import customers_in, named_in
from idlab.compiled import compiled
from idlab.config import ScoringConfig
from idlab.errors import IdlabError
from idlab.model import customer_id_of
from idlab.resolver import Resolver
from idlab.serving import LOG_END
from idlab.stores.base import Changes, RecordState, Rows
from idlab.stores.documents import as_text, customer_key
from idlab.stores.kept import OPEN_LINK, LogEntry, action_of
from idlab.stores.memory import MemoryStore
from idlab.stores.packed import PackedStore
from idlab.telling import EVERY, Telling


class Again(PackedStore):
    """A store whose numbers are those of another one. Of decisions it keeps whether they are the same.

    Args:
        held: The interactions that the other one holds, and what was decided about them there.
        records: Where their records can be read, if they need not be kept.
    """

    def __init__(self, held: Interactions, records: Callable[[str], RecordState] | None) -> None:
        super().__init__(records)
        self._held = held
        self._same = bytearray(held.n_numbers)

    def write(self, changes: Changes) -> None:
        """Write all changes."""
        for decision in changes.decisions:
            key = customer_key(decision.interaction_id)
            self._same[self._held.number(key)] = self._held.was_decided(key, as_text(decision))
        super().write(changes)

    def decided_the_same(self, key: bytes) -> bool:
        """Whether an interaction was decided here, as it was there."""
        return bool(self._same[self._held.number(key)])

    def skip_to(self, number: int) -> None:
        """Draw this number next, unless it was drawn already."""
        self._drawn = max(self._drawn, number - 1)


@dataclass
class Decided:
    """What was decided again.

    Args:
        store: What came of it; a record has the serial number that it had.
        serials: The serial numbers of the records and actions that were, in their order.
        left_out: How many could not be: they met somebody who was erased.
    """

    store: Again
    serials: array[int] = field(default_factory=lambda: array("q"))
    left_out: int = 0


def decide_again(
    rows: Rows,
    config: ScoringConfig,
    is_left_out: IsTouched,
    failures: Failures,
    telling: Telling,
    held: Interactions,
) -> Decided:
    """Decide again about everything that a store holds.

    Args:
        rows: The store.
        config: The config that it serves.
        is_left_out: Whom to leave out.
        failures: Counts what cannot be decided again, and actions that change nothing any more.
        telling: Told how many records are done.
        held: The interactions that the store holds.
    """
    seldom_read = all(compiled(config).rules.key_always_lives)  # else by every look at a key
    again = Again(held, rows.record if seldom_read else None)
    resolver, decided, n_records = Resolver(config, again), Decided(again), 0
    entries: tuple[Iterable[RecordState | LogEntry], ...] = rows.records(), rows.logged()
    for entry in merge(*entries, key=lambda one: one.serial):
        if isinstance(entry, RecordState):
            n_records += 1
            if n_records % EVERY == 0:
                telling("deciding again", n_records, held.n_interactions)
            shown, met = customer_id_of(entry.interaction_id), [customer_key(entry.interaction_id)]
        elif action_of(entry) is None and entry.kind != OPEN_LINK:
            continue
        else:
            met = [one for named in named_in(entry.about) for one in customers_in(named)]
            shown = str(entry.serial)
        if any(map(is_left_out, met)):
            decided.left_out += 1
            continue
        decided.serials.append(entry.serial)
        if isinstance(entry, RecordState):
            again.skip_to(entry.serial)
        failures.must(_does_something(resolver, again, entry), "every entry can be decided again", shown)
    return decided


def _does_something(resolver: Resolver, again: MemoryStore, entry: RecordState | LogEntry) -> bool:
    """Do an entry again; whether it changed something, as it did then."""
    before = again.paper(*LOG_END)
    try:
        if isinstance(entry, RecordState):
            resolver.handle(entry)
            return True
        if entry.kind == OPEN_LINK:
            resolver.open_link(entry.about["link"], by=entry.by)
            return again.paper(*LOG_END) != before
        action = action_of(entry)
        assert action is not None
        resolver.act(action, by=entry.by)
    except (IdlabError, LookupError, TypeError, ValueError):  # rows that somebody changed may say anything
        return False
    return again.paper(*LOG_END) != before
