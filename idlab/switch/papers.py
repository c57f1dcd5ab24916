"""Papers of human work, taken over to another generation where what they are about is there."""

from __future__ import annotations

from collections.abc import Iterable

from idlab.actions import link_named, review_named
from idlab.stores.base import Changes, Rows, Store, Transaction, in_a_step
from idlab.stores.kept import Paper

LINK_ASSIGNMENT, REVIEW_ASSIGNMENT, CONSENT = "link assignment", "review assignment", "consent"
ERASURE, TOMBSTONE = "erasure", "tombstone"

TAKEN_OVER = (LINK_ASSIGNMENT, REVIEW_ASSIGNMENT, CONSENT, ERASURE, TOMBSTONE)
"""The kinds of papers that go along: who works on what, who was asked, what was erased."""

LEFT = ("log", "generation", "migration")
"""The kinds of which every generation has its own."""

_ERASURES_KNOWN = "erasures", "log"
"""The paper that says how much of the erasure log was carried out: in the one as in the other, once all is taken over."""

_AT_ONCE = 50


def take_over(rows: Rows, target: Store) -> None:
    """Write the papers of a generation into another one.

    Args:
        rows: The generation that they are in.
        target: The other one.
    """
    known = rows.paper(*_ERASURES_KNOWN)
    found = [
        *([] if known is None else [known]),
        *(paper for kind in TAKEN_OVER for paper in rows.papers(kind)),
    ]
    for start in range(0, len(found), _AT_ONCE):
        _Batch(found[start : start + _AT_ONCE]).write(target)


class _Batch:
    """Papers that are written at once."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._papers = papers

    def write(self, target: Store) -> None:
        in_a_step(target, None, self._write)

    def _write(self, transaction: Transaction) -> None:
        there = [placed for paper in self._papers if (placed := _placed(transaction, paper)) is not None]
        transaction.put(Changes(papers=there))


def _placed(rows: Rows, paper: Paper) -> Paper | None:
    """A paper at its place in this generation; None if what it is about is not there."""
    if paper.kind == REVIEW_ASSIGNMENT:
        review = review_named(rows, paper.name)
        item = None if review is None else rows.review(review)
        return None if item is None else paper._replace(opened=item.opened)
    if paper.kind in {LINK_ASSIGNMENT, CONSENT}:
        ends = link_named(rows, paper.body["link"] if paper.kind == CONSENT else paper.name)
        link = None if ends is None else rows.link(ends)
        if link is None or paper.kind == CONSENT:
            return None if link is None else paper
        return paper._replace(opened=link.opened)
    return paper
