"""Configs and logs apart, for callers that draw them one by one."""

from __future__ import annotations

from hypothesis import strategies as st

from idlab.testing.configs import draw_config
from idlab.testing.logs import draw_moves


def configs():
    return st.randoms(use_true_random=False).map(draw_config)


def moves():
    return st.randoms(use_true_random=False).map(draw_moves)
