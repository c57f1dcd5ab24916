"""Records of strangers: nobody was ever seen under any of their keys or with any of their identifiers.

Most that comes in for the first time is such a record. What the core makes of one depends on nothing but which fields it has, so
the core is asked once for each set of fields, about a record that stands for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import NamedTuple, cast

from idlab.compiled import Compiled
from idlab.core.codes import MISSING
from idlab.model import Decision, Outcome, customer_id_of
from idlab.neighbourhood.candidates import first_under_key
from idlab.neighbourhood.neighbourhood import Neighbourhood
from idlab.stores.base import (
    Changes,
    Identifier,
    IdentifierState,
    IdentityState,
    Key,
    KeyState,
    RecordState,
    Transaction,
)

Handle = Callable[
    [Neighbourhood, RecordState, Sequence[int], Sequence[Key], Sequence[KeyState | None]], Decision
]
"""What the resolver does with a record, over any transaction."""

_SERIAL, _TIME = 5, 7


class Opening(NamedTuple):
    """What the core makes of a stranger's record.

    Args:
        outcome, reasons: Of the decision.
        names: How many names the identity has that it opens.
        names_counted: Whether its name is counted for its identifiers.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    names: int
    names_counted: bool


class Strangers:
    """Knows strangers and what the core makes of them.

    Args:
        ready: The compiled config.
        handle: What the resolver does with a record.
    """

    def __init__(self, ready: Compiled, handle: Handle) -> None:
        self._ready = ready
        self._handle = handle
        self._openings: dict[tuple[bool, ...], Opening | None] = {}
        rules = ready.rules
        self._name_field = rules.name_field
        self._counted = [
            (field, ready.field_names[field]) for field, counts in enumerate(rules.counts_names) if counts
        ]
        self._listed = [(field, known) for field, known in enumerate(ready.known_shared) if known]

    def decide(
        self,
        transaction: Transaction,
        record: RecordState,
        keys: Sequence[Key],
        identifiers: Sequence[Identifier],
    ) -> Decision | None:
        """Decide about a record under whose keys nobody is, and remember it.

        Args:
            transaction: Has read its keys.
            record: The record; its serial number is drawn.
            keys, identifiers: Its keys and its counted identifiers.

        Returns:
            None where the core has to be asked about this very record: an identifier of it is known.
        """
        values = record.values
        for identifier in identifiers:
            if transaction.identifier(identifier) is not None:
                return None
        for field, known in self._listed:
            if values[field] in known:
                return None
        missing = tuple([value is None for value in values])
        opening = self._openings.get(missing)
        if opening is None and missing not in self._openings:
            opening = self._openings[missing] = self._asked(missing)
        if opening is None:
            return None
        name, _, moment, _ = record
        serial = transaction.draw()
        changes = self._changes(opening, RecordState(name, serial, moment, values), keys, identifiers)
        transaction.put(changes)
        return changes.decisions[0]

    def _changes(
        self, opening: Opening, record: RecordState, keys: Sequence[Key], identifiers: Sequence[Identifier]
    ) -> Changes:
        """What the record of a stranger changes."""
        name, serial, moment, values = record
        decision = Decision(
            name,
            opening.outcome,
            customer_id_of(name),
            reasons=opening.reasons,
            config_digest=self._ready.digest,
        )
        profile = tuple(
            [() if value is None else ((value, 1, moment, moment, serial, serial),) for value in values]
        )
        counted = values[self._name_field] if opening.names_counted else None
        seen = IdentifierState(holders=1, names=() if counted is None else ((counted, 1),))
        first = first_under_key(name)
        return Changes(
            identities=(IdentityState(name, serial, profile, opening.names),),
            records=((record, name),),
            decisions=(decision,),
            identifiers=[(identifier, seen) for identifier in identifiers],
            keys=[(key, first) for key in keys],
        )

    def _asked(self, missing: tuple[bool, ...]) -> Opening | None:
        """Ask the core about a record that has these fields; None where its answer cannot stand for all others."""
        nobody = _Nobody()
        near = Neighbourhood(self._ready)
        near.around(cast("Transaction", nobody))
        values = tuple([None if is_missing else f"\0{field}" for field, is_missing in enumerate(missing)])
        record = RecordState("anybody", 0, _TIME, values)
        decision = self._handle(near, record, (), (), ())
        (changes,) = nobody.put_down
        counted = self._name_field != MISSING and any(
            state.names for _, state in changes.identifiers if state
        )
        opening = Opening(decision.outcome, decision.reasons, changes.identities[0].names, counted)
        identifiers = [(name, value) for field, name in self._counted if (value := values[field]) is not None]
        told = self._changes(opening, record._replace(serial=_SERIAL), (), identifiers)
        is_blind = near.table.is_unread
        return opening if is_blind and _parts(changes) == _parts(told) else None


def _parts(changes: Changes) -> list[object]:
    parts = (getattr(changes, field.name) for field in fields(Changes))
    return [tuple(part) if isinstance(part, list) else part for part in parts]


class _Nobody:
    """A transaction over a store that holds nothing; what is put down is kept for whoever asks."""

    def __init__(self) -> None:
        self.put_down: list[Changes] = []

    def draw(self) -> int:
        return _SERIAL

    def identifier(self, _: Identifier) -> None:
        return None

    def items_opened(self, _: str) -> int:
        return 0

    def put(self, changes: Changes) -> None:
        self.put_down.append(changes)
