"""Erasures that a store has missed, since it is a restored backup or somebody was broken off, carried out before it serves.

The erasure log lies outside of the database (``idlab.stores.erasure_log``). A paper in the store says how much of it the store
knows; a store that knows less is brought up to date by whoever opens a resolver on it. Where there is nothing new, that costs the
look at one paper and at the last line of the log.

====================  ===========================================================================================================
paper                 what it is
====================  ===========================================================================================================
``erasures`` / log    how many lines of the erasure log are known, the chain there, and which name interactions not held (yet)
``erasure`` / id      one erasure: who asked when, what was removed; ``erased``, then ``cleaned``, then ``certified``
``tombstone`` / id    by which erasure a customer became a tombstone
====================  ===========================================================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from idlab.errors import BadInput
from idlab.model import Action, customer_id_of, link_id_of, moment_of
from idlab.stores.base import Changes, Rows, Store, Transaction, in_a_step
from idlab.stores.erasure_log import Erasure, ErasureLog
from idlab.stores.kept import Paper

ERASURE, TOMBSTONE = "erasure", "tombstone"
_KNOWN = "erasures", "log"

Papers = Callable[[Transaction, Changes | None], Sequence[Paper]]
"""What is written together with an action: papers, given what the action changes; None if nothing."""


class Act(Protocol):
    """Carries out an action, as ``Resolver.act``."""

    def __call__(self, action: Action, *, by: str, at: datetime, papers: Papers) -> str:
        """Carry out an action, and write papers with it."""
        ...


class _Known(NamedTuple):
    """How much of the erasure log a store knows, and the numbers of lines that name interactions which it does not hold."""

    lines: int = 0
    chain: str = ""
    waiting: tuple[int, ...] = ()


def catch_up(act: Act, store: Store, fields: Sequence[str]) -> int:
    """Carry out whatever the erasure log of a store names and the store does not know.

    Args:
        act: Carries out an action.
        store: The store.
        fields: The names of the config's fields.

    Returns:
        How many erasures found somebody to erase.

    Raises:
        BadInput: If the log was changed, or is another store's.
    """
    if store.erasure_log is None:
        return 0
    log = ErasureLog(store.erasure_log)
    known = in_a_step(store, (), _known)
    last = log.last()
    if last is None or (last.chain == known.chain and not known.waiting):
        return 0
    entries = list(log.entries())
    if 0 < known.lines <= len(entries) and entries[known.lines - 1].chain != known.chain:
        hint = "name the log that belongs to it with --erasure-log, or restore it"
        raise BadInput("this is not the erasure log of the store", where=str(log.path), hint=hint)
    done, waiting = 0, []
    for erasure in [
        *(entries[number - 1] for number in known.waiting if number <= len(entries)),
        *entries[known.lines :],
    ]:
        found, is_whole = carry_out(act, store, erasure, fields)
        done += found
        waiting += [] if is_whole else [erasure.number]
    now = _Known(len(entries), entries[-1].chain, tuple(waiting))
    if now != known:
        in_a_step(store, None, lambda alone: _know(alone, now))
    return done


def carry_out(act: Act, store: Store, erasure: Erasure, fields: Sequence[str]) -> tuple[bool, bool]:
    """Erase the customers of an erasure whom the store knows, and write down that it was done.

    Args:
        act: Carries out an action.
        store: The store.
        erasure: Who is erased.
        fields: The names of the config's fields.

    Returns:
        Whether there was somebody to erase, and whether the store knows all interactions that the erasure names.
    """
    named = (*erasure.customers, *erasure.members)
    there, is_whole = in_a_step(store, (), lambda rows: _live(rows, named))

    def papers(transaction: Transaction, changes: Changes | None) -> list[Paper]:
        return [] if changes is None else _told(transaction, erasure, changes, fields)

    if there:
        asked_at = moment_of(erasure.at)
        act(Action.erase(*there), by=erasure.by, at=asked_at, papers=papers)
    return bool(there), is_whole


def lines_known(rows: Rows) -> int:
    """How many lines of the erasure log a store knows."""
    return _known(rows).lines


def _known(rows: Rows) -> _Known:
    paper = rows.paper(*_KNOWN)
    return _Known() if paper is None else _Known(**{**paper.body, "waiting": tuple(paper.body["waiting"])})


def _know(transaction: Transaction, now: _Known) -> None:
    """Write down how much of the log is known, unless another process has come further."""
    if _known(transaction).lines <= now.lines:
        body = {**now._asdict(), "waiting": list(now.waiting)}
        transaction.put(Changes(papers=(Paper(*_KNOWN, 0, "", body),)))


def _live(rows: Rows, customers: Sequence[str]) -> tuple[list[str], bool]:
    """The live identities behind customer_ids, each once, and whether the store knows all of these."""
    there: dict[str, None] = {}
    is_whole = True
    for customer in customers:
        interaction = rows.interaction_of(customer)
        root = None if interaction is None else rows.holder(interaction)
        if root is None:
            is_whole = False
        elif not rows.identity(root).erased:
            there[customer_id_of(root)] = None
    return list(there), is_whole


def _told(transaction: Transaction, erasure: Erasure, changes: Changes, fields: Sequence[str]) -> list[Paper]:
    """The papers of an erasure that changed something."""
    tombstones = list(dict.fromkeys(customer_id_of(root) for _, root in changes.records))
    body = {
        "at": erasure.at,
        "by": erasure.by,
        "purge": erasure.purge,
        "customers": tombstones,
        "links": [link_id_of(*link.name) for link in changes.links if link.state == "expired"],
        "removed": removed(transaction, changes, fields),
    }
    before = transaction.paper(ERASURE, erasure.erasure_id)
    opened = transaction.draw()
    name = erasure.erasure_id if before is None else f"{erasure.erasure_id}.{opened}"
    return [
        Paper(ERASURE, name, opened, "erased", body),
        *(Paper(TOMBSTONE, one, opened, "", {"erasure": name}) for one in tombstones),
    ]


def removed(rows: Rows, changes: Changes, fields: Sequence[str]) -> dict[str, Any]:
    """What an erasure removes, in numbers.

    Args:
        rows: The store before it.
        changes: What it changes.
        fields: The names of the config's fields.
    """
    values: Counter[str] = Counter()
    for record, _ in changes.records:
        for field, value in zip(fields, rows.record(record.interaction_id).values, strict=True):
            values[field] += value is not None
    return {
        "records": len(changes.records),
        "values": {field: values[field] for field in fields if values[field]},
        "keys": sum(state is None for _, state in changes.keys),
        "identifiers": sum(state is None for _, state in changes.identifiers),
        "links_expired": sum(link.state == "expired" for link in changes.links),
        "reviews_closed": sum(item.state == "erased" for item in changes.reviews),
        "taken_out_of_reviews": len(changes.released),
    }
