"""Worlds small enough to be replayed many times in a test."""

from __future__ import annotations

import pytest

import synthetic
from idlab.data.dataset import Dataset


@pytest.fixture(scope="session")
def retail() -> Dataset:
    return synthetic.generate("retail", 400, 3).dataset
