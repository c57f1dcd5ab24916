"""Key rules as codes, the shipped ones, and the ceilings that they make."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from idlab import ScoringConfig
from idlab.evaluate import Evaluation, enabled_keys
from idlab.evaluate.keys import SHIPPED_RULES, declared_rules, form_codes, form_names, key_codes, rules_read

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


def _rules(name: str) -> list[tuple[str, ...]]:
    return [tuple(rule["on"]) for rule in json.loads((CONFIGS / f"{name}.json").read_text())["keys"]]


def test_the_shipped_rules_are_those_of_the_shipped_configs() -> None:
    assert list(SHIPPED_RULES) == _rules("default")
    assert set(_rules("baseline")) <= set(SHIPPED_RULES)


def test_codes_of_declared_rules_join_what_the_tapes_keys_join(one: Evaluation) -> None:
    done = one.replay
    config = ScoringConfig.load(
        CONFIGS / ("default.json" if len(done.compiled.keys) > 3 else "baseline.json")
    )
    assert declared_rules(done) == tuple(rule.on for rule in config.keys)
    on = [rule.on for rule in config.keys if rule.enabled]
    ours, theirs = key_codes(done, on), enabled_keys(done)
    assert ours.shape == theirs.shape
    for mine, tape in zip(ours.T, theirs.T, strict=True):
        assert ((mine < 0) == (tape < 0)).all()
        pairs = pd.DataFrame({"mine": mine, "tape": tape})[mine >= 0].drop_duplicates()
        assert pairs["mine"].is_unique and pairs["tape"].is_unique


def test_form_codes_are_equal_just_when_the_texts_are(one: Evaluation) -> None:
    tape = one.replay.tape
    records = tape.record.reshape(tape.n_interactions, -1)
    for (field, form), name in form_names(one.replay).items():
        codes = form_codes(one.replay, field, form)
        assert ((codes < 0) | (records[:, field] >= 0)).all(), name
        if form == 0:
            assert len(set(codes[codes >= 0].tolist())) == len(set(records[codes >= 0, field].tolist()))


def test_more_rules_reach_further(judged: dict[str, Evaluation]) -> None:
    for evaluation in judged.values():
        numbers = evaluation.numbers
        assert numbers["shipped_ceiling"]["recall"].value >= numbers["ceiling"]["recall"].value
        assert numbers["ceiling"]["recall"].value >= numbers["bcubed"]["recall"].value * 0.99
        for name, share in numbers["attainable"].items():
            assert share.low <= share.value <= share.high
            assert share.value >= numbers["shipped_attainable"][name].value
    baseline, default = judged["baseline"], judged["default"]
    assert len(rules_read(baseline.replay)) > len(declared_rules(baseline.replay))
    assert rules_read(default.replay) == declared_rules(default.replay)
    assert np.all(key_codes(default.replay, ()) == np.zeros((len(default.person), 0)))
