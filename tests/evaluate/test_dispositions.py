"""The disposition of every interaction of an evaluation."""

from __future__ import annotations

import pytest

from idlab.evaluate import Evaluation
from idlab.evaluate.dispositions import dispositions

AS_IN_NUMBERS = {
    "merge_precision": ("merge", "precision"),
    "merge_recall": ("merge", "recall"),
    "union_precision": ("union", "precision"),
    "pending_yield": ("pending", "yield"),
    "review_yield": ("review", "yield"),
}


def test_rates_at_decision_time_are_those_of_the_evaluation(one: Evaluation) -> None:
    found = dispositions(one)
    for name, (section, key) in AS_IN_NUMBERS.items():
        expected = one.numbers[section][key].value
        assert found.then.rates[name].value == (None if expected is None else pytest.approx(expected))


def test_profiles_served_are_those_of_a_naive_count(one: Evaluation) -> None:
    """Without splits an interaction was served what its identity holds that came before, and unions made later part."""
    person, identity = one.person.tolist(), one.history.identity.tolist()
    found = dispositions(one)
    wrong = [
        any(identity[other] == identity[row] and person[other] != person[row] for other in range(len(person)))
        for row in range(len(person))
        if one.counted[row]
    ]
    assert found.in_the_end.rates["wrong_profile"].value == pytest.approx(sum(wrong) / len(wrong))
    for turned in found:
        parts = [
            turned.rates[name].value for name in ("wrong_profile", "incomplete_profile", "faulty_profile")
        ]
        assert max(parts[:2]) <= parts[2] <= sum(parts[:2])
        for rate in turned.rates.values():
            assert rate.value is None or rate.low <= rate.value <= rate.high


def test_the_frame_holds_both_matrices(one: Evaluation) -> None:
    frame = dispositions(one).frame()
    assert frame.groupby("when")["decisions"].sum().tolist() == [one.judged.sum()] * 2
    assert len(frame) == 32
