"""Asking the customers of a pending link: one request a link, an answer of each side, and what follows from them.

By default both sides are asked, and the link is accepted once every side that was asked said yes; it is declined on the first
no. A yes from one side alone would let somebody who shares a phone take over another's records.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from idlab.errors import BadInput
from idlab.queues.addresses import addresses_for
from idlab.queues.alone import alone, moment
from idlab.queues.asked import (
    ONGOING,
    SIDES,
    WAITING,
    Asked,
    Request,
    request_about,
)
from idlab.queues.ending import have_objected
from idlab.queues.naming import link_of
from idlab.resolver import Resolver
from idlab.serving import note
from idlab.stores.base import Rows, Transaction

_MICROSECOND = timedelta(microseconds=1)
_SECOND = timedelta(seconds=1)
_LONGEST = timedelta(days=366)


class Asking(NamedTuple):
    """What came of asking.

    Args:
        link: The link's state; nobody is asked about one that is not ``open``.
        request: The request; None if there is none.
        is_new: Whether it was made now; else it went on already.
    """

    link: str
    request: Request | None
    is_new: bool


def ask(
    resolver: Resolver,
    link_id: str,
    *,
    by: str = "",
    sides: Sequence[str] = SIDES,
    valid: timedelta = timedelta(days=14),
    at: datetime | None = None,
) -> Asking:
    """Ask the customers of a pending link whether their records may be united.

    Args:
        resolver: Over the store.
        link_id: The link.
        by: Who asks.
        sides: Who is asked: ``at_hand``, ``other`` or both. One alone is for where the other's consent is known already, as
            from somebody who is on the phone now and has shown who they are.
        valid: How long the answers are waited for.
        at: When; now by default.

    Returns:
        The request. Only one goes on for a link: where one does, it is returned as it is.

    Raises:
        UnknownReference: If the link_id was never handed out.
        BadInput: If a side has objected to being linked, or nothing keeps one person from answering for both.
    """
    now = moment(at)
    chosen = tuple(side for side in SIDES if side in sides)
    if not chosen or len(chosen) != len(sides):
        raise BadInput("nobody, or nobody known, is to be asked", hint=f"valid sides are {', '.join(SIDES)}")
    if not _SECOND <= valid <= _LONGEST:
        raise BadInput("answers are waited for at least a second and at most a year", where="valid")

    def work(transaction: Transaction) -> Asking:
        link = link_of(transaction, link_id)
        before = request_about(transaction, link_id)
        if link.state != "open":
            return Asking(link.state, before, is_new=False)
        if before is not None and before.state in ONGOING and before.until > now:
            return Asking(link.state, before, is_new=False)
        _must_not_have_objected(transaction, link.name)
        addresses = addresses_for(transaction, resolver, link.name, chosen)
        if addresses is None:
            raise BadInput(
                "nobody can be asked: there are no addresses by which one side could not answer for the other",
                where="ask",
                hint="an agent has to find out and accept or decline it",
            )
        asked = tuple(
            Asked(side, addresses[side].interaction, addresses[side].field, WAITING, now) for side in chosen
        )
        generation = 1 if before is None else before.generation + 1
        request = Request(link_id, generation, now, now + valid // _MICROSECOND, by, asked)
        about = {"link": link_id, "generation": generation, "sides": list(chosen), "until": request.until}
        note(transaction, now, by, "ask", about, request.paper())
        return Asking(link.state, request, is_new=True)

    return alone(resolver, work)


def _must_not_have_objected(rows: Rows, ends: Sequence[str]) -> None:
    if have_objected(rows, ends):
        raise BadInput(
            "a customer objected to being linked, so nobody is asked",
            where="ask",
            hint="an agent may accept or decline it",
        )
