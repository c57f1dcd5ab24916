"""Who works on what: a pending link or a review item is assigned to one agent at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from idlab.errors import BadInput
from idlab.queues.alone import alone, moment
from idlab.queues.naming import link_of, review_of
from idlab.resolver import Resolver
from idlab.serving import note
from idlab.stores.base import Changes, LinkState, ReviewState, Rows, Transaction
from idlab.stores.kept import Paper

LINKS = "link assignment"
REVIEWS = "review assignment"
"""The kinds of the papers that say who works on what. Their state is the agent, empty once nobody does."""


def assignee_of(rows: Rows, kind: str, item_id: str) -> str | None:
    """The agent who works on an item; None if nobody does."""
    paper = rows.paper(kind, item_id)
    return paper.state or None if paper is not None else None


def assigned_ids(
    rows: Rows, kind: str, agent: str, *, after: int = 0, limit: int | None = None
) -> Sequence[str]:
    """The ids of what an agent works on, in the order opened."""
    return [paper.name for paper in rows.papers(kind, state=agent, after=after, limit=limit)]


def assign(
    resolver: Resolver,
    item_id: str,
    agent: str,
    *,
    by: str = "",
    take_over: bool = False,
    at: datetime | None = None,
) -> str:
    """Give a pending link or a review item to an agent; it is in the log that it was.

    Args:
        resolver: Over the store.
        item_id: A link_id or review_id.
        agent: The agent's name or number.
        by: Who says so.
        take_over: Also from another agent, who works on it already.
        at: When; now by default.

    Returns:
        The item's state; if it is not ``open``, nothing was assigned.

    Raises:
        UnknownReference: If the id was never handed out.
        BadInput: If the agent has no name, or another one works on it.
    """
    if not agent.strip() or not agent.isprintable():
        raise BadInput("the agent has no name", where="assign", hint="give a name or number in one line")
    return _hand_over(resolver, item_id, agent, by=by, take_over=take_over, at=moment(at))


def unassign(resolver: Resolver, item_id: str, *, by: str = "", at: datetime | None = None) -> str:
    """Take a pending link or a review item from whoever works on it.

    Args:
        resolver: Over the store.
        item_id: A link_id or review_id.
        by: Who says so.
        at: When; now by default.

    Returns:
        The item's state.

    Raises:
        UnknownReference: If the id was never handed out.
    """
    return _hand_over(resolver, item_id, "", by=by, take_over=True, at=moment(at))


def release(resolver: Resolver, item_id: str) -> None:
    """Let nobody be at work on an item that was closed; that is no decision, so the log does not tell of it."""
    kind = _kind_of(item_id)
    with resolver.store.reading() as rows:
        if assignee_of(rows, kind, item_id) is None:
            return

    def work(transaction: Transaction) -> None:
        paper = transaction.paper(kind, item_id)
        if paper is not None and _item_of(transaction, item_id).state != "open":
            transaction.put(Changes(papers=(paper._replace(state=""),)))

    alone(resolver, work)


def _hand_over(resolver: Resolver, item_id: str, agent: str, *, by: str, take_over: bool, at: int) -> str:
    kind = _kind_of(item_id)

    def work(transaction: Transaction) -> str:
        item = _item_of(transaction, item_id)
        before = assignee_of(transaction, kind, item_id) or ""
        if item.state != "open" or before == agent:
            return item.state
        if before and not take_over:
            raise BadInput(
                f"{before!r} works on it already", where="assign", hint="take it over, or choose another"
            )
        about = {"link" if kind == LINKS else "review": item_id, "from": before, "to": agent}
        paper = Paper(kind, item_id, item.opened, agent, {})
        note(transaction, at, by, "assign" if agent else "unassign", about, paper)
        return item.state

    return alone(resolver, work)


def _kind_of(item_id: str) -> str:
    return REVIEWS if "#" in item_id else LINKS


def _item_of(rows: Rows, item_id: str) -> LinkState | ReviewState:
    return review_of(rows, item_id) if "#" in item_id else link_of(rows, item_id)
