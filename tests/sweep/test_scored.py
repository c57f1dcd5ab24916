"""Scored decisions against the replay they come from, and recalibration on other components."""

from __future__ import annotations

import numpy as np
import pytest

from idlab import ScoringConfig
from idlab.metrics import OutcomeCode, judge
from idlab.metrics.decisions import Disposition
from idlab.sweep.prepared import Prepared, changed, prepare
from idlab.sweep.scored import Scored, calibration_frame, recalibrated, scored
from tests.sweep.conftest import family_world


@pytest.fixture(scope="module")
def found(prepared: Prepared, default: ScoringConfig) -> Scored:
    return scored(prepared, default)


def test_merges_are_right_as_they_are_judged(
    found: Scored, prepared: Prepared, default: ScoringConfig
) -> None:
    done, history = prepared.replayed(default)
    judged = judge(history, prepared.person).disposition
    plain = history.outcome == OutcomeCode.MERGE
    plain &= done.results.subject == done.results.joined  # a bridge joins the eldest, not the top
    rows = np.isin(found.row, np.flatnonzero(plain))
    assert rows.sum() > 100
    assert (found.right[rows] == (judged[found.row[rows]] == Disposition.MERGE_RIGHT)).all()
    assert (found.score == done.score[found.row]).all() and not np.isnan(found.score).any()
    assert (found.size >= 1).all()


def test_the_frame_has_a_row_for_all_pairs_and_sizes(found: Scored) -> None:
    frame = calibration_frame(found)
    for _, part in frame.groupby("by"):
        assert part["decisions"].sum() == len(found.row)
        assert (part["decisions"] * part["right"]).sum() == pytest.approx(found.right.sum())
    assert ((frame["right_low"] <= frame["right"]) & (frame["right"] <= frame["right_high"])).all()
    assert set(frame.loc[frame["by"] == "channel pair", "group"]) <= set(found.pairs)
    assert "email to voice" in found.pairs


@pytest.mark.parametrize("method", ["isotonic", "platt"])
def test_a_curve_helps_on_components_it_has_not_seen(method: str, default: ScoringConfig) -> None:
    sharp = changed(default, model={"prior": -4.0}, decide={"pending_at": 0.99, "merge_at": 0.999})
    many = scored(prepare(family_world(400, 2500, seed=2, desks=False), sharp), sharp)
    told = recalibrated(many, method, seed=1)
    assert told.after.log_loss < told.before.log_loss and told.after.ece < told.before.ece
    assert told.before.decisions == told.after.decisions < len(many.row)
    assert recalibrated(many, method, seed=1).curve == told.curve
