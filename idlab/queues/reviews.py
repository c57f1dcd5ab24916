"""The list of review items: identities with too many names, and who was turned away from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from idlab.core.codes import REVIEW_STATES
from idlab.errors import BadInput
from idlab.model import customer_id_of, moment_of, review_id_of
from idlab.queues.assigning import REVIEWS, assigned_ids, assignee_of
from idlab.queues.naming import review_of, root_of
from idlab.queues.pages import Page, page_of
from idlab.queues.wanted import Wanted
from idlab.stores.base import ReviewState, Rows

_TELLING = frozenset({"FLAGGED", "NAME_TOO_MANY", "NOW_FLAGGED"})
"""The reasons that lead to a review item."""


class ReviewWork(NamedTuple):
    """A review item, as the list of work shows it.

    Args:
        review_id: What an action names it by.
        state: ``open``, or what became of it.
        opened: Its number in the order of opening.
        customer: The customer_id that holds its anchor now.
        interactions: How many interactions that customer has.
        names: How many distinct names it has had.
        allowed: How many distinct names a reviewer allowed it before, 0 if none did.
        turned_away: How many records were turned away from it.
        waiting_since: When the first of them occurred, or the customer was last seen if there is none.
        why: The reasons for which it was opened or records were turned away, with how often.
        assignee: Who works on it; None if nobody does.
    """

    review_id: str
    state: str
    opened: int
    customer: str
    interactions: int
    names: int
    allowed: int
    turned_away: int
    waiting_since: datetime
    why: Mapping[str, int]
    assignee: str | None


def reviews(  # noqa: PLR0913 - what a list is filtered by, each by its name
    rows: Rows,
    *,
    state: str = "open",
    assigned_to: str | None = None,
    unassigned: bool = False,
    older_than: datetime | None = None,
    newer_than: datetime | None = None,
    customer: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> Page[ReviewWork]:
    """A page of the review items, in the order opened.

    Args:
        rows: The store, in a reading.
        state: ``open``, or another state of a review item.
        assigned_to: Only what this agent works on.
        unassigned: Only what nobody works on.
        older_than, newer_than: Only what waits since before, or since after.
        customer: Only the items of this customer.
        after: Where the page begins: the ``after`` of the one before.
        limit: How many items it has room for.

    Returns:
        The page.

    Raises:
        BadInput: On a state that there is not, or a limit that is none.
        UnknownReference: If the customer_id was never handed out.
    """
    if state not in REVIEW_STATES:
        hint = f"valid are {', '.join(REVIEW_STATES)}"
        raise BadInput(f"no review item is {state!r}", where="state", hint=hint)
    wanted = Wanted(state, assigned_to, unassigned, older_than, newer_than)
    root = None if customer is None else root_of(rows, customer)

    def work_of(item: ReviewState) -> ReviewWork | None:
        if root is not None and rows.holder(item.name[0]) != root:
            return None
        work = review_work(rows, item)
        return work if wanted.fits(work) else None

    return page_of(_reader(rows, wanted, root), work_of, after, limit)


def _reader(rows: Rows, wanted: Wanted, root: str | None) -> Callable[[int, int], Sequence[ReviewState]]:
    """The shortest list in which all that is wanted stands."""
    if root is not None and wanted.state == "open":
        name = rows.identity(root).review
        item = None if name is None else rows.review(name)
        return lambda after, _: [item] if item is not None and item.opened > after else []
    agent = wanted.of_agent
    if agent is not None:
        return lambda after, limit: [
            review_of(rows, one) for one in assigned_ids(rows, REVIEWS, agent, after=after, limit=limit)
        ]
    return lambda after, limit: rows.reviews_in(wanted.state, after=after, limit=limit)


def review_work(rows: Rows, item: ReviewState) -> ReviewWork:
    """What the list of work shows of a review item.

    Args:
        rows: The store, in a reading.
        item: The review item.
    """
    anchor, number = item.name
    review_id = review_id_of(anchor, number)
    root = rows.holder(anchor) or anchor
    identity, members = rows.identity(root), rows.members(root)
    turned = rows.turned_into(item.name)
    decisions = map(rows.decision, [*turned, *(one.interaction_id for one in members)])
    why = Counter(
        reason for one in decisions if one is not None for reason in one.reasons if reason in _TELLING
    )
    return ReviewWork(
        review_id,
        item.state,
        item.opened,
        customer_id_of(root),
        len(members),
        identity.names,
        identity.allowance,
        len(turned),
        moment_of(rows.record(turned[0]).time if turned else max(one.time for one in members)),
        dict(sorted(why.items())),
        assignee_of(rows, REVIEWS, review_id),
    )
