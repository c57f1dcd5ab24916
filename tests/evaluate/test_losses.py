"""Where recall is lost: one cause each, together the whole, and each as the engine's own past tells it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from idlab import ScoringConfig
from idlab.core.codes import HUB
from idlab.data.dataset import Dataset, in_memory
from idlab.evaluate import Evaluation, evaluate
from idlab.evaluate.columns import column_of
from idlab.evaluate.keys import declared_rules, form_names
from idlab.evaluate.losses import CAUSES, LossCause, Losses, losses
from idlab.metrics import Disposition
from idlab.why.past import Past, before, entry_of
from tests.metrics import naive

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
NEEDS_KEY = {LossCause.HUB, LossCause.OVERWRITTEN, LossCause.BELOW_BAND, LossCause.OUTRANKED}


def _strict(retail: Dataset) -> Evaluation:
    """The default config with hubs and guards that bite and a key switched off."""
    document = json.loads((CONFIGS / "default.json").read_text())
    document["guards"] |= {"max_distinct_names": 1, "same_name_level": "exact"}
    for rule in document["keys"]:
        rule["max_fanout"] = 1
        rule["enabled"] = rule["on"] != ["cookie_id.value"]
    document["decide"] |= {"on_rivals": "pending", "link_on_merge": False}
    return evaluate(retail, ScoringConfig.parse(document), resamples=5)


@pytest.fixture(scope="module", params=["baseline", "default", "strict"])
def found(request: pytest.FixtureRequest, judged: dict[str, Evaluation], retail: Dataset) -> Losses:
    return losses(_strict(retail) if request.param == "strict" else judged[request.param])


def test_the_parts_add_up_to_the_whole(found: Losses) -> None:
    evaluation = found.evaluation
    missed = evaluation.judgements.linkable & (evaluation.disposition != Disposition.MERGE_RIGHT)
    assert found.row.tolist() == np.flatnonzero(evaluation.judged & missed).tolist()
    assert set(found.cause.tolist()) <= set(range(len(CAUSES)))
    shares = [rate.value for rate in found.by_cause().values()]
    assert sum(shares) == pytest.approx(1 - evaluation.numbers["merge"]["recall"].value)


def test_the_frame_adds_up_too(found: Losses, retail: Dataset) -> None:
    frame = found.frame(column_of(retail, "channel"))
    assert frame["interactions"].sum() == found.row.size
    assert frame["interactions"].is_monotonic_decreasing
    assert (frame["interactions"] <= frame["linkable"]).all()
    pairs = frame.drop_duplicates("channels")
    evaluation = found.evaluation
    assert pairs["linkable"].sum() <= (evaluation.judged & evaluation.judgements.linkable).sum()
    assert not frame["channels"].str.endswith("after none").any()


class _Told:
    """What the engine's own state says about one lost interaction."""

    def __init__(self, evaluation: Evaluation, row: int) -> None:
        done, person = evaluation.replay, evaluation.person
        self.past: Past = before(done, entry_of(done.tape, row))
        size = self.past.decide(row)
        world = self.past.world
        slots = {world.candidates.identity[slot]: slot for slot in range(size)}
        own = [one for one in range(row) if person[one] == person[row]]
        keys = done.tape.key.reshape(len(person), -1)
        on = [rule for rule, on in enumerate(done.compiled.rules.key_on) if on]
        self.shared = {(one, rule) for one in own for rule in on if keys[one, rule] == keys[row, rule] != -1}
        self.hubs = {bool(self.past.index.hub[keys[row, rule]]) for _, rule in self.shared}
        self.weights, self.aside = {}, set()
        for identity, slot in slots.items():
            members = self.past.members(identity)
            if naive.plurality(members[members < row], person.tolist()) == person[row]:
                self.weights[identity] = world.candidates.weight[slot]
                self.aside |= {identity} if world.candidates.aside[slot] else set()
        self.through_own = {int(self.past.root[one]) for one, _ in self.shared} & set(slots)


def test_each_cause_is_what_the_engine_saw(found: Losses) -> None:
    rules = found.evaluation.replay.compiled.rules
    for row, number in zip(found.row.tolist(), found.cause.tolist(), strict=True):
        cause, told = CAUSES[number], _Told(found.evaluation, row)
        right = set(told.weights) & told.through_own
        if cause in NEEDS_KEY:
            assert told.shared, (row, cause)
        if cause in (LossCause.ORDER, LossCause.NEVER_CANDIDATE, LossCause.NO_EVIDENCE):
            assert not told.shared, (row, cause)
        elif cause is LossCause.HUB:
            assert told.hubs == {True} and not told.through_own
        elif cause is LossCause.OVERWRITTEN:
            assert not told.through_own and False in told.hubs
        elif cause is LossCause.BELOW_BAND:
            assert right and max(told.weights[one] for one in right) < rules.pending_at
        elif cause is LossCause.OUTRANKED:
            assert right
        elif cause is LossCause.GUARD and found.evaluation.disposition[row] != Disposition.REVIEW_RIGHT:
            assert right & told.aside or found.evaluation.history.outcome[row] == 3


