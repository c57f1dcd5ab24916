"""How requests to customers end otherwise than by their answers: the link or a side is gone, or the time is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from idlab.queues.addresses import address_of, keep_apart
from idlab.queues.alone import alone, moment
from idlab.queues.asked import (
    AGREED,
    CANCELLED,
    ONGOING,
    REFUSED,
    TIMED_OUT,
    Request,
    request_about,
)
from idlab.queues.naming import link_of
from idlab.resolver import Resolver
from idlab.serving import note
from idlab.stores.base import Rows, Transaction


def ending(rows: Rows, resolver: Resolver, request: Request, now: int) -> Request | None:
    """The request, ended, if there is a reason for it to go on no longer; None if there is none."""
    link = link_of(rows, request.link)
    if link.state != "open":
        return request._replace(end=CANCELLED, why=f"the link is {link.state}")
    if request.until <= now and request.state not in {AGREED, REFUSED}:
        return request._replace(end=TIMED_OUT)
    if have_objected(rows, link.name):
        return request._replace(end=CANCELLED, why="a customer objected to being linked")
    found = [address_of(rows, resolver, link.name, one) for one in request.sides]
    addresses = [one for one in found if one is not None]
    if len(addresses) < len(found) or not keep_apart(addresses):
        return request._replace(end=CANCELLED, why="who was asked is no longer who the link is about")
    return None


def end(transaction: Transaction, ended: Sequence[Request], now: int) -> None:
    """Write that requests ended, and say so in the log."""
    about = {"ended": [[one.link, one.generation, one.end, one.why] for one in ended]}
    note(transaction, now, "", "ask_ended", about, *(one.paper() for one in ended))


def withdraw(resolver: Resolver, link_id: str, *, at: datetime | None = None) -> None:
    """End the request about a link that was closed otherwise."""
    now = moment(at)
    with resolver.store.reading() as rows:
        request = request_about(rows, link_id)
    if request is None or request.state not in ONGOING:
        return

    def work(transaction: Transaction) -> None:
        request = request_about(transaction, link_id)
        if request is not None and request.state in ONGOING:
            ended = ending(transaction, resolver, request, now)
            if ended is not None:
                end(transaction, [ended], now)

    alone(resolver, work)


def have_objected(rows: Rows, ends: Sequence[str]) -> bool:
    """Whether a side of a link objected to being linked."""
    return any(rows.identity(rows.holder(one) or one).objected for one in ends)
