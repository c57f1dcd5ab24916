"""The outbox: requests to customers, handed to whatever sends messages, at least once each.

A message that was handed out and not reported on comes again once its lease is over, so a sender that is killed loses none; it
carries the same token then, so a customer who gets it twice still has one answer. What is written down is who is to be asked;
address and text are put together when a sender fetches the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from idlab.actions import unknown
from idlab.errors import BadInput
from idlab.queues.addresses import Address, address_of
from idlab.queues.alone import alone, moment
from idlab.queues.answers import follow_answers
from idlab.queues.asked import (
    CANCELLED,
    CONSENT,
    ONGOING,
    SENT,
    STATES,
    WAITING,
    Asked,
    Request,
    request_called,
    request_in,
)
from idlab.queues.ending import end, ending
from idlab.queues.messages import Message, Sender, message_of
from idlab.queues.naming import link_of
from idlab.queues.pages import MOST, Page, page_of, whole_moments
from idlab.resolver import Resolver
from idlab.serving import note
from idlab.stores.base import Changes, Rows, Transaction

_MICROSECOND = timedelta(microseconds=1)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
_MOST_FAILURES = 8
"""How often a message may fail before the request is cancelled."""


def fetch(
    resolver: Resolver,
    sender: Sender,
    *,
    limit: int = 20,
    lease: timedelta = timedelta(minutes=5),
    at: datetime | None = None,
) -> list[Message]:
    """Messages that are due, for a sender to send and to report on with ``sent`` or ``failed``.

    Args:
        resolver: Over the store.
        sender: What is needed to put them together.
        limit: The most messages wanted.
        lease: How long nobody else gets them; longer each time that a message was not reported on.
        at: When; now by default.

    Returns:
        The messages. Requests that have ended since, as by a closed link or an erased customer, are cancelled instead.

    Raises:
        BadInput: If the sender or the limit is none.
    """
    sender.checked()
    if not 1 <= limit <= MOST or lease <= timedelta(0):
        raise BadInput("nothing would be handed out", where="limit or lease", hint=f"1 to {MOST} messages")
    now = moment(at)
    follow_answers(resolver, at=at)

    def work(transaction: Transaction) -> tuple[bool, list[tuple[Request, Asked, Address]]]:
        found = _due(transaction, limit, now)
        ended, going_on, taken = _sorted_out(transaction, resolver, found, now)
        handed: list[tuple[Request, Asked, Address]] = []
        changed: dict[str, Request] = {}
        for request, asked, address in taken[:limit]:
            longer = asked._replace(
                due=now + (lease // _MICROSECOND << min(asked.handed_out, 6)), handed_out=asked.handed_out + 1
            )
            changed[request.name] = changed.get(request.name, request).with_side(longer)
            handed.append((request, longer, address))
        if ended:
            end(transaction, ended, now)
        transaction.put(Changes(papers=[one.paper() for one in changed.values()]))
        return bool(ended) and not going_on, handed

    again = True
    handed: list[tuple[Request, Asked, Address]] = []
    while again:
        again, handed = alone(resolver, work)
    return [message_of(sender, *one) for one in handed]


def _due(rows: Rows, limit: int, now: int) -> list[Request]:
    """Requests about which something is due: messages first, then those whose time is over."""
    papers = rows.papers(CONSENT, state=WAITING, limit=limit) + rows.papers(CONSENT, state=SENT, limit=limit)
    return [request_in(one) for one in papers if one.opened <= now]


def _sorted_out(
    rows: Rows, resolver: Resolver, found: Sequence[Request], now: int
) -> tuple[list[Request], list[Request], list[tuple[Request, Asked, Address]]]:
    """Those that end, those that go on, and the messages that are due of these."""
    ended: list[Request] = []
    going_on: list[Request] = []
    due: list[tuple[Request, Asked, Address]] = []
    for request in found:
        over = ending(rows, resolver, request, now)
        if over is not None:
            ended.append(over)
            continue
        going_on.append(request)
        name = link_of(rows, request.link).name
        for asked in request.sides:
            if asked.state == WAITING and asked.due <= now:
                address = address_of(rows, resolver, name, asked)
                assert address is not None
                due.append((request, asked, address))
    return ended, going_on, due


def sent(resolver: Resolver, message_id: str, *, by: str = "", at: datetime | None = None) -> str:
    """Report that a message was sent.

    Args:
        resolver: Over the store.
        message_id: The message's id.
        by: Who sent it.
        at: When; now by default.

    Returns:
        Where its request stands.

    Raises:
        UnknownReference: If no such message was ever handed out.
    """
    now = moment(at)

    def work(transaction: Transaction) -> str:
        request, asked = _called(transaction, message_id)
        if request.state not in ONGOING or asked.state != WAITING:
            return request.state
        changed = request.with_side(asked._replace(state=SENT))
        about = {"link": request.link, "generation": request.generation, "side": asked.side}
        note(transaction, now, by, "ask_sent", about, changed.paper())
        return changed.state

    return alone(resolver, work)


def failed(resolver: Resolver, message_id: str, *, at: datetime | None = None) -> str:
    """Report that a message could not be sent, or came back: it is due again after a pause that grows each time.

    Args:
        resolver: Over the store.
        message_id: The message's id.
        at: When; now by default.

    Returns:
        Where its request stands: ``cancelled`` once it failed for the last time.

    Raises:
        UnknownReference: If no such message was ever handed out.
    """
    now = moment(at)

    def work(transaction: Transaction) -> str:
        request, asked = _called(transaction, message_id)
        if request.state not in ONGOING or asked.state not in {WAITING, SENT}:
            return request.state
        failures = asked.failures + 1
        pause = min(_FIRST_PAUSE * 4 ** (failures - 1), _LONGEST_PAUSE)
        later = asked._replace(state=WAITING, failures=failures, due=now + pause // _MICROSECOND)
        changed = request.with_side(later)
        if failures >= _MOST_FAILURES:
            end(transaction, [changed._replace(end=CANCELLED, why="a message could not be sent")], now)
            return CANCELLED
        transaction.put(Changes(papers=(changed.paper(),)))
        return changed.state

    return alone(resolver, work)


def _called(rows: Rows, message_id: str) -> tuple[Request, Asked]:
    """The request and the side of a message of this id."""
    name, _, rest = message_id.partition(".")
    generation, _, side = rest.partition(".")
    request = request_called(rows, name)
    asked = None if request is None else request.side(side)
    if request is None or asked is None or generation != str(request.generation):
        raise unknown("message")
    return request, asked


def requests(rows: Rows, *, state: str | None = None, after: int = 0, limit: int = 50) -> Page[Request]:
    """A page of the requests, the one about which something is next to be done first.

    Args:
        rows: The store, in a reading.
        state: Only those in this state.
        after: Where the page begins; a request moves when something is done about it.
        limit: How many the page has room for; it grows where several are due at the moment that it ends with.

    Returns:
        The page.

    Raises:
        BadInput: On a state that there is not, or a limit that is none.
    """
    if state is not None and state not in STATES:
        raise BadInput(f"no request is {state!r}", where="state", hint=f"valid are {', '.join(STATES)}")
    return page_of(
        whole_moments(lambda begin, most: rows.papers(CONSENT, state=state, after=begin, limit=most)),
        request_in,
        after,
        limit,
    )
