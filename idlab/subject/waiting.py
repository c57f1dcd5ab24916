"""The links and review items that somebody is in, with what was asked about them and whether anybody works on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar

from idlab.core.codes import LINK_STATES, REVIEW_STATES
from idlab.model import customer_id_of, link_id_of, review_id_of
from idlab.queues.asked import request_about
from idlab.queues.assigning import LINKS, REVIEWS, assignee_of
from idlab.stores.base import LinkState, ReviewState, Rows
from idlab.subject.trail import utc

_Work = TypeVar("_Work", LinkState, ReviewState)
_PAGE = 1000


def links_of(rows: Rows, names: Collection[str], *, agents: bool) -> Iterator[dict[str, Any]]:
    """The links with an end in some interactions: the other end is named by the customer_id that holds it.

    Args:
        rows: The store.
        names: The interactions.
        agents: Whether to name who works on them.
    """
    for link in _all(rows.links_in, LINK_STATES):
        own = [end for end in link.name if end in names]
        if own:
            link_id = link_id_of(*link.name)
            others = [end for end in link.name if end not in names]
            yield {
                "link": link_id,
                "state": link.state,
                "own_interactions": own,
                "other_customers": [_customer_of(rows, end) for end in others],
                "asked": _asked(rows, link_id, names),
                **_worked_on(rows, LINKS, link_id, agents=agents),
            }


def reviews_of(rows: Rows, names: Collection[str], *, agents: bool) -> Iterator[dict[str, Any]]:
    """The review items that are about some interactions, or that some were turned away into."""
    for item in _all(rows.reviews_in, REVIEW_STATES):
        turned = [one for one in rows.turned_into(item.name) if one in names]
        is_own = item.name[0] in names
        if is_own or turned:
            review_id = review_id_of(*item.name)
            yield {
                "review": review_id,
                "state": item.state,
                "is_about_this_customer": is_own,
                "own_interactions_turned_away": turned,
                "other_customers": [] if is_own else [_customer_of(rows, item.name[0])],
                **_worked_on(rows, REVIEWS, review_id, agents=agents),
            }


def _all(page_of: Callable[..., list[_Work]], states: Collection[str]) -> Iterator[_Work]:
    """All of a queue, in the order of states and opening, page by page."""
    for state in states:
        after = 0
        while page := page_of(state, after=after, limit=_PAGE):
            yield from page
            after = page[-1].opened


def _asked(rows: Rows, link_id: str, names: Collection[str]) -> dict[str, Any] | None:
    """The request to the customers of a link: what it came to, and where this one was asked."""
    request = request_about(rows, link_id)
    if request is None:
        return None
    return {
        "state": request.state,
        "asked_at": utc(request.asked_at),
        "until": utc(request.until),
        "own_answers": [
            {"interaction": side.interaction, "field": side.field, "state": side.state}
            for side in request.sides
            if side.interaction in names
        ],
    }


def _worked_on(rows: Rows, kind: str, item_id: str, *, agents: bool) -> dict[str, Any]:
    agent = assignee_of(rows, kind, item_id)
    named = {"assigned_to": agent} if agents else {}
    return {"somebody_works_on_it": agent is not None, **named}


def _customer_of(rows: Rows, interaction: str) -> str:
    return customer_id_of(rows.holder(interaction) or interaction)
