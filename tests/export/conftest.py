"""A finished study on a small world, and a synthetic world for golden interactions."""

from __future__ import annotations

import pytest

import synthetic
from idlab.data.dataset import Dataset
from idlab.tune import Study, tune, worlds_of


@pytest.fixture(scope="session")
def world() -> Dataset:
    return synthetic.generate("retail", 800, 11).dataset


@pytest.fixture(scope="session")
def study(default, baseline, tmp_path_factory) -> Study:
    retail = synthetic.generate("retail", 1500, 3).dataset

    def drawn(used):
        return worlds_of(
            retail, default, 1, lambda _, seed: synthetic.generate("retail", 1500, seed).dataset, used
        )

    return tune(drawn, default, tmp_path_factory.mktemp("study"), trials=3, others={"baseline": baseline})
