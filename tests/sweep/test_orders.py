"""Other orders of arrival: which they may be, and that each is replayed as if it had come so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from idlab import BadInput, ScoringConfig
from idlab.data.dataset import Dataset, in_memory
from idlab.evaluate import evaluate, tape_of
from idlab.replay import replay
from idlab.sweep.arrival import in_order, late, outage, shuffled_within_days
from idlab.sweep.orders import compare_orders, usual_orders
from idlab.sweep.prepared import DAY, Prepared, prepare


def _chats(rows: int) -> pd.DataFrame:
    calls: dict[str, Any] = {
        "interaction_id": [f"i{row}" for row in range(rows)],
        "occurred_at": pd.date_range("2026-01-05", periods=rows, freq="2h", tz="UTC"),
        "channel": ["webchat" if row % 3 else "voice" for row in range(rows)],
        "conversation_id": [f"c{row // 4}" if row % 2 else None for row in range(rows)],
    }
    return pd.DataFrame(calls)


@pytest.fixture(scope="module")
def chats(default: ScoringConfig) -> Prepared:
    calls = _chats(120)
    truth = calls[["interaction_id"]].assign(person_id="p")
    return prepare(in_memory(calls, truth=truth), default)


def _orders(prepared: Prepared) -> dict[str, np.ndarray]:
    return usual_orders(prepared, shuffles=3, seed=2)


def test_orders_are_orders_and_keep_conversations(chats: Prepared) -> None:
    conversation = chats.column("conversation_id").to_pylist()
    for name, order in _orders(chats).items():
        assert sorted(order.tolist()) == list(range(120)), name
        assert order.tolist() != list(range(120)), name
        for talk in set(conversation) - {None}:
            rows = [row for row in order.tolist() if conversation[row] == talk]
            assert rows == sorted(rows), name


def test_a_shuffle_stays_within_its_day(prepared: Prepared) -> None:
    order = shuffled_within_days(prepared, 1)
    days = (prepared.tape.time // DAY)[order]
    assert (np.diff(days) >= 0).all()
    assert order.tolist() != shuffled_within_days(prepared, 2).tolist()
    assert order.tolist() == shuffled_within_days(prepared, 1).tolist()


def test_an_outage_moves_its_channel_behind_its_end_and_nothing_else(prepared: Prepared) -> None:
    start = int(prepared.arrived[100])
    end = start + DAY
    order = outage(prepared, "voice", start, end)
    channel = np.array(prepared.column("channel").to_pylist())
    hit = (channel == "voice") & (prepared.arrived >= start) & (prepared.arrived < end)
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    assert hit.sum() > 5
    assert place[hit].min() > place[~hit & (prepared.arrived < end)].max()
    assert place[hit].max() < place[prepared.arrived > end].min()
    rest = order[~hit[order]]
    assert (np.diff(rest) > 0).all()


def test_late_ones_are_late_and_more_keep_the_others_draws(prepared: Prepared) -> None:
    assert late(prepared, 0.0, 10.0, 1).tolist() == list(range(len(prepared)))
    order = late(prepared, 0.1, 10.0, 1)
    moved = set(order[1:][np.diff(order) < 0].tolist())
    assert 0 < len(moved) < 0.2 * len(prepared)


def test_a_reordered_tape_is_the_tape_of_the_reordered_data(
    world: Dataset, prepared: Prepared, default: ScoringConfig
) -> None:
    order = late(prepared, 0.3, 50.0, 4)
    table = world.table.take(pa.array(world.order)).take(pa.array(order))
    sequenced = table.append_column("sequence", pa.array(np.arange(len(order))))
    again = in_memory(sequenced, truth=world.truth_table)
    alone = replay(tape_of(again, default), default)
    found = replay(in_order(prepared.tape, order), default)
    assert list(found.tape.ids) == list(alone.tape.ids)
    assert found.identity.tolist() == alone.identity.tolist()
    assert found.outcome.tolist() == alone.outcome.tolist()
    frame = compare_orders(prepared, default, {"late": order})
    row = frame.iloc[1]
    told = evaluate(again, default, resamples=2).numbers
    assert row["cost_per_1000"] == pytest.approx(told["cost_per_1000"].value)
    assert row["merge_precision"] == told["merge"]["precision"].value
    assert 0 < row["changed_low"] < row["outcomes_changed"] < row["changed_high"] < 1
    assert row["costlier_per_1000"] == pytest.approx(row["cost_per_1000"] - frame["cost_per_1000"].iloc[0])
    assert row["costlier_low"] <= row["costlier_per_1000"] <= row["costlier_high"]


def test_the_order_as_it_came_agrees_with_itself(prepared: Prepared, default: ScoringConfig) -> None:
    frame = compare_orders(prepared, default, workers=2)
    first = frame.iloc[0]
    assert first["order"] == "as it came" and first["moved"] == 0 == first["outcomes_changed"]
    assert first["pairs_changed_per_1000"] == 0 == first["identities_changed"] and first["bcubed"] == 1
    assert first["costlier_per_1000"] == first["costlier_low"] == first["costlier_high"] == 0
    assert len(frame) == 9 and (frame["bcubed"] > 0.5).all()


def test_what_is_no_order_is_refused(prepared: Prepared, default: ScoringConfig) -> None:
    with pytest.raises(BadInput, match="does not name every interaction once"):
        compare_orders(prepared, default, {"half": np.zeros(len(prepared), dtype=np.int64)})
    with pytest.raises(BadInput, match="no interaction is of the channel 'fax'"):
        outage(prepared, "fax", 0, 1)
    with pytest.raises(BadInput, match="must end after"):
        outage(prepared, "voice", 5, 5)
    with pytest.raises(BadInput, match="share is 2"):
        late(prepared, 2.0, 1.0, 0)
