"""What follows from an evaluation where persons are known for some interactions, or where there is nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from idlab import ScoringConfig
from idlab.data.dataset import Dataset, in_memory
from idlab.evaluate import (
    Evaluation,
    blast_radius,
    changes,
    column_of,
    customers,
    dispositions,
    evaluate,
    false_merges,
    losses,
    non_inferiority,
    sliced,
    slices_frame,
    slices_of,
)

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


def _all_of_it(one: Evaluation, data: Dataset) -> None:
    channel = column_of(data, "channel")
    frame = dispositions(one).frame()
    assert frame["decisions"].sum() <= 2 * one.counted.sum()
    lost, wrong, radius = losses(one), false_merges(one), blast_radius(one)
    assert lost.frame(channel)["interactions"].sum() == lost.row.size
    assert wrong.frame(channel)["merges"].sum() == wrong.row.size == radius.exposures.row.size
    assert len(wrong.unions_frame(channel)) <= wrong.union.size
    assert len(wrong.examples()) <= 5 and len(radius.worst()) <= 10 and len(radius.tail()) in (0, 4)
    assert set(radius.mean()) == {"interactions", "persons", "identifiers", "days"}
    assert len(slices_frame(sliced(one, slices_of(one, data)))) >= 0
    assert not customers(one, one).groups.changed.any()
    assert all(change.direction == 0 for change in changes(one, one, resamples=5).values())
    assert len(non_inferiority(one, one, channel, resamples=5)) == 2 * len(channel.names)


@pytest.mark.parametrize("name", ["baseline", "default"])
def test_partial_labels(name: str, retail: Dataset) -> None:
    known = retail.truth[retail.person % 2 == 0]
    labels = known[["interaction_id", "person_id"]]
    data = in_memory(retail.interactions, labels=labels)
    one = evaluate(data, ScoringConfig.load(CONFIGS / f"{name}.json"), resamples=5)
    assert 0 < (one.person >= 0).sum() < len(data)
    _all_of_it(one, data)
    found = losses(one)
    assert (one.person[found.row] >= 0).all()
    shares = sum(rate.value for rate in found.by_cause().values())
    assert shares == pytest.approx(1 - one.numbers["merge"]["recall"].value)


def test_nobody_comes_back_and_nothing_merges() -> None:
    phones = ["+1 202 555 0143", "+1 202 555 0188", None]
    calls = pd.DataFrame({"interaction_id": ["a", "b", "c"], "channel": "voice", "phone": phones})
    calls["occurred_at"] = pd.date_range("2026-01-05T09:30Z", periods=3, freq="h")
    data = in_memory(
        calls, truth=pd.DataFrame({"interaction_id": ["a", "b", "c"], "person_id": ["p", "q", "r"]})
    )
    one = evaluate(data, ScoringConfig.load(CONFIGS / "default.json"), resamples=5)
    _all_of_it(one, data)
    assert losses(one).row.size == false_merges(one).row.size == 0
    assert {rate.value for rate in losses(one).by_cause().values()} == {None}
    assert np.array_equal(one.person, [0, 1, 2])
