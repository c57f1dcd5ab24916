"""Scenarios are read, overridden and refused with the path of the field and what is valid."""

from __future__ import annotations

from importlib import resources
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
import yaml

from idlab.errors import BadInput
from synthetic import generate, load_scenario, override_names, scenario_names, value_range
from synthetic.noise import CORRUPTION_NAMES

RETAIL = (resources.files("synthetic") / "scenarios" / "retail.yaml").read_text("utf-8")


def changed(tmp_path: Path, path: str, value: Any) -> Path:
    """The retail scenario as a file with one value changed."""
    document = yaml.safe_load(RETAIL)
    *sections, last = path.split(".")
    node = document
    for section in sections:
        node = node[section]
    node[last] = value
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    return file


def test_the_shipped_scenarios_are_valid() -> None:
    assert "retail" in scenario_names()
    for name in scenario_names():
        assert load_scenario(name).name == name


def test_every_rate_of_the_shipped_scenario_says_where_it_comes_from() -> None:
    unexplained = [
        line
        for line in RETAIL.splitlines()
        if ":" in line and not line.startswith("#") and any(c.isdigit() for c in line) and "#" not in line
    ]
    covered = ("schema:", "days:", "  voice:", "  webchat:", "  email:", "  whatsapp:", "  sms:", "  crm:")
    assert [line for line in unexplained if not line.startswith(covered)] == []


def test_the_shipped_scenario_knows_every_corruption() -> None:
    assert set(load_scenario("retail").noise) == set(CORRUPTION_NAMES)


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    assert load_scenario(changed(tmp_path, "days", 30)).days == 30


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("households.landline", 1.5, "households.landline: Input should be less than or equal to 1, got 1.5"),
        ("channels.voice.phone", -0.1, "channels.voice.phone: Input should be greater than or equal to 0"),
        ("channels.voice.phone", float("nan"), "channels.voice.phone: Input should be a finite number"),
        ("channels.fax", {"share": 1}, "'voice', 'webchat', 'email', 'whatsapp', 'sms' or 'crm'"),
        (
            "channels.voice.fone",
            0.5,
            "channels.voice.fone: Extra inputs are not permitted, got 0.5; valid names are",
        ),
        ("lives.phone_chnge", 0.5, "valid names are phone_change, name_change, "),
        ("noise.keybord", {"voice": 0.1}, "noise: unknown keybord; valid names are keyboard, "),
        ("noise.keyboard", {"voice": 3}, "noise.keyboard.voice: Input should be less than or equal to 1"),
        ("businesses.mean_size", 50, "smallest <= mean_size <= largest must hold"),
        ("businesses.largest", 5000, "businesses.largest: Input should be less than or equal to 100"),
        ("start", "2026-01-05T05:00:00", "start: Input should have timezone info"),
        ("rhythm.hour_weights", [0.0] * 24, "weekday_weights and hour_weights each need one weight above 0"),
        ("rhythm.hour_weights", [1.0] * 23, "rhythm.hour_weights: Tuple should have at least 24 items"),
        ("schema", "idlab.scenario/2", "schema: Input should be 'idlab.scenario/1'"),
    ],
)
def test_a_wrong_value_is_refused_with_its_path(tmp_path: Path, path: str, value: Any, said: str) -> None:
    with pytest.raises(BadInput) as refusal:
        load_scenario(changed(tmp_path, path, value))
    message = str(refusal.value)
    assert said in message
    assert message.startswith(str(tmp_path / "mine.yaml"))
    assert "\n" not in message


def test_a_scenario_without_any_contact_is_refused(tmp_path: Path) -> None:
    file = changed(tmp_path, "channels", {"sms": {"share": 0}})
    with pytest.raises(BadInput, match="channels: one share must be above 0"):
        load_scenario(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "is not YAML"),
        ("- 1", "a scenario is a mapping of sections, got list"),
        ("{}", "schema: Field required"),
    ],
)
def test_what_is_no_scenario_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInput) as refusal:
        load_scenario(file)
    assert said in str(refusal.value)


