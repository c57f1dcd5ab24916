"""Questions that wait for an answer: how many at a time, for how long, and how fast the line grows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from idlab.errors import BadInput
from idlab.metrics.arrays import Ints
from idlab.sweep.prepared import DAY


class Queue(NamedTuple):
    """What waited between two moments.

    Args:
        mean_length: Questions open at a time, on average over time.
        longest: The most at one time.
        arrivals_per_day: Questions opened a day.
        mean_wait_days: How long a question was open between the two moments, on average.
        left: How many were open at the end.
    """

    mean_length: float
    longest: int
    arrivals_per_day: float
    mean_wait_days: float
    left: int


def queue(opened: Ints, closed: Ints, start: int, end: int) -> Queue:
    """Measure a queue from when each question was opened and closed.

    Within the two moments Little's law holds exactly: mean_length = arrivals_per_day x mean_wait_days.

    Args:
        opened: [k] microseconds, from ``start`` to ``end``.
        closed: [k] microseconds, not before it was opened; whatever is after ``end`` is open then.
        start, end: The two moments, the first before the second.

    Raises:
        BadInput: If a question closes before it opens, or opens outside the two moments.

    Example:
        >>> queue(np.array([0, DAY]), np.array([2 * DAY, 2 * DAY]), 0, 4 * DAY)
        Queue(mean_length=0.75, longest=2, arrivals_per_day=0.5, mean_wait_days=1.5, left=0)
    """
    if start >= end:
        raise BadInput("the end must come after the start", where="queue")
    if ((opened < start) | (opened > end) | (closed < opened)).any():
        raise BadInput(
            "a question opens outside the time looked at, or closes before it opens", where="queue"
        )
    lengths = queue_lengths(opened, closed)
    shown = lengths[lengths["at"] <= end]
    at = np.append(shown["at"].to_numpy(), end)
    area = float((shown["waiting"].to_numpy() * np.diff(at)).sum())
    waits = np.minimum(closed, end) - opened
    return Queue(
        area / (end - start),
        int(shown["waiting"].max()) if len(shown) else 0,
        opened.size * DAY / (end - start),
        float(waits.mean()) / DAY if opened.size else 0.0,
        int((closed > end).sum()),
    )


def queue_lengths(opened: Ints, closed: Ints) -> pd.DataFrame:
    """How many questions were open, as a step function.

    Args:
        opened: [k] microseconds.
        closed: [k] microseconds.

    Returns:
        Columns ``at`` (microseconds, ascending, each once) and ``waiting`` (from then on).

    Example:
        >>> queue_lengths(np.array([0, 5]), np.array([7, 7])).values.tolist()
        [[0, 1], [5, 2], [7, 0]]
    """
    moments = np.concatenate([opened, closed])
    steps = np.concatenate([np.ones(opened.size, dtype=np.int64), -np.ones(closed.size, dtype=np.int64)])
    at, place = np.unique(moments, return_inverse=True)
    change = np.bincount(place, weights=steps, minlength=at.size)
    return pd.DataFrame({"at": at, "waiting": np.cumsum(change).astype(np.int64)})


def answered_in_turn(opened: Ints, per_day: float) -> Ints:
    """When each question is answered if so many are answered a day, first come, first served, day and night.

    Args:
        opened: [k] microseconds, ascending.
        per_day: Answers a day.

    Returns:
        [k] microseconds: of each, answer = max(opened, previous answer) + a day / per_day (Lindley 1952).

    Raises:
        BadInput: If nothing is answered, or the questions are not in order.

    Example:
        >>> (answered_in_turn(np.array([0, 0, 3 * DAY]), per_day=1.0) / DAY).tolist()
        [1.0, 2.0, 4.0]
    """
    if not 0 < per_day < np.inf:
        raise BadInput(f"per_day is {per_day} and must be a positive number", where="per_day")
    if np.any(np.diff(opened) < 0):
        raise BadInput("the questions must be in the order in which they were opened", where="opened")
    service = DAY / per_day
    turn = np.arange(opened.size, dtype=np.float64) * service
    done = turn + service + np.maximum.accumulate(opened - turn)
    return np.ceil(done).astype(np.int64)
