"""Wall time of work that is done several times."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

_Result = TypeVar("_Result")


def timed(
    work: Callable[[], _Result], *, at_most: int, within: float = float("inf")
) -> tuple[tuple[float, ...], _Result]:
    """Do a piece of work several times; what it made is dropped before it is done again.

    Args:
        work: What to do.
        at_most: How often, at least 1.
        within: Seconds of work after which it is not done again; the first time is always done.

    Returns:
        Seconds of each time, and what the last one made.

    Example:
        >>> seconds, made = timed(lambda: sum(range(1000)), at_most=3)
        >>> len(seconds), made
        (3, 499500)
        >>> len(timed(lambda: sum(range(1000)), at_most=3, within=0.0)[0])
        1
    """
    seconds: list[float] = []
    while True:
        gc.collect()
        begun = perf_counter()
        made = work()
        seconds.append(perf_counter() - begun)
        if len(seconds) >= at_most or sum(seconds) >= within:
            return tuple(seconds), made
        del made
