"""What each shipped scenario does to the two shipped configs: the table of the README.

Run with ``python -m benchmarks.scenarios``; it takes about two minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

import synthetic
from idlab.config import ScoringConfig
from idlab.evaluate import evaluate
from idlab.metrics import Rate

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
_HEAD = (
    "scenario",
    "config",
    "merges right",
    "returning recognised",
    "B-cubed F1",
    "its ceiling",
    "cost per 1,000",
)


def row(numbers: Mapping[str, Any], scenario: str, config: str) -> Sequence[str]:
    """One row of the table: rates in percent with their intervals, the cost as it is."""
    return (
        scenario,
        config,
        percent(numbers["merge"]["precision"]),
        percent(numbers["merge"]["recall"]),
        percent(numbers["bcubed"]["f1"]),
        percent(numbers["ceiling"]["f1"]),
        plain(numbers["cost_per_1000"]),
    )


def percent(rate: Rate) -> str:
    """A rate in percent, with its interval."""
    value, low, high = (100 * (one or 0.0) for one in rate[:3])
    return f"{value:.1f} ({low:.1f} to {high:.1f})"


def plain(rate: Rate) -> str:
    """A number per 1,000, with its interval."""
    value, low, high = ((one or 0.0) for one in rate[:3])
    return f"{value:.0f} ({low:.0f} to {high:.0f})"


def main(interactions: int = 30_000, seed: int = 11) -> None:
    """Print the table in Markdown."""
    configs = {name: ScoringConfig.load(CONFIGS / f"{name}.json") for name in ("baseline", "default")}
    print(f"| {' | '.join(_HEAD)} |")
    print(f"|{'---|' * 2}{'--:|' * (len(_HEAD) - 2)}")
    for scenario in synthetic.scenario_names():
        world = synthetic.generate(scenario, interactions, seed).dataset
        for name, config in configs.items():
            print(f"| {' | '.join(row(evaluate(world, config).numbers, scenario, name))} |", flush=True)


if __name__ == "__main__":
    typer.run(main)