def test_an_unknown_scenario_lists_the_valid_ones() -> None:
    with pytest.raises(BadInput, match=r"unknown scenario 'retial'; valid names are .*retail"):
        load_scenario("retial")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"absent\.yaml: cannot be read \(No such file or directory\)"):
        load_scenario(tmp_path / "absent.yaml")


def test_an_override_replaces_one_rate() -> None:
    plain, other = load_scenario("retail"), load_scenario("retail", {"channels.voice.cookie_id": 0.25})
    assert other.channel("voice").cookie_id == 0.25
    assert other.model_copy(update={"channels": plain.channels}) == plain


def test_an_override_of_a_corruption_sets_every_channel_that_has_it() -> None:
    noise = load_scenario("retail", {"noise.keyboard": 0.2}).noise["keyboard"]
    assert set(noise) == {"voice", "webchat", "whatsapp", "crm"}
    assert set(noise.values()) == {0.2}


def test_an_override_can_bring_a_corruption_to_another_channel() -> None:
    assert (
        load_scenario("retail", {"noise.caller_id_form.crm": 0.5}).noise_rate("caller_id_form", "crm") == 0.5
    )


@pytest.mark.parametrize("scenario", scenario_names())
def test_every_valid_name_is_taken_and_the_own_values_change_nothing(scenario: str) -> None:
    plain = load_scenario(scenario)
    document = plain.model_dump(mode="python", by_alias=True)
    own = {name: own_value(document, name) for name in override_names(plain)}
    taken = load_scenario(scenario, {name: value for name, value in own.items() if value is not None})
    assert taken == plain


def own_value(document: dict[str, Any], name: str) -> float | None:
    """The scenario's value of that name; None for a corruption as a whole, which has several."""
    node: Any = document
    for part in name.split("."):
        node = node[int(part)] if isinstance(node, tuple) else node[part]
    return None if isinstance(node, dict) else node


def test_weights_in_lists_have_names_by_place() -> None:
    changed = load_scenario("retail", {"households.size_weights.1": 0.75, "rhythm.hour_weights.23": 9})
    plain = load_scenario("retail")
    assert changed.households.size_weights == (0.50, 0.75, *plain.households.size_weights[2:])
    assert changed.rhythm.hour_weights == (*plain.rhythm.hour_weights[:-1], 9.0)


@pytest.mark.parametrize("name", override_names(load_scenario("drift")))
def test_the_range_of_every_name_is_the_one_that_is_enforced(name: str) -> None:
    low, high, whole = value_range(name)
    step = 1 if whole else 0.01
    for value, refused in ((low, False), (low - step, True), (high, False), (high + step, True)):
        if not isfinite(value):
            continue
        said = ""
        try:
            load_scenario("drift", {name: int(value) if whole else value})
        except BadInput as refusal:
            said = str(refusal)
        assert refused is ("Input should be" in said and "than or equal to" in said), (name, value, said)


@pytest.mark.parametrize(
    ("name", "listed", "unlisted"),
    [
        ("noise.keybord", "noise.keyboard,", "households.landline"),
        ("households.landlines", "households.landline,", "noise.keyboard"),
        ("landline", "households.landline,", None),
        ("noise.keyboard.fax", "noise.keyboard.voice", "households.landline"),
        ("names.origins", "names.origins.en_US", "households.landline"),
    ],
)
def test_an_unknown_override_lists_the_valid_names(name: str, listed: str, unlisted: str | None) -> None:
    with pytest.raises(BadInput) as refusal:
        generate(overrides={name: 0.5})
    message = str(refusal.value)
    assert message.startswith(f"overrides: unknown rate {name!r}; valid names are")
    assert listed in f"{message},"
    assert unlisted is None or unlisted not in message


def test_an_override_out_of_range_is_refused_with_its_path() -> None:
    with pytest.raises(
        BadInput, match=r"households\.landline: Input should be less than or equal to 1, got 2"
    ):
        load_scenario("retail", {"households.landline": 2})
