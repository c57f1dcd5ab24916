"""The online engine in memory beside the textbook's code: the same interactions, one call each."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter_ns

import numpy as np

from idlab.bench.textbook import TextbookResolver
from idlab.config import ScoringConfig
from idlab.data.dataset import read_dataset
from idlab.data.stream import interactions_of
from idlab.model import Interaction
from idlab.resolver import Resolver
from idlab.stores import MemoryStore

_WARM_UP = 1000

Resolve = Callable[[Interaction], object]


@dataclass(frozen=True)
class CallFigures:
    """How long calls took that decide about one interaction each.

    Args:
        interactions: How many calls a time.
        wall_s: Seconds of all calls together, of each time.
        p50_ms, p99_ms: Milliseconds that 50 and 99 of 100 calls took at most, of each time.
    """

    interactions: int
    wall_s: tuple[float, ...]
    p50_ms: tuple[float, ...]
    p99_ms: tuple[float, ...]


def measure_online(
    folder: Path, config: ScoringConfig, sample: int, *, repeats: int = 3
) -> tuple[CallFigures, CallFigures]:
    """Measure the online engine and the textbook's code in turns, each from nothing, in this process.

    Args:
        folder: The dataset.
        config: The scoring config of the online engine.
        sample: How many interactions to resolve, the first ones in the order handled.
        repeats: How often each of the two resolves them.

    Returns:
        The online engine's figures, and the textbook's.
    """
    interactions = list(islice(interactions_of(read_dataset(folder)), sample))
    engines: tuple[Callable[[], Resolve], ...] = (
        lambda: Resolver(config, MemoryStore()).resolve,
        lambda: TextbookResolver().resolve,
    )
    for start in engines:
        call_times(start(), interactions[:_WARM_UP])
    found: tuple[list[np.ndarray], ...] = ([], [])
    for _ in range(repeats):
        for start, times in zip(engines, found, strict=True):
            times.append(call_times(start(), interactions))
    online, textbook = (_figures(times) for times in found)
    return online, textbook


def call_times(resolve: Resolve, interactions: Sequence[Interaction]) -> np.ndarray:
    """Nanoseconds of each call, one for each interaction; the garbage collector runs as it always does."""
    gc.collect()
    moments = [perf_counter_ns()]
    for interaction in interactions:
        resolve(interaction)
        moments.append(perf_counter_ns())
    return np.diff(moments)


def _figures(times: Sequence[np.ndarray]) -> CallFigures:
    quantiles = [np.percentile(one, (50, 99)) / 1e6 for one in times]
    return CallFigures(
        interactions=len(times[0]),
        wall_s=tuple(float(one.sum()) / 1e9 for one in times),
        p50_ms=tuple(float(p50) for p50, _ in quantiles),
        p99_ms=tuple(float(p99) for _, p99 in quantiles),
    )