def test_no_evidence_means_no_form_in_common_and_a_rule_named_means_a_key_in_common(found: Losses) -> None:
    done, person = found.evaluation.replay, found.evaluation.person
    tape, names = done.tape, form_names(done)
    records = tape.record.reshape(len(person), -1)

    def form(row: int, part: tuple[int, int]) -> int:
        value = int(records[row, part[0]])
        return -1 if value < 0 else int(tape.scalar[value * 4 + part[1]])

    def alike(one: int, other: int, part: tuple[int, int]) -> bool:
        return form(one, part) == form(other, part) != -1

    places = {name: part for part, name in names.items()}
    for place, row in enumerate(found.row.tolist()):
        cause = CAUSES[found.cause[place]]
        own = [one for one in range(row) if person[one] == person[row]]
        assert found.nearest[place] == own[-1]
        if cause is LossCause.NO_EVIDENCE:
            assert not any(alike(one, row, part) for one in own for part in names)
        if cause is LossCause.NEVER_CANDIDATE:
            would = [
                number
                for number, rule in enumerate(found.rules)
                if any(all(alike(one, row, places[part]) for part in rule) for one in own)
            ]
            assert found.rule[place] == (would[0] if would else -1)
            assert any(alike(one, row, part) for one in own for part in names)
    assert not set(found.rules) & {
        rule for rule, on in zip(declared_rules(done), done.compiled.rules.key_on, strict=True) if on
    }


def _lived(config: ScoringConfig, persons: str, **columns: list[str | None]) -> Evaluation:
    """Contacts of persons, an hour apart."""
    ids = [f"i{row}" for row in range(len(persons))]
    moments = pd.date_range("2026-01-05T09:30Z", periods=len(persons), freq="h")
    calls = pd.DataFrame({"interaction_id": ids, "occurred_at": moments, "channel": "voice", **columns})
    truth = pd.DataFrame({"interaction_id": ids, "person_id": list(persons)})
    return evaluate(in_memory(calls, truth=truth), config, resamples=5)


def _shipped(name: str) -> ScoringConfig:
    return ScoringConfig.load(CONFIGS / f"{name}.json")


def _cause(found: Losses, row: int) -> LossCause:
    return CAUSES[found.cause[found.row.tolist().index(row)]]


def _overwritten() -> Evaluation:
    """One person whose second contact overwrites the e-mail that the third one comes from."""
    emails = ["maria.lopez12@example.org", "mario.lopez13@example.org", "maria.lopez12@example.org"]
    phones = ["+1 202 555 0143", "+1 202 555 0143", None]
    return _lived(_shipped("baseline"), "ppp", phone=phones, email=emails)


def test_a_link_left_over_by_a_wrong_merge_is_left_pending(handmade: ScoringConfig) -> None:
    """The phone brings q's identity, the cookie only a link to p's own."""
    phones, cookies = ["+1 202 555 0143", None, "+1 202 555 0143"], [None, "c-17", "c-17"]
    decide = handmade.decide.model_copy(update={"margin": 1.0})
    config = handmade.model_copy(update={"decide": decide})
    found = losses(_lived(config, "qpp", phone=phones, cookie_id=cookies))
    assert found.evaluation.disposition[2] == Disposition.MERGE_WRONG
    assert _cause(found, 2) is LossCause.PENDING


def test_the_first_rule_that_would_have_found_it_is_named() -> None:
    """Cookie, and name with the domain: both are shipped, neither is the baseline's."""
    emails = ["ann@example.org", "lee@example.org"]
    config = _shipped("baseline")
    found = losses(_lived(config, "pp", email=emails, full_name=["Ann Lee"] * 2, cookie_id=["c-17"] * 2))
    assert _cause(found, 1) is LossCause.NEVER_CANDIDATE and found.rule_names() == ["cookie_id.value"]


def test_a_key_is_no_hub_for_what_another_key_is() -> None:
    """The phone is a hub, the e-mail leads to one identity, which scores too low."""
    document = json.loads((CONFIGS / "default.json").read_text())
    document["decide"] |= {"merge_at": 0.999999, "pending_at": 0.99999}
    for rule in document["keys"]:
        rule["max_fanout"] = 1
    phones = ["+1 202 555 0143", "+1 202 555 0143", "+1 202 555 0143", None, "+1 202 555 0143"]
    emails = [None, None, None, "ann@example.org", "ann@example.org"]
    found = losses(_lived(ScoringConfig.parse(document), "qrspp", phone=phones, email=emails))
    assert _cause(found, 4) is LossCause.BELOW_BAND
    assert found.evaluation.replay.results.reasons[4] & HUB


def test_a_value_that_was_overwritten_is_told() -> None:
    found = losses(_overwritten())
    assert (found.row.tolist(), found.nearest.tolist()) == ([2], [1])
    assert CAUSES[found.cause[0]] is LossCause.OVERWRITTEN
    assert not _Told(found.evaluation, 2).through_own


def test_every_cause_occurs_somewhere(judged: dict[str, Evaluation], retail: Dataset) -> None:
    """Else the tests above would show nothing of it."""
    evaluations = [*judged.values(), _strict(retail), _overwritten()]
    met = {CAUSES[number] for one in evaluations for number in losses(one).cause.tolist()}
    assert met == set(LossCause)
