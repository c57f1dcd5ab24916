"""The list of pending links, with what is needed to choose the next one to work on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from idlab.core.codes import LINK_STATES, REASONS
from idlab.errors import BadInput
from idlab.model import Decision, customer_id_of, link_id_of, moment_of
from idlab.queues.asked import consent_state
from idlab.queues.assigning import LINKS, assigned_ids, assignee_of
from idlab.queues.naming import link_of, root_of
from idlab.queues.pages import Page, page_of
from idlab.queues.wanted import Wanted
from idlab.stores.base import LinkState, Rows


class PendingWork(NamedTuple):
    """A link, as the list of work shows it.

    Args:
        link_id: What an action names it by.
        state: ``open``, or what became of it.
        opened: Its number in the order of opening.
        customers: The customer_ids that hold its two sides now: of the record at hand, and the other.
        interactions: How many interactions each of them has.
        waiting_since: When the record at hand occurred.
        score: Of the other side when the link opened; None where the decision says that of others only.
        place: Which of that decision's targets the other side was, 1 the best; None for one that a merge left over.
        reasons: Of that decision.
        assignee: Who works on it; None if nobody does.
        consent: Where the request to both customers stands; None if they were not asked.
    """

    link_id: str
    state: str
    opened: int
    customers: tuple[str, str]
    interactions: tuple[int, int]
    waiting_since: datetime
    score: float | None
    place: int | None
    reasons: tuple[str, ...]
    assignee: str | None
    consent: str | None


def pending(  # noqa: PLR0913 - what a list is filtered by, each by its name
    rows: Rows,
    *,
    state: str = "open",
    assigned_to: str | None = None,
    unassigned: bool = False,
    older_than: datetime | None = None,
    newer_than: datetime | None = None,
    min_score: float | None = None,
    reason: str | None = None,
    customer: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> Page[PendingWork]:
    """A page of the pending links, in the order opened.

    Args:
        rows: The store, in a reading.
        state: ``open``, or another state of a link.
        assigned_to: Only what this agent works on.
        unassigned: Only what nobody works on.
        older_than, newer_than: Only what waits since before, or since after.
        min_score: Only what has at least this score.
        reason: Only what was opened for this reason.
        customer: Only the links of this customer.
        after: Where the page begins: the ``after`` of the one before.
        limit: How many links it has room for.

    Returns:
        The page.

    Raises:
        BadInput: On a state or reason that there is not, or a limit that is none.
        UnknownReference: If the customer_id was never handed out.
    """
    if state not in LINK_STATES:
        raise BadInput(f"no link is {state!r}", where="state", hint=f"valid are {', '.join(LINK_STATES)}")
    if reason is not None and reason not in REASONS:
        raise BadInput(f"{reason!r} is no reason", where="reason", hint=f"valid are {', '.join(REASONS)}")
    wanted = Wanted(state, assigned_to, unassigned, older_than, newer_than)
    counted: dict[str, int] = {}
    root = None if customer is None else root_of(rows, customer)

    def work_of(link: LinkState) -> PendingWork | None:
        if root is not None and root not in map(rows.holder, link.name):
            return None
        work = pending_work(rows, link, counted)
        fits = (
            wanted.fits(work)
            and (min_score is None or (work.score is not None and work.score >= min_score))
            and (reason is None or reason in work.reasons)
        )
        return work if fits else None

    return page_of(_reader(rows, wanted, root), work_of, after, limit)


def _reader(rows: Rows, wanted: Wanted, root: str | None) -> Callable[[int, int], Sequence[LinkState]]:
    """The shortest list in which all that is wanted stands."""
    if root is not None and wanted.state == "open":
        known = [link for name in rows.identity(root).links if (link := rows.link(name)) is not None]
        ordered = sorted(known, key=lambda link: link.opened)
        return lambda after, limit: [link for link in ordered if link.opened > after][:limit]
    agent = wanted.of_agent
    if agent is not None:
        return lambda after, limit: [
            link_of(rows, one) for one in assigned_ids(rows, LINKS, agent, after=after, limit=limit)
        ]
    return lambda after, limit: rows.links_in(wanted.state, after=after, limit=limit)


def pending_work(rows: Rows, link: LinkState, counted: dict[str, int] | None = None) -> PendingWork:
    """What the list of work shows of a link.

    Args:
        rows: The store, in a reading.
        link: The link.
        counted: How many interactions identities have, by root, as far as they were counted.
    """
    at_hand, other = link.name
    link_id = link_id_of(at_hand, other)
    roots = [rows.holder(end) or end for end in link.name]
    sizes = {} if counted is None else counted
    for root in roots:
        if root not in sizes:
            sizes[root] = len(rows.members(root))
    decision = rows.decision(at_hand)
    return PendingWork(
        link_id,
        link.state,
        link.opened,
        (customer_id_of(roots[0]), customer_id_of(roots[1])),
        (sizes[roots[0]], sizes[roots[1]]),
        moment_of(rows.record(at_hand).time),
        None if decision is None else score_of(decision, other),
        None if decision is None else place_among_targets(decision, other),
        () if decision is None else decision.reasons,
        assignee_of(rows, LINKS, link_id),
        consent_state(rows, link_id),
    )


def score_of(decision: Decision, other: str) -> float | None:
    """The score that a decision says the identity with this root had; None if it says that of others only."""
    if place_among_targets(decision, other) == 1:
        return decision.score
    return decision.runner_up_score if decision.runner_up == customer_id_of(other) else None


def place_among_targets(decision: Decision, other: str) -> int | None:
    """Which target of a decision the identity with this root was, from 1; None if it was none."""
    customer = customer_id_of(other)
    return decision.targets.index(customer) + 1 if customer in decision.targets else None
