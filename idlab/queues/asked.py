"""A request to both customers of a pending link, as a paper: whom it asks, what came of it, when it is next due.

It names links and interactions by their ids and holds neither an address nor a token. Its place in the order of papers is the
time at which something is next to be done about it, so what is due comes first.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from idlab.stores.base import Rows
from idlab.stores.kept import Paper

CONSENT = "consent"
"""The kind of these papers."""

SIDES = ("at_hand", "other")
"""The sides of a link: of the record that was at hand when it opened, and of the other identity."""

WAITING, SENT, YES, NO = "waiting", "sent", "yes", "no"
"""What a side comes to."""

AGREED, REFUSED = "agreed", "refused"
"""All who were asked said yes, or one said no; what follows from that is still to be done to the link."""

ACCEPTED, DECLINED, TIMED_OUT, CANCELLED = "accepted", "declined", "expired", "cancelled"
"""How a request ends."""

ONGOING = (WAITING, SENT, AGREED, REFUSED)
STATES = (*ONGOING, ACCEPTED, DECLINED, TIMED_OUT, CANCELLED)
"""All states of a request."""


class Asked(NamedTuple):
    """One side of a request.

    Args:
        side: One of ``SIDES``.
        interaction: The interaction whose record has the address.
        field: The field that it stands in.
        state: ``waiting`` to be sent, ``sent``, ``yes`` or ``no``.
        due: When it is to be sent, or sent again, in microseconds UTC.
        handed_out: How often it was handed to a sender.
        failures: How often one could not send it.
    """

    side: str
    interaction: str
    field: str
    state: str
    due: int
    handed_out: int = 0
    failures: int = 0


class Request(NamedTuple):
    """A request to those who a link would unite.

    Args:
        link: The link's id.
        generation: 1 for the first request about a link, 2 for the next.
        asked_at, until: When it was made, and when it ends, in microseconds UTC.
        by: Who asked.
        sides: Who is asked.
        end: How it ended; empty while it goes on.
        why: Why it was cancelled.
    """

    link: str
    generation: int
    asked_at: int
    until: int
    by: str
    sides: tuple[Asked, ...]
    end: str = ""
    why: str = ""

    @property
    def name(self) -> str:
        """What a token calls the request: it tells nobody who the customers are."""
        return name_of(self.link)

    @property
    def state(self) -> str:
        """One of ``STATES``.

        Example:
            >>> Request("a+b", 1, 0, 9, "ann", (Asked("other", "call-1", "phone", "yes", 0),)).state
            'agreed'
        """
        answers = [one.state for one in self.sides]
        if self.end:
            return self.end
        if NO in answers:
            return REFUSED
        if all(one == YES for one in answers):
            return AGREED
        return WAITING if WAITING in answers else SENT

    @property
    def due(self) -> int:
        """When something is next to be done about it, in microseconds UTC; at once is 1."""
        if self.state in {AGREED, REFUSED}:
            return 1
        return max(1, min([self.until, *(one.due for one in self.sides if one.state == WAITING)]))

    def side(self, name: str) -> Asked | None:
        """A side; None if it is not asked."""
        return next((one for one in self.sides if one.side == name), None)

    def with_side(self, changed: Asked) -> Request:
        """The request with another state of one side."""
        return self._replace(sides=tuple(changed if one.side == changed.side else one for one in self.sides))

    def paper(self) -> Paper:
        """The request as a store keeps it."""
        body = {**self._asdict(), "sides": [list(one) for one in self.sides]}
        return Paper(CONSENT, self.name, self.due, self.state, body)


def name_of(link_id: str) -> str:
    """What the request about a link is called."""
    return blake2b(link_id.encode("ascii"), digest_size=16).hexdigest()


def request_in(paper: Paper) -> Request:
    """The request that a paper is about.

    Example:
        >>> asked = Request("a+b", 1, 0, 9, "ann", (Asked("other", "call-1", "phone", "sent", 0),))
        >>> request_in(asked.paper()) == asked
        True
    """
    body: Mapping[str, Any] = paper.body
    return Request(**{**body, "sides": tuple(Asked(*one) for one in body["sides"])})


def request_about(rows: Rows, link_id: str) -> Request | None:
    """The last request about a link; None if nobody was asked."""
    return request_called(rows, name_of(link_id))


def request_called(rows: Rows, name: str) -> Request | None:
    """The request of a name; None if there is none."""
    paper = rows.paper(CONSENT, name)
    return None if paper is None else request_in(paper)


def consent_state(rows: Rows, link_id: str) -> str | None:
    """Where the request about a link stands; None if nobody was asked."""
    paper = rows.paper(CONSENT, name_of(link_id))
    return None if paper is None else paper.state
