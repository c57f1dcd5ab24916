"""Drafted configs: from the fields alone, and stronger where values say more."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from idlab import BadInput
from idlab.data.dataset import Dataset, in_memory
from idlab.data.importer import import_file
from idlab.data.manifest import Manifest
from idlab.draft import BUILT_IN_KINDS, DRAFTS, draft
from idlab.normalize.kinds import KINDS


def _rows(kinds: dict[str, str], **columns: Any) -> Dataset:
    rows = len(next(iter(columns.values())))
    frame = pd.DataFrame({"interaction_id": [f"i{row}" for row in range(rows)], **columns})
    frame["occurred_at"], frame["channel"] = pd.Timestamp("2026-01-05T09:30Z"), "crm"
    return in_memory(frame, manifest=Manifest(fields=kinds))


def _exact_weight(config: Any, field: str) -> float:
    (found,) = (one for one in config.fields if one.name == field)
    weight: float = next(level.weight for level in found.levels if level.name == "exact")
    return weight


def test_every_kind_has_a_draft_that_is_valid() -> None:
    assert set(DRAFTS) == set(KINDS)
    declared = {f"f_{kind}": kind for kind in KINDS if kind != "conversation"}
    values = {name: [f"{row}" for row in range(30)] for name in (*declared, *BUILT_IN_KINDS)}
    config = draft(_rows(declared, **values, conversation_id=["c"] * 30, participant_id=["p"] * 30))
    assert {field.name for field in config.fields} == {*values, "conversation"}


def test_fields_without_values_stay_out() -> None:
    config = draft(_rows({"town": "text"}, phone=["+1 202 555 0143"] * 2, town=[None, ""]))
    assert [field.name for field in config.fields] == ["phone"]
    assert config.guards.max_distinct_names is None


def test_common_values_weigh_less_and_make_no_key() -> None:
    kinds = {"state": "code", "passport": "code"}
    rows = _rows(kinds, state=["NY", "ny "] * 50, passport=[f"P{row // 2}" for row in range(100)])
    config = draft(rows)
    assert _exact_weight(config, "state") == 0.5
    assert _exact_weight(config, "passport") > 6
    assert [rule.on for rule in config.keys] == [("passport.value",)]


def test_names_make_keys_together_with_others() -> None:
    kinds = {"born": "date", "town": "text"}
    born = [f"19{row % 50 + 50}-01-01" for row in range(200)]
    config = draft(
        _rows(kinds, full_name=[f"Ann {row}" for row in range(200)], born=born, town=["York"] * 200)
    )
    keys = {rule.on: rule.max_fanout for rule in config.keys}
    assert keys[("full_name.full",)] == 20
    assert ("full_name.phonetic", "born.iso") in keys and ("full_name.phonetic", "town.text") in keys
    assert ("town.text",) not in keys and ("born.iso",) in keys


def test_the_same_dataset_gives_the_same_config(tmp_path: Any) -> None:
    (tmp_path / "crm.csv").write_text("phone,full_name\n+1 202 555 0143,Ann Lee\n+1 202 555 0144,Bob Ray\n")
    one, other = (
        draft(import_file(tmp_path / "crm.csv", {})[0], region="GB", day_first=True) for _ in range(2)
    )
    assert one.digest == other.digest
    assert one.normalize.phone.region == "GB" and one.normalize.date.day_first


def test_nothing_that_could_be_a_key_is_refused() -> None:
    with pytest.raises(BadInput, match="no field has values that could make a key"):
        draft(_rows({}, ip_address=["192.0.2.1"] * 3))
