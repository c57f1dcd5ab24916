"""A bundle survives a round trip, and whatever is changed in it is refused."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from idlab.bundle import (
    Bundle,
    BundleRefused,
    GoldenDecision,
    VersionWarning,
    changed_versions,
    load_config,
    versions,
)
from idlab.bundle.migration import SCHEMA
from idlab.errors import BadInput
from idlab.stores import MemoryStore
from tests.bundle.changing import change, places, sign

PROJECT = Path(__file__).resolve().parents[2]


def test_a_bundle_survives_a_round_trip(bundle, written):
    assert Bundle.load(written) == bundle
    assert Bundle.load(written).to_json().encode() == written.read_bytes()
    assert bundle.digest_holds()


def test_the_same_content_gives_the_same_bytes(bundle, default, week, written):
    again = Bundle.of(
        default,
        golden=week,
        coverage=bundle.coverage,
        lineage=bundle.lineage,
        quality=bundle.quality,
        gates=bundle.gates,
        expected=bundle.expected,
    )
    assert again.to_json().encode() == written.read_bytes()


def test_layout_does_not_matter(bundle, written):
    written.write_text(json.dumps(json.loads(written.read_text()), indent=4, ensure_ascii=False))
    assert Bundle.load(written) == bundle


def test_a_golden_interaction_is_the_interaction_that_it_was_made_of(bundle, week):
    assert [one.interaction.interaction() for one in bundle.golden] == week


def test_golden_decisions_are_those_of_the_online_engine(bundle, week):
    resolver = bundle.resolver(MemoryStore())
    found = [resolver.resolve(interaction) for interaction in week]
    assert [GoldenDecision.of(decision) for decision in found] == [one.decision for one in bundle.golden]
    assert [decision.outcome for decision in found] == ["NEW", "NEW", "NEW", "MERGE"]


def test_every_changed_value_is_refused(written, tmp_path):
    document = json.loads(written.read_text())
    tampered = tmp_path / "tampered.json"
    for steps, value in places(document):
        if steps == ("schema",):
            continue
        tampered.write_bytes(written.read_bytes())
        other = value + "x" if isinstance(value, str) else not value if isinstance(value, bool) else "x"
        if isinstance(value, float):
            other = value + 0.25
        change(tampered, *steps, to=other)
        with pytest.raises(BundleRefused, match="changed after it was made"):
            Bundle.read(tampered)


@pytest.mark.parametrize("what", ["dropped", "added", "reordered"])
def test_what_is_missing_or_too_many_is_refused(what, written):
    document = json.loads(written.read_text())
    if what == "dropped":
        del document["golden"][-1]
    elif what == "added":
        document["lineage"]["note"] = "looks fine"
    else:
        document["golden"].reverse()
    written.write_text(json.dumps(document))
    with pytest.raises(BundleRefused, match="digest does not hold"):
        Bundle.read(written)


def test_a_config_number_is_caught_by_the_config_digest_and_by_the_decisions(written):
    change(written, "config", "model", "prior", to=-30.0)
    sign(written)
    with pytest.raises(BundleRefused, match="another config than it was made for"):
        Bundle.read(written)
    document = json.loads(written.read_text())
    changed = load_config(PROJECT / "configs" / "default.json").model_copy(
        update={
            "model": load_config(PROJECT / "configs" / "default.json").model.model_copy(
                update={"prior": -30.0}
            )
        }
    )
    document["digests"]["config"] = changed.digest
    written.write_text(json.dumps(document))
    sign(written)
    with pytest.raises(BundleRefused, match=r"golden decision 4.*outcome is 'NEW' and must be 'MERGE'"):
        Bundle.load(written)


def test_another_version_warns_and_is_named_where_decisions_differ(written):
    change(written, "versions", "phonenumbers", to="7.0.0")
    sign(written)
    with pytest.warns(VersionWarning, match=r"phonenumbers is .*, the bundle was made with 7\.0\.0"):
        Bundle.load(written)
    assert len(Bundle.read(written).verify().warnings) == 1
    change(written, "golden", 3, "decision", "outcome", to="NEW")
    sign(written)
    with pytest.raises(BundleRefused, match=r"phonenumbers is .*, the bundle was made with 7\.0\.0"):
        Bundle.read(written).verify()


def test_versions_that_come_and_go_are_told():
    now = versions()
    assert changed_versions(now) == ()
    without = {name: version for name, version in now.items() if name != "rapidfuzz"} | {"oldlib": "1"}
    assert [line.split(" ", 1)[0] for line in changed_versions(without)] == ["oldlib", "rapidfuzz"]


def test_a_bundle_is_accepted_wherever_a_config_is(written, default):
    assert load_config(written) == load_config(PROJECT / "configs" / "default.json") == default
    change(written, "config", "model", "prior", to=-30.0)
    with pytest.raises(BundleRefused):
        load_config(written)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no JSON"),
        ("{", "is cut short"),
        ("{]", "is no JSON"),
        ("[]", "is no bundle"),
        ('{"schema": "idlab.bundle/1"}', "digest does not hold"),
        ('{"schema": "idlab.bundle/1", "x": NaN}', "NaN is no number"),
        ('{"schema": "idlab.bundle/1", "x": 1e999}', "1e999 is no number"),
        ('{"schema": "idlab.bundle/1", "x": ' + "9" * 5000 + "}", "is no JSON"),
        ("[" * 200_000, "is no JSON"),
        ('{"schema": "idlab.bundle/2", "x": ' + "[" * 900 + "]" * 900 + "}", "digest does not hold"),
    ],
)
def test_what_is_no_bundle_is_refused_in_one_line(text, said, tmp_path):
    path = tmp_path / "bundle.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=said) as refused:
        Bundle.read(path)
    assert "\n" not in str(refused.value)


def test_a_signed_document_of_another_shape_names_the_field(written):
    document = json.loads(written.read_text())
    document["golden"][0]["interaction"]["occurred_at"] = "2026-01-05T09:30:00"
    written.write_text(json.dumps(document))
    sign(written)
    with pytest.raises(BadInput, match=r"golden\.0\.interaction\.occurred_at"):
        Bundle.read(written)


def test_nothing_half_written_is_left(bundle, tmp_path, monkeypatch):
    path = tmp_path / "bundle.json"
    path.write_text("what was there")

    def fail(source: Any, target: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("idlab.bundle.canonical.os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        bundle.write(path)
    assert path.read_text() == "what was there"
    assert [entry.name for entry in tmp_path.iterdir()] == ["bundle.json"]


def test_loading_a_bundle_needs_no_library_of_the_workbench(written):
    source = (
        "import sys\n"
        "for name in ('numpy', 'pandas', 'pyarrow', 'numba', 'optuna', 'scipy', 'sklearn', 'matplotlib'):\n"
        "    sys.modules[name] = None\n"
        "from idlab.bundle import Bundle\n"
        "print(len(Bundle.load(sys.argv[1]).golden))\n"
    )
    command = [sys.executable, "-c", source, str(written)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stdout == "4\n", done.stderr


def test_verification_warns_of_nothing_in_the_release_that_made_it(bundle, written):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Bundle.load(written).verify() == (4, ())
    assert bundle.schema_ == SCHEMA
