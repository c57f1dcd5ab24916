"""Decisions as arrays: from a run's file the same as from the replay itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from idlab import BadInput, ScoringConfig
from idlab.compiled import compiled
from idlab.core.codes import MISSING, REASONS
from idlab.model import CHANNELS
from idlab.rollout import Decided, decided_of, read_decisions
from tests.rollout.conftest import Lived


@pytest.fixture(scope="module")
def written(reported: Lived, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("run") / "decisions.parquet"
    pq.write_table(reported.decisions, file)
    return file


@pytest.fixture(scope="module")
def decided(written: Path, default: ScoringConfig) -> Decided:
    return decided_of(read_decisions(written), compiled(default))


def test_the_file_says_what_the_replay_decided(decided: Decided, reported: Lived) -> None:
    done, results = reported.done, reported.done.results
    n = done.tape.n_interactions
    assert decided.moment.tolist() == done.tape.time.tolist()
    assert decided.outcome.tolist() == done.outcome.tolist()
    assert decided.level.tolist() == results.level.reshape(n, -1).tolist()
    assert [CHANNELS[code] for code in decided.channel.tolist()] == reported.channels
    weighed = results.subject != MISSING
    assert (np.isnan(decided.weight) == ~weighed).all()
    assert (decided.weight[weighed] == results.weight[weighed]).all()
    bits = (decided.reasons * (1 << np.arange(len(REASONS)))).sum(axis=1)
    assert bits.tolist() == results.reasons.tolist()


def test_candidates_are_none_one_or_several(decided: Decided, reported: Lived) -> None:
    """Several: there is a runner-up, or others were united with the best."""
    done = reported.done
    for i in range(0, len(decided), 7):
        decision = done.decision(i)
        beside = decision.runner_up is not None or "BRIDGED" in decision.reasons
        assert decided.candidates[i] == (0 if decision.score is None else 1 + beside)
    assert set(decided.candidates.tolist()) == {0, 1, 2}


def test_a_folder_of_a_run_is_read_as_well(written: Path) -> None:
    assert read_decisions(written.parent).equals(read_decisions(written))


def test_a_folder_without_decisions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"has no decisions\.parquet"):
        read_decisions(tmp_path)


@pytest.mark.parametrize("name", ["levels", "channel", "occurred_at", "config_digest"])
def test_a_missing_column_is_named(written: Path, tmp_path: Path, name: str) -> None:
    pq.write_table(pq.read_table(written).drop_columns([name]), tmp_path / "decisions.parquet")
    with pytest.raises(BadInput, match=f"has no column '{name}'; write it with idlab resolve"):
        read_decisions(tmp_path)


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("occurred_at", pa.array(["then"]), "column 'occurred_at' holds string and must hold timestamp"),
        ("channel", pa.array([None], pa.string()), "row 1, column 'channel' is empty"),
        ("outcome", pa.array(["MAYBE"]), "row 1, column 'outcome' holds no outcome; valid are NEW"),
        ("channel", pa.array(["fax"]), "row 1, column 'channel' holds no channel; valid are voice"),
        ("reasons", pa.array([["WHIM"]]), "column 'reason' holds no reason"),
        ("levels", pa.array([["exact"]]), "has not the 6 fields of the config"),
        (
            "levels",
            pa.array([["equal", "odd", None, None, None, None]]),
            "a level of 'phone' that the config has not",
        ),
    ],
)
def test_what_is_no_decision_is_refused(
    written: Path, tmp_path: Path, default: ScoringConfig, name: str, values: pa.Array, told: str
) -> None:
    row = pq.read_table(written).slice(0, 1)
    pq.write_table(row.set_column(row.column_names.index(name), name, values), tmp_path / "decisions.parquet")
    with pytest.raises(BadInput, match=told):
        decided_of(read_decisions(tmp_path), compiled(default))
