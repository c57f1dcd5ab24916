"""How long a decision takes over a store that keeps it, by how many identities the store holds already.

Each size has a frozen world of its own, of which nearly all is in the store before the last part is measured: so every size is
met at the same stage of its customers' lives. A store on a server must be empty; it is removed again after each size.

    python -m benchmarks.online_growth --store sqlite --store postgresql://...
    python -m benchmarks.online_growth --sizes 10000 1000000 --figure reports/screenshots/online.png
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from idlab.bench.fresh import in_fresh_process
from idlab.bench.online_store import StoreFigures, bench_store, interactions_for, must_be_empty, prepared
from idlab.bench.run import load_before
from idlab.cli.bench import write_workload
from idlab.config import ScoringConfig
from idlab.report.drawing import canvas, styled
from idlab.report.palette import light
from idlab.stores.kinds import remove

DEFAULT_CONFIG = Path(__file__).resolve().parents[1] / "configs" / "default.json"
SIZES = (10_000, 100_000, 1_000_000)
AT_MOST = 1.5
"""What the 95 of 100 may take at the largest size, as a multiple of what they take at the smallest."""

_CALLED = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_LINES = (
    ("p99_ms", "99 of 100", "false", "s", "-"),
    ("p95_ms", "95 of 100", "merge", "o", "-"),
    ("p50_ms", "median", "missed", "^", "-"),
    ("bare_insert_p99_ms", "bare insert, 99 of 100", "muted", "x", ":"),
)


def measured(size: int, stores: Sequence[str], options: argparse.Namespace) -> Iterator[StoreFigures]:
    """The figures of each store at one size."""
    config = ScoringConfig.load(options.config)
    with TemporaryDirectory(prefix="idlab-online-", dir=options.room) as room:
        folder = Path(room) / "world"
        in_fresh_process(write_workload, folder, interactions_for(size) + options.interactions)
        ground = in_fresh_process(
            prepared, folder, config, Path(room), interactions=options.interactions, identities=size
        )
        for store in stores:
            print(f"{store.partition(':')[0]} at {size} identities ...", file=sys.stderr, flush=True)
            url = f"sqlite:///{room}/id.db" if store == "sqlite" else store
            yield in_fresh_process(bench_store, ground, config, url, writers=options.writers)
            remove(url)


def draw(several: Sequence[Sequence[StoreFigures]], path: Path) -> None:
    """One panel for each store: milliseconds by identities."""
    with styled():
        figure, panels = canvas(2.1 * len(several) + 0.3, len(several), share_x=True)
        for axes, found in zip(panels, several, strict=True):
            sizes = [one.identities_before for one in found]
            for name, label, use, marker, style in _LINES:
                times = [getattr(one, name) for one in found]
                axes.plot(sizes, times, style, marker=marker, color=light(use), label=label, markersize=4)
            axes.set_title(f"A durable decision on {_CALLED.get(found[0].store, found[0].store)}")
            axes.set_xscale("log")
            axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
            axes.minorticks_off()
            axes.margins(x=0.1)
            axes.set_ylim(bottom=0)
            axes.set_ylabel("milliseconds")
        panels[-1].set_xlabel("identities in the store")
        figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
        figure.savefig(path, dpi=200, facecolor="white", metadata={"Software": None})


def main() -> int:
    """Print one JSON object a size, then the growth; 1 if it is more than it may be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", action="append", help="sqlite, or a URL; may be given several times")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--interactions", type=int, default=6000)
    parser.add_argument("--writers", type=int, default=1)
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    parser.add_argument("--room", type=Path, help="a folder on the disk to measure")
    parser.add_argument("--figure", type=Path, help="where to draw it")
    options = parser.parse_args()
    stores = options.store or ["sqlite"]
    for url in stores:
        if url != "sqlite":
            must_be_empty(url)
    print(f"load before: {load_before()}", file=sys.stderr)
    several: list[list[StoreFigures]] = [[] for _ in stores]
    for size in sorted(options.sizes):
        print(f"filling a store to {size} identities ...", file=sys.stderr, flush=True)
        for found, figures in zip(several, measured(size, stores, options), strict=True):
            found.append(figures)
            print(json.dumps(asdict(figures)), flush=True)
    too_much = False
    for found in several:
        growth = found[-1].p95_ms / found[0].p95_ms
        print(
            f"{found[0].store}: 95 of 100 take {growth:.2f} times as long at the largest size",
            file=sys.stderr,
        )
        too_much |= growth > AT_MOST
    if options.figure is not None:
        draw(several, options.figure)
    return int(too_much)


if __name__ == "__main__":
    sys.exit(main())
