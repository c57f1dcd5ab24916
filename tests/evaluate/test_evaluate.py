"""Evaluation: the wiring from dataset and replay to metrics, against a naive count over the online engine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import synthetic
from idlab import BadInput, MemoryStore, Outcome, Resolver, ScoringConfig
from idlab.data.dataset import Dataset, in_memory
from idlab.data.stream import interactions_of
from idlab.evaluate import Evaluation, check_fields, cost_of, counted, evaluate, persons_of, tape_of
from idlab.evaluate.evaluation import PER_1000, SECTIONS
from idlab.metrics import Costs
from idlab.replay import replay

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


@pytest.fixture(scope="module")
def world() -> synthetic.World:
    return synthetic.generate("retail", interactions=500, seed=11)


@pytest.fixture(scope="module", params=["baseline", "default"])
def config(request: pytest.FixtureRequest) -> ScoringConfig:
    return ScoringConfig.load(CONFIGS / f"{request.param}.json")


@pytest.fixture(scope="module")
def evaluation(world: synthetic.World, config: ScoringConfig) -> Evaluation:
    return evaluate(world, config, resamples=50)


def plurality(persons: Iterable[str]) -> str | None:
    """The most frequent person; of several, who came first."""
    tally = Counter(persons)
    return max(tally, key=lambda person: tally[person]) if tally else None


def naive(dataset: Dataset, config: ScoringConfig) -> dict[str, float]:
    """Decision-level rates, counted while the online engine decides."""
    person = dict(zip(dataset.truth["interaction_id"], dataset.truth["person_id"], strict=True))
    counts = dict(zip(dataset.ids.take(dataset.order).to_pylist(), counted(dataset).tolist(), strict=True))
    store, seen = MemoryStore(), list[str]()
    resolver = Resolver(config, store)
    tally: Counter[str] = Counter()
    for interaction in interactions_of(dataset):
        name = interaction.interaction_id
        held: dict[str, list[str]] = {}
        for one in seen:
            held.setdefault(store.identity_of(one) or "", []).append(person[one])
        decision = resolver.resolve(interaction)
        linkable = person[name] in {person[one] for one in seen}
        seen.append(name)
        if not counts[name]:
            continue
        tally[decision.outcome] += 1
        tally["linkable"] += linkable
        if decision.outcome == Outcome.MERGE:
            tally["merge right"] += plurality(held[decision.customer_id]) == person[name]
        if decision.outcome == Outcome.PENDING:
            tally["pending right"] += any(plurality(held[one]) == person[name] for one in decision.targets)
    rows = sum(tally[outcome] for outcome in Outcome)
    return {
        "outcomes merge": tally[Outcome.MERGE] / rows,
        "outcomes pending": tally[Outcome.PENDING] / rows,
        "outcomes new": tally[Outcome.NEW] / rows,
        "merge precision": tally["merge right"] / tally[Outcome.MERGE],
        "merge recall": tally["merge right"] / tally["linkable"],
        "pending yield": tally["pending right"] / tally[Outcome.PENDING],
        "pending capture": tally["pending right"] / (tally["linkable"] - tally["merge right"]),
        "pending per_1000": 1000 * tally[Outcome.PENDING] / rows,
    }


def test_decision_rates_are_those_of_a_naive_count(
    world: synthetic.World, config: ScoringConfig, evaluation: Evaluation
) -> None:
    for place, value in naive(world.dataset, config).items():
        section, name = place.split()
        assert evaluation.numbers[section][name].value == pytest.approx(value, abs=1e-12), place


def test_bcubed_is_that_of_a_naive_count(evaluation: Evaluation) -> None:
    person, identity = evaluation.person, evaluation.replay.identity
    same_person, together = person[:, None] == person[None, :], identity[:, None] == identity[None, :]
    both = (same_person & together).sum(axis=1)
    bcubed = evaluation.numbers["bcubed"]
    assert bcubed["precision"].value == pytest.approx(float((both / together.sum(axis=1)).mean()))
    assert bcubed["recall"].value == pytest.approx(float((both / same_person.sum(axis=1)).mean()))


def test_the_ceiling_is_out_of_reach_and_uses_enabled_keys_only(
    world: synthetic.World, config: ScoringConfig, evaluation: Evaluation
) -> None:
    ceiling = evaluation.numbers["ceiling"]
    assert ceiling["precision"].value == 1.0
    assert evaluation.numbers["cluster"]["recall"].value < 1
    off = config.model_copy(
        update={"keys": (config.keys[0].model_copy(update={"enabled": False}), *config.keys[1:])}
    )
    lower = evaluate(world, ScoringConfig.parse(json.loads(off.to_json())), resamples=2).numbers["ceiling"]
    assert lower["recall"].value < ceiling["recall"].value


def test_fast_cost_is_the_cost(evaluation: Evaluation) -> None:
    assert cost_of(evaluation.replay, evaluation.person) == pytest.approx(
        evaluation.numbers["cost_per_1000"].value, abs=1e-9
    )
    dear = Costs(c_false=100.0)
    assert cost_of(evaluation.replay, evaluation.person, dear) > cost_of(evaluation.replay, evaluation.person)


def test_one_tape_serves_many_configs(
    world: synthetic.World, evaluation: Evaluation, config: ScoringConfig
) -> None:
    tape = tape_of(world.dataset, config)
    stricter = config.model_copy(update={"decide": config.decide.model_copy(update={"merge_at": 0.999})})
    merges = int((replay(tape, stricter).outcome == 1).sum())
    assert merges < int((evaluation.replay.outcome == 1).sum())


def test_json_holds_the_agreed_keys_and_every_rate_has_an_interval(evaluation: Evaluation) -> None:
    found = json.loads(evaluation.to_json())
    assert set(found) == {*SECTIONS, *PER_1000, "config_digest", "dataset_digest"}
    rates = [rate for section in SECTIONS for rate in found[section].values()] + [
        found[name] for name in PER_1000
    ]
    for rate in rates:
        assert set(rate) == {"value", "low", "high"}
        if rate["value"] is None:
            assert rate["low"] is rate["high"] is None
        else:
            assert rate["low"] <= rate["value"] <= rate["high"]


def test_frame_and_table(evaluation: Evaluation) -> None:
    frame = evaluation.frame()
    assert len(frame) == 500 and frame["interaction_id"].is_unique
    assert (frame["disposition"].str.partition("_")[0] == frame["outcome"]).all()
    right = frame["counted"] & (frame["disposition"] == "MERGE_RIGHT")
    merges = frame["counted"] & (frame["outcome"] == "MERGE")
    assert evaluation.numbers["merge"]["precision"].value == pytest.approx(right.sum() / merges.sum())
    console = Console(width=100, file=StringIO())
    with console.capture() as shown:
        console.print(evaluation.table())
    assert "merge precision" in shown.get()


# -- knowledge


def _calls(rows: int, **columns: Any) -> pd.DataFrame:
    ids = [f"i{row}" for row in range(rows)]
    moments = pd.date_range("2026-01-05T09:30Z", periods=rows, freq="h")
    return pd.DataFrame({"interaction_id": ids, "occurred_at": moments, "channel": "voice", **columns})


def test_persons_come_in_the_order_handled() -> None:
    calls = _calls(3).iloc[[2, 0, 1]]
    truth = pd.DataFrame({"interaction_id": ["i0", "i1", "i2"], "person_id": ["p", "q", "p"]})
    person, knowledge = persons_of(in_memory(calls, truth=truth))
    assert person[0] == person[2] != person[1]
    assert (knowledge.kind, knowledge.known, str(knowledge)) == (
        "truth",
        3,
        "judged by truth: the persons of all 3 interactions",
    )


def test_partial_knowledge_judges_what_it_knows() -> None:
    calls = _calls(4, phone="+1 202 555 0143")
    labels = pd.DataFrame({"interaction_id": ["i0", "i3"], "person_id": ["p", "q"]})
    found = evaluate(
        in_memory(calls, labels=labels), ScoringConfig.load(CONFIGS / "baseline.json"), resamples=5
    )
    assert found.person.tolist()[1:3] == [-1, -1]
    assert "of 2 of 4 interactions; the others, and whom they were merged with, are not" in str(
        found.knowledge
    )
    assert found.numbers["merge"]["precision"].value == 0.0
    assert found.numbers["outcomes"]["merge"].value == 0.75
    assert found.numbers["counts"]["known"] == 2


@pytest.mark.parametrize(
    "labels",
    [
        {"interaction_id": ["i0", "i3"], "person_id": ["p", "q"], "weight": [1.0, 2.0]},
        {"left": ["i0"], "right": ["i2"], "same": ["yes"], "weight": [1.5]},
    ],
)
def test_labels_with_sampling_weights_are_for_estimates(labels: dict[str, list[object]]) -> None:
    sample = in_memory(_calls(4, phone="+1 202 555 0143"), labels=pd.DataFrame(labels))
    with pytest.raises(BadInput, match=r"a sample with weights.*estimate them with idlab label estimate"):
        evaluate(sample, _baseline(), resamples=5)


def test_judged_pairs_are_knowledge() -> None:
    calls = _calls(3, phone="+1 202 555 0143")
    labels = pd.DataFrame({"left": ["i0"], "right": ["i2"], "same": ["yes"]})
    found = evaluate(
        in_memory(calls, labels=labels), ScoringConfig.load(CONFIGS / "baseline.json"), resamples=5
    )
    assert found.numbers["knowledge"] == "labels"
    assert found.numbers["merge"]["recall"].value == 1.0


def test_truth_is_used_where_there_are_labels_too() -> None:
    truth = pd.DataFrame({"interaction_id": ["i0", "i1"], "person_id": ["p", "p"]})
    labels = pd.DataFrame({"interaction_id": ["i0", "i1"], "person_id": ["p", "q"]})
    _, knowledge = persons_of(in_memory(_calls(2), truth=truth, labels=labels))
    assert knowledge.kind == "truth"


def test_nothing_known_is_refused() -> None:
    with pytest.raises(BadInput, match="there is nothing to judge by"):
        evaluate(in_memory(_calls(2)), ScoringConfig.load(CONFIGS / "baseline.json"))
    done = replay(tape_of(in_memory(_calls(2)), ScoringConfig.load(CONFIGS / "baseline.json")), _baseline())
    with pytest.raises(BadInput, match="no interaction's person is known"):
        cost_of(done, np.full(2, -1))


def _baseline() -> ScoringConfig:
    return ScoringConfig.load(CONFIGS / "baseline.json")


def test_a_missing_field_is_named() -> None:
    document = json.loads((CONFIGS / "default.json").read_text())
    document["fields"].append({"name": "born", "kind": "date", "levels": [{"name": "else", "weight": 0}]})
    with pytest.raises(BadInput, match="declares the field 'born', which is not in this dataset"):
        check_fields(in_memory(_calls(2)), ScoringConfig.parse(document))


# -- revisions


def test_only_the_last_revision_of_a_conversation_counts() -> None:
    ids = ["a", "b", "a#1", "a#2", "x#1", "b#1", "c"]
    conversation = ["A", "B", "A", "A", "A", "other", None]
    calls = _calls(7, conversation_id=conversation, participant_id="p").assign(interaction_id=ids)
    flags = dict(zip(ids, counted(in_memory(calls)).tolist(), strict=True))
    assert flags == {"a": False, "a#1": False, "a#2": True, "b": True, "b#1": True, "x#1": True, "c": True}


def test_the_last_revision_is_the_last_handled() -> None:
    calls = _calls(3, conversation_id="A").assign(interaction_id=["a", "a#1", "a#2"], sequence=[1, 3, 2])
    assert counted(in_memory(calls)).tolist() == [False, False, True]  # handled: a, a#2, a#1


def test_revisions_of_a_synthetic_world(world: synthetic.World) -> None:
    ids = world.interactions["interaction_id"]
    base = ids.str.partition("#")[0]
    flags = counted(world.dataset)
    assert flags.sum() == base.nunique() < len(ids)
