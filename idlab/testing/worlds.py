"""Hypothesis worlds: any config with any log."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from idlab.config import ScoringConfig
from idlab.testing.configs import draw_config
from idlab.testing.logs import Move, draw_moves


@dataclass(frozen=True)
class DrawnWorld:
    """A config and a log to be."""

    config: ScoringConfig
    moves: list[Move]


def draw_world(chance: Random, most: int = 60) -> DrawnWorld:
    """Draw a config and a log to be of at most so many moves.

    Args:
        chance: Where the choices come from: ``random.Random(seed)``, or what Hypothesis hands out.
        most: The longest log.

    Example:
        >>> len(draw_world(Random(1)).moves) <= 60
        True
    """
    return DrawnWorld(draw_config(chance), draw_moves(chance, most))


def worlds(most: int = 60) -> st.SearchStrategy[DrawnWorld]:
    """Worlds for ``hypothesis.given``; drawn evenly, for Hypothesis by itself likes short logs of small numbers."""
    return st.randoms(use_true_random=False).map(lambda chance: draw_world(chance, most))
