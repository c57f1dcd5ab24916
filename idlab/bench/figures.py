"""What a run of the benchmark found: one JSON object for scripts, one table for people."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import Any

from rich.table import Table

from idlab.bench.online import CallFigures
from idlab.bench.replaying import ReplayFigures
from idlab.bench.splink_peer import LIBRARIES, SplinkFigures
from idlab.bench.workload import KEYS, SCENARIO, SEED

_STANDS_ON = ("numba", "numpy", "pyarrow", "phonenumbers", "email-validator", "rapidfuzz", "jellyfish")
_QUIET = 0.5
"""Load below which nothing else seems to run."""

_NO_PEERS = "splink is not installed, so it was not measured; install it with: pip install 'idlab[peers]'"


@dataclass(frozen=True)
class BenchFigures:
    """Everything that ``idlab bench replay`` measured.

    Args:
        replay: Encoding and replaying.
        online, textbook: The online engine in memory and the textbook's code on a sample.
        splink: Splink on one thread and on two; None where it is not installed.
        config_digest, dataset_digest: Of what was measured.
        load: How many processes ran on the machine before, on average over a minute; None where it cannot tell.
    """

    replay: ReplayFigures
    online: CallFigures
    textbook: CallFigures
    splink: tuple[SplinkFigures, SplinkFigures] | None
    config_digest: str
    dataset_digest: str
    load: float | None = None

    @property
    def times(self) -> Mapping[str, tuple[float, ...]]:
        """Seconds for all interactions, of each time, by what was done; empty where it was not."""
        one, two = (figures.total_s for figures in self.splink) if self.splink else ((), ())
        return {
            "replay": self.replay.replay_s,
            "encode": self.replay.encode_s,
            "online": self._scaled(self.online),
            "textbook": self._scaled(self.textbook),
            "splink_1": one,
            "splink_2": two,
        }

    def document(self) -> dict[str, Any]:
        """All figures as JSON: seconds are medians."""
        medians = {name: median(times) if times else None for name, times in self.times.items()}
        return {
            "interactions": self.replay.interactions,
            **{f"{name}_s": _rounded(seconds) for name, seconds in medians.items()},
            "ratio_splink": _ratio(medians["splink_2"], medians["replay"]),
            "ratio_online": _ratio(medians["textbook"], medians["online"]),
            "peak_mib": round(self.replay.peak_mib, 1),
            "online_p50_ms": _rounded(median(self.online.p50_ms)),
            "online_p99_ms": _rounded(median(self.online.p99_ms)),
            "textbook_p99_ms": _rounded(median(self.textbook.p99_ms)),
            "first_replay_s": _rounded(self.replay.first_replay_s),
            "sample": {"online": self.online.interactions, "textbook": self.textbook.interactions},
            "times_s": {name: [_rounded(one) for one in times] for name, times in self.times.items()},
            "splink": None if self.splink is None else [_splink_parts(figures) for figures in self.splink],
            "workload": self._workload(),
            "machine": {**machine(), "load_before": self.load},
            "notes": list(self.notes()),
        }

    def notes(self) -> Iterator[str]:
        """What a reader must know to read the figures right."""
        sampled, all_of_them = self.online.interactions, self.replay.interactions
        yield (
            f"online_s and textbook_s: measured on the first {sampled} of {all_of_them} interactions and"
            f" scaled by {all_of_them / sampled:.4g}; the percentiles are of single calls"
        )
        yield "peak_mib: a process that reads the dataset, encodes and replays it; compiled code in its cache"
        if self.splink is None:
            yield _NO_PEERS
        else:
            yield (
                "splink: block, score and cluster on 1 and 2 threads; records already normalised and loaded;"
                " fewer levels and fields than idlab compares"
            )
        if self.load is not None and self.load > _QUIET:
            yield f"the machine was busy before (load {self.load:.2f}): measure again when it is quiet"
        if not self.replay.is_compiled:
            yield "numba is absent or switched off: the replay ran as plain Python"

    def table(self) -> Table:
        """The figures for people."""
        shown = Table(title=f"{self.replay.interactions} interactions", title_justify="left")
        for heading in ("what", "seconds", "best to worst", "times"):
            shown.add_column(heading, justify="left" if heading == "what" else "right")
        for name, times in self.times.items():
            shown.add_row(_NAMES[name], *_told(times), str(len(times)))
        document = self.document()
        for name, (what, unit) in _BESIDE.items():
            if document[name] is not None:
                shown.add_row(what, f"{document[name]:g} {unit}".strip(), "", "")
        shown.caption = "\n".join(self.notes())
        shown.caption_justify = "left"
        return shown

    def _scaled(self, figures: CallFigures) -> tuple[float, ...]:
        scale = self.replay.interactions / figures.interactions
        return tuple(wall * scale for wall in figures.wall_s)

    def _workload(self) -> dict[str, Any]:
        return {
            "scenario": SCENARIO,
            "seed": SEED,
            "keys": list(KEYS),
            "hubs": 0,
            "widest_key": self.replay.widest_key,
            "identities": self.replay.identities,
            "outcomes": {name.lower(): count for name, count in self.replay.outcomes.items()},
            "config_digest": self.config_digest,
            "dataset_digest": self.dataset_digest,
        }


_NAMES = {
    "replay": "replay, one core",
    "encode": "encode",
    "online": "online in memory (scaled)",
    "textbook": "textbook code (scaled)",
    "splink_1": "Splink, one thread",
    "splink_2": "Splink, two threads",
}

_BESIDE = {
    "ratio_splink": ("replay is faster than Splink on two threads by", "x"),
    "ratio_online": ("online is faster than the textbook by", "x"),
    "online_p99_ms": ("online, 99 of 100 calls within", "ms"),
    "peak_mib": ("peak memory of encoding and replay", "MiB"),
}


def machine() -> dict[str, Any]:
    """What the figures were measured on: cores that may be used, versions."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": usable,
        "processor": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {
            name: found for name in (*_STANDS_ON, *LIBRARIES) if (found := _version(name)) is not None
        },
    }


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _splink_parts(figures: SplinkFigures) -> dict[str, Any]:
    parts: dict[str, Sequence[float]] = {
        "block_s": figures.block_s,
        "score_s": figures.score_s,
        "cluster_s": figures.cluster_s,
    }
    return {
        "threads": figures.threads,
        **{name: _rounded(median(times)) for name, times in parts.items()},
        "pairs": figures.pairs,
        "clusters": figures.clusters,
    }


def _told(times: Sequence[float]) -> tuple[str, str]:
    if not times:
        return "not measured", ""
    return f"{median(times):.3f}", f"{min(times):.3f} to {max(times):.3f}"


def _ratio(slower: float | None, faster: float | None) -> float | None:
    return None if slower is None or faster is None else _rounded(slower / faster)


def _rounded(number: float | None) -> float | None:
    """Four significant digits: more would be noise."""
    return None if number is None else float(f"{number:.4g}")
