"""A finished study on a small world, a synthetic world for golden interactions, and gates that ask little."""

from __future__ import annotations

from pathlib import Path

import pytest

import synthetic
from idlab.cli.worlds import generated_again
from idlab.data.dataset import Dataset
from idlab.export import Examination, Gates, GoldenChoice
from idlab.export.document import golden_of
from idlab.tune import Study, tune, worlds_of

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


@pytest.fixture(scope="session")
def world() -> Dataset:
    return synthetic.generate("retail", 800, 11).dataset


@pytest.fixture(scope="session")
def golden(handmade, world) -> GoldenChoice:
    """Its golden interactions, chosen once."""
    return golden_of(handmade, world)


@pytest.fixture(scope="session")
def study(default, baseline, tmp_path_factory) -> Study:
    retail = synthetic.generate("retail", 1500, 3).dataset

    def drawn(used):
        return worlds_of(retail, default, 1, generated_again, used)

    return tune(drawn, default, tmp_path_factory.mktemp("study"), trials=3, others={"baseline": baseline})


@pytest.fixture(scope="session")
def gates() -> Gates:
    """One gate that nobody fails, on a small fresh world."""
    easy = {"name": "easy", "metric": "cost_per_1000", "at_most": 1e6}
    return Gates.parse(
        {"schema": "idlab.gates/1", "fresh": {"interactions": 600}, "resamples": 20, "metrics": [easy]}
    )


@pytest.fixture(scope="session")
def examination(gates, baseline) -> Examination:
    return Examination(gates, baseline, generated_again)
