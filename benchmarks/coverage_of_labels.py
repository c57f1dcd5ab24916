"""How often nominal 95 % intervals from few labelled people hold the numbers of the whole dataset.

One synthetic world is judged by its truth; then samples of its people are labelled as ``idlab label sample --by-truth``
does, and each is estimated from as ``idlab label estimate`` does. The world stays, only the sample is chance.
Run with ``python -m benchmarks.coverage_of_labels``; it takes a few minutes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import fmean

import typer

import synthetic
from benchmarks.coverage_of_worlds import rate_at
from idlab.config import ScoringConfig
from idlab.data.labels import labels_table
from idlab.data.place import Place
from idlab.evaluate import evaluate
from idlab.metrics.estimates import Estimate
from idlab.sweep import estimated, true_labels

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
METRICS = {
    "merge_precision": ("merge", "precision"),
    "merge_recall": ("merge", "recall"),
    "union_precision": ("union", "precision"),
    "pending_yield": ("pending", "yield"),
    "pending_capture": ("pending", "capture"),
    "bcubed_precision": ("bcubed", "precision"),
    "bcubed_recall": ("bcubed", "recall"),
    "bcubed_f1": ("bcubed", "f1"),
    "pairwise_precision": ("pairwise", "precision"),
    "pairwise_recall": ("pairwise", "recall"),
    "cluster_recall": ("cluster", "recall"),
    "cost_unanswered_per_1000": ("cost_unanswered_per_1000",),
}
"""Estimates, and where an evaluation has the number that they are of."""


def main(
    scenario: str = "retail",
    config: str = "default",
    interactions: int = 10_000,
    people: int = 150,
    samples: int = 200,
) -> None:
    """Print the table in Markdown."""
    world = synthetic.generate(scenario, interactions, seed=7).dataset
    scoring = ScoringConfig.load(CONFIGS / f"{config}.json")
    numbers = dict(evaluate(world, scoring).numbers)
    found: dict[str, list[Estimate]] = {name: [] for name in METRICS}
    for seed in range(samples):
        labels = labels_table(
            true_labels(world, scoring, people=people, seed=seed), world.ids, Place("labels")
        )
        told = estimated(replace(world, truth_table=None, labels_table=labels), scoring)
        for name, sofar in found.items():
            sofar.append(told[name])
    print(f"| estimate from {people} people | truth | mean | held |\n|---|--:|--:|--:|")
    for name, place in METRICS.items():
        truth = rate_at(numbers, place).value
        if truth is not None:
            print(f"| {name.replace('_', ' ')} | {row(truth, found[name])} |")


def row(truth: float, estimates: list[Estimate]) -> str:
    """The truth, the mean of the estimates, and the share of intervals that hold the truth, as three cells."""
    judged = [one for one in estimates if one.value is not None]
    mean = fmean(one.value for one in judged if one.value is not None)
    held = fmean(
        one.low <= truth <= one.high for one in judged if one.low is not None and one.high is not None
    )
    shown = (f"{number:.0f}" if number > 1 else f"{100 * number:.1f} %" for number in (truth, mean))
    return f"{' | '.join(shown)} | {100 * held:.0f} %"


if __name__ == "__main__":
    typer.run(main)
