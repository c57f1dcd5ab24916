"""Customers' answers to a request: each side's counts once, and what follows from them is done, whoever dies meanwhile."""

from __future__ import annotations

from datetime import datetime

from idlab.errors import BadInput
from idlab.model import Action
from idlab.queues.alone import alone, moment
from idlab.queues.asked import (
    ACCEPTED,
    AGREED,
    CANCELLED,
    CONSENT,
    DECLINED,
    NO,
    ONGOING,
    REFUSED,
    YES,
    Request,
    request_about,
    request_called,
    request_in,
)
from idlab.queues.ending import end, ending
from idlab.queues.naming import link_of
from idlab.queues.tokens import TokenKeys
from idlab.resolver import Resolver
from idlab.serving import note
from idlab.stores.base import Changes, Transaction

CUSTOMER = "customer"
"""By whom the log says that an answer was given."""


def answer(resolver: Resolver, keys: TokenKeys, token: str, said: str, *, at: datetime | None = None) -> str:
    """Take a customer's answer, and do what follows from it.

    Args:
        resolver: Over the store.
        keys: What tokens are signed with.
        token: The token, as it came back.
        said: ``yes`` or ``no``.
        at: When; now by default.

    Returns:
        Where the request stands now: ``sent`` or ``waiting`` while others are still to answer, ``accepted``, ``declined``. The
        same answer again changes nothing.

    Raises:
        BadInput: If it is another answer than the first one, or the token is forged, out of date or no longer wanted: one
            message that says no more than that.
    """
    if said not in {YES, NO}:
        raise BadInput(f"{said!r} is no answer", where="answer", hint="valid are yes and no")
    now = moment(at)
    claim = keys.claim_in(token)
    if claim is None or claim.until <= now:
        raise _not_taken()

    def work(transaction: Transaction) -> Request | None:
        request = request_called(transaction, claim.request)
        asked = None if request is None else request.side(claim.side)
        if request is None or asked is None or request.generation != claim.generation:
            return None
        if asked.state in {YES, NO}:
            if asked.state != said:
                raise BadInput("already answered", where="answer", hint="the first answer counts")
            return request
        if request.state not in ONGOING:
            return None
        ended = ending(transaction, resolver, request, now)
        if ended is not None:
            end(transaction, [ended], now)
            return None
        answered = request.with_side(asked._replace(state=said))
        about = {
            "link": request.link,
            "generation": request.generation,
            "side": asked.side,
            "answer": said,
        }
        note(transaction, now, CUSTOMER, "answer", about, answered.paper())
        return answered

    request = alone(resolver, work)
    if request is None:
        raise _not_taken()
    return _follow(resolver, request, now)


def _not_taken() -> BadInput:
    return BadInput("this answer cannot be taken: its link is not valid, or not any more", where="answer")


def follow_answers(resolver: Resolver, *, at: datetime | None = None) -> None:
    """Do what follows from answers that were taken by a process which did not live to do it."""
    now = moment(at)
    with resolver.store.reading() as rows:
        found = [request_in(one) for state in (AGREED, REFUSED) for one in rows.papers(CONSENT, state=state)]
    for request in found:
        _follow(resolver, request, now)


def _follow(resolver: Resolver, request: Request, now: int) -> str:
    """Accept or decline the link once all that is needed was said; the request's state then."""
    if request.state not in {AGREED, REFUSED}:
        return request.state

    def still_wanted(transaction: Transaction) -> Request:
        current = request_about(transaction, request.link) or request
        if current.state == AGREED and link_of(transaction, request.link).state == "open":
            ended = ending(transaction, resolver, current, now)
            if ended is not None:
                end(transaction, [ended], now)
                return ended
        return current

    current = alone(resolver, still_wanted)
    if current.state not in {AGREED, REFUSED}:
        return current.state
    agreed = current.state == AGREED
    action = Action.accept(request.link) if agreed else Action.decline(request.link)
    came_to = resolver.act(action, by=CUSTOMER)
    wanted = ACCEPTED if agreed else DECLINED

    def close(transaction: Transaction) -> str:
        last = request_about(transaction, request.link) or request
        if last.state not in {AGREED, REFUSED}:
            return last.state
        if came_to == wanted:
            transaction.put(Changes(papers=(last._replace(end=wanted).paper(),)))
            return wanted
        end(transaction, [last._replace(end=CANCELLED, why=f"the link is {came_to}")], now)
        return CANCELLED

    return alone(resolver, close)
