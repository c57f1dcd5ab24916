"""Worlds that several tests look at; each is made once."""

from __future__ import annotations

import pytest

from synthetic import World, generate, load_scenario

ROWS = 30_000
SEED = 11


@pytest.fixture(scope="session")
def world() -> World:
    """The retail world."""
    return generate("retail", ROWS, SEED)


@pytest.fixture(scope="session")
def clean_world() -> World:
    """The same world in which nothing goes wrong on the way in."""
    noise = load_scenario("retail").noise
    return generate("retail", ROWS, SEED, {f"noise.{name}": 0.0 for name in noise})
