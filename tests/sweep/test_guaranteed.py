"""The guaranteed threshold wires replays to the test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from idlab import ScoringConfig
from idlab.sweep.grid import threshold_grid
from idlab.sweep.guaranteed import guaranteed_threshold
from idlab.sweep.prepared import Prepared, prepare
from tests.sweep.conftest import family_world


def test_rates_are_those_of_the_grid(prepared: Prepared, default: ScoringConfig) -> None:
    levels = (0.7, 0.9, 0.99)
    found = guaranteed_threshold(prepared, default, alpha=0.5, delta=0.4, merge_at=levels)
    grid = threshold_grid(prepared, default, pending_at=[0.7], merge_at=levels).frame
    precision = grid.query("pending_at == 0.7").set_index("merge_at")["merge_precision"]
    assert found.tested
    for one in found.tested:
        assert one.pooled_rate.value == pytest.approx(1 - precision[one.threshold])


def test_a_clean_world_is_certified_and_a_small_one_told_what_it_lacks(default: ScoringConfig) -> None:
    clean = prepare(family_world(420, 2500, seed=1, desks=False), default)
    loose = guaranteed_threshold(clean, default, alpha=0.2, merge_at=(0.9, 0.99), workers=2)
    assert loose.threshold is not None
    strict = guaranteed_threshold(clean, default, alpha=0.0005, merge_at=(0.9, 0.99))
    assert strict.threshold is None


def test_what_does_not_count_certifies_nothing(prepared: Prepared, default: ScoringConfig) -> None:
    nothing = replace(prepared, counted=np.zeros(len(prepared), dtype=np.bool_))
    found = guaranteed_threshold(nothing, default, alpha=0.5, merge_at=(0.9,))
    assert found.tested == () and found.people_needed is None
