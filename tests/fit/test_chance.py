"""u and levels against a naive oracle on a small world, and whole fits: the same bits again, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import synthetic
from idlab.config import ScoringConfig
from idlab.core.codes import MISSING
from idlab.core.compare import NEVER_STALE
from idlab.data.dataset import in_memory
from idlab.errors import BadInput
from idlab.evaluate import tape_of
from idlab.fit import fit
from idlab.fit.chance import chance_of
from idlab.fit.levels import asking, comparisons_of
from idlab.replay import replay
from idlab.replay.levels import levels_of

DEFAULT = ScoringConfig.load(Path(__file__).resolve().parents[2] / "configs" / "default.json")
PHONE, NAME = 1, 3


def test_u_is_that_of_all_pairs_of_a_record_and_another_profile() -> None:
    tape = tape_of(synthetic.generate("household_telecom", 250, 2).dataset, DEFAULT)
    done = replay(tape, DEFAULT)
    asked = asking(done)
    for place in (PHONE, NAME):
        value, group = asked.values(place), done.identity
        holds = {g: np.unique(value[(group == g) & (value != MISSING)]) for g in np.unique(group).tolist()}
        counts = np.zeros(asked.n_levels(place))
        for i in np.flatnonzero(value != MISSING).tolist():
            for g, held in holds.items():
                if held.size and g != group[i]:
                    never = np.full(held.size, NEVER_STALE)
                    level = asked.levels(place, np.full(held.size, value[i]), held, never)
                    counts[level.min()] += 1
        naive = counts / counts.sum()
        found = chance_of(asked, place, group)
        assert found.pairs == counts.sum()
        assert found.u == pytest.approx(naive, abs=max(0.0005, 4 * float(found.error.max())))
        assert found.u[:3].sum() == pytest.approx(naive[:3].sum(), rel=0.1)
        assert found.u.sum() == pytest.approx(1.0) and (found.u > 0).all()


def test_levels_asked_for_are_those_that_the_replay_found() -> None:
    tape = tape_of(synthetic.generate("retail", 400, 2).dataset, DEFAULT)
    done = replay(tape, DEFAULT)
    found, asked = comparisons_of(done), asking(done)
    value = asked.values(NAME)
    alone = [
        k
        for k, who in enumerate(found.subject.tolist())
        if (done.results.joined[: found.row[k]] == who).sum() == 1
    ]
    assert len(alone) > 20
    rows, subjects = found.row[alone], found.subject[alone]
    there = (value[rows] != MISSING) & (value[subjects] != MISSING)
    never, none = np.full(int(there.sum()), NEVER_STALE), np.zeros(int(there.sum()), dtype=np.int64)
    level = levels_of(tape, done.compiled, NAME, value[rows][there], value[subjects][there], never, none)
    assert (level == found.level[alone, NAME][there]).all()
    assert (found.level[alone, NAME][~there] == MISSING).all()


@pytest.mark.parametrize("method", ["em", "labels", "logistic"])
def test_the_same_data_give_the_same_config_and_report(method: str) -> None:
    world = synthetic.generate("household_telecom", 900, 4).dataset
    one, again = fit(world, DEFAULT, method, seed=1), fit(world, DEFAULT, method, seed=1)
    assert one.config.to_json() == again.config.to_json()
    assert json.dumps(one.document(), allow_nan=False) == json.dumps(again.document(), allow_nan=False)
    assert one.config.digest != DEFAULT.digest
    assert all(abs(level.weight) <= 20 for level in one.levels)


def test_relatives_on_one_phone_are_no_matches_to_labels() -> None:
    world = synthetic.generate("household_telecom", 1500, 4).dataset
    name = {one.level: one.weight for one in fit(world, DEFAULT, "labels").levels if one.field == "full_name"}
    assert name["exact"] > 0 > name["else"]
    assert name["same last name"] < -1


def test_a_world_in_which_nobody_comes_twice_is_refused() -> None:
    rows = 300
    calls = pd.DataFrame({"interaction_id": [f"i{k}" for k in range(rows)], "channel": "voice"})
    calls["phone"] = [f"+1 202 55{k // 100} 0{k % 100:03d}" for k in range(rows)]
    calls["occurred_at"] = pd.Timestamp("2026-01-05T09:30Z")
    with pytest.raises(BadInput, match="only 0 comparisons"):
        fit(in_memory(calls), DEFAULT, "em")


def test_labels_of_one_kind_are_refused() -> None:
    world = synthetic.generate("retail", 500, 2)
    one = world.truth.assign(person_id="p")
    with pytest.raises(BadInput, match="labelled comparisons"):
        fit(in_memory(world.interactions, truth=one), DEFAULT, "labels")


def test_labels_with_sampling_weights_are_refused() -> None:
    world = synthetic.generate("retail", 500, 2)
    labels = world.truth[["interaction_id", "person_id"]].head(200).assign(weight=2.5)
    with pytest.raises(BadInput, match="a sample with weights"):
        fit(in_memory(world.interactions, labels=labels), DEFAULT, "labels")
