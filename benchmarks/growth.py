"""How time and memory of encoding and replaying grow with the number of interactions, on the frozen workload.

Each size is generated, encoded and replayed in processes of their own. The exponents at the end are slopes on
double logarithmic scales over all sizes: 1 is linear. From memory, what one interaction takes is taken off.

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


HEADINGS = "interactions  generate s      MiB  encode s  replay s  us each  replay MiB  KiB each"


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


def exponent(points: Sequence[Point], column: str, empty: float = 0.0) -> float:
    """The slope of a straight line through the logarithms."""
    sizes = np.log([one.interactions for one in points])
    amounts = np.log([max(getattr(one, column) - empty, 1e-9) for one in points])
    return float(np.polyfit(sizes, amounts, 1)[0])


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
    empty = point(1, config, 1)
    print(HEADINGS)
    points = []
    for size in sorted(options.sizes):
        print(f"{size} interactions ...", file=sys.stderr)
        one = point(size, config, options.repeats)
        points.append(one)
        each_us, each_kib = one.replay_s / size * 1e6, (one.replay_mib - empty.replay_mib) / size * 1024
        print(
            f"{size:12d}{one.generate_s:12.2f}{one.generate_mib:9.0f}{one.encode_s:10.3f}{one.replay_s:10.4f}"
            f"{each_us:9.3f}{one.replay_mib:12.1f}{each_kib:10.3f}",
            flush=True,
        )
    if len(points) > 1:
        for column, less in (("encode_s", 0.0), ("replay_s", 0.0), ("replay_mib", empty.replay_mib)):
            print(f"{column} grows with the power {exponent(points, column, less):.3f} of the interactions")


if __name__ == "__main__":
    main()
