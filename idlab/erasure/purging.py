"""Erasing whom nobody has heard of for long, in batches of bounded size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import NamedTuple
from uuid import uuid4

from idlab.erasure.certificate import Certificate, written_moment
from idlab.erasure.erasing import Elsewhere, Place, begin, finish
from idlab.model import customer_id_of, microseconds
from idlab.resolver import Resolver
from idlab.stores.base import Rows
from idlab.stores.erasure_log import Erasure

BATCH = 200
"""Customers of one erasure."""

_LOOKED_AT = 5000
"""Records that are looked at in one reading: a longer one would keep old pages of a database."""


class Old(NamedTuple):
    """An identity whose last contact was before a time.

    Args:
        customer_id: The identity.
        records: How many records it has.
    """

    customer_id: str
    records: int


def old_customers(resolver: Resolver, before: int) -> Iterator[Old]:
    """Every live identity without a record since a time, in the order of their first records.

    Args:
        resolver: Over the store.
        before: The time, in microseconds UTC.
    """
    after = 0
    while True:
        with resolver.store.reading() as rows:
            page = list(islice(rows.records(after), _LOOKED_AT))
            found = [
                one for record in page if record.time < before and (one := _old(rows, record[0], before))
            ]
        if not page:
            return
        after = page[-1].serial
        yield from found


def purge(
    resolver: Resolver,
    *,
    before: datetime,
    by: str,
    at: datetime,
    place: Place | None = None,
    elsewhere: Elsewhere | None = None,
    progress: Callable[[int], None] | None = None,
) -> Certificate | None:
    """Erase every identity without a record since a time; broken off, it goes on when it is done again.

    Args:
        resolver: Over the store.
        before: The time.
        by: Who asked for it.
        at: Now.
        place: Where the certificate is written; beside the erasure log by default.
        elsewhere: Removes what other places hold, before the certificate is written.
        progress: Called with how many were erased so far.

    Returns:
        One certificate of all; None if nobody was so old.

    Raises:
        StoreFailure: If something is left that stands in the way of cleaning; do it again, or ``finish``.
    """
    limit = microseconds(before)
    name = f"purge-{written_moment(limit)[:19].replace(':', '')}Z"
    done, batch = 0, []
    for old in old_customers(resolver, limit):
        batch.append(old.customer_id)
        if len(batch) == BATCH:
            begin(resolver, Erasure(uuid4().hex, microseconds(at), by, tuple(batch), purge=name))
            done, batch = done + len(batch), []
            if progress is not None:
                progress(done)
    if batch:
        begin(resolver, Erasure(uuid4().hex, microseconds(at), by, tuple(batch), purge=name))
    written = finish(resolver, at=at, place=place, elsewhere=elsewhere)
    return next((one for one in written if one.erasure_id == name), None)


def _old(rows: Rows, interaction: str, before: int) -> Old | None:
    """The identity that is called by an interaction, if it is live and has no record since a time."""
    if rows.holder(interaction) != interaction:
        return None
    state = rows.identity(interaction)
    if state.erased or any(entry[3] >= before for values in state.profile for entry in values):
        return None
    members = rows.members(interaction)
    if any(record.time >= before for record in members):
        return None
    return Old(customer_id_of(interaction), len(members))
