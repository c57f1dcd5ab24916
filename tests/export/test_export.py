"""A study becomes a bundle if every gate lets it pass, and nothing real goes into it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import synthetic
from idlab.bundle import Bundle, card, load_config
from idlab.bundle.card import LABELLED
from idlab.cli.worlds import generated_again
from idlab.data.stream import interactions_of
from idlab.errors import BadInput
from idlab.export import Gates, choose_golden, export
from idlab.export.measured import HOLD_OUT

IMPOSSIBLE = {"name": "impossible", "metric": "cost_per_1000", "at_most": 0}


@pytest.fixture(autouse=True)
def few_golden(monkeypatch):
    """Golden interactions chosen from few: what they show is tested elsewhere."""

    def choose(config, world):
        return choose_golden(config, list(interactions_of(world))[:60])

    monkeypatch.setattr("idlab.export.document.golden_of", choose)


@pytest.fixture(scope="module")
def strict(gates):
    return Gates.parse({**gates.document(), "metrics": [*gates.document()["metrics"], IMPOSSIBLE]})


@pytest.fixture
def passing(study, world, examination, tmp_path):
    path = tmp_path / "bundle.json"
    return export(study.folder, path, world, examination), path


def changed_study(study, folder, change):
    """A copy of a study whose report was changed."""
    for name in ("best.json", "study.json"):
        (folder / name).write_bytes((study.folder / name).read_bytes())
    report = json.loads((folder / "study.json").read_text())
    change(report)
    (folder / "study.json").write_text(json.dumps(report))
    return folder


def about_own_data(report):
    report["worlds"]["origin"] = {"how": "parted by persons", "recipe": {"file": "customers-of-acme.csv"}}


def test_the_bundle_is_about_the_study(passing, study, examination):
    done, path = passing
    bundle = Bundle.load(path)
    assert bundle == done.bundle
    assert not done.failed
    assert not bundle.forced
    assert load_config(path) == study.best
    assert bundle.quality["hold_out"] == study.report["hold_out"]
    assert bundle.expected == study.report["expected"]
    assert bundle.lineage["study"]["seed"] == study.report["seed"]
    assert bundle.lineage["worlds"]["hold_out"] == study.report["worlds"]["hold_out"]
    assert bundle.lineage["gates"] == examination.gates.document()
    assert bundle.lineage["production"]["config_digest"] == examination.production.digest
    assert bundle.digests.config == study.best.digest


def test_gates_are_asked_on_a_world_that_the_study_never_saw(passing, study, examination):
    (judged,) = passing[0].bundle.quality["judged"]
    assert judged["on"] == "fresh retail world 1"
    assert judged["interactions"] == 600
    assert set(judged["numbers"]) == {"tuned", "production"}
    assert judged["numbers"]["tuned"]["config_digest"] == study.best.digest
    assert judged["numbers"]["production"]["config_digest"] == examination.production.digest
    worlds = study.report["worlds"]
    seeds = {one["seed"] for one in (*worlds["tuning"], worlds["choice"], worlds["hold_out"])}
    assert judged["seed"] not in seeds | {passing[0].bundle.lineage["golden_world"]["seed"]}


def test_the_same_study_gives_the_same_bytes(passing, study, world, examination, tmp_path):
    export(study.folder, tmp_path / "again.json", world, examination)
    assert (tmp_path / "again.json").read_bytes() == passing[1].read_bytes()


def test_a_gate_that_says_no_is_in_the_way_unless_forced(study, world, examination, strict, tmp_path):
    path, asked = tmp_path / "bundle.json", examination._replace(gates=strict)
    refused = export(study.folder, path, world, asked)
    assert refused.bundle is None
    assert not path.exists()
    assert [verdict.gate for verdict in refused.failed] == ["impossible"]
    forced = export(study.folder, path, world, asked, force=True)
    bundle = Bundle.load(path)
    assert bundle.forced
    assert bundle.gates == refused.gates == forced.gates
    assert "impossible" in card(bundle)


def test_force_without_need_is_not_kept_for_good(study, world, examination, tmp_path):
    assert not export(study.folder, tmp_path / "bundle.json", world, examination, force=True).bundle.forced


def test_labelled_data_is_judged_and_stays_at_home(study, world, examination, tmp_path):
    own = synthetic.generate("household_telecom", 600, 9).dataset
    real = replace(own, manifest=replace(own.manifest, synthetic=False, recipe={"file": "acme.csv"}))
    done = export(study.folder, tmp_path / "bundle.json", world, examination._replace(data=real))
    assert [one.on for one in done.gates if one.gate == "easy"] == ["fresh retail world 1", LABELLED]
    assert "acme" not in done.bundle.to_json()
    told = done.bundle.quality["judged"][1]
    assert (told["on"], told["interactions"], told["seed"]) == (LABELLED, 600, None)
    assert "No labelled data" not in card(done.bundle)


def test_labelled_data_that_the_study_read_is_refused(study, world, examination, tmp_path):
    seen = study.report["worlds"]["tuning"][0]["seed"]
    read = synthetic.generate("retail", 1500, seen).dataset
    with pytest.raises(BadInput, match="is data that the study read"):
        export(study.folder, tmp_path / "bundle.json", world, examination._replace(data=read))
    assert list(tmp_path.iterdir()) == []


def test_a_study_of_own_data_is_judged_by_its_hold_out_numbers(study, world, examination, tmp_path):
    folder = changed_study(study, tmp_path, about_own_data)
    done = export(folder, tmp_path / "bundle.json", world, examination)
    assert [one.on for one in done.gates] == [HOLD_OUT, HOLD_OUT]
    assert not done.failed
    (judged,) = done.bundle.quality["judged"]
    assert judged["numbers"]["production"]["config_digest"] == examination.production.digest
    assert "acme" not in done.bundle.to_json()
    assert done.bundle.lineage["worlds"]["origin"] == {"how": "parted by persons"}


def test_every_recipe_of_a_study_gets_fresh_worlds(study, world, examination, tmp_path):
    def of_two(report):
        origin = report["worlds"]["origin"]
        own = {"how": "parted by persons"}
        other = {**origin, "recipe": {**origin["recipe"], "interactions": 700}}
        report["worlds"]["origin"] = {**origin, "each": [origin, own, other]}

    made = []

    def generate(recipe, seed, interactions):
        made.append((recipe["interactions"], seed, interactions))
        return generated_again(recipe, seed, interactions)

    folder = changed_study(study, tmp_path, of_two)
    export(folder, tmp_path / "bundle.json", world, examination._replace(generate=generate))
    assert [(size, interactions) for size, _, interactions in made] == [(1500, 600), (700, 600)]
    assert len({seed for _, seed, _ in made}) == 2


def test_nothing_real_goes_into_a_bundle(study, world, examination, tmp_path):
    real = replace(world, manifest=replace(world.manifest, synthetic=False))
    with pytest.raises(BadInput, match="nothing real goes into a bundle"):
        export(study.folder, tmp_path / "bundle.json", real, examination)


def test_a_study_that_is_not_there(world, examination, tmp_path):
    with pytest.raises(BadInput, match="there is no finished study here"):
        export(tmp_path, tmp_path / "bundle.json", world, examination)
