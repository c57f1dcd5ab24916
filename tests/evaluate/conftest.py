"""A small retail world and how configs did on it."""

from __future__ import annotations

from pathlib import Path

import pytest

import synthetic
from idlab import ScoringConfig
from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation, evaluate

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


@pytest.fixture(scope="session")
def retail() -> Dataset:
    """A world with truth."""
    return synthetic.generate("retail", interactions=1500, seed=21).dataset


@pytest.fixture(scope="session")
def judged(retail: Dataset) -> dict[str, Evaluation]:
    """Both shipped configs on it, and one that asks much, by name."""
    shipped = [ScoringConfig.load(CONFIGS / f"{name}.json") for name in ("baseline", "default")]
    decide = shipped[1].decide.model_copy(update={"merge_at": 0.99, "pending_at": 0.3})
    asking = shipped[1].model_copy(update={"name": "asking", "decide": decide})
    return {config.name: evaluate(retail, config, resamples=30) for config in (*shipped, asking)}


@pytest.fixture(params=["baseline", "default"])
def one(request: pytest.FixtureRequest, judged: dict[str, Evaluation]) -> Evaluation:
    """Each of them."""
    return judged[request.param]
