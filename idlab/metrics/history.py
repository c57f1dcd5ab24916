"""What a replay hands to the metrics: every decision, union, split and link, as arrays."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

import numpy as np

from idlab.errors import BadInput
from idlab.metrics.arrays import Flags, Ints


class OutcomeCode(IntEnum):
    """The outcome of a decision, as ``History.outcome`` holds it."""

    NEW = 0
    MERGE = 1
    PENDING = 2
    REVIEW = 3


class LinkState(IntEnum):
    """What became of a link, as ``Links.state`` holds it."""

    OPEN = 0
    ACCEPTED = 1
    DECLINED = 2
    EXPIRED = 3
    SUPERSEDED = 4


class Links(NamedTuple):
    """Every link ever opened, each between two interactions.

    Args:
        left: [links] one interaction.
        right: [links] the other; the later of the two was at hand when the link was opened.
        state: [links] a ``LinkState``.
    """

    left: Ints
    right: Ints
    state: Ints


class History(NamedTuple):
    """One replay, its interactions numbered 0 to n-1 in the order handled.

    An identity goes by the number of its earliest interaction. Interactions and actions share one log; their
    place in it is the log position. The unions of a decision come before its interaction joins; "before the
    event" is before those unions.

    Args:
        outcome: [n] an ``OutcomeCode``; erased interactions are not listed.
        joined: [n] the identity the decision put the interaction into, itself if it opened one.
        union_at: [unions] log position of each union of two identities, ascending.
        union_kept: [unions] the surviving identity just before, always the smaller number.
        union_gone: [unions] the absorbed identity just before.
        union_by_action: [unions] 1 if an accepted link united them, 0 if a MERGE decision did.
        entry: [n] log position of each interaction, ascending.
        target_start: [n + 1] where the targets of each interaction start in ``target``.
        target: for PENDING and REVIEW, the identities its links or review item point to, as numbered then.
        moved_at: [moved] log position of the split.
        moved: [moved] an interaction of the identity split; every one of both parts is listed.
        moved_to: [moved] the identity that holds it afterwards.
        identity: [n] the final identity of each interaction.
        link_left: [links] one interaction that the link joins.
        link_right: [links] the other.
        link_state: [links] a ``LinkState``.
        reviewed: [n] whether the record was ever sent to review.
        counted: [n] whether decision-level metrics count it: a conversation's last revision only.

    Example:
        >>> unsplit(np.array([0, 0, 2])).outcome.tolist()
        [0, 1, 0]
    """

    outcome: Ints
    joined: Ints
    union_at: Ints
    union_kept: Ints
    union_gone: Ints
    union_by_action: Ints
    entry: Ints
    target_start: Ints
    target: Ints
    moved_at: Ints
    moved: Ints
    moved_to: Ints
    identity: Ints
    link_left: Ints
    link_right: Ints
    link_state: Ints
    reviewed: Flags
    counted: Flags

    @property
    def links(self) -> Links:
        """The links of the replay."""
        return Links(self.link_left, self.link_right, self.link_state)


_PER_INTERACTION = ("joined", "entry", "identity", "reviewed", "counted")
_PER_UNION = ("union_kept", "union_gone", "union_by_action")
_PER_MOVE = ("moved", "moved_to")
_PER_LINK = ("link_right", "link_state")


def check_history(history: History) -> None:
    """Refuse a history whose arrays do not fit each other.

    Args:
        history: The replay.

    Raises:
        BadInput: Naming the array, what it holds and what it must hold.

    Example:
        >>> check_history(unsplit(np.array([0, 0])))
    """
    for like, names in (
        ("outcome", _PER_INTERACTION),
        ("union_at", _PER_UNION),
        ("moved_at", _PER_MOVE),
        ("link_left", _PER_LINK),
    ):
        size = getattr(history, like).size
        for name in names:
            found = getattr(history, name).size
            if found != size:
                raise BadInput(f"{name} has {found} entries and must have {size}, as {like}", where="history")
    if history.target_start.size != history.outcome.size + 1:
        raise BadInput("target_start must have one entry more than outcome", where="history")
    for name in ("entry", "union_at", "moved_at", "target_start"):
        if np.any(np.diff(getattr(history, name)) < 0):
            raise BadInput(f"{name} must ascend", where="history")
    if np.any((history.outcome < OutcomeCode.NEW) | (history.outcome > OutcomeCode.REVIEW)):
        raise BadInput("outcome must be 0 NEW, 1 MERGE, 2 PENDING or 3 REVIEW", where="history")


def unsplit(identity: Ints) -> History:
    """The plainest history that ends in a partition: who opens an identity is NEW, everyone else is a MERGE.

    It serves a user's own clustering, which comes without decisions.

    Args:
        identity: [n] any label per interaction.

    Returns:
        A history without links, reviews, unions and splits.

    Example:
        >>> unsplit(np.array([9, 4, 9])).joined.tolist()
        [0, 1, 0]
    """
    _, first, number = np.unique(identity, return_index=True, return_inverse=True)
    earliest = first[number].astype(np.int64)
    rows = np.arange(identity.size, dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    return History(
        outcome=np.where(earliest == rows, OutcomeCode.NEW, OutcomeCode.MERGE).astype(np.int64),
        joined=earliest,
        union_at=none,
        union_kept=none,
        union_gone=none,
        union_by_action=none,
        entry=rows,
        target_start=np.zeros(identity.size + 1, dtype=np.int64),
        target=none,
        moved_at=none,
        moved=none,
        moved_to=none,
        identity=earliest,
        link_left=none,
        link_right=none,
        link_state=none,
        reviewed=np.zeros(identity.size, dtype=np.bool_),
        counted=np.ones(identity.size, dtype=np.bool_),
    )
