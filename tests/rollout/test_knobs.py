"""Every share that is watched leads to knobs that are in the config."""

from __future__ import annotations

import json
from typing import Any

import pytest

from idlab import ScoringConfig
from idlab.rollout import Expectations, Family
from idlab.rollout.knobs import knobs
from tests.rollout.conftest import Lived


def there(config: ScoringConfig, path: str) -> bool:
    """Whether a path leads to something in the document; key rules, fields and levels are called by their names."""
    document: Any = json.loads(config.to_json())
    first, _, rest = path.partition(".")
    if first == "keys":
        rules = {"+".join(rule["on"]): rule for rule in document["keys"]}
        return any(
            rest in (name, f"{name}.max_fanout") and rule.get("enabled", True) for name, rule in rules.items()
        )
    if first != "fields":
        return rest in ScoringConfig.model_fields[first].annotation.model_fields  # type: ignore[union-attr]
    field = next(one for one in document["fields"] if rest.startswith(f"{one['name']}."))
    rest = rest.removeprefix(f"{field['name']}.")
    if rest in ("levels", "term_frequencies"):
        return True
    for level in field["levels"]:
        if rest == f"levels.{level['name']}.weight" or rest == f"levels.{level['name']}.credit":
            return rest.rpartition(".")[2] in level
        if rest.startswith(f"levels.{level['name']}.when."):
            parts = level["when"].get("all", [level["when"]])
            return any(rest.rpartition(".")[2] in part for part in parts)
    return False


@pytest.mark.parametrize("name", ["default", "baseline"])
def test_every_share_has_knobs_that_exist(name: str, request: pytest.FixtureRequest) -> None:
    config: ScoringConfig = request.getfixturevalue(name)
    bundle = Lived("retail", 2, config, 1500).bundle(config)
    kinds = set()
    for one in Expectations.read(bundle.expected).families:
        kinds.add(one.kind)
        for share in one.names:
            found = knobs(config, one.family, share)
            assert found and len(set(found)) == len(found), (one.family, share)
            missing = [path for path in found if not there(config, path)]
            assert not missing, (one.family, share)
    assert kinds == {"channels", "outcomes", "candidates", "weights", "reasons", "levels", "filled"}


def test_fill_rates_lead_to_the_keys_made_of_the_field(default: ScoringConfig) -> None:
    assert knobs(default, Family("filled", "webchat"), "email") == (
        "keys.email.address",
        "keys.full_name.full+email.local",
        "keys.full_name.full+email.domain",
        "fields.email.levels",
    )


def test_weights_lead_to_the_fields_that_shifted_with_them(default: ScoringConfig) -> None:
    assert knobs(default, Family("weights", "voice"), "any", ("phone",)) == (
        "fields.phone.levels",
        "model.prior",
    )
    assert "fields.email.levels" in knobs(default, Family("weights", "voice"), "any")


def test_levels_lead_to_their_numbers_and_to_what_makes_them_shared(default: ScoringConfig) -> None:
    assert knobs(default, Family("levels", "email", "email"), "near") == (
        "fields.email.levels.near.weight",
        "fields.email.levels.near.when.at_least",
    )
    assert knobs(default, Family("levels", "voice", "phone"), "shared") == (
        "fields.phone.levels.shared.weight",
        "guards.max_names_per_identifier",
    )


def test_new_customers_lead_to_the_keys_that_fell_dry(default: ScoringConfig) -> None:
    every = knobs(default, Family("outcomes", "webchat"), "NEW")
    assert {f"keys.{'+'.join(rule.on)}" for rule in default.keys if rule.enabled} < set(every)
    assert knobs(default, Family("outcomes", "webchat"), "NEW", ("cookie_id",)) == (
        "keys.cookie_id.value",
        "model.prior",
        "decide.pending_at",
    )
