"""The benchmark of the replay as a whole: each measurement in a process of its own, one after the other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from idlab.bench.figures import BenchFigures
from idlab.bench.fresh import in_fresh_process
from idlab.bench.online import measure_online
from idlab.bench.replaying import load_compiled_code, measure_replay
from idlab.bench.splink_peer import SplinkFigures, is_installed, measure_splink
from idlab.bench.workload import frozen
from idlab.config import ScoringConfig
from idlab.data.manifest import read_manifest

SAMPLE = 50_000
"""How many interactions the online engine and the textbook's code resolve."""

_THREADS = (1, 2)


def load_before() -> float | None:
    """How many processes ran on this machine, on average over the last minute; None where it cannot tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def bench_replay(
    folder: Path,
    config: ScoringConfig,
    room: Path,
    *,
    progress: Callable[[str], None],
    sample: int = SAMPLE,
    load: float | None = None,
) -> BenchFigures:
    """Measure the replay, the online engine and their peers on one dataset.

    Args:
        folder: The dataset.
        config: A scoring config; its keys give way to the workload's.
        room: A folder for what is needed in between.
        progress: Called with what is being measured.
        sample: How many interactions the engines resolve that take one at a time.
        load: How busy the machine was before, see ``load_before``.

    Raises:
        BadInput: If the config does not suit, or a value of a key is a hub.
    """
    measured, records = frozen(config), room / "records.parquet"
    manifest = read_manifest(folder)
    progress("compiling")
    in_fresh_process(load_compiled_code, measured)
    progress(f"encoding and replaying {manifest.rows} interactions")
    replay = in_fresh_process(measure_replay, folder, measured, records=records)
    progress(f"resolving {min(sample, manifest.rows)} interactions online, and as a textbook does")
    online, textbook = in_fresh_process(measure_online, folder, measured, sample)
    splink = _splink(records, measured, progress) if is_installed() else None
    return BenchFigures(replay, online, textbook, splink, measured.digest, manifest.digest, load)


def _splink(
    records: Path, config: ScoringConfig, progress: Callable[[str], None]
) -> tuple[SplinkFigures, SplinkFigures]:
    found = []
    for threads in _THREADS:
        progress(f"Splink on {threads} thread{'s' if threads > 1 else ''}")
        found.append(in_fresh_process(measure_splink, records, config, threads))
    one, two = found
    return one, two
