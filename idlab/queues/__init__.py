"""Queues of human work over any store: pending links, review items, and requests to customers.

Example:
    >>> from datetime import UTC, datetime
    >>> from pathlib import Path
    >>> from idlab import Interaction, MemoryStore, Resolver, ScoringConfig
    >>> resolver = Resolver(ScoringConfig.load(Path("configs/default.json")), MemoryStore())
    >>> day = datetime(2026, 1, 5, tzinfo=UTC)
    >>> known = [
    ...     Interaction("mail-1", day, "email", email="ann.lee@example.com", phone="+1 202 555 0143", full_name="Ann Lee"),
    ...     Interaction("call-2", day, "voice", phone="+1 202 555 0143", full_name="Robert Miller"),
    ... ]
    >>> outcomes = [resolver.resolve(one).outcome for one in known]
    >>> with resolver.store.reading() as rows:
    ...     waiting = pending(rows).items
    >>> [answer_link(resolver, one.link_id, "decline", by="ann").state for one in waiting] == ["declined"] * len(waiting)
    True
"""

from idlab.queues.answers import answer
from idlab.queues.asked import Request
from idlab.queues.asking import Asking, ask
from idlab.queues.assigning import assign, unassign
from idlab.queues.evidence import LinkEvidence, ReviewEvidence, link_evidence, review_evidence
from idlab.queues.history import Event, history
from idlab.queues.messages import Message, Sender
from idlab.queues.naming import link_id_called, review_id_called
from idlab.queues.outbox import failed, fetch, requests, sent
from idlab.queues.pages import Page
from idlab.queues.pending import PendingWork, pending
from idlab.queues.reviews import ReviewWork, reviews
from idlab.queues.texts import Text, shipped_text, text_of
from idlab.queues.tokens import TokenKeys
from idlab.queues.working import (
    ANSWERS,
    Answered,
    answer_link,
    close_review,
    do_not_link,
    expire_links,
    split,
)

__all__ = [
    "ANSWERS",
    "Answered",
    "Asking",
    "Event",
    "LinkEvidence",
    "Message",
    "Page",
    "PendingWork",
    "Request",
    "ReviewEvidence",
    "ReviewWork",
    "Sender",
    "Text",
    "TokenKeys",
    "answer",
    "answer_link",
    "ask",
    "assign",
    "close_review",
    "do_not_link",
    "expire_links",
    "failed",
    "fetch",
    "history",
    "link_evidence",
    "link_id_called",
    "pending",
    "requests",
    "review_evidence",
    "review_id_called",
    "reviews",
    "sent",
    "shipped_text",
    "split",
    "text_of",
    "unassign",
]
