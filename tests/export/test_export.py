"""A study becomes a bundle if every gate lets it pass, and nothing real goes into it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from idlab.bundle import Bundle, load_config
from idlab.errors import BadInput
from idlab.export import export
from idlab.export.gates import Gate


@pytest.fixture(scope="module")
def passing(study, world, tmp_path_factory):
    """An export under gates that always say yes: what gates say is tested elsewhere."""
    path = tmp_path_factory.mktemp("bundle") / "bundle.json"
    return export(study.folder, path, world, force=True), path


def test_the_bundle_is_about_the_study(passing, study):
    done, path = passing
    bundle = Bundle.load(path)
    assert bundle == done.bundle
    assert load_config(path) == study.best
    assert bundle.quality["hold_out"] == study.report["hold_out"]
    assert bundle.expected == study.report["expected"]
    assert bundle.lineage["study"]["seed"] == study.report["seed"]
    assert bundle.lineage["worlds"]["hold_out"] == study.report["worlds"]["hold_out"]
    assert bundle.digests.config == study.best.digest


def test_the_same_study_gives_the_same_bytes(passing, study, world, tmp_path):
    export(study.folder, tmp_path / "again.json", world, force=True)
    assert (tmp_path / "again.json").read_bytes() == passing[1].read_bytes()


def test_a_gate_that_says_no_is_in_the_way_unless_forced(study, world, tmp_path, monkeypatch):
    monkeypatch.setattr("idlab.export.gates.GATES", (Gate("never", lambda *_: (False, "this", "that")),))
    path = tmp_path / "bundle.json"
    refused = export(study.folder, path, world)
    assert not refused.written
    assert not path.exists()
    assert [verdict.gate for verdict in refused.failed] == ["never"]
    assert not refused.bundle.forced
    forced = export(study.folder, path, world, force=True)
    assert forced.written
    assert Bundle.load(path).forced
    assert Bundle.load(path).gates == refused.bundle.gates


def test_force_without_need_is_not_kept_for_good(study, world, tmp_path, monkeypatch):
    monkeypatch.setattr("idlab.export.gates.GATES", (Gate("always", lambda *_: (True, "this", "that")),))
    assert not export(study.folder, tmp_path / "bundle.json", world, force=True).bundle.forced


def test_nothing_real_goes_into_a_bundle(study, world, tmp_path):
    real = replace(world, manifest=replace(world.manifest, synthetic=False))
    with pytest.raises(BadInput, match="nothing real goes into a bundle"):
        export(study.folder, tmp_path / "bundle.json", real)


def test_the_recipe_of_imported_data_stays_at_home(study, world, tmp_path):
    for name in ("best.json", "study.json"):
        (tmp_path / name).write_bytes((study.folder / name).read_bytes())
    report = json.loads((tmp_path / "study.json").read_text())
    report["worlds"]["origin"] = {"how": "parted by persons", "recipe": {"file": "customers-of-acme.csv"}}
    (tmp_path / "study.json").write_text(json.dumps(report))
    done = export(tmp_path, tmp_path / "bundle.json", world, force=True)
    assert "acme" not in done.bundle.to_json()
    assert done.bundle.lineage["worlds"]["origin"] == {"how": "parted by persons"}


def test_a_study_that_is_not_there(world, tmp_path):
    with pytest.raises(BadInput, match="there is no finished study here"):
        export(tmp_path, tmp_path / "bundle.json", world)
