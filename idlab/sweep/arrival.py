"""Other orders of arrival: the same interactions handled in another order, as shuffles, delays and outages make it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from idlab.errors import BadInput
from idlab.metrics.arrays import Floats, Ints
from idlab.metrics.draws import uniform
from idlab.replay import Tape
from idlab.replay.texts import Texts
from idlab.sweep.prepared import DAY, Prepared, numbered

_SHUFFLE, _LATE, _HOW_LATE = 1, 2, 3


def shuffled_within_days(prepared: Prepared, seed: int) -> Ints:
    """The interactions of each day (UTC) in random order; those of a conversation keep theirs.

    Args:
        prepared: The dataset.
        seed: Of the shuffle.

    Returns:
        [n] which interaction is handled first, second, ..., by number in the order handled.
    """
    place = np.lexsort((_chances(prepared, seed, _SHUFFLE), prepared.tape.time // DAY))
    return _conversations_kept(prepared, place)


def late(prepared: Prepared, share: float, mean_hours: float, seed: int) -> Ints:
    """Some interactions are handled late, by exponential delays; what they say of when they occurred stays.

    Args:
        prepared: The dataset.
        share: Of the interactions that are late, 0 to 1.
        mean_hours: How late those are on average.
        seed: Of the draws, each addressed by its interaction.

    Returns:
        [n] the order, as of ``shuffled_within_days``.

    Raises:
        BadInput: If the share or the delay is out of range.
    """
    if not 0 <= share <= 1:
        raise BadInput(f"share is {share} and must lie between 0 and 1", where="late")
    if not 0 <= mean_hours < np.inf:
        raise BadInput(f"mean_hours is {mean_hours} and must be at least 0", where="late")
    delayed = _chances(prepared, seed, _LATE) < share
    hours = -np.log1p(-_chances(prepared, seed, _HOW_LATE)) * mean_hours
    delay = np.where(delayed, hours * (DAY / 24), 0).astype(np.int64)
    return _conversations_kept(prepared, np.argsort(prepared.arrived + delay, kind="stable"))


def outage(prepared: Prepared, channel: str, start: int, end: int) -> Ints:
    """The interactions of one channel between two moments come in together, when the outage is over.

    Args:
        prepared: The dataset.
        channel: Whose feed is down.
        start, end: Microseconds since 1970 UTC, the first before the second.

    Returns:
        [n] the order, as of ``shuffled_within_days``.

    Raises:
        BadInput: If no interaction is of the channel, or the outage ends before it starts.
    """
    codes, names = prepared.channel
    if channel not in names:
        hint = f"the dataset has {', '.join(names)}"
        raise BadInput(f"no interaction is of the channel '{channel}'", where="outage", hint=hint)
    if start >= end:
        raise BadInput("the outage must end after it starts", where="outage")
    moments = prepared.arrived
    hit = (codes == names.index(channel)) & (moments >= start) & (moments < end)
    return _conversations_kept(prepared, np.argsort(np.where(hit, end, moments), kind="stable"))


def in_order(tape: Tape, order: Ints) -> Tape:
    """A tape of interactions in another order of handling; nothing is encoded again.

    Args:
        tape: Interactions only, each once.
        order: [n] which interaction is handled first, second, ...
    """

    def rows(cells: Ints) -> Ints:
        return cells.reshape(order.size, -1)[order].reshape(-1) if order.size else cells

    ids = pa.array(tape.ids, pa.string()).take(pa.array(order))
    return replace(
        tape, ids=Texts([ids]), time=tape.time[order], record=rows(tape.record), key=rows(tape.key)
    )


def _chances(prepared: Prepared, seed: int, purpose: int) -> Floats:
    rows = np.arange(len(prepared), dtype=np.uint64)
    return uniform([np.full(rows.size, purpose, dtype=np.uint64), rows], rows.size, seed)


def _conversations_kept(prepared: Prepared, order: Ints) -> Ints:
    """An order in which the interactions of a conversation come one after the other as they did.

    What is learnt later in a conversation cannot come before it. The places that a conversation has are
    handed to its interactions in their own order.
    """
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    conversation, _ = numbered(prepared.column("conversation_id"))
    talking = np.flatnonzero(conversation >= 0)
    by_place = talking[np.lexsort((place[talking], conversation[talking]))]
    by_age = talking[np.lexsort((talking, conversation[talking]))]
    kept = place.copy()
    kept[by_age] = place[by_place]
    return np.argsort(kept, kind="stable")
