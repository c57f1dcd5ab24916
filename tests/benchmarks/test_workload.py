from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from idlab import BadInput, Interaction, ScoringConfig
from idlab.bench.records import normalised_records
from idlab.bench.workload import KEYS, check_no_hub, frozen, widest_key
from idlab.compiled import compiled
from idlab.replay import encode_entries, replay

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def test_the_keys_are_phone_email_and_cookie_and_all_else_is_the_configs_own(default):
    with_keys = frozen(default)
    assert [rule.on for rule in with_keys.keys] == [(key,) for key in KEYS]
    assert all(rule.enabled for rule in with_keys.keys)
    assert with_keys.model_copy(update={"keys": default.keys}) == default


def test_what_a_config_says_of_a_key_stays(default):
    document = json.loads(default.to_json())
    document["keys"] = [{"on": ["email.address"], "max_fanout": 7, "enabled": False}]
    rules = {rule.on: rule for rule in frozen(ScoringConfig.parse(document)).keys}
    assert rules["email.address",].max_fanout == 7
    assert rules["email.address",].enabled
    assert rules["phone.e164",].max_fanout == 200


def test_a_config_without_weights_is_refused():
    with pytest.raises(BadInput, match="fellegi_sunter"):
        frozen(ScoringConfig.load(CONFIGS / "baseline.json"))


def _calls(names: list[str]) -> list[Interaction]:
    return [
        Interaction(f"c-{k}", MONDAY + timedelta(hours=k), "voice", phone="+1 202 555 0143", full_name=name)
        for k, name in enumerate(names)
    ]


def _narrow(config: ScoringConfig, max_fanout: int) -> ScoringConfig:
    document = json.loads(frozen(config).to_json())
    document["keys"] = [rule | {"max_fanout": max_fanout} for rule in document["keys"]]
    document["decide"] |= {"merge_at": 0.999999, "pending_at": 0.999998}
    return ScoringConfig.parse(document)


def test_a_hub_is_refused_with_the_number_of_interactions_that_met_it(default):
    names = ["ada lee", "bob ray", "cyd orr", "dan fox"]
    narrow = _narrow(default, max_fanout=1)
    done = replay(encode_entries(_calls(names), narrow), narrow)
    met = sum("hub" in reason.lower() for k in range(4) for reason in done.decision(k).reasons)
    assert met > 0
    with pytest.raises(BadInput, match=rf"^{met} interactions have a key that is a hub"):
        check_no_hub(done)
    wide = _narrow(default, max_fanout=200)
    check_no_hub(replay(encode_entries(_calls(names), wide), wide))


def test_the_widest_key_is_the_most_records_under_one_value(default):
    config = frozen(default)
    calls = _calls(["ada lee", "ada lee", "ada lee"])
    other = Interaction("m-1", MONDAY + timedelta(days=1), "email", email="ada@example.com")
    done = replay(encode_entries([*calls, other], config), config)
    assert widest_key(done) == 3


def test_records_are_what_the_normaliser_makes_of_every_interaction(default):
    ready = compiled(default)
    entries = [
        *_calls(["Ada Lee", "LEE, Ada", "ada lee"]),
        Interaction("m-1", MONDAY + timedelta(days=1), "email", email="Ada+x@Example.com", phone="anonymous"),
        Interaction("w-1", MONDAY + timedelta(days=2), "webchat", cookie_id=" k1 "),
    ]
    names = ["cookie_id", "phone", "email", "full_name"]
    table = normalised_records(encode_entries(entries, default), ready.field_names, names)
    places = [ready.field_names.index(name) for name in names]
    expected = [ready.normalizer.record(entry).values for entry in entries]
    assert table.column_names == ["unique_id", *names]
    assert table["unique_id"].to_pylist() == list(range(len(entries)))
    for name, place in zip(names, places, strict=True):
        assert table[name].to_pylist() == [values[place] for values in expected]
