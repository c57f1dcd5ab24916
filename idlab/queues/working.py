"""What people do with the queues: answer links, close review items, part customers, take an objection down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from idlab.errors import BadInput
from idlab.model import Action, customer_id_of
from idlab.queues.assigning import release
from idlab.queues.ending import withdraw
from idlab.queues.naming import link_of, review_of, root_of
from idlab.queues.pending import pending
from idlab.resolver import Resolver

ANSWERS = {"accept": Action.accept, "decline": Action.decline, "expire": Action.expire}
"""How a pending link can be answered."""


class Answered(NamedTuple):
    """What became of a link or review item.

    Args:
        state: Its state now.
        was_open: Whether it was open until now; else nothing was done.
        customers: The customer_ids that hold its sides now, each once.
    """

    state: str
    was_open: bool
    customers: Sequence[str]


def answer_link(
    resolver: Resolver, link_id: str, how: str, *, by: str = "", at: datetime | None = None
) -> Answered:
    """Accept, decline or expire a pending link.

    Args:
        resolver: Over the store.
        link_id: The link.
        how: ``accept``, ``decline`` or ``expire``.
        by: Who says so.
        at: When; now by default.

    Returns:
        What became of it. A link that was closed before keeps its state.

    Raises:
        UnknownReference: If it was never handed out.
        BadInput: On another answer.
    """
    if how not in ANSWERS:
        raise BadInput(f"{how!r} is no answer", where="link", hint=f"valid are {', '.join(ANSWERS)}")
    with resolver.store.reading() as rows:
        link = link_of(rows, link_id)
    state = resolver.act(ANSWERS[how](link_id), by=by, at=at)
    if link.state == "open":
        release(resolver, link_id)
        withdraw(resolver, link_id, at=at)
    return Answered(state, link.state == "open", _held_by(resolver, link.name))


def expire_links(
    resolver: Resolver,
    older_than: datetime,
    *,
    by: str = "",
    at: datetime | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Expire every pending link that waits since before a time.

    Args:
        resolver: Over the store.
        older_than: The time.
        by: Who says so.
        at: When; now by default.
        progress: Told how many were expired so far.

    Returns:
        How many there were.
    """
    expired, after = 0, 0
    while True:
        with resolver.store.reading() as rows:
            page = pending(rows, older_than=older_than, after=after, limit=100)
        for work in page.items:
            expired += answer_link(resolver, work.link_id, "expire", by=by, at=at).state == "expired"
            progress(expired)
        if page.after is None:
            return expired
        after = page.after


def close_review(
    resolver: Resolver,
    review_id: str,
    verdict: str,
    interactions: Sequence[str] = (),
    *,
    by: str = "",
    at: datetime | None = None,
) -> Answered:
    """Close a review item.

    Args:
        resolver: Over the store.
        review_id: The review item.
        verdict: ``keep_flag``: it stays flagged; ``clear``: its names are all the customer's own; ``split``: these interactions
            are another person's.
        interactions: For ``split``.
        by: Who says so.
        at: When; now by default.

    Returns:
        What became of it. An item that was closed before keeps its state.

    Raises:
        UnknownReference: If it, or an interaction, was never handed out.
        BadInput: On another verdict, or interactions that are no proper part of the customer's.
    """
    if (verdict == "split") != bool(interactions):
        hint = "name the interactions to be split off with split, and with nothing else"
        raise BadInput(f"{verdict} with {len(interactions)} interactions", where="close", hint=hint)
    action = Action.close(review_id, verdict, tuple(interactions))
    with resolver.store.reading() as rows:
        item = review_of(rows, review_id)
        members = [one.interaction_id for one in rows.members(rows.holder(item.name[0]) or item.name[0])]
    state = resolver.act(action, by=by, at=at)
    if item.state == "open":
        release(resolver, review_id)
    return Answered(state, item.state == "open", _held_by(resolver, members))


def split(
    resolver: Resolver,
    customer: str,
    interactions: Sequence[str],
    *,
    by: str = "",
    at: datetime | None = None,
) -> tuple[str, str]:
    """Undo a wrong merge: these interactions are another person's. Every id ever handed out still leads to one of both.

    Args:
        resolver: Over the store.
        customer: The customer_id.
        interactions: Some, and not all, of its interactions.
        by: Who says so.
        at: When; now by default.

    Returns:
        The customer_id of those that stay, and of those named.

    Raises:
        UnknownReference: If an id was never handed out.
        BadInput: If the interactions are no proper part of the customer's.
    """
    with resolver.store.reading() as rows:
        members = [one.interaction_id for one in rows.members(root_of(rows, customer))]
    resolver.act(Action.split(customer, tuple(interactions)), by=by, at=at)
    named = set(interactions)
    stays = next(one for one in members if one not in named)
    return _held_by(resolver, [stays])[0], _held_by(resolver, interactions[:1])[0]


def do_not_link(resolver: Resolver, customer: str, *, by: str = "", at: datetime | None = None) -> str:
    """Take an objection down: the customer is no candidate from now on.

    Args:
        resolver: Over the store.
        customer: The customer_id.
        by: Who says so.
        at: When; now by default.

    Returns:
        ``done``, or ``erased`` where there was nothing left to do.

    Raises:
        UnknownReference: If it was never handed out.
    """
    state = resolver.act(Action.do_not_link(customer), by=by, at=at)
    with resolver.store.reading() as rows:
        links = pending(rows, customer=customer, limit=1000).items
    for link in links:
        withdraw(resolver, link.link_id, at=at)
    return state


def _held_by(resolver: Resolver, interactions: Sequence[str]) -> list[str]:
    """The customer_ids that hold interactions now, each once."""
    with resolver.store.reading() as rows:
        holders = [holder for one in interactions if (holder := rows.holder(one)) is not None]
    return [customer_id_of(root) for root in dict.fromkeys(holders)]
