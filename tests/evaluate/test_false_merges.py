"""What carried every false merge, as the engine's own past tells it, and what would have undone it."""

from __future__ import annotations

import numpy as np
import pytest

from idlab.core.codes import MERGE, MISSING
from idlab.data.dataset import Dataset
from idlab.evaluate import Evaluation
from idlab.evaluate.columns import column_of
from idlab.evaluate.false_merges import NOTHING, FalseMerges, false_merges
from idlab.evaluate.flips import NO_FIELD, flips
from idlab.metrics import Disposition
from idlab.why.past import before, entry_of
from tests.metrics import naive


@pytest.fixture(scope="module", params=["baseline", "default"])
def found(request: pytest.FixtureRequest, judged: dict[str, Evaluation]) -> FalseMerges:
    return false_merges(judged[request.param])


def test_every_wrong_merge_is_there_with_its_strongest_field(found: FalseMerges) -> None:
    evaluation = found.evaluation
    wrong = evaluation.judged & (evaluation.disposition == Disposition.MERGE_WRONG)
    assert found.row.tolist() == np.flatnonzero(wrong).tolist() and found.row.size
    for row, field, cause in zip(found.row.tolist(), found.field.tolist(), found.causes(), strict=True):
        evidence = evaluation.replay.decision(row).evidence
        strongest = max(evidence, key=lambda one: one.contribution)
        if strongest.contribution <= 0:
            assert (field, cause) == (MISSING, NOTHING)
        else:
            assert cause == f"{strongest.field} {strongest.level}"


def test_the_carrier_is_the_last_with_the_value(found: FalseMerges) -> None:
    replay = found.evaluation.replay
    records = replay.tape.record.reshape(len(found.evaluation.person), -1)
    for row, field, carrier in zip(
        found.row.tolist(), found.field.tolist(), found.carrier.tolist(), strict=True
    ):
        past = before(replay, entry_of(replay.tape, row))
        members = past.members(int(replay.results.subject[row]))
        alike = members[(records[members, field] == records[row, field]) & (field != MISSING)]
        assert carrier == (alike if alike.size else members)[-1]


def test_frames_add_up(found: FalseMerges, retail: Dataset) -> None:
    channel = column_of(retail, "channel")
    frame, unions = found.frame(channel), found.unions_frame(channel)
    assert frame["merges"].sum() == found.row.size and frame["merges"].is_monotonic_decreasing
    assert frame.loc[frame["bridged"], "merges"].sum() == found.bridged.sum()
    judgements = found.evaluation.judgements
    wrong = int((judgements.union_judged & ~judgements.union_right).sum())
    assert unions["unions"].sum() == found.union.size <= wrong


def test_bridges_reach_the_side_of_somebody_else(judged: dict[str, Evaluation]) -> None:
    found = false_merges(judged["default"])
    history, replay = found.evaluation.history, found.evaluation.replay
    records = replay.tape.record.reshape(len(found.evaluation.person), -1)
    names = replay.compiled.field_names
    assert found.union.size
    for place, row in enumerate(found.union_row.tolist()):
        union, carrier = int(found.union[place]), int(found.union_carrier[place])
        past = before(replay, entry_of(replay.tape, row))
        sides = {int(history.union_kept[union]), int(history.union_gone[union])}
        assert int(past.root[carrier]) in sides and history.identity[carrier] == history.identity[row]
        members = past.members(int(past.root[carrier]))
        persons = found.evaluation.person
        others = naive.plurality(members[members < row], persons.tolist())
        right = [
            naive.plurality(past.members(side)[past.members(side) < row], persons.tolist()) for side in sides
        ]
        assert others != persons[row] or set(right) == {persons[row]}
        for name in found.union_fields[place].split("+"):
            if name in names:
                field = names.index(name)
                assert records[row, field] in records[members, field]


def test_examples_are_the_firmest(found: FalseMerges) -> None:
    examples = found.examples(3)
    weights = found.evaluation.replay.results.weight[found.row]
    assert [one.weight for one in examples] == sorted(weights.tolist(), reverse=True)[:3]
    for one in examples:
        assert one.distance == pytest.approx(
            one.weight - found.evaluation.replay.compiled.rules.merge_at
        ) or (one.distance < one.weight)
        assert len(one.evidence) == len(found.evaluation.replay.compiled.field_names) and one.flip


# -- flips


def _merges(evaluation: Evaluation, row: int, levels: list[int]) -> tuple[bool, float]:
    """Whether a decision would merge with its best candidate on these levels, and the weight: by the book."""
    ready, results = evaluation.replay.compiled, evaluation.replay.results
    rules, total, shares = ready.rules, 0.0, 0.0
    n_fields = rules.n_fields
    for field, level in enumerate(levels):
        if level == MISSING:
            continue
        place = rules.level_start[field] + level
        if level == results.level[row * n_fields + field]:
            total += results.contribution[row * n_fields + field]
        elif rules.model == 0:
            total += rules.worth[place]
        else:
            similar = rules.earns_similarity[place]
            credit = rules.cutoff[rules.part_start[place]] if similar else rules.worth[place]
            total += rules.field_weight[field] * credit
        shares += rules.field_weight[field]
    weight = rules.prior + total if rules.model == 0 else (total / shares if shares else 0.0)
    behind = results.runner_up_weight[row]
    rival = results.runner_up[row] != MISSING and behind >= rules.pending_at and rules.on_rivals != 2
    rival = rival and behind + rules.margin > rules.merge_at
    if results.outcome[row] == MERGE:
        rival = rival and behind + rules.margin < results.weight[row]
    return weight >= rules.merge_at and not (rival and weight <= behind + rules.margin), weight


def test_flips_are_those_of_trying_every_level_of_every_field(one: Evaluation) -> None:
    replay = one.replay
    results, ready = replay.results, replay.compiled
    rows = np.flatnonzero(results.subject != MISSING)
    rows = np.concatenate([rows[results.outcome[rows] == code][:60] for code in range(4)])
    found, n_fields = flips(replay, rows), ready.rules.n_fields
    turned = 0
    for place, row in enumerate(rows.tolist()):
        levels = results.level[row * n_fields : (row + 1) * n_fields].tolist()
        _, weight = _merges(one, row, levels)
        assert weight == pytest.approx(results.weight[row])
        best = None
        for field in range(n_fields):
            for level in range(-1, len(ready.level_names[field])):
                other = [*levels[:field], level, *levels[field + 1 :]]
                merges, changed = _merges(one, row, other)
                if level != levels[field] and merges != (results.outcome[row] == MERGE):
                    best = min(best or np.inf, abs(changed - weight))
        if best is None:
            assert found.field[place] == NO_FIELD and found.told(ready, place).startswith("no change")
            continue
        turned += 1
        assert abs(found.new_weight[place] - found.weight[place]) == pytest.approx(best)
        changed = list(levels)
        changed[found.field[place]] = int(found.level[place])
        assert _merges(one, row, changed)[0] != (results.outcome[row] == MERGE)
        assert ready.field_names[found.field[place]] in found.told(ready, place)
    assert turned > 60


def test_nothing_to_flip(one: Evaluation) -> None:
    assert flips(one.replay, np.zeros(0, dtype=np.int64)).field.size == 0
