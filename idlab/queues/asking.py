"""Asking the customers of a pending link: one request a link, an answer of each side, and what follows from them.

By default both sides are asked, and the link is accepted once every side that was asked said yes; it is declined on the first
no. A yes from one side alone would let somebody who shares a phone take over another's records.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from idlab.errors import BadInput
from idlab.model import Action
from idlab.queues.addresses import address_of, addresses_for, keep_apart
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
    SIDES,
    TIMED_OUT,
    WAITING,
    YES,
    Asked,
    Request,
    request_about,
    request_called,
    request_in,
)
from idlab.queues.naming import link_of
from idlab.queues.tokens import TokenKeys
from idlab.resolver import Resolver
from idlab.serving import note
from idlab.stores.base import Changes, Rows, Transaction

CUSTOMER = "customer"
"""By whom the log says that an answer was given."""

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


def ending(rows: Rows, resolver: Resolver, request: Request, now: int) -> Request | None:
    """The request, ended, if there is a reason for it to go on no longer; None if there is none."""
    link = link_of(rows, request.link)
    if link.state != "open":
        return request._replace(end=CANCELLED, why=f"the link is {link.state}")
    if request.until <= now and request.state not in {AGREED, REFUSED}:
        return request._replace(end=TIMED_OUT)
    if _have_objected(rows, link.name):
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


def _have_objected(rows: Rows, ends: Sequence[str]) -> bool:
    return any(rows.identity(rows.holder(one) or one).objected for one in ends)


def _must_not_have_objected(rows: Rows, ends: Sequence[str]) -> None:
    if _have_objected(rows, ends):
        raise BadInput(
            "a customer objected to being linked, so nobody is asked",
            where="ask",
            hint="an agent may accept or decline it",
        )
