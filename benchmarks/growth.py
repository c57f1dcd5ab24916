"""How time and memory of encoding and replaying grow with the number of interactions, on the frozen workload.

Each size is generated, encoded and replayed in processes of their own. The exponents of time at the end are
slopes on double logarithmic scales over all sizes: 1 is linear. Of memory, which begins with what the libraries
take, each line says what a further interaction cost since the size before.

    python -m benchmarks.growth
    python -m benchmarks.growth --sizes 10000 100000 1000000 10000000
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

import numpy as np

import synthetic
from idlab.bench.fresh import in_fresh_process, peak_mib
from idlab.bench.replaying import load_compiled_code, measure_replay
from idlab.bench.workload import SCENARIO, SEED, frozen
from idlab.config import ScoringConfig

DEFAULT_CONFIG = Path(__file__).resolve().parents[1] / "configs" / "default.json"
SIZES = (10_000, 31_623, 100_000, 316_228, 1_000_000)


HEADINGS = "interactions  generate s      MiB  encode s  replay s  us each  replay MiB  KiB a further"


class Point(NamedTuple):
    """What one size took: seconds, and MiB of the process that generated and of the one that replayed."""

    interactions: int
    generate_s: float
    generate_mib: float
    encode_s: float
    replay_s: float
    replay_mib: float


def write_world(folder: Path, interactions: int) -> tuple[float, float]:
    """Generates and writes a world; returns seconds and peak MiB."""
    begun = perf_counter()
    synthetic.generate(SCENARIO, interactions, SEED).write(folder)
    return perf_counter() - begun, peak_mib()


def point(interactions: int, config: ScoringConfig, repeats: int) -> Point:
    """Measure one size."""
    with TemporaryDirectory(prefix="idlab-growth-") as room:
        folder = Path(room) / "world"
        generate_s, generate_mib = in_fresh_process(write_world, folder, interactions)
        found = in_fresh_process(measure_replay, folder, config, repeats=repeats)
    replay_s, encode_s = median(found.replay_s), median(found.encode_s)
    return Point(interactions, generate_s, generate_mib, encode_s, replay_s, found.peak_mib)


def exponent(points: Sequence[Point], column: str) -> float:
    """The slope of a straight line through the logarithms."""
    sizes = np.log([one.interactions for one in points])
    return float(np.polyfit(sizes, np.log([getattr(one, column) for one in points]), 1)[0])


def line(one: Point, before: Point | None) -> str:
    """What one size took, and per interaction."""
    shown = (
        f"{one.interactions:12d}{one.generate_s:12.2f}{one.generate_mib:9.0f}{one.encode_s:10.3f}"
        f"{one.replay_s:10.4f}{one.replay_s / one.interactions * 1e6:9.3f}{one.replay_mib:12.1f}"
    )
    if before is None:
        return shown
    further = (one.replay_mib - before.replay_mib) / (one.interactions - before.interactions)
    return f"{shown}{further * 1024:14.3f}"


def main() -> None:
    """Print one line per size, then the exponents."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    config = frozen(ScoringConfig.load(options.config))
    print("compiling ...", file=sys.stderr)
    in_fresh_process(load_compiled_code, config)
    print(HEADINGS)
    points: list[Point] = []
    for size in sorted(options.sizes):
        print(f"{size} interactions ...", file=sys.stderr)
        one = point(size, config, options.repeats)
        print(line(one, points[-1] if points else None), flush=True)
        points.append(one)
    if len(points) > 1:
        for column in ("encode_s", "replay_s"):
            print(f"{column} grows with the power {exponent(points, column):.3f} of the interactions")


if __name__ == "__main__":
    main()
