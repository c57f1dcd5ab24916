"""What a generation holds, in the order in which it came: records, and what people decided."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import islice, takewhile
from typing import NamedTuple

from idlab.model import Decision
from idlab.stores.base import RecordState, Rows, Store, in_a_step
from idlab.stores.kept import LogEntry


class Tombstone(NamedTuple):
    """An interaction that was erased: whose it was, and the rest of its decision."""

    root: str
    decision: Decision


class Entry(NamedTuple):
    """One entry of a generation.

    Args:
        serial: Its serial number.
        record: The record, if it is one.
        tombstone: What is left of the record, if it was erased.
        logged: What somebody decided, if it is that.
        erased: The interactions that it erased, if it is an erasure.
    """

    serial: int
    record: RecordState | None = None
    tombstone: Tombstone | None = None
    logged: LogEntry | None = None
    erased: tuple[str, ...] = ()


def mark(store: Store) -> int:
    """A number up to which everything is there, now and for good.

    Numbers are drawn in another order than steps commit, so that what has a smaller number than the largest one seen may still
    come. A step that runs alone waits for those under way and lets none begin: all numbers drawn before its own belong to steps
    that are through.
    """
    return in_a_step(store, None, lambda transaction: transaction.draw())


def entries(rows: Rows, after: int, upto: int | None, most: int) -> list[Entry]:
    """The next entries in the order of their serial numbers.

    Args:
        rows: The generation.
        after: The number of the last one before.
        upto: Up to which number; None if nobody writes.
        most: How many at most.
    """
    records = (Entry(one.serial, record=one) for one in rows.records(after))
    logged = (Entry(one.serial, logged=one) for one in rows.logged(after))
    ordered = merge(records, logged, key=lambda one: one.serial)
    within = ordered if upto is None else takewhile(lambda one: one.serial <= upto, ordered)
    return list(_completed(rows, list(islice(within, most))))


def _completed(rows: Rows, found: list[Entry]) -> Iterator[Entry]:
    """With what is known of those that were erased."""
    for one in found:
        if one.record is not None and not any(one.record.values):
            yield one._replace(tombstone=_tombstone(rows, one.record.interaction_id))
        elif one.logged is not None and one.logged.kind == "erase":
            yield one._replace(erased=tuple(_erased(rows, one.logged)))
        else:
            yield one


def _tombstone(rows: Rows, interaction_id: str) -> Tombstone | None:
    """What is left of an erased interaction; None if it is a live one without values."""
    root, decision = rows.holder(interaction_id), rows.decision(interaction_id)
    if root is None or decision is None or not rows.identity(root).erased:
        return None
    return Tombstone(root, decision)


def _erased(rows: Rows, entry: LogEntry) -> list[str]:
    """The interactions that an erasure emptied: all of the tombstones that it made, which change no more."""
    named = [rows.interaction_of(customer) for customer in entry.about["customers"]]
    roots = dict.fromkeys(root for one in named if one is not None and (root := rows.holder(one)) is not None)
    return [
        record.interaction_id for root in roots if rows.identity(root).erased for record in rows.members(root)
    ]
