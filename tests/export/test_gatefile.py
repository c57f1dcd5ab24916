"""A gates file is read as it is meant, or refused with the key that is wrong and what would be valid."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idlab.errors import BadInput
from idlab.export.gatefile import Gates, json_schema
from tests.export.conftest import CONFIGS

SHIPPED = CONFIGS / "gates.yaml"
METRIC = {"name": "one", "metric": "merge.precision", "at_least": 0.9}
SLICES = {"name": "one", "measure": "merge_precision", "at_least": 0.9}


def parsed(**parts):
    return Gates.parse({"schema": "idlab.gates/1", **parts})


def test_the_shipped_gates_are_cost_precision_questions_and_a_fresh_hold_out():
    gates = Gates.load(SHIPPED)
    assert [gate.name for gate in gates.metrics] == ["cost", "merge precision", "questions"]
    assert gates.hold_out_used_once
    assert gates == parsed(**{k: v for k, v in gates.document().items() if k != "schema"})


def test_what_the_shipped_file_offers_in_comments_can_be_asked(tmp_path):
    text = SHIPPED.read_text()
    everything = re.sub(r"(?m)^# ( *(?:- )?[a-z_]+:)", r"\1", text.replace("Schema: gates", "gates"))
    (tmp_path / "all.yaml").write_text(everything)
    gates = Gates.load(tmp_path / "all.yaml")
    assert gates.non_inferiority.overall and gates.non_inferiority.per_channel
    assert gates.slices and gates.certified
    assert gates.blast_radius.worst.identifiers and gates.blast_radius.mean.days


def test_the_json_schema_in_configs_is_the_one_of_this_release():
    """Written by ``json.dumps(idlab.export.gatefile.json_schema(), indent=1)``."""
    assert json.loads((CONFIGS / "gates.schema.json").read_text()) == json_schema()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"metric": []}, r"'metric' is no key here; valid: schema, fresh, .*metrics"),
        ({"fresh": {"world": 2}}, r"fresh: 'world' is no key here; valid: worlds, interactions"),
        ({"fresh": {"worlds": 0}}, r"fresh\.worlds: .*greater than or equal to 1"),
        (
            {"metrics": [METRIC | {"metric": "merge.precison"}]},
            r"metrics\.0\.metric: .*valid: .*merge\.precision",
        ),
        ({"metrics": [METRIC | {"metric": "merge.recall + x"}]}, r"metrics\.0\.metric: 'x' is no metric"),
        ({"metrics": [METRIC | {"at_most": 1}]}, r"metrics\.0: give exactly one of at_least, at_most"),
        ({"metrics": [{"name": "a", "metric": "bcubed.f1"}]}, r"metrics\.0: give exactly one"),
        ({"metrics": [METRIC | {"at_least": "high"}]}, r"metrics\.0\.at_least: got 'high'; give a number"),
        ({"metrics": [METRIC | {"at_least": True}]}, r"metrics\.0\.at_least: got True; give a number"),
        (
            {"metrics": [METRIC | {"at_least": {"prod": 0}}]},
            r"'prod' is no key here; valid: value, production",
        ),
        (
            {"metrics": [METRIC | {"at_least": {"otherwise": 1}}]},
            r"give a number, or \{production: DISTANCE\}",
        ),
        ({"metrics": [METRIC | {"at_least": {"value": 1, "otherwise": 1}}]}, "'otherwise' belongs beside"),
        ({"metrics": [METRIC | {"at_least": float("nan")}]}, r"metrics\.0\.at_least\.value: .*finite"),
        ({"non_inferiority": {"overall": {"outcomes.merge": 0.1}}}, "is no metric; valid: merge.precision"),
        ({"non_inferiority": {"per_channel": {"bcubed.f1": 0.1}}}, "no measure; valid: merge_precision"),
        ({"non_inferiority": {"per_channel": {"merge_recall": 0}}}, "greater than 0"),
        ({"slices": [SLICES | {"measure": "recall"}]}, r"slices\.0\.measure: .*valid: merge_precision"),
        ({"slices": [SLICES | {"least_cases": 5}]}, r"slices\.0\.least_cases: .*20"),
        ({"slices": [SLICES | {"by": ["phone"]}]}, r"by: 'phone' tells people apart"),
        ({"slices": [SLICES | {"at_least": {"production": 0}}]}, "a slice's limit is a number"),
        ({"certified": {"false_merge_rate": 1}}, r"certified\.false_merge_rate: .*less than 1"),
        ({"blast_radius": {"worst": {"phones": 1}}}, "'phones' is no key here; valid: identifiers"),
    ],
)
def test_what_is_wrong_is_refused_by_its_key(parts, said):
    with pytest.raises(BadInput, match=said) as refused:
        parsed(**parts)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no mapping"),
        ("- 1", "is no mapping"),
        ("a: [", "is no YAML"),
        ("schema: idlab.gates/1\nmetrics: []\nmetrics: []", "key 'metrics' comes twice"),
        ("schema: idlab.gates/2", "schema: Input should be 'idlab.gates/1'"),
        ("metrics: []", "schema: Field required"),
        ("? {a: 1}\n: 2", "is no YAML"),
        ("[" * 5_000, "is no YAML"),
    ],
)
def test_what_is_no_gates_file_is_refused_in_one_line(text, said, tmp_path):
    path = tmp_path / "gates.yaml"
    path.write_text(text)
    with pytest.raises(BadInput, match=said) as refused:
        Gates.load(path)
    assert str(path) in str(refused.value) and "\n" not in str(refused.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        Gates.load(tmp_path / "gates.yaml")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*Gates.model_fields, "name", "metric", "at_least", "by"]), inner
            )
        ),
        max_leaves=10,
    )
)
def test_no_document_crashes_the_reader(document):
    told = ""
    try:
        Gates.parse(document | {"schema": "idlab.gates/1"} if isinstance(document, dict) else document)
    except BadInput as refused:
        told = str(refused)
    assert "\n" not in told
