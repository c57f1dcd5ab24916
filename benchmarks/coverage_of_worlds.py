"""How often nominal 95 % intervals hold the truth on synthetic worlds: the table of the README.

Many worlds of one scenario and size are judged under the default config. The truth of a size is the mean over its worlds, for
some rates depend on the size: in a larger world more strangers share a name.
Run with ``python -m benchmarks.coverage_of_worlds``; it takes a few minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import typer

import synthetic
from idlab.config import ScoringConfig
from idlab.evaluate import evaluate
from idlab.metrics import Rate

CONFIG = Path(__file__).resolve().parents[1] / "configs" / "default.json"
METRICS = {
    "merges right": ("merge", "precision"),
    "returning recognised": ("merge", "recall"),
    "unions right": ("union", "precision"),
    "pending worth asking": ("pending", "yield"),
    "B-cubed precision": ("bcubed", "precision"),
    "B-cubed recall": ("bcubed", "recall"),
    "B-cubed F1": ("bcubed", "f1"),
    "entity-weighted B-cubed F1": ("entity_bcubed", "f1"),
    "pairwise precision": ("pairwise", "precision"),
    "pairwise recall": ("pairwise", "recall"),
    "pairwise F1": ("pairwise", "f1"),
    "exact persons": ("cluster", "recall"),
    "cost per 1,000": ("cost_per_1000",),
}


def rate_at(numbers: Mapping[str, Any], place: tuple[str, ...]) -> Rate:
    """The rate at a place of an evaluation's numbers."""
    found: Any = numbers
    for part in place:
        found = found[part]
    assert isinstance(found, Rate)
    return found


def holds(rate: Rate, truth: float) -> bool:
    """Whether an interval holds the truth."""
    return rate.low is not None and rate.high is not None and rate.low <= truth <= rate.high


def main(scenario: str = "retail", sizes: tuple[int, int] = (2_000, 10_000), worlds: int = 150) -> None:
    """Print the table in Markdown."""
    config = ScoringConfig.load(CONFIG)
    found: dict[tuple[str, int], list[Rate]] = {(name, size): [] for name in METRICS for size in sizes}
    for size in sizes:
        for seed in range(worlds):
            numbers = evaluate(synthetic.generate(scenario, size, seed).dataset, config).numbers
            for name, place in METRICS.items():
                found[name, size].append(rate_at(numbers, place))
    heads = [f"{size:,} interactions" for size in sizes]
    print(f"| metric | {' | '.join(f'truth, {head} | held' for head in heads)} |")
    print(f"|---|{'--:|--:|' * len(sizes)}")
    for name in METRICS:
        print(f"| {name} | {' | '.join(told(name, found[name, size]) for size in sizes)} |")


def told(name: str, rates: Sequence[Rate]) -> str:
    """The truth and the share of intervals that hold it, as two cells."""
    truth = fmean(rate.value for rate in rates if rate.value is not None)
    shown = f"{truth:.0f}" if name.startswith("cost") else f"{100 * truth:.1f} %"
    return f"{shown} | {100 * fmean(holds(rate, truth) for rate in rates):.0f} %"


if __name__ == "__main__":
    typer.run(main)
