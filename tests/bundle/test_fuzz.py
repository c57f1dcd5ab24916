"""Mutated bundles are refused in one line, whatever was done to them: the loader never crashes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idlab.bundle import Bundle, card
from idlab.bundle.canonical import digest_of
from idlab.errors import BadInput
from tests.bundle.changing import places

OLDER = json.loads((Path(__file__).parent / "data" / "bundle-1.json").read_text())

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def tried(document: object) -> None:
    """Reads, verifies and describes a document as far as it lets one."""
    told = ""
    try:
        bundle = Bundle.parse(document)
        assert card(bundle).startswith("# Model card")
        bundle.verify()
    except BadInput as refused:
        told = str(refused)
    assert "\n" not in told


def fuzzed(data: st.DataObject, document: dict) -> dict:
    """A document with one value, anywhere in it, replaced by another; signed anew half of the time."""
    changed = json.loads(json.dumps(document))
    steps, _ = data.draw(st.sampled_from(list(places(changed))))
    place = changed
    for step in steps[: data.draw(st.integers(1, len(steps))) - 1]:
        place = place[step]
    step = data.draw(st.sampled_from(list(place) if isinstance(place, dict) else list(range(len(place)))))
    place[step] = data.draw(json_values)
    if data.draw(st.booleans()) and isinstance(changed.get("digests"), dict):
        changed["digests"]["bundle"] = digest_of(changed)
    return changed


@given(data=st.data())
def test_a_bundle_with_another_value_is_refused_or_holds(data, bundle):
    tried(fuzzed(data, bundle.document()))


@given(data=st.data())
@settings(max_examples=40)
def test_an_older_bundle_with_another_value_is_refused_or_holds(data):
    short = OLDER | {"golden": OLDER["golden"][:3]}
    tried(fuzzed(data, short))


@pytest.mark.parametrize("part", ["lineage", "quality", "expected"])
@given(told=st.dictionaries(st.sampled_from(["study", "worlds", "judged", "hold_out"]), json_values))
@settings(max_examples=40)
def test_free_parts_may_hold_anything(part, told, bundle):
    document = bundle.document() | {part: told}
    document["digests"]["bundle"] = digest_of(document)
    tried(document)


@given(data=st.data())
def test_mutated_bytes_are_refused_or_mean_the_same(data, bundle, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "mutated.json"
    whole = bytearray(bundle.to_json().encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    path.write_bytes(bytes(whole))
    told = ""
    try:
        assert Bundle.read(path) == bundle
    except BadInput as refused:
        told = str(refused)
    assert "\n" not in told


@pytest.mark.parametrize("depth", [100, 300, 800, 950, 990, 2_000, 100_000])
def test_no_depth_is_too_deep(depth, tmp_path):
    path = tmp_path / "deep.json"
    path.write_text('{"schema": "idlab.bundle/2", "digests": {}, "x": ' + "[" * depth + "]" * depth + "}")
    with pytest.raises(BadInput):
        Bundle.read(path)
