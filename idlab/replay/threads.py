"""On how many threads a replay may run here."""

from __future__ import annotations

import os


def usable_threads(most: int = 4) -> int:
    """How many threads this process may run at once, at most so many.

    Args:
        most: Beyond a few, what is done before and after a replay takes longer than the replay.

    Example:
        >>> usable_threads(1)
        1
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(most, usable or 1))
