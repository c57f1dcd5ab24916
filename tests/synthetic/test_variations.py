"""Scenarios that are like others, variations by name, the schema, and the comment that every rate has."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from idlab.errors import BadInput
from synthetic import generate, load_scenario, scenario_names, scenario_schema, variation_names
from synthetic.noise import CORRUPTION_NAMES

PACKAGE = resources.files("synthetic")
FILES = [
    *(f"scenarios/{name}.yaml" for name in scenario_names()),
    *(f"variations/{name}.yaml" for name in variation_names()),
]


def text_of(file: str) -> str:
    return (PACKAGE / file).read_text("utf-8")


def written(folder: Path, name: str, document: dict[str, Any]) -> Path:
    file = folder / f"{name}.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    return file


def number_lines(node: yaml.Node) -> set[int]:
    """The lines, from 0, on which a number stands."""
    if isinstance(node, yaml.ScalarNode):
        return {node.start_mark.line} if node.tag.endswith((":float", ":int")) else set()
    if isinstance(node, yaml.MappingNode):
        return set().union(*(number_lines(value) for _, value in node.value))
    return set().union(*(number_lines(value) for value in node.value))


@pytest.mark.parametrize("file", FILES)
def test_every_rate_says_where_it_comes_from(file: str) -> None:
    lines = text_of(file).splitlines()
    numbers = number_lines(yaml.compose("\n".join(lines)))
    assert numbers
    for place in numbers:
        _, _, comment = lines[place].partition("#")
        assert len(comment.strip()) > 5, f"{file}, line {place + 1}: {lines[place]}"


def test_what_every_scenario_is_for() -> None:
    assert set(scenario_names()) == {
        "tiny", "retail", "household_telecom", "b2b_frontdesk", "recycled_numbers", "international",
        "adversarial", "drift",
    }  # fmt: skip
    descriptions = {load_scenario(name).description for name in scenario_names()}
    assert len(descriptions) == len(scenario_names())


def test_a_rate_is_written_once() -> None:
    """Who is like retail says nothing that retail says already."""
    retail = load_scenario("retail").model_dump(mode="python", by_alias=True)

    def repeated(node: dict[str, Any], base: dict[str, Any], path: str) -> list[str]:
        found = []
        for key, value in node.items():
            if isinstance(value, dict) and isinstance(base.get(key), dict):
                found += repeated(value, base[key], f"{path}{key}.")
            elif base.get(key) == value:
                found.append(f"{path}{key}")
        return found

    for name in set(scenario_names()) - {"retail"}:
        document = yaml.safe_load(text_of(f"scenarios/{name}.yaml"))
        assert document["like"] == "retail"
        assert repeated(document, retail, "") == [], name


def test_like_takes_over_everything_else(tmp_path: Path) -> None:
    file = written(tmp_path, "mine", {"like": "retail", "name": "mine", "lives": {"recycled": 0.25}})
    mine, retail = load_scenario(file), load_scenario("retail")
    assert mine.lives.recycled == 0.25
    assert mine.lives.model_copy(update={"recycled": retail.lives.recycled}) == retail.lives
    assert mine.model_copy(update={"name": "retail", "lives": retail.lives}) == retail


def test_like_may_name_a_file_beside_it_and_so_on(tmp_path: Path) -> None:
    written(tmp_path, "base", {"like": "drift", "name": "base", "days": 200})
    file = written(tmp_path, "mine", {"like": "base.yaml", "name": "mine", "drift": {"day": 150}})
    mine = load_scenario(file)
    assert (mine.days, mine.drift.day) == (200, 150)
    assert mine.drift.lives == load_scenario("drift").drift.lives


def test_a_circle_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "one", {"like": "other.yaml"})
    file = written(tmp_path, "other", {"like": "one.yaml"})
    with pytest.raises(BadInput, match="is like itself"):
        load_scenario(file)


@pytest.mark.parametrize(
    ("like", "said"),
    [("retial", "unknown scenario 'retial'; valid names are retail"), (3, "like: names one scenario")],
)
def test_like_what_is_no_scenario_is_refused(tmp_path: Path, like: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        load_scenario(written(tmp_path, "mine", {"like": like}))


def test_clean_and_dirty_change_the_noise_of_any_scenario_and_nothing_else() -> None:
    for name in scenario_names():
        plain = load_scenario(name)
        clean, dirty = (load_scenario(name, like=[one]) for one in ("clean", "dirty"))
        for corruption in CORRUPTION_NAMES:
            for channel, rate in plain.noise[corruption].items():
                assert clean.noise_rate(corruption, channel) == 0.0
                assert dirty.noise_rate(corruption, channel) == pytest.approx(min(1.0, 2.5 * rate))
        assert dirty.model_copy(update={"noise": plain.noise}) == plain


@pytest.mark.parametrize("variation", variation_names())
@pytest.mark.parametrize("scenario", scenario_names())
def test_every_variation_fits_every_scenario(scenario: str, variation: str) -> None:
    assert load_scenario(scenario, like=[variation]) != load_scenario(scenario)
    assert len(generate(scenario, 200, 1, like=[variation])) == 200


def test_variations_come_in_order_and_rates_last(tmp_path: Path) -> None:
    put = written(tmp_path, "put", {"description": "x", "put": {"noise": {"ocr": {"sms": 0.5}}}})
    noise = load_scenario("retail", {"noise.keyboard": 0.1}, ["clean", str(put)]).noise
    assert noise["ocr"] == {"crm": 0.0, "sms": 0.5}
    assert set(noise["keyboard"].values()) == {0.1}
    assert load_scenario("retail", like=[str(put), "clean"]).noise_rate("ocr", "sms") == 0.0


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"times": {"noise": 2}}, "description: Field required; a variation has a description and times"),
        ({"description": "x", "time": {}}, "time: Extra inputs are not permitted"),
        ({"description": "x", "times": {"noise": -1}}, "times.noise: Input should be greater than or equal"),
        (
            {"description": "x", "times": {"nois": 2}},
            "the scenario has no rate 'nois'; valid names are noise,",
        ),
        ({"description": "x", "times": {"days": 2}}, "the scenario has no rate 'days'"),
        (
            {"description": "x", "put": {"lives": {"recycled": 2}}},
            "lives.recycled: Input should be less than",
        ),
        (
            {"description": "x", "put": {"live": {}}},
            "live: Extra inputs are not permitted; valid names are lives",
        ),
    ],
)
def test_a_bad_variation_is_refused(tmp_path: Path, document: dict[str, Any], said: str) -> None:
    file = written(tmp_path, "mine", document)
    with pytest.raises(BadInput) as refusal:
        load_scenario("retail", like=[str(file)])
    assert said in str(refusal.value)
    assert str(refusal.value).startswith(str(file))


def test_an_unknown_variation_lists_the_valid_ones_nearest_first() -> None:
    with pytest.raises(BadInput, match=r"unknown variation 'dirtier'; valid names are dirty, .*clean"):
        generate("retail", 10, like=["dirtier"])


def test_the_json_schema_is_the_one_of_this_release() -> None:
    """Written by ``json.dumps(synthetic.scenario_schema(), indent=1)``."""
    assert json.loads(text_of("scenario.schema.json")) == scenario_schema()


def test_the_schema_knows_every_name_of_every_scenario() -> None:
    schema = scenario_schema()

    def check(node: dict[str, Any], part: dict[str, Any], path: str) -> None:
        part = next((one for one in part.get("anyOf", ()) if "$ref" in one), part)
        if "$ref" in part:
            part = schema["$defs"][part["$ref"].rsplit("/", 1)[-1]]
        for key, value in node.items():
            names = part.get("propertyNames", {}).get("enum")
            assert names is None or key in names, f"{path}{key}"
            inner = part.get("properties", {}).get(key) or part.get("additionalProperties")
            assert inner, f"{path}{key}"
            if isinstance(value, dict):
                check(value, inner, f"{path}{key}.")

    for name in scenario_names():
        check(yaml.safe_load(text_of(f"scenarios/{name}.yaml")), schema, "")
