"""Older bundles are brought forward and still verify; newer ones are refused as such."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.bundle import Bundle, BundleRefused, card
from idlab.bundle.canonical import digest_of
from idlab.bundle.migration import CURRENT, FAMILY, MIGRATIONS, SCHEMA
from idlab.errors import BadInput
from tests.bundle.changing import change, sign

OLDER = Path(__file__).parent / "data" / "bundle-1.json"
"""Exported by the release whose schema was ``idlab.bundle/1``."""


def test_every_older_version_has_a_way_forward():
    assert set(MIGRATIONS) == set(range(1, CURRENT))
    assert f"{FAMILY}{CURRENT}" == SCHEMA


def test_an_older_bundle_is_read_verified_and_written_as_a_current_one(tmp_path):
    written = json.loads(OLDER.read_text())
    assert written["schema"] == "idlab.bundle/1"
    bundle = Bundle.read(OLDER)
    assert bundle.verify().decisions == len(written["golden"]) == 60
    assert bundle.schema_ == SCHEMA
    assert bundle.lineage == {**written["lineage"], "migrated_from": "idlab.bundle/1"}
    assert bundle.quality == written["quality"]
    assert list(bundle.coverage.not_reached) == written["not_reached"]
    assert [(one.gate, one.passed) for one in bundle.gates] == [
        (one["gate"], one["passed"]) for one in written["gates"]
    ]
    bundle.write(tmp_path / "current.json")
    assert Bundle.read(tmp_path / "current.json") == bundle
    assert "idlab.bundle/1 and was brought forward" in card(bundle)


def test_an_older_bundle_that_was_changed_is_refused(tmp_path):
    path = tmp_path / "older.json"
    path.write_bytes(OLDER.read_bytes())
    change(path, "gates", 0, "passed", to=False)
    with pytest.raises(BundleRefused, match="was changed after it was made"):
        Bundle.read(path)


@pytest.mark.parametrize(
    ("name", "to"), [("gates", 7), ("gates", [7]), ("lineage", []), ("not_reached", None), ("golden", {})]
)
def test_an_older_bundle_of_another_shape_names_the_field(name, to, tmp_path):
    path = tmp_path / "older.json"
    path.write_bytes(OLDER.read_bytes())
    change(path, name, to=to)
    sign(path)
    with pytest.raises(BadInput, match=name):
        Bundle.read(path)


def test_a_newer_schema_is_told_from_no_bundle(written, default):
    change(written, "schema", to="idlab.bundle/3")
    with pytest.raises(BadInput, match=r"schema is 'idlab\.bundle/3', this release reads .* to") as refused:
        Bundle.read(written)
    assert not isinstance(refused.value, BundleRefused)
    assert refused.value.hint == "install the release that made it, or a newer one"
    with pytest.raises(BadInput, match="is no bundle"):
        Bundle.parse(json.loads(default.to_json()))


@given(st.text(max_size=12))
def test_whatever_version_a_bundle_claims_is_read_or_refused(number):
    document = json.loads(OLDER.read_text()) | {"schema": FAMILY + number}
    document["digests"]["bundle"] = digest_of(document)
    if number == "1":
        Bundle.parse(document)
        return
    with pytest.raises(BadInput):
        Bundle.parse(document)
