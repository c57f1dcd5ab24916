"""What production should look like if it is like the world reported on: shares of outcomes and levels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from idlab.core.codes import ERASED, MISSING, OUTCOMES
from idlab.replay import Replay


def expectations(done: Replay, channels: Iterable[str]) -> dict[str, Any]:
    """Outcome shares per channel and level shares per field, as JSON.

    Args:
        done: A replay.
        channels: The channel of every interaction, in the order handled.

    Returns:
        ``outcomes``: by channel ``interactions`` and ``shares`` by outcome; ``levels``: by field ``compared``
        (how many decisions compared it with a candidate) and ``shares`` by level. No share where nothing was
        counted.
    """
    channel = np.array(list(channels), dtype=object)
    outcomes = {}
    for name in sorted(set(channel.tolist())):
        counts = np.bincount(done.outcome[channel == name], minlength=len(OUTCOMES))[:ERASED]
        outcomes[name] = {"interactions": int(counts.sum()), "shares": _shares(OUTCOMES[:ERASED], counts)}
    level = done.results.level.reshape(done.tape.n_interactions, -1)
    levels = {}
    for place, field in enumerate(done.compiled.field_names):
        names = done.compiled.level_names[place]
        reached = level[:, place]
        counts = np.bincount(reached[reached != MISSING], minlength=len(names))
        levels[field] = {"compared": int(counts.sum()), "shares": _shares(names, counts)}
    return {"outcomes": outcomes, "levels": levels}


def _shares(names: tuple[str, ...], counts: np.ndarray[Any, np.dtype[np.int64]]) -> dict[str, float]:
    total = int(counts.sum())
    return {name: int(count) / total for name, count in zip(names, counts, strict=True)} if total else {}
