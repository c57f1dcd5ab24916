"""What a switch would change, against sets and loops."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

import synthetic
from idlab.config import ScoringConfig
from idlab.core.codes import OUTCOMES
from idlab.data.dataset import Dataset
from idlab.metrics import Rate
from idlab.model import CHANNELS
from idlab.replay import Replay
from idlab.rollout.joins import Joins
from idlab.rollout.movement import Draws
from idlab.rollout.planning import Plan, plan

DRAWS = Draws(60, 1)


@pytest.fixture(scope="module")
def history() -> Dataset:
    return synthetic.generate("household_telecom", 2500, 5).dataset


@pytest.fixture(scope="module")
def switch(history: Dataset, baseline: ScoringConfig, default: ScoringConfig) -> Plan:
    return plan(history, baseline, default, draws=DRAWS)


@pytest.fixture(scope="module")
def back(history: Dataset, baseline: ScoringConfig, default: ScoringConfig) -> Plan:
    return plan(history, default, baseline, draws=DRAWS)


def members(done: Replay) -> dict[int, frozenset[int]]:
    """The interactions of every identity."""
    found: dict[int, set[int]] = {}
    for i, identity in enumerate(done.identity.tolist()):
        found.setdefault(identity, set()).add(i)
    return {identity: frozenset(held) for identity, held in found.items()}


def first_weights(done: Replay, part: list[int]) -> dict[int, float]:
    """By final identity, the least weight of the decisions that first made two parts one profile."""
    results, found = done.results, dict[int, float]()
    holds = {i: {i} for i in range(len(part))}
    met: dict[tuple[int, int], set[int]] = {}  # which parts have lain together, by final identity and part
    unions = dict[int, list[tuple[int, int]]]()
    for at, kept, gone in zip(results.union_at, results.union_kept, results.union_gone, strict=True):
        unions.setdefault(int(at), []).append((int(kept), int(gone)))
    for i in range(len(part)):
        final = int(done.identity[i])
        pairs = [*unions.get(i, []), *([(int(results.joined[i]), i)] if results.joined[i] != i else [])]
        for one, other in pairs:
            parts = {part[k] for k in holds[one] | holds[other]}
            known = [met.setdefault((final, k), {k}) for k in sorted(parts)]
            if any(group is not known[0] for group in known):
                found[final] = min(found.get(final, np.inf), float(results.weight[i]))
                together = set().union(*known)
                for k in together:
                    met[final, k] = together
            into = holds[one] | holds[other]
            for k in into:
                holds[k] = into
    return found


def ends(rate: Rate) -> tuple[float, float, float]:
    """Value, low and high of a rate of something."""
    assert rate.value is not None and rate.low is not None and rate.high is not None
    return rate.value, rate.low, rate.high


def by_hand(done: Replay, other: Replay) -> dict[int, tuple[int, int, int]]:
    """By identity that unites several of the other replay's: interactions, parts, exposed."""
    found = {}
    for identity, held in members(done).items():
        parts = Counter(int(other.identity[i]) for i in held)
        if len(parts) > 1:
            found[identity] = len(held), len(parts), len(held) - max(parts.values())
    return found


def told(joins: Joins) -> dict[int, tuple[int, int, int]]:
    columns = (joins.interactions.tolist(), joins.parts.tolist(), joins.exposed.tolist())
    return dict(zip(joins.identity.tolist(), zip(*columns, strict=True), strict=True))


def test_merges_and_splits_are_those_of_sets(switch: Plan) -> None:
    assert told(switch.merges) == by_hand(switch.after, switch.before) != {}
    assert told(switch.splits) == by_hand(switch.before, switch.after) != {}


def test_evidence_is_what_first_brought_parts_together(switch: Plan) -> None:
    for joins, done, other in (
        (switch.merges, switch.after, switch.before),
        (switch.splits, switch.before, switch.after),
    ):
        expected = first_weights(done, other.identity.tolist())
        found = dict(zip(joins.identity.tolist(), joins.weight.tolist(), strict=True))
        assert found == {identity: expected[identity] for identity in found}
        assert joins.score.tolist() == [done.compiled.score(weight) for weight in joins.weight.tolist()]


def test_the_riskiest_come_first(switch: Plan) -> None:
    for joins in (switch.merges, switch.splits):
        risk = joins.risk.tolist()
        assert risk == sorted(risk, reverse=True)
        assert joins.risk == pytest.approx(joins.exposed * (1 - joins.score))


def test_what_is_affected_is_what_lies_with_others(switch: Plan) -> None:
    before, after = members(switch.before), members(switch.after)
    now = {i: held for held in before.values() for i in held}
    then = {i: held for held in after.values() for i in held}
    assert switch.interactions_affected == sum(now[i] != then[i] for i in now)
    ids = switch.customer_ids
    assert (ids.before, ids.after) == (len(before), len(after))
    assert ids.gone == len(before.keys() - after.keys()) > 0
    assert ids.appeared == len(after.keys() - before.keys()) > 0
    assert ids.changed == sum(before[one] != after[one] for one in before.keys() & after.keys()) > 0


