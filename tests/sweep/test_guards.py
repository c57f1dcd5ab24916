"""The guard laboratory against replays one by one, and situations against worlds made for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from idlab import BadInput, ScoringConfig
from idlab.data.dataset import Dataset, in_memory
from idlab.evaluate import evaluate
from idlab.metrics import Disposition
from idlab.sweep.guards import GUARDS, false_merges, guard_laboratory, own_value, usual_values, with_guard
from idlab.sweep.prepared import Prepared, changed, prepare
from idlab.sweep.situations import SITUATIONS, situations


@pytest.fixture(scope="module")
def loose(default: ScoringConfig) -> ScoringConfig:
    """Merges much, so that guards have something to prevent."""
    return changed(default, decide={"pending_at": 0.2, "merge_at": 0.3}, guards={"max_distinct_names": 3})


@pytest.fixture(scope="module")
def laboratory(prepared: Prepared, loose: ScoringConfig) -> pd.DataFrame:
    return guard_laboratory(prepared, loose)


def test_every_guard_is_swept_and_its_own_value_changes_nothing(
    laboratory: pd.DataFrame, loose: ScoringConfig
) -> None:
    assert set(laboratory["guard"]) == set(GUARDS)
    own = laboratory[laboratory["is_current"]]
    assert set(own["guard"]) == set(GUARDS)
    same = ["prevented", "given_up", "more_questions", "costlier_per_1000", "costlier_low", "costlier_high"]
    assert (own[same] == 0).all(axis=None)
    dearer = laboratory["cost_per_1000"] - own["cost_per_1000"].iloc[0]
    assert laboratory["costlier_per_1000"].to_numpy() == pytest.approx(dearer.to_numpy(), abs=1e-6)
    others = laboratory[laboratory["costlier_per_1000"].abs() > 1]
    assert len(others) > 5 and (others["costlier_low"] < others["costlier_high"]).all()
    inside = others["costlier_per_1000"].between(others["costlier_low"], others["costlier_high"])
    assert inside.all()
    for guard in GUARDS:
        assert own_value(loose, guard) in usual_values(loose, guard)


def test_rows_are_the_evaluations_of_those_configs(
    laboratory: pd.DataFrame, world: Dataset, loose: ScoringConfig
) -> None:
    chosen = laboratory.groupby("guard").head(2)
    for row in chosen.itertuples():
        value = None if pd.isna(row.value) else row.value
        found = evaluate(world, with_guard(loose, row.guard, value), resamples=2)
        assert (found.disposition == Disposition.MERGE_WRONG).sum() == row.false_merges
        assert (found.disposition == Disposition.MERGE_RIGHT).sum() == row.true_merges
        assert found.numbers["cost_per_1000"].value == pytest.approx(row.cost_per_1000)


def test_situations_add_up_and_strict_guards_prevent(laboratory: pd.DataFrame) -> None:
    parts = laboratory[[f"false_merges ({name})" for name in SITUATIONS]]
    assert (parts.sum(axis=1) == laboratory["false_merges"]).all()
    assert parts["false_merges (family)"].max() > 0
    prevented = laboratory[[f"prevented ({name})" for name in SITUATIONS]]
    assert (prevented.sum(axis=1) == laboratory["prevented"]).all()
    names = laboratory[laboratory["guard"] == "max_distinct_names"]
    strict, off = names.iloc[0], names.iloc[-1]
    assert strict["value"] == 1 and pd.isna(off["value"])
    assert strict["prevented"] > 0 > off["prevented"]
    assert strict["review_per_1000"] > off["review_per_1000"] == 0


def test_what_cannot_be_swept_is_refused(prepared: Prepared, loose: ScoringConfig) -> None:
    with pytest.raises(BadInput, match="'bridge_at' is no guard"):
        guard_laboratory(prepared, loose, {"bridge_at": [0]})
    with pytest.raises(BadInput, match="max_distinct_names"):
        guard_laboratory(prepared, loose, {"max_distinct_names": [0]})


def test_max_fanout_limits_every_rule(default: ScoringConfig) -> None:
    tight, loose = (with_guard(default, "max_fanout", value) for value in (60, 500))
    assert [rule.max_fanout for rule in tight.keys] == [50, 60, 60, 60, 50, 50, 20]
    assert {rule.max_fanout for rule in loose.keys} == {500}


def _world(rows: list[tuple[str, str, str]]) -> Dataset:
    """(person, household, phone) of calls, an hour apart."""
    ids = [f"i{number}" for number in range(len(rows))]
    calls: dict[str, Any] = {
        "interaction_id": ids,
        "occurred_at": pd.date_range("2026-01-05", periods=len(rows), freq="h", tz="UTC"),
        "channel": "voice",
        "phone": [f"+1202555{phone}" for *_, phone in rows],
    }
    truth = {
        "interaction_id": ids,
        "person_id": [row[0] for row in rows],
        "household_id": [row[1] for row in rows],
    }
    return in_memory(pd.DataFrame(calls), truth=pd.DataFrame(truth))


def test_situations_are_told_apart(default: ScoringConfig) -> None:
    rows = [
        ("a", "h1", "0100"),
        ("b", "h1", "0100"),  # 1: family of a
        ("c", "h2", "0100"),  # 2: a had the number before, and never after
        ("d", "h3", "0101"),
        ("e", "h4", "0101"),
        ("f", "h5", "0101"),
        ("g", "h6", "0101"),  # 6: a desk of four
        ("x", "h7", "0102"),
        ("y", "h8", "0102"),
        ("x", "h7", "0102"),  # 9: x and y take turns
        ("y", "h8", "0103"),  # 10: on a phone that x never used
    ]
    prepared = prepare(_world(rows), default)
    person = {name: code for (name, *_), code in zip(rows, prepared.person.tolist(), strict=True)}
    asked = np.array([1, 2, 6, 9, 10, 8])
    others = np.array([person[name] for name in ("a", "a", "d", "y", "x", "x")])
    told = [SITUATIONS[place] for place in situations(prepared, asked, others)]
    assert told == ["family", "recycled number", "front desk", "other", "other", "other"]
    nobody = np.zeros(0, dtype=np.int64)
    assert situations(prepared, nobody, nobody).size == 0


def test_what_does_not_count_is_no_false_merge(prepared: Prepared, loose: ScoringConfig) -> None:
    _, history = prepared.replayed(loose)
    rows, owner = false_merges(prepared, history)
    assert rows.size and (prepared.person[rows] != owner).all()
    uncounted = prepared.counted.copy()
    uncounted[rows[::2]] = False
    fewer, _ = false_merges(prepared, history._replace(counted=uncounted))
    assert fewer.tolist() == rows[1::2].tolist()
