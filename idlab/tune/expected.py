"""What production should look like if it is like the world reported on: shares of outcomes and levels, and their weeks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from idlab.config import ScoringConfig
from idlab.core.codes import ERASED, MISSING, OUTCOMES
from idlab.replay import Replay
from idlab.results import tables_of_replay
from idlab.rollout.decided import COLUMNS, decided_of
from idlab.rollout.expectations import SECTION, Expectations
from idlab.tune.streams import streams_of


def expectations(done: Replay, channels: Iterable[str], config: ScoringConfig) -> dict[str, Any]:
    """Outcome shares per channel, level shares per field, and what ``idlab drift`` compares by week, as JSON.

    Args:
        done: A replay.
        channels: The channel of every interaction, in the order handled.
        config: What decided.

    Returns:
        ``outcomes``: by channel ``interactions`` and ``shares`` by outcome; ``levels``: by field ``compared``
        (how many decisions compared it with a candidate) and ``shares`` by level; no share where nothing was
        counted. ``drift``: the document of ``idlab.rollout.Expectations``.
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
    return {
        "outcomes": outcomes,
        "levels": levels,
        SECTION: _by_week(done, channel.tolist(), config).document(),
    }


def _by_week(done: Replay, channels: list[str], config: ScoringConfig) -> Expectations:
    """What ``idlab drift`` compares, counted on the very table that a run writes down."""
    decisions = tables_of_replay(done).decisions
    moments = pa.array(done.tape.time, COLUMNS["occurred_at"])
    table = decisions.append_column("occurred_at", moments).append_column(
        "channel", pa.array(channels, pa.string())
    )
    filled = done.tape.record.reshape(done.tape.n_interactions, -1) != MISSING
    kept = done.outcome != ERASED
    return Expectations.of(
        decided_of(table, done.compiled, filled), done.compiled, streams_of(done.tape, config)[kept]
    )


def _shares(names: tuple[str, ...], counts: np.ndarray[Any, np.dtype[np.int64]]) -> dict[str, float]:
    total = int(counts.sum())
    return {name: int(count) / total for name, count in zip(names, counts, strict=True)} if total else {}
