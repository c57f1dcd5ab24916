"""The blast radius of an evaluation's wrong merges."""

from __future__ import annotations

import numpy as np
import pytest

from idlab.evaluate import Evaluation
from idlab.evaluate.exposure import DAY, blast_radius
from idlab.metrics import Disposition


def test_it_is_that_of_final_identities_where_nothing_is_split(one: Evaluation) -> None:
    found, tape = blast_radius(one), one.replay.tape
    wrong = one.judged & (one.disposition == Disposition.MERGE_WRONG)
    assert found.exposures.row.tolist() == np.flatnonzero(wrong).tolist()
    records = tape.record.reshape(tape.n_interactions, -1)
    fields = [name != "conversation" for name in one.replay.compiled.field_names]
    for place, row in enumerate(found.exposures.row.tolist()):
        there = one.history.identity == one.history.identity[row]
        others = there & (one.person != one.person[row])
        own = set(records[one.person == one.person[row]][:, fields].reshape(-1).tolist())
        exposed = set(records[others][:, fields].reshape(-1).tolist()) - own - {-1}
        assert found.exposures.interactions[place] == others.sum() > 0
        assert found.exposures.identifiers[place] == len(exposed)
        assert found.days[place] == pytest.approx((tape.time[-1] - tape.time[row]) / DAY)


def test_worst_mean_and_tail(one: Evaluation) -> None:
    found = blast_radius(one)
    for name, rate in found.mean().items():
        values = found.days if name == "days" else getattr(found.exposures, name)
        assert rate.value == pytest.approx(values.mean()) and rate.low <= rate.value <= rate.high
    tail, worst = found.tail(), found.worst(4)
    assert tail["identifiers"].is_monotonic_increasing
    assert tail["identifiers"].iloc[-1] == worst["identifiers"].iloc[0] == found.exposures.identifiers.max()
    assert worst["identifiers"].is_monotonic_decreasing and len(worst) <= 4
    assert worst["interaction_id"].is_unique
