"""Labels: judged pairs against a naive closure, contradictions, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given

from idlab.data.dataset import in_memory, read_dataset
from idlab.data.labels import judged_pairs, known_persons, labels_table
from idlab.data.place import Place
from idlab.errors import BadInput

IDS = pa.chunked_array([[f"i-{row}" for row in range(8)]])
LABELS = Place("labels")


def pairs_of(judgements: list[tuple[int, int, bool]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "left": [f"i-{left}" for left, _, _ in judgements],
            "right": [f"i-{right}" for _, right, _ in judgements],
            "same": ["same" if same else "different" for _, _, same in judgements],
        }
    )


def closure(judgements: list[tuple[int, int, bool]]) -> list[set[int]]:
    """The persons by the slow, obvious way: unite until nothing changes."""
    persons = [{row} for row in range(8)]
    for left, right, same in judgements:
        if same:
            union = persons[left] | persons[right]
            for row in union:
                persons[row] = union
    return persons


judged = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), min_size=1, max_size=12)


@given(judgements=judged)
def test_pairs_become_the_persons_of_their_closure_or_are_refused(
    judgements: list[tuple[int, int, bool]],
) -> None:
    persons = closure(judgements)
    contradictions = [
        row for row, (left, right, same) in enumerate(judgements) if not same and right in persons[left]
    ]
    if contradictions:
        with pytest.raises(BadInput) as refused:
            labels_table(pairs_of(judgements), IDS, LABELS)
        assert str(refused.value).startswith(f"labels, row {contradictions[0] + 1}, column 'same': ")
        return
    labels = labels_table(pairs_of(judgements), IDS, LABELS)
    known = known_persons(labels, IDS)
    mentioned = {row for left, right, _ in judgements for row in (left, right)}
    assert set(np.flatnonzero(known.known).tolist()) == mentioned
    assert (known.person >= 0).tolist() == known.known.tolist()
    for a in mentioned:
        for b in mentioned:
            assert (known.person[a] == known.person[b]) == (b in persons[a])
    pairs = judged_pairs(labels, IDS)
    assert (
        list(zip(pairs.left.tolist(), pairs.right.tolist(), pairs.same.tolist(), strict=True)) == judgements
    )


def test_a_contradiction_names_its_rows() -> None:
    judgements = [(0, 1, True), (5, 6, True), (1, 2, True), (2, 3, True), (3, 0, False)]
    with pytest.raises(BadInput) as refused:
        labels_table(pairs_of(judgements), IDS, LABELS)
    assert str(refused.value) == (
        "labels, row 5, column 'same': says that two interactions differ, but rows 1, 3, 4 "
        "together say that they "
        "are one person; correct one of these judgements"
    )
    with pytest.raises(
        BadInput, match="row 1, column 'same': judges one interaction to differ from itself; correct"
    ):
        labels_table(pairs_of([(4, 4, False)]), IDS, LABELS)


def test_persons_of_some_rows() -> None:
    named = pd.DataFrame(
        {"interaction_id": ["i-3", "i-1", "i-5"], "person_id": ["q", "p", "q"], "weight": [1, 2, 4]}
    )
    known = known_persons(labels_table(named, IDS, LABELS), IDS)
    assert known.person.tolist() == [-1, 1, -1, 0, -1, 0, -1, -1]
    assert known.weight[[1, 3, 5]].tolist() == [2.0, 1.0, 4.0]
    with pytest.raises(BadInput, match="the labels name persons, not judged pairs; give left, right, same"):
        judged_pairs(labels_table(named, IDS, LABELS), IDS)


REFUSALS: dict[str, tuple[dict[str, list[Any]], str]] = {
    "shape": (
        {"a": ["x"]},
        (
            "labels: has neither the columns left, right, same nor interaction_id, person_id; "
            "name the columns of the "
            "labels so"
        ),
    ),
    "none": (
        {"left": [], "right": [], "same": []},
        "labels: holds no labels; leave the labels out if there are none",
    ),
    "unknown": (
        {"left": ["i-1"], "right": ["j"], "same": ["yes"]},
        (
            "labels, row 1, column 'right': is not the id of any interaction; use the "
            "interaction_id of the dataset"
        ),
    ),
    "empty": (
        {"left": ["i-1"], "right": [None], "same": ["yes"]},
        "labels, row 1, column 'right': is empty; fill it in, or leave the row out",
    ),
    "verdict": (
        {"left": ["i-1"], "right": ["i-2"], "same": ["maybe"]},
        (
            "labels, row 1, column 'same': is not a verdict; valid are true, yes, 1, same and "
            "false, no, 0, different"
        ),
    ),
    "weight": (
        {"left": ["i-1"], "right": ["i-2"], "same": ["yes"], "weight": ["0"]},
        "labels, row 1, column 'weight': is not a positive number; a weight is 1 over the sampling rate",
    ),
    "twice": (
        {"interaction_id": ["i-1", "i-1"], "person_id": ["p", "q"]},
        (
            "labels, row 2, column 'interaction_id': repeats the value of row 1; name the person "
            "of an interaction once"
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_bad_labels_are_refused_in_one_line(name: str) -> None:
    columns, message = REFUSALS[name]
    with pytest.raises(BadInput) as refused:
        labels_table(pd.DataFrame(columns), IDS, LABELS)
    assert str(refused.value) == message


def test_labels_survive_the_folder_and_a_selection(tmp_path: Path) -> None:
    moment = pd.Timestamp("2026-01-05T09:30Z")
    frame = pd.DataFrame({"interaction_id": IDS.to_pylist(), "occurred_at": moment, "channel": "sms"})
    pairs = pairs_of([(0, 1, True), (2, 3, False)]).assign(same=[True, False], weight=[1.5, 3.0])
    in_memory(frame, labels=pairs).write(tmp_path / "d")
    dataset = read_dataset(tmp_path / "d", labels=True)
    pd.testing.assert_frame_equal(dataset.labels, pairs, check_dtype=False)
    keep = np.arange(8) < 3
    assert dataset.select(keep).labels["left"].tolist() == ["i-0"]
    assert dataset.select(~keep).labels_table is None
