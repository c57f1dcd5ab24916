"""Two configs on one dataset: channels, and customers who merge, split or move."""

from __future__ import annotations

import numpy as np
import pytest

from idlab.data.dataset import Dataset
from idlab.errors import BadInput
from idlab.evaluate import Evaluation
from idlab.evaluate.columns import Groups, column_of
from idlab.evaluate.customers import customers
from idlab.evaluate.difference import changes
from idlab.evaluate.noninferiority import Verdict, non_inferiority, passes
from idlab.metrics import Disposition


@pytest.fixture(scope="module")
def pair(judged: dict[str, Evaluation]) -> tuple[Evaluation, Evaluation]:
    return judged["baseline"], judged["default"]


def test_changes_know_the_ceiling_of_all_shipped_rules(pair: tuple[Evaluation, Evaluation]) -> None:
    found = changes(*pair, resamples=20)
    for place in (("ceiling", "recall"), ("shipped_ceiling", "recall"), ("entity_bcubed", "f1")):
        before, after = (one.numbers[place[0]][place[1]].value for one in pair)
        assert found[place].absolute.value == pytest.approx(after - before)


def test_channels_are_compared_by_the_rates_on_them(
    pair: tuple[Evaluation, Evaluation], retail: Dataset
) -> None:
    channel = column_of(retail, "channel")
    for row in non_inferiority(*pair, channel, resamples=40):
        here = channel.code == channel.names.index(row.channel)
        for value, one in zip((row.reference, row.candidate), pair, strict=True):
            right = one.disposition == Disposition.MERGE_RIGHT
            among = one.judged & here
            if row.measure == "merge_recall":
                among &= one.judgements.linkable
            else:
                among &= right | (one.disposition == Disposition.MERGE_WRONG)
            assert value == (pytest.approx(right[among].mean()) if among.any() else None)
        if row.difference.value is None:
            assert row.verdict is Verdict.NO_CASE
        else:
            assert row.difference.value == pytest.approx(row.candidate - row.reference)
            assert (row.verdict is Verdict.NON_INFERIOR) == (row.difference.low > -0.01)
            assert (row.verdict is Verdict.INFERIOR) == (row.difference.high < -0.01)


def test_a_candidate_made_worse_is_found_inferior(pair: tuple[Evaluation, Evaluation]) -> None:
    """Everything on one channel: by a wide margin the better one passes, and not the other way round."""
    whole = Groups(np.zeros(len(pair[0].person), dtype=np.int64), ("all",))
    gain = pair[1].numbers["merge"]["recall"].value - pair[0].numbers["merge"]["recall"].value
    there = {row.measure: row for row in non_inferiority(*pair, whole, margin=0.1)}
    back = {row.measure: row for row in non_inferiority(*reversed(pair), whole, margin=0.1)}
    assert there["merge_recall"].difference.value == pytest.approx(gain)
    assert back["merge_recall"].difference.value == pytest.approx(-gain)
    assert passes(list(there.values()))
    same = non_inferiority(pair[0], pair[0], whole, margin=0.05)
    assert {row.verdict for row in same} == {Verdict.NON_INFERIOR}
    assert {row.difference.value for row in same} == {0.0}


def test_the_rule_for_verdicts() -> None:
    from idlab.evaluate.noninferiority import _verdict
    from idlab.metrics import Rate

    assert _verdict(Rate(0.0, -0.005, 0.01), 0.01) is Verdict.NON_INFERIOR
    assert _verdict(Rate(0.0, -0.02, 0.01), 0.01) is Verdict.UNCLEAR
    assert _verdict(Rate(-0.05, -0.06, -0.02), 0.01) is Verdict.INFERIOR


def test_customers_who_change_are_those_whose_interactions_part_or_meet(
    pair: tuple[Evaluation, Evaluation],
) -> None:
    found = customers(*pair)
    before, after = (one.history.identity for one in pair)
    held = [
        {label: frozenset(np.flatnonzero(one == label)) for label in set(one.tolist())}
        for one in (before, after)
    ]
    changed = [held[0][a] != held[1][b] for a, b in zip(before.tolist(), after.tolist(), strict=True)]
    assert found.counts()["interactions"] >= sum(changed) > 0
    table = found.largest(10**6)
    assert table["interactions"].sum() == found.counts()["interactions"]
    assert table["interactions"].is_monotonic_decreasing
    assert table["before"].sum() == found.counts()["before"] == sum(map(len, table["customers_before"]))
    assert table["after"].sum() == found.counts()["after"] == sum(map(len, table["customers_after"]))
    for row in table.itertuples():
        assert (row.kind == "merge") == (row.after == 1) and (row.kind == "split") == (row.before == 1)
    numbers = [one.numbers["counts"] for one in pair]
    for name in ("wrong_unions", "missing_unions"):
        assert table[name].sum() == numbers[1][f"unanswered_{name}"] - numbers[0][f"unanswered_{name}"]
    assert customers(pair[0], pair[0]).largest().empty


def test_only_the_like_is_compared(pair: tuple[Evaluation, Evaluation], retail: Dataset) -> None:
    channel = column_of(retail, "channel")
    with pytest.raises(BadInput, match="must lie between 0 and 1"):
        non_inferiority(*pair, channel, margin=0.0)