def test_parts_are_the_other_identities(switch: Plan) -> None:
    identity = int(switch.merges.identity[0])
    held = members(switch.after)[identity]
    assert dict(switch.parts(switch.after, identity)) == Counter(int(switch.before.identity[i]) for i in held)
    sizes = [size for _, size in switch.parts(switch.after, identity)]
    assert sizes == sorted(sizes, reverse=True)


def test_the_way_back_undoes_it(switch: Plan, back: Plan) -> None:
    for there, here in ((switch.merges, back.splits), (switch.splits, back.merges)):
        for column, other in zip(there, here, strict=True):
            assert column.tolist() == other.tolist()
    assert switch.interactions_affected == back.interactions_affected
    for place, moved in switch.movement.outcomes.items():
        returned = back.movement.outcomes[place]
        assert ends(moved.before) == pytest.approx(ends(returned.after))
        assert ends(moved.after) == pytest.approx(ends(returned.before))


def test_outcomes_move_by_what_they_are(switch: Plan, history: Dataset) -> None:
    channel = history.interactions["channel"].to_numpy()[history.order]
    for (name, outcome), moved in switch.movement.outcomes.items():
        here = channel == name
        for done, rate in ((switch.before, moved.before), (switch.after, moved.after)):
            value, low, high = ends(rate)
            assert value == (done.outcome[here] == OUTCOMES.index(outcome)).mean()
            assert low <= value <= high
        value, low, high = ends(moved.difference)
        assert value == pytest.approx(ends(moved.after)[0] - ends(moved.before)[0])
        assert low <= value <= high
    assert {name for name, _ in switch.movement.outcomes} == set(channel.tolist()) <= set(CHANNELS)
    turned = switch.before.outcome != switch.after.outcome
    assert sum(switch.movement.turned.values()) == turned.sum() > 0


def test_load_is_links_and_reviews(switch: Plan) -> None:
    n = switch.before.tape.n_interactions
    load = switch.movement.load
    for done, rate in ((switch.before, load["links"].before), (switch.after, load["links"].after)):
        assert rate.value == pytest.approx(1000 * len(done.links()) / n)
    for done, rate in ((switch.before, load["reviews"].before), (switch.after, load["reviews"].after)):
        assert rate.value == pytest.approx(1000 * done.reviewed.sum() / n)


def test_the_same_config_changes_nothing(history: Dataset, default: ScoringConfig) -> None:
    found = plan(history, default, default, draws=DRAWS)
    assert found.interactions_affected == 0
    assert found.merges.identity.size == found.splits.identity.size == 0
    assert found.movement.turned == {}
    ids = found.customer_ids
    assert ids.before == ids.after and not any((ids.gone, ids.appeared, ids.changed))
    assert all(moved.difference.value == 0 for moved in found.movement.outcomes.values())


def test_a_higher_threshold_splits_and_a_lower_one_merges(history: Dataset, default: ScoringConfig) -> None:
    decide = default.decide.model_copy(update={"merge_at": 0.9999, "on_rivals": "pending"})
    strict = default.model_copy(update={"name": "strict", "decide": decide})
    found = plan(history, default, strict, draws=DRAWS)
    assert found.splits.exposed.sum() > found.merges.exposed.sum()
    merged = sum(found.movement.turned.get(("MERGE", one), 0) for one in ("NEW", "PENDING", "REVIEW"))
    assert merged > sum(found.movement.turned.get((one, "MERGE"), 0) for one in ("NEW", "PENDING", "REVIEW"))
    thin = found.splits.score[found.splits.parts > 1]
    assert thin.min() < 0.9999  # what held them together is what the higher threshold refuses


def test_nothing_but_the_history_is_needed(history: Dataset, switch: Plan) -> None:
    unknown = replace(history, truth_table=None)
    assert plan(unknown, *switch.configs, draws=DRAWS).document()["merges"] == switch.document()["merges"]


def test_the_document_is_json_and_always_the_same(switch: Plan, history: Dataset) -> None:
    text = json.dumps(switch.document(3), allow_nan=False)
    again = plan(history, *switch.configs, draws=DRAWS)
    assert text == json.dumps(again.document(3), allow_nan=False)
    found = json.loads(text)
    assert len(found["merges"]["riskiest"]) == 3 < found["merges"]["count"]
    for row in found["merges"]["riskiest"]:
        assert len(row["customer_ids"]) == row["parts"]
    assert set(found["load"]) == {"links_per_1000", "reviews_per_1000"}
