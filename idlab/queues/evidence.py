"""What one needs to see to answer a pending link or to close a review item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from idlab.model import Decision, Evidence, customer_id_of, moment_of
from idlab.queues.asked import Request, request_about
from idlab.queues.comparing import ComparedNow, compared_now
from idlab.queues.naming import link_of, review_of
from idlab.queues.pending import PendingWork, pending_work
from idlab.queues.reviews import ReviewWork, review_work
from idlab.queues.sides import RecordShown, SideShown, mask_of, record_shown, side_shown
from idlab.resolver import Resolver
from idlab.stores.base import Rows

RECORDS_SHOWN = 50
"""How many records of a customer are shown, those handled last, and of those turned away, the first ones."""


class DecisionShown(NamedTuple):
    """The decision that opened a link, or that turned a record away.

    Args:
        interaction_id: What it was about.
        occurred_at: When that occurred.
        outcome: What was decided.
        score: That of its best candidate.
        runner_up, runner_up_score: The best other candidate then, and its score.
        reasons: Why.
        evidence: Level and contribution of every field for the best candidate.
        customer: Who holds the interaction now.
    """

    interaction_id: str
    occurred_at: datetime
    outcome: str
    score: float | None
    runner_up: str | None
    runner_up_score: float | None
    reasons: Sequence[str]
    evidence: Sequence[Evidence]
    customer: str


class LinkEvidence(NamedTuple):
    """A link with both its sides.

    Args:
        work: The link in the list of work.
        decision: The decision that opened it; its evidence is about the best candidate, which is the other side where
            ``work.place`` is 1.
        now: The record at hand beside the other side, as it is now; None if there is nothing left to compare.
        at_hand, other: The two sides.
        request: The request to both customers, where they were asked.
    """

    work: PendingWork
    decision: DecisionShown | None
    now: ComparedNow | None
    at_hand: SideShown
    other: SideShown
    request: Request | None


class ReviewEvidence(NamedTuple):
    """A review item with its customer and the records that were turned away.

    Args:
        work: The item in the list of work.
        customer: Its customer.
        records: The customer's interactions, in the order handled; the last ones.
        turned_away: The records that were turned away, in the order handled; the first ones.
        decisions: The decisions about these.
        more: How many more were turned away.
    """

    work: ReviewWork
    customer: SideShown
    records: Sequence[RecordShown]
    turned_away: Sequence[RecordShown]
    decisions: Sequence[DecisionShown]
    more: int


def link_evidence(
    rows: Rows, resolver: Resolver, link_id: str, *, show_identifiers: bool = False
) -> LinkEvidence:
    """The evidence of a link.

    Args:
        rows: The store, in a reading.
        resolver: Over it.
        link_id: The link.
        show_identifiers: Whether values are shown as they are; else they are masked.

    Raises:
        UnknownReference: If it was never handed out.
    """
    link = link_of(rows, link_id)
    mine, theirs = (rows.holder(end) or end for end in link.name)
    mask = mask_of(show_identifiers=show_identifiers)
    return LinkEvidence(
        pending_work(rows, link),
        decision_shown(rows, link.name[0]),
        compared_now(rows, resolver, link.name),
        side_shown(rows, resolver, mine, beside=theirs, link_id=link_id, mask=mask),
        side_shown(rows, resolver, theirs, beside=mine, link_id=link_id, mask=mask),
        request_about(rows, link_id),
    )


def review_evidence(
    rows: Rows, resolver: Resolver, review_id: str, *, show_identifiers: bool = False
) -> ReviewEvidence:
    """The evidence of a review item.

    Args:
        rows: The store, in a reading.
        resolver: Over it.
        review_id: The review item.
        show_identifiers: Whether values are shown as they are; else they are masked.

    Raises:
        UnknownReference: If it was never handed out.
    """
    item = review_of(rows, review_id)
    root, turned = rows.holder(item.name[0]) or item.name[0], rows.turned_into(item.name)
    members = [one.interaction_id for one in rows.members(root)[-RECORDS_SHOWN:]]
    decisions = [decision_shown(rows, one) for one in turned[:RECORDS_SHOWN]]
    mask = mask_of(show_identifiers=show_identifiers)
    return ReviewEvidence(
        review_work(rows, item),
        side_shown(rows, resolver, root, mask=mask),
        [record_shown(rows, resolver, one, mask=mask) for one in members],
        [record_shown(rows, resolver, one, mask=mask) for one in turned[:RECORDS_SHOWN]],
        [one for one in decisions if one is not None],
        max(0, len(turned) - RECORDS_SHOWN),
    )


def decision_shown(rows: Rows, interaction_id: str) -> DecisionShown | None:
    """The decision about an interaction; None if there was none."""
    decision: Decision | None = rows.decision(interaction_id)
    if decision is None:
        return None
    return DecisionShown(
        interaction_id,
        moment_of(rows.record(interaction_id).time),
        str(decision.outcome),
        decision.score,
        decision.runner_up,
        decision.runner_up_score,
        decision.reasons,
        decision.evidence,
        customer_id_of(rows.holder(interaction_id) or interaction_id),
    )
