"""The slices of an evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Evaluation
from idlab.evaluate.slices import MEASURES, Slice, sliced, slices_frame, slices_of
from idlab.metrics import Disposition


def test_slices_part_or_cover_the_interactions(one: Evaluation, retail: Dataset) -> None:
    found = slices_of(one, retail, ["participant_id"])
    assert {part.by for part in found} == {
        "channel",
        "channels",
        "identity age",
        "corruption",
        "household",
        "region",
        "participant_id",
    }
    for by in {part.by for part in found}:
        together = sum(part.rows.astype(int) for part in found if part.by == by)
        if by == "channels":
            _, first = np.unique(one.person, return_index=True)  # whose channel comes after none
            assert np.flatnonzero(together == 0).tolist() == sorted(first) and together.max() == 1
        else:
            assert (together >= 1).all() if by == "corruption" else (together == 1).all(), by
    truth = retail.truth.set_index("interaction_id").loc[list(one.replay.tape.ids)]
    applied = [str(kinds).split(";") for kinds in truth["corruptions"]]
    for part in found:
        if part.by == "corruption" and part.name != "none":
            assert part.rows.tolist() == [part.name in kinds for kinds in applied]


def test_rates_over_channels_bring_the_rate_over_all_back(one: Evaluation, retail: Dataset) -> None:
    channels = [part for part in slices_of(one, retail) if part.by == "channel"]
    frame = slices_frame(sliced(one, channels))
    assert set(frame["measure"]) <= set(MEASURES)
    for measure, section, key in (
        ("merge_precision", "merge", "precision"),
        ("merge_recall", "merge", "recall"),
        ("pending_yield", "pending", "yield"),
    ):
        rows = frame[frame["measure"] == measure]
        whole = (rows["value"] * rows["cases"]).sum() / rows["cases"].sum()
        assert whole == pytest.approx(one.numbers[section][key].value)


def test_a_slice_that_goes_wrong_is_flagged_and_random_ones_are_not(one: Evaluation) -> None:
    missed = one.disposition == Disposition.NEW_MISSED
    random = np.random.default_rng(4)
    bad = Slice("planted", "bad", missed | (random.random(missed.size) < 0.1))
    chance = [Slice("planted", str(k), random.random(missed.size) < 0.3) for k in range(20)]
    found = [part for part in sliced(one, [bad, *chance]) if part.measure == "merge_recall"]
    assert found[0].flagged and found[0].found.difference < 0
    assert sum(part.flagged for part in found[1:]) <= 1


def test_only_the_dataset_that_was_evaluated_is_sliced(one: Evaluation, retail: Dataset) -> None:
    with pytest.raises(BadInput, match="another dataset"):
        slices_of(one, retail.select(np.arange(len(retail)) > 3))
    with pytest.raises(BadInput, match="there is no column 'shoe_size'"):
        slices_of(one, retail, ["shoe_size"])
