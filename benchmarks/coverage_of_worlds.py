"""How often nominal 95 % intervals hold the truth on synthetic worlds: the table of the README.

Many small worlds of one scenario are judged under the default config; the truth is the value in one large world.
Run with ``python -m benchmarks.coverage_of_worlds``; it takes a few minutes.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
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


def rate_at(numbers: dict[str, Any], place: tuple[str, ...]) -> Rate:
    """The rate at a place of an evaluation's numbers."""
    found: Any = numbers
    for part in place:
        found = found[part]
    assert isinstance(found, Rate)
    return found


def holds(rate: Rate, truth: float) -> bool:
    """Whether an interval holds the truth."""
    return rate.low is not None and rate.high is not None and rate.low <= truth <= rate.high


def main(
    scenario: str = "retail",
    sizes: tuple[int, int] = (2_000, 10_000),
    worlds: int = 100,
    large: int = 500_000,
) -> None:
    """Print the table in Markdown."""
    config = ScoringConfig.load(CONFIG)
    whole = evaluate(synthetic.generate(scenario, large, seed=0).dataset, config).numbers
    truth = {name: rate_at(whole, place).value or 0.0 for name, place in METRICS.items()}
    held: defaultdict[tuple[str, int], int] = defaultdict(int)
    for size in sizes:
        for seed in range(1, worlds + 1):
            numbers = evaluate(synthetic.generate(scenario, size, seed).dataset, config).numbers
            for name, place in METRICS.items():
                held[name, size] += holds(rate_at(numbers, place), truth[name])
    print(f"| metric | truth | {' | '.join(f'{size:,} interactions' for size in sizes)} |")
    print(f"|---|--:|{'--:|' * len(sizes)}")
    for name in METRICS:
        shown = f"{truth[name]:.0f}" if name.startswith("cost") else f"{100 * truth[name]:.1f} %"
        print(
            f"| {name} | {shown} | {' | '.join(f'{100 * held[name, size] / worlds:.0f} %' for size in sizes)} |"
        )


if __name__ == "__main__":
    typer.run(main)
